"""The view for webhooks in Django."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from clerk_core import WebhookRouter
from clerk_core.adapters import MAX_WEBHOOK_BYTES
from clerk_core.django._responses import to_response


def webhook_view(webhooks: WebhookRouter) -> Callable[[HttpRequest], HttpResponse]:
    """Return the view that handles webhooks: `path("webhooks/", webhook_view(webhooks))`.

    It is exempt from the check of CSRF tokens. Functions must not be coroutines.

    Args:
        webhooks: The functions to call.
    """

    def clerk_webhooks(request: HttpRequest) -> HttpResponse:
        is_too_long = int(request.META.get("CONTENT_LENGTH") or 0) > MAX_WEBHOOK_BYTES
        body = None if is_too_long else request.body
        return to_response(webhooks.respond(request.method or "", request.headers, body))

    # Not for LoginRequiredMiddleware.
    clerk_webhooks.login_required = False  # type: ignore[attr-defined]
    return csrf_exempt(clerk_webhooks)
