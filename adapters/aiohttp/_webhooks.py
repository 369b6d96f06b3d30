"""The handler for webhooks in aiohttp."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from clerk_core import WebhookRouter
from clerk_core.adapters import MAX_WEBHOOK_BYTES
from clerk_core.aiohttp._messages import to_response


def webhook_view(webhooks: WebhookRouter) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Return the handler for webhooks: `app.router.add_post("/webhooks", webhook_view(webhooks))`.

    Args:
        webhooks: The functions to call.
    """

    async def clerk_webhooks(request: web.Request) -> web.Response:
        is_too_long = (request.content_length or 0) > MAX_WEBHOOK_BYTES
        # aiohttp itself answers 413 for a body without a length that is too long.
        body = None if is_too_long else await request.read()
        return to_response(await webhooks.respond_async(request.method, request.headers, body))

    return clerk_webhooks
