"""Read what a browser says of why it sends a request: https://www.w3.org/TR/fetch-metadata/.

No script of a page can set these headers; any other client can say what it likes.
"""

from __future__ import annotations

from ada_url import URL

from clerk_core._authentication.request.public_url import is_own_origin
from clerk_core._messages import Request

# The destinations of navigation requests: https://fetch.spec.whatwg.org/#navigation-request
_DOCUMENTS = ("document", "embed", "frame", "iframe", "object")


def is_navigation(request: Request) -> bool:
    """Return whether a browser navigates to the URL, by a link or a form.

    Without fetch metadata, the `Accept` header decides.
    """
    headers = request.headers
    if request.method not in ("GET", "POST"):
        return False
    mode, destination = headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")
    if mode and mode != "navigate":
        return False
    if destination:
        # A service worker that forwards a navigation keeps its mode but not its destination.
        return destination in _DOCUMENTS or (destination == "empty" and mode == "navigate")
    return mode == "navigate" or (headers.get("accept") or "").startswith("text/html")


def is_subresource(request: Request) -> bool:
    """Return whether a part of a page is loaded: a script, a style sheet, an image."""
    destination = request.headers.get("sec-fetch-dest")
    return bool(destination) and destination not in (*_DOCUMENTS, "empty", "websocket")


def is_same_origin(request: Request, url: URL | None) -> bool:
    """Return whether a page of the origin of `url` sends the request, which is the public URL.

    `Sec-Fetch-Site` says so, or else `Origin`.
    """
    site = request.headers.get("sec-fetch-site")
    if site:
        return site == "same-origin"
    origin = request.headers.get("origin")
    return origin is not None and is_own_origin(origin, url)
