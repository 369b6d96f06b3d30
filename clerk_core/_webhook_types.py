"""The types of webhook events, and the model of the resource that each has.

https://clerk.com/docs/guides/development/webhooks/overview
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

if TYPE_CHECKING:
    from clerk_core.models import Resource

WebhookEventType: TypeAlias = Literal[
    "email.created",
    "organization.created",
    "organization.deleted",
    "organization.updated",
    "organizationDomain.created",
    "organizationDomain.deleted",
    "organizationDomain.updated",
    "organizationInvitation.accepted",
    "organizationInvitation.created",
    "organizationInvitation.revoked",
    "organizationMembership.created",
    "organizationMembership.deleted",
    "organizationMembership.updated",
    "paymentAttempt.created",
    "paymentAttempt.updated",
    "permission.created",
    "permission.deleted",
    "permission.updated",
    "role.created",
    "role.deleted",
    "role.updated",
    "session.created",
    "session.ended",
    "session.removed",
    "session.revoked",
    "sms.created",
    "subscription.active",
    "subscription.created",
    "subscription.pastDue",
    "subscription.updated",
    "subscriptionItem.abandoned",
    "subscriptionItem.active",
    "subscriptionItem.canceled",
    "subscriptionItem.created",
    "subscriptionItem.ended",
    "subscriptionItem.freeTrialEnding",
    "subscriptionItem.incomplete",
    "subscriptionItem.pastDue",
    "subscriptionItem.upcoming",
    "subscriptionItem.updated",
    "user.created",
    "user.deleted",
    "user.updated",
    "waitlistEntry.created",
    "waitlistEntry.updated",
]
"""The types of events that Clerk sends. Others are verified and returned, too."""

EVENT_TYPES: tuple[str, ...] = get_args(WebhookEventType)

_MODELS: Mapping[str, str] = {
    "email": "Email",
    "organization": "Organization",
    "organizationDomain": "OrganizationDomain",
    "organizationInvitation": "OrganizationInvitation",
    "organizationMembership": "OrganizationMembership",
    "paymentAttempt": "BillingPaymentAttempt",
    "permission": "Permission",
    "role": "Role",
    "session": "Session",
    "sms": "SMSMessage",
    "subscription": "CommerceSubscription",
    "subscriptionItem": "CommerceSubscriptionItem",
    "user": "User",
    "waitlistEntry": "WaitlistEntry",
}
"""The names of models by the first part of the type."""
# Events of other resources that are deleted contain the whole resource.
_DELETED = ("user.deleted", "organization.deleted", "organizationDomain.deleted")


def resource_of(event_type: str, data: Mapping[str, object]) -> Resource:
    """Return the resource of an event as a model; a plain `Resource` for unknown types.

    Args:
        event_type: The type of the event.
        data: The resource as the webhook contains it.
    """
    # Imported here, because only an application that asks for a resource needs the models.
    from clerk_core import models

    name = "DeletedObject" if event_type in _DELETED else _MODELS.get(event_type.partition(".")[0])
    kind: type[Resource] = getattr(models, name) if name else models.Resource
    return kind(dict(data))
