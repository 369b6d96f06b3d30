"""The endpoint for webhooks in Starlette and FastAPI."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from clerk_core import WebhookRouter
from clerk_core.adapters import MAX_WEBHOOK_BYTES
from clerk_core.starlette._messages import as_response


def webhook_view(webhooks: WebhookRouter) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint that handles webhooks.

    In Starlette: `Route("/webhooks", webhook_view(webhooks), methods=["POST"])`. In FastAPI:
    `app.post("/webhooks")(webhook_view(webhooks))`.

    Args:
        webhooks: The functions to call.
    """

    async def clerk_webhooks(request: Request) -> Response:
        body = await _body_of(request)
        return as_response(await webhooks.respond_async(request.method, request.headers, body))

    return clerk_webhooks


async def _body_of(request: Request) -> bytes | None:
    """Return the body; None if it is too long. A middleware may have read it before."""
    chunks: list[bytes] = []
    length = 0
    async for chunk in request.stream():
        length += len(chunk)
        if length > MAX_WEBHOOK_BYTES:
            return None
        chunks.append(chunk)
    return b"".join(chunks)
