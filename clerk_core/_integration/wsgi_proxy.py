"""The Frontend API proxy in a WSGI server: bodies are streamed both ways, one chunk in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from clerk_core._frontend_api_proxy.forwarding import ForwardedRequest
from clerk_core._frontend_api_proxy.headers import without_addresses
from clerk_core._integration.wsgi_request import (
    PROXY_FIX,
    request_from_environ,
    with_body_headers,
)
from clerk_core._messages import Request

_CHUNK = 64 * 1024


def proxied_request(environ: Mapping[str, Any]) -> Request:
    """Return the request of a WSGI environ with the headers of its body.

    If werkzeug's `ProxyFix` has determined the address of the client, headers must not override it:
    a client may have sent them.
    """
    request = with_body_headers(request_from_environ(environ), environ)
    before = environ.get(PROXY_FIX)
    if not before or before.get("REMOTE_ADDR") == environ.get("REMOTE_ADDR"):
        return request
    return Request.received(request.method, request.url, without_addresses(request.headers))


def body_chunks(forwarded: ForwardedRequest, environ: Mapping[str, Any]) -> Iterator[bytes]:
    """Yield the body of a request, and no byte more than its length: a server would wait for it."""
    stream, left = environ["wsgi.input"], forwarded.length
    while left is None or left > 0:
        chunk: bytes = stream.read(_CHUNK if left is None else min(left, _CHUNK))
        if not chunk:
            return
        if left is not None:
            left -= len(chunk)
        yield chunk


def status_line(status: int) -> str:
    """Return a status as WSGI has it. Those that are not registered have no phrase of their own."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"{status} Unknown"
