"""Decide whether a request to the proxy is forwarded to the Frontend API or refused.

Clerk: https://clerk.com/docs/guides/dashboard/dns-domains/proxy-fapi
"""

from __future__ import annotations

from ada_url import URL

from clerk_core._authentication.request.public_url import public_url
from clerk_core._frontend_api_proxy import errors
from clerk_core._frontend_api_proxy.headers import request_headers, response_headers
from clerk_core._frontend_api_proxy.paths import (
    is_frontend_api_path,
    is_query,
    path_below,
    split_target,
)
from clerk_core._frontend_api_proxy.upstream import upstream_url
from clerk_core._frozen import FrozenValue
from clerk_core._messages import Headers, Request, Response
from clerk_core._settings.settings import Settings

MAX_BYTES = 64 * 1024 * 1024
"""The maximum length of a body in either direction; Clerk accepts images of up to 10 MB."""

_METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")


class ForwardedRequest(FrozenValue):
    """A request to the Frontend API without its body.

    `length` is the length of the body in bytes; None if it is chunked.
    """

    __slots__ = ("_proxy_url", "_upstream", "headers", "length", "method", "url")

    method: str
    url: str
    headers: Headers
    length: int | None
    _proxy_url: str
    _upstream: str

    def __init__(
        self,
        method: str,
        url: str,
        headers: Headers,
        length: int | None,
        upstream: str,
        proxy_url: str,
    ) -> None:
        put = object.__setattr__
        put(self, "method", method)
        put(self, "url", url)
        put(self, "headers", headers)
        put(self, "length", length)
        put(self, "_upstream", upstream)
        put(self, "_proxy_url", proxy_url)

    def __repr__(self) -> str:
        return f"ForwardedRequest({self.method} {self.url.partition('?')[0]})"

    def response_headers(self, status: int, headers: Headers) -> Headers:
        """Return the headers of the response to the browser, from those of the Frontend API."""
        return response_headers(
            status,
            headers,
            requested=self.url,
            upstream=self._upstream,
            proxy_url=self._proxy_url,
        )


def is_for_proxy(request: Request, base: str) -> bool:
    """Return whether a request is for the proxy at the path `base`."""
    return path_below(split_target(request.url)[0], base) is not None


def forward(
    request: Request, settings: Settings, base: str, client: str | None
) -> ForwardedRequest | Response:
    """Return the request to forward, or the response that refuses it.

    Args:
        request: The request as the application received it.
        settings: The settings of the instance.
        base: The path of the proxy.
        client: The address of the client, according to the server.

    Raises:
        ConfigurationError: The secret key is missing.
    """
    path, query = split_target(request.url)
    below = path_below(path, base)
    origin = public_url(request)
    if origin is None:
        return errors.host_invalid()
    if below is None or not is_frontend_api_path(below):
        return errors.not_found()
    if not is_query(query):
        return errors.query_invalid()
    if request.method not in _METHODS:
        return errors.method_not_allowed()
    length = _length(request.headers)
    if isinstance(length, Response):
        return length
    return _forwarded(request, settings, origin, below + query, length, base, client)


def _forwarded(
    request: Request,
    settings: Settings,
    origin: URL,
    target: str,
    length: int | None,
    base: str,
    client: str | None,
) -> ForwardedRequest:
    upstream = upstream_url(settings)
    proxy_url = _proxy_url(settings, origin, base)
    headers = request_headers(
        request.headers,
        proxy_url=proxy_url,
        origin=origin,
        secret_key=settings.require_secret_key(),
        client=client,
    )
    fields = [("host", URL(upstream).host), *headers, *_framing(request.method, length)]
    url = upstream + target
    return ForwardedRequest(
        request.method, url, Headers.of_text(fields), length, upstream, proxy_url
    )


def _framing(method: str, length: int | None) -> list[tuple[str, str]]:
    if length is None:
        # An upstream that cannot read it would take the rest of the body for the next request.
        return [("transfer-encoding", "chunked"), ("connection", "close")]
    # RFC 9110, 8.6.
    has_length = length or method in ("PATCH", "POST", "PUT")
    return [("content-length", str(length))] if has_length else []


def _proxy_url(settings: Settings, origin: URL, base: str) -> str:
    """Return the public URL of the proxy: the configured one, or one on the host of the request."""
    configured = settings.proxy_url
    if configured is None or configured.startswith("/"):
        return f"{origin.origin}{base}"
    return configured.rstrip("/")


def _length(headers: Headers) -> int | Response | None:
    """Return the length of the body in bytes, or None if it is chunked.

    Returns an error response for a message with both headers, or with several lengths, which may be
    an attack (RFC 9112, 6.3).
    """
    given, coding = headers.get("content-length"), headers.get("transfer-encoding")
    if coding is not None:
        is_chunked = coding.lower() == "chunked" and given is None
        return None if is_chunked else errors.length_invalid()
    if given is None:
        return 0
    if not (given.isascii() and given.isdigit()):
        return errors.length_invalid()
    return int(given) if len(given) < 12 and int(given) <= MAX_BYTES else errors.too_large()
