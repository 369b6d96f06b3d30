"""Verify a webhook now, with the secret of the environment; `answering/webhooks.py` judges it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping

from clerk_core.answering.webhooks import WebhookEvent, read_webhook
from clerk_core.words.errors import ConfigurationError


def verify_webhook(
    headers: Iterable[tuple[str, str]] | Mapping[str, str],
    body: bytes | str,
    secret: str | None = None,
    *,
    now: float | None = None,
) -> WebhookEvent:
    """The event of a webhook request that Clerk sent just now.

    `headers` are pairs or a mapping, `body` is the body as it came, before anything parses it. The
    secret is `CLERK_WEBHOOK_SIGNING_SECRET`'s and the time (Unix seconds) the clock's when None.
    Raises `WebhookVerificationError`, which says why, and `ConfigurationError` without a secret.
    https://clerk.com/docs/guides/development/webhooks/syncing
    """
    secret = secret or os.environ.get("CLERK_WEBHOOK_SIGNING_SECRET")
    if not secret:
        raise ConfigurationError(
            "There is no secret to verify webhooks with. Set CLERK_WEBHOOK_SIGNING_SECRET to the "
            "signing secret (whsec_…) of the webhook endpoint in the Clerk dashboard.",
            code="webhook-secret-missing",
        )
    return read_webhook(headers, body, secret, time.time() if now is None else now)
