"""The responses of applications without a framework."""

from __future__ import annotations

import json

from clerk_core import HttpResponse
from clerk_core.demo.pages import PAGE_HEADERS, static_file
from clerk_core.demo.routes import STATIC


def json_response(document: object, status: int = 200) -> HttpResponse:
    """A document for a script."""
    headers = [("content-type", "application/json")]
    return HttpResponse(status, headers, json.dumps(document).encode())


def html_response(page: str) -> HttpResponse:
    """A page for a browser."""
    headers = [("content-type", "text/html; charset=utf-8"), *PAGE_HEADERS.items()]
    return HttpResponse(200, headers, page.encode())


def redirect(location: str) -> HttpResponse:
    """The way to another page."""
    return HttpResponse(302, [("location", location)])


def static_response(path: str) -> HttpResponse:
    """What the page loads; 404 for any other path."""
    found = static_file(path.removeprefix(f"{STATIC}/"))
    if found is None:
        return json_response({"error": "Not found."}, 404)
    content_type, text = found
    return HttpResponse(200, [("content-type", content_type)], text.encode())
