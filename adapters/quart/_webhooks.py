"""The view for webhooks in Quart."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from quart import Response, request

from clerk_core import WebhookRouter
from clerk_core.adapters import MAX_WEBHOOK_BYTES
from clerk_core.quart._requests import to_response


def webhook_view(webhooks: WebhookRouter) -> Callable[[], Awaitable[Response]]:
    """Return the view that handles webhooks: `app.post("/webhooks")(webhook_view(webhooks))`.

    Args:
        webhooks: The functions to call.
    """

    async def clerk_webhooks() -> Response:
        is_too_long = (request.content_length or 0) > MAX_WEBHOOK_BYTES
        body = None if is_too_long else await request.get_data(as_text=False)
        return to_response(await webhooks.respond_async(request.method, request.headers, body))

    return clerk_webhooks
