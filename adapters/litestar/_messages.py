"""Responses of Litestar, translated from those of `clerk_core`."""

# Litestar leaves out arguments of types.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from typing import Any

from litestar import Litestar, MediaType, Request, Response
from litestar.response.base import ASGIResponse

from clerk_core import Response as ClerkResponse


def as_response(response: ClerkResponse) -> Response[bytes]:
    """Return a response of `clerk_core` as one of Litestar."""
    return _Response(response)


class _Response(Response[bytes]):
    """A response whose header names may repeat, as those of cookies do."""

    def __init__(self, response: ClerkResponse) -> None:
        pairs = list(response.headers)
        super().__init__(
            response.content,
            status_code=response.status,
            # The first of each name.
            headers=dict(reversed(pairs)),
            media_type=MediaType.TEXT,
        )
        names = [name for name, _ in pairs]
        self._repeated = [pair for at, pair in enumerate(pairs) if pair[0] in names[:at]]

    def to_asgi_response(
        self, app: Litestar | None, request: Request[Any, Any, Any], **options: Any
    ) -> ASGIResponse:
        """Return the response, with all headers."""
        response = super().to_asgi_response(app, request, **options)
        for name, value in self._repeated:
            response.headers.add(name, value)
        return response
