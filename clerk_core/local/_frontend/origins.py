"""Which web pages may call the Frontend API, and the CORS headers of its responses.

It must not know what a call does.
"""

from __future__ import annotations

from ada_url import URL

from clerk_core._messages import HttpResponse
from clerk_core.local._call import Call
from clerk_core.local._frontend.urls import read_return_url
from clerk_core.local._responses import ApiError


def check_origin(call: Call) -> None:
    """Raise 403 if the page that made the call is neither of this machine nor allowed.

    Browsers always send the origin where a page calls another origin, and with every POST.
    """
    origin = call.request.headers.get("origin")
    if origin is not None and not _is_allowed(call, origin):
        raise ApiError(
            403,
            "origin_invalid",
            "Invalid HTTP Origin header",
            "The local Clerk instance accepts calls from pages of this machine (localhost, "
            "127.0.0.1 or [::1]). Name other origins with allowed_origins.",
        )


def application_origin(call: Call) -> str | None:
    """Return the origin of the page that made the call, or None if it is unknown."""
    headers = call.request.headers
    # Without an Origin header, it was a GET of the page's own origin, through a proxy.
    text = headers.get("origin") or headers.get("referer")
    try:
        url = URL(text) if text else None
    except ValueError:
        return None
    return str(url.origin) if url and _is_allowed(call, str(url.origin)) else None


def _is_allowed(call: Call, origin: str) -> bool:
    return origin in call.allowed_origins or read_return_url(origin) is not None


def is_allowed_url(call: Call, text: str) -> bool:
    """Return whether a redirect may lead to this URL: to this machine or an allowed origin."""
    try:
        url = URL(text)
    except ValueError:
        return False
    is_http = url.protocol in ("http:", "https:")
    return is_http and _is_allowed(call, str(url.origin))


def cors_headers(call: Call) -> list[tuple[str, str]]:
    """Return the headers that let an allowed page read the response."""
    origin = call.request.headers.get("origin")
    if origin is None or not _is_allowed(call, origin):
        return [("vary", "Origin")]
    return [
        ("access-control-allow-origin", origin),
        ("access-control-allow-credentials", "true"),
        ("vary", "Origin"),
    ]


def preflight_response(call: Call) -> HttpResponse:
    """Return the response to a CORS preflight request; a refused origin gets 403."""
    check_origin(call)
    return HttpResponse(
        204,
        [
            ("access-control-allow-methods", "GET, POST, PUT, PATCH, DELETE"),
            ("access-control-allow-headers", "authorization, content-type, mcp-protocol-version"),
            ("access-control-max-age", "600"),
        ],
    )
