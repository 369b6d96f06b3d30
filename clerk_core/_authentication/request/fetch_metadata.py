"""Parse fetch metadata, the headers that describe the context of a browser's request.

Scripts of pages cannot set these headers, but clients that are not browsers can.
https://www.w3.org/TR/fetch-metadata/
"""

from __future__ import annotations

from ada_url import URL

from clerk_core._authentication.request.public_url import is_own_origin
from clerk_core._messages import Request

# The destinations of navigation requests: https://fetch.spec.whatwg.org/#navigation-request
_DOCUMENTS = ("document", "embed", "frame", "iframe", "object")


def is_navigation(request: Request) -> bool:
    """Return whether a browser navigates to the URL by a link or a form.

    Without fetch metadata, the `Accept` header decides.
    """
    headers = request.headers
    if request.method not in ("GET", "POST"):
        return False
    mode, destination = headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")
    if mode and mode != "navigate":
        return False
    if destination:
        # A navigation that a service worker forwards keeps its mode but not its destination.
        return destination in _DOCUMENTS or (destination == "empty" and mode == "navigate")
    return mode == "navigate" or (headers.get("accept") or "").startswith("text/html")


def is_subresource(request: Request) -> bool:
    """Return whether a browser loads a part of a page, such as a script or an image."""
    destination = request.headers.get("sec-fetch-dest")
    return bool(destination) and destination not in (*_DOCUMENTS, "empty", "websocket")


def is_same_origin(request: Request, url: URL | None) -> bool:
    """Return whether a page of the same origin sends the request.

    Reads `Sec-Fetch-Site`, or `Origin` if that is absent.

    Args:
        request: The request.
        url: The public URL of the request.
    """
    site = request.headers.get("sec-fetch-site")
    if site:
        return site == "same-origin"
    origin = request.headers.get("origin")
    return origin is not None and is_own_origin(origin, url)
