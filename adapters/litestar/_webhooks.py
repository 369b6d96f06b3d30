"""The handler for webhooks in Litestar."""

# Litestar leaves out arguments of types.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from typing import Any

from litestar import Request, Response, post
from litestar.handlers import HTTPRouteHandler

from clerk_core import WebhookRouter
from clerk_core.adapters import MAX_WEBHOOK_BYTES
from clerk_core.litestar._messages import as_response


def webhook_view(path: str, webhooks: WebhookRouter) -> HTTPRouteHandler:
    """Return the handler for webhooks: `Litestar([webhook_view("/webhooks", webhooks)])`.

    Args:
        path: The path of the endpoint.
        webhooks: The functions to call.
    """

    @post(path, include_in_schema=False)
    async def clerk_webhooks(request: Request[Any, Any, Any]) -> Response[bytes]:
        is_too_long = int(request.headers.get("content-length") or 0) > MAX_WEBHOOK_BYTES
        body = None if is_too_long else await request.body()
        return as_response(await webhooks.respond_async(request.method, request.headers, body))

    return clerk_webhooks
