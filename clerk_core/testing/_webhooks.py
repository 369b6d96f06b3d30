"""Requests of webhooks as Clerk sends them, signed. Pure but for the time and the random ID."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from clerk_core import _clock
from clerk_core._webhooks import event_document, sign_webhook
from clerk_core.models._resource import Resource

WEBHOOK_SECRET = "whsec_dGhlIHNlY3JldCBvZiBhbGwgdGVzdHM="
"""The signing secret that `clerk_environ` sets."""


@dataclass(frozen=True)
class WebhookRequest:
    """The request of a webhook: post `content` with `headers` to your endpoint."""

    headers: dict[str, str]
    content: bytes = field(repr=False)

    def forged(self) -> WebhookRequest:
        """Return the same request with a body that is not the signed one."""
        return replace(self, content=self.content.replace(b'"data"', b'"data" ', 1))


def webhook(
    event_type: str,
    data: Resource | Mapping[str, object],
    *,
    secret: str = WEBHOOK_SECRET,
    message_id: str | None = None,
    age_in_seconds: int = 0,
) -> WebhookRequest:
    """Return the request of a webhook, as Clerk sends it.

    https://clerk.com/docs/guides/development/webhooks/overview

    Args:
        event_type: The type of the event, such as `user.created`.
        data: What it happened to: a user, an organization, or any other resource or mapping. For
            an event such as `user.deleted`, only its ID is sent, as Clerk does.
        secret: The signing secret.
        message_id: The ID of the message. Clerk repeats a message with the same ID.
        age_in_seconds: How long ago it was sent. After five minutes it is refused.
    """
    sent_at = int(_clock.now()) - age_in_seconds
    document = event_document(
        event_type,
        _data(event_type, data),
        timestamp=sent_at * 1000,
        instance_id="ins_local",
        user_agent="Test",
    )
    content = json.dumps(document).encode()
    identifier = message_id or f"msg_{secrets.token_hex(12)}"
    return WebhookRequest(sign_webhook(identifier, sent_at, content, secret), content)


def _data(event_type: str, data: Resource | Mapping[str, object]) -> dict[str, object]:
    found = data.raw if isinstance(data, Resource) else dict(data)
    if event_type.endswith(".deleted"):
        return {"deleted": True, "id": found.get("id"), "object": found.get("object")}
    return found
