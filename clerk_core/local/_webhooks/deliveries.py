"""Define what is sent to an endpoint, and the outcome of each attempt.

It must not know threads or connections.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

from clerk_core._arguments import check_names
from clerk_core._webhooks import signing_key
from clerk_core.errors import ConfigurationError

EVENT_TYPES = (
    *("user.created", "user.updated", "user.deleted"),
    *("session.created", "session.ended", "session.removed", "session.revoked"),
    *("organization.created", "organization.updated", "organization.deleted"),
    *("organizationDomain.created", "organizationDomain.updated", "organizationDomain.deleted"),
    "organizationMembership.created",
    "organizationMembership.updated",
    "organizationMembership.deleted",
    "organizationInvitation.created",
    "organizationInvitation.accepted",
    "organizationInvitation.revoked",
    *("role.created", "role.updated", "role.deleted"),
    *("permission.created", "permission.updated", "permission.deleted"),
    *("email.created", "sms.created"),
    *("waitlistEntry.created", "waitlistEntry.updated"),
)
"""The types of events that an instance sends."""

DeliveryStatus: TypeAlias = Literal["pending", "delivered", "failed"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address that receives webhooks.

    Attributes:
        url: The URL.
        secret: The signing secret.
        events: The types of events to send; none means all.
    """

    url: str = field(repr=False)
    secret: str = field(repr=False)
    events: Sequence[str] = ()

    def __post_init__(self) -> None:
        """Check the attributes; raise `ConfigurationError` if one is invalid."""
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise _invalid("The URL of a webhook endpoint must be absolute, with http or https.")
        signing_key(self.secret)
        try:
            check_names("There is no event", self.events, EVENT_TYPES)
        except TypeError as error:
            raise _invalid(str(error)) from None


def _invalid(message: str) -> ConfigurationError:
    return ConfigurationError(message, code="local-webhook-invalid")


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt to deliver a webhook.

    Attributes:
        at: The time in Unix seconds.
        status: The status of the response, or None without one.
        problem: Why there is no response.
    """

    at: float
    status: int | None = None
    problem: str = ""

    @property
    def succeeded(self) -> bool:
        """Whether the endpoint accepted the webhook."""
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Delivery:
    """A webhook for one endpoint.

    Attributes:
        id: The ID of the webhook message; the same in all attempts.
        event_type: The type of the event.
        endpoint: The endpoint.
        content: The body of the request.
        attempts: The attempts so far, oldest first.
        status: `pending` until an attempt succeeds, or the last one fails.
    """

    id: str
    event_type: str
    endpoint: Endpoint
    content: bytes = field(repr=False)
    attempts: tuple[Attempt, ...] = ()
    status: DeliveryStatus = "pending"
