"""Responses of Starlette, translated from those of `clerk_core`."""

from __future__ import annotations

from starlette.responses import Response

from clerk_core import Response as ClerkResponse


def as_response(response: ClerkResponse) -> Response:
    """Return a response of `clerk_core` as one of Starlette."""
    translated = Response(response.content, response.status)
    for name, value in response.headers:
        translated.headers.append(name, value)
    return translated
