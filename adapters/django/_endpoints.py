"""What Clerk answers itself in Django. The proxy streams bodies both ways."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase

from clerk_core import Response
from clerk_core.adapters import (
    AsyncInstallation,
    AsyncStreamedResponse,
    Installation,
    StreamedResponse,
)
from clerk_core.django._requests import to_proxied_request
from clerk_core.django._responses import put_headers, to_response

_CHUNK = 64 * 1024


def answer_from_endpoints(
    installation: Installation, request: HttpRequest
) -> HttpResponseBase | None:
    """Answer a request that the installation answers itself; return None for any other."""
    endpoints = installation.endpoints
    if endpoints is None or not endpoints.may_match(request.path):
        return None
    # Raises unless ALLOWED_HOSTS has the host, which Clerk is told.
    request.get_host()
    forwarded = endpoints.answer(to_proxied_request(request), _client_address(request))
    if forwarded is None:
        return None
    if isinstance(forwarded, Response):
        return to_response(forwarded)
    answer = endpoints.send(forwarded, _chunks(request, forwarded.length))
    return to_response(answer) if isinstance(answer, Response) else _streaming(answer, answer)


async def answer_from_async_endpoints(
    installation: AsyncInstallation, request: HttpRequest
) -> HttpResponseBase | None:
    """Answer a request that the installation answers itself; return None for any other."""
    endpoints = installation.endpoints
    if endpoints is None or not endpoints.may_match(request.path):
        return None
    request.get_host()
    forwarded = await endpoints.answer(to_proxied_request(request), _client_address(request))
    if forwarded is None:
        return None
    if isinstance(forwarded, Response):
        return to_response(forwarded)
    answer = await endpoints.send(forwarded, _async_chunks(request, forwarded.length))
    if isinstance(answer, Response):
        return to_response(answer)
    return _streaming(answer, _closing(answer))


def _client_address(request: HttpRequest) -> str | None:
    if isinstance(request, ASGIRequest):
        client = request.scope.get("client")
        return str(client[0]) if client else None
    address: str | None = request.META.get("REMOTE_ADDR")
    return address


def _streaming(answer: StreamedResponse | AsyncStreamedResponse, content: Any) -> HttpResponseBase:
    # Django closes content that has `close`.
    response = StreamingHttpResponse(content, status=answer.status)
    del response.headers["Content-Type"]
    put_headers(response, answer.headers)
    return response


async def _closing(answer: AsyncStreamedResponse) -> AsyncIterator[bytes]:
    try:
        async for chunk in answer:
            yield chunk
    finally:
        await answer.aclose()


def _chunks(request: HttpRequest, length: int | None) -> Iterator[bytes]:
    """Yield the body of a request, which a middleware may have read before."""
    left = length
    while left is None or left > 0:
        chunk = request.read(_CHUNK if left is None else min(left, _CHUNK))
        if not chunk:
            return
        if left is not None:
            left -= len(chunk)
        yield chunk


async def _async_chunks(request: HttpRequest, length: int | None) -> AsyncIterator[bytes]:
    # Django has received the whole body of an ASGI request before.
    for chunk in _chunks(request, length):
        yield chunk
