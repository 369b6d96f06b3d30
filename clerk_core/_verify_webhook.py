"""Verify a webhook with the current time and the secret in the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping

from clerk_core import _clock
from clerk_core._messages import HeaderSource
from clerk_core._webhooks import WebhookBody, WebhookEvent, read_webhook, signing_key
from clerk_core.errors import ConfigurationError

_VARIABLE = "CLERK_WEBHOOK_SIGNING_SECRET"


def verify_webhook(
    headers: HeaderSource,
    body: WebhookBody,
    secret: str | None = None,
    *,
    now: float | None = None,
) -> WebhookEvent:
    """Verify a webhook request of Clerk, and return its event.

    https://clerk.com/docs/guides/development/webhooks/syncing

    Args:
        headers: The headers of the request, as a mapping or as pairs of `str`.
        body: The unparsed body of the request.
        secret: The signing secret of the endpoint; `CLERK_WEBHOOK_SIGNING_SECRET` if None.
        now: The time in Unix seconds; the current time if None.

    Raises:
        WebhookVerificationError: The signature is invalid, or the request is too old.
        ConfigurationError: There is no secret, or it is not a signing secret.
        TypeError: The headers or the body are of another type.
    """
    secret = webhook_secret(secret)
    return read_webhook(headers, body, secret, _clock.now() if now is None else now)


def webhook_secret(secret: str | None) -> str:
    """Return the signing secret of an endpoint, from the environment if it is None.

    Raises:
        ConfigurationError: There is no secret.
    """
    found = secret or os.environ.get(_VARIABLE)
    if not found:
        raise ConfigurationError(
            "There is no secret to verify webhooks with. Set CLERK_WEBHOOK_SIGNING_SECRET to the "
            "signing secret (whsec_…) of the webhook endpoint in the Clerk dashboard.",
            code="webhook-secret-missing",
        )
    return found


def check_webhook_secret(environ: Mapping[str, str]) -> None:
    """Check the signing secret in the environment, if there is one.

    Raises:
        ConfigurationError: It is not a signing secret.
    """
    secret = environ.get(_VARIABLE)
    if secret:
        signing_key(secret)
