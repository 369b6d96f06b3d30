"""Verify a webhook now, with the secret of the environment. `_webhooks.py` has the rules."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping

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
    """Return the event of a webhook request that Clerk sent just now.

    https://clerk.com/docs/guides/development/webhooks/syncing

    Args:
        headers: The headers of the request, as a mapping or as pairs of `str`.
        body: The body as it came, before anything parses it.
        secret: The signing secret of the endpoint; `CLERK_WEBHOOK_SIGNING_SECRET` when None.
        now: The time in Unix seconds; the clock's when None.

    Raises:
        WebhookVerificationError: The signature is invalid, or the request is too old.
        ConfigurationError: There is no secret, or it is not a signing secret.
        TypeError: The headers or the body are not what a server gives.
    """
    secret = secret or os.environ.get(_VARIABLE)
    if not secret:
        raise ConfigurationError(
            "There is no secret to verify webhooks with. Set CLERK_WEBHOOK_SIGNING_SECRET to the "
            "signing secret (whsec_…) of the webhook endpoint in the Clerk dashboard.",
            code="webhook-secret-missing",
        )
    return read_webhook(headers, body, secret, time.time() if now is None else now)


def check_webhook_secret(environ: Mapping[str, str]) -> None:
    """Raise `ConfigurationError` where the environment has a secret that is not one."""
    secret = environ.get(_VARIABLE)
    if secret:
        signing_key(secret)
