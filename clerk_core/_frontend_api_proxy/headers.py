"""Convert the headers of requests to the Frontend API, and of its responses to browsers."""

from __future__ import annotations

from collections.abc import Iterable

from ada_url import URL

from clerk_core._messages import Headers

_SPACE = " \t"
# RFC 9110, 7.6.1, and similar headers of older software.
_HOP_BY_HOP = (
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
)
# The proxy sets these itself, or they describe the connection before it.
_REPLACED = (
    "cf-connecting-ip",
    "clerk-proxy-url",
    "clerk-secret-key",
    "content-length",
    "expect",
    "forwarded",
    "host",
    "true-client-ip",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-proto",
    "x-real-ip",
)
# The headers in which proxies report the address of the browser, in Clerk's order.
_ADDRESSES = ("cf-connecting-ip", "x-real-ip", "x-forwarded-for")
# Only cookies of Clerk and of its bot protection are forwarded, not those of the application.
_COOKIES = ("__client", "__clerk", "__dev_session", "__refresh", "__session", "clerk_")
_BOT_COOKIES = ("__cf", "_cf", "cf_")
# Headers that apply to the host of the Frontend API, not to that of the application.
_OF_ITS_HOST = (
    "alt-svc",
    "date",
    "nel",
    "report-to",
    "reporting-endpoints",
    "server",
    "strict-transport-security",
)


def request_headers(
    headers: Headers, *, proxy_url: str, origin: URL, secret_key: str, client: str | None
) -> list[tuple[str, str]]:
    """Return the headers to forward, without `Host` and the headers of the body's length.

    Args:
        headers: The headers of the request.
        proxy_url: The public URL of the proxy.
        origin: The public URL of the request.
        secret_key: The secret key of the instance.
        client: The address of the client, according to the server.
    """
    left_out = {*_HOP_BY_HOP, *_REPLACED, "cookie", *_named_by_connection(headers)}
    kept = [(name, value) for name, value in headers if name.lower() not in left_out]
    cookies = _cookies_of_clerk(headers.get("cookie") or "")
    if cookies:
        kept.append(("cookie", cookies))
    address = _first_address(headers) or client
    if address:
        kept.append(("x-forwarded-for", address))
    return [
        *kept,
        ("x-forwarded-host", origin.host),
        ("x-forwarded-proto", origin.protocol.rstrip(":")),
        ("clerk-proxy-url", proxy_url),
        ("clerk-secret-key", secret_key),
    ]


def response_headers(
    status: int, headers: Headers, *, requested: str, upstream: str, proxy_url: str
) -> Headers:
    """Return the headers of the response to the browser.

    Args:
        status: The status of the response.
        headers: The headers of the response.
        requested: The URL that was requested from the Frontend API.
        upstream: The URL of the Frontend API.
        proxy_url: The public URL of the proxy.
    """
    left_out = {*_HOP_BY_HOP, *_OF_ITS_HOST, *_named_by_connection(headers)}
    if status in (204, 304):
        # RFC 9110, 8.6: it has no body. Servers would miss the bytes, and close the connection.
        left_out.add("content-length")
    pairs: list[tuple[str, str]] = []
    for name, value in headers:
        if name.lower() == "location":
            value = _public_location(value, requested, upstream, proxy_url)
        if name.lower() not in left_out:
            pairs.append((name, value))
    return Headers.of_text(pairs)


def _named_by_connection(headers: Headers) -> Iterable[str]:
    return (name.strip(_SPACE).lower() for name in (headers.get("connection") or "").split(","))


def without_addresses(headers: Headers) -> Headers:
    """Return the headers without those that report the address of the client."""
    return Headers.of_text(pair for pair in headers if pair[0].lower() not in _ADDRESSES)


def _first_address(headers: Headers) -> str | None:
    for name in _ADDRESSES:
        address = (headers.get(name) or "").partition(",")[0].strip(_SPACE)
        if address:
            return address
    return None


def _cookies_of_clerk(header: str) -> str:
    cookies = (cookie.strip(_SPACE) for cookie in header.split(";"))
    return "; ".join(one for one in cookies if one.startswith((*_COOKIES, *_BOT_COOKIES)))


def _public_location(location: str, requested: str, upstream: str, proxy_url: str) -> str:
    """Return a redirect target. URLs of the Frontend API are replaced by URLs of the proxy."""
    try:
        target, base = URL(location, base=requested), URL(upstream)
    except ValueError:
        return location
    if target.origin != base.origin or target.protocol not in ("http:", "https:"):
        return location
    return f"{proxy_url}{target.pathname}{target.search}{target.hash}"
