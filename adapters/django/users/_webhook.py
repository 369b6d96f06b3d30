"""The view for webhooks of Clerk. `_links` decides whether an event is newer than a user."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from clerk_core import User, WebhookVerificationError, verify_webhook
from clerk_core.django._settings import webhook_secret
from clerk_core.django.users._links import apply_users, delete_user
from clerk_core.django.users.apps import users_config


@csrf_exempt
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    """Keep users current: `path("webhooks/clerk", webhook)`, for the events `user.*`.

    The signature is verified with the option `WEBHOOK_SIGNING_SECRET` of the setting `CLERK`, the
    setting or the environment variable `CLERK_WEBHOOK_SIGNING_SECRET`. Other events are ignored.

    Args:
        request: The request.

    Raises:
        ConfigurationError: There is no secret, or it is not a signing secret.
    """
    try:
        event = verify_webhook(request.headers, request.body, webhook_secret())
    except WebhookVerificationError:
        # Whoever sent it learns nothing.
        return HttpResponse(status=400)
    resource = event.resource
    if event.type in ("user.created", "user.updated") and isinstance(resource, User):
        apply_users([resource], users_config().options, is_current=False)
    elif event.type == "user.deleted" and resource.id:
        delete_user(resource.id)
    return HttpResponse(status=204)


# Not for LoginRequiredMiddleware.
webhook.login_required = False  # type: ignore[attr-defined]
