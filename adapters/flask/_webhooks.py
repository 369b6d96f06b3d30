"""The view for webhooks in Flask."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, request

from clerk_core import WebhookRouter
from clerk_core.adapters import MAX_WEBHOOK_BYTES
from clerk_core.flask._requests import to_response


def webhook_view(webhooks: WebhookRouter) -> Callable[[], Response]:
    """Return the view that handles webhooks: `app.post("/webhooks")(webhook_view(webhooks))`.

    Args:
        webhooks: The functions to call.
    """

    def clerk_webhooks() -> Response:
        is_too_long = (request.content_length or 0) > MAX_WEBHOOK_BYTES
        body = None if is_too_long else request.get_data()
        return to_response(webhooks.respond(request.method, request.headers, body))

    return clerk_webhooks
