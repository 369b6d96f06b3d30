"""Adapt handlers of calls on organizations: who may make a call is written in the route tables.

It must not know what a call does.
"""

from __future__ import annotations

from collections.abc import Callable

from clerk_core.local._call import Handler
from clerk_core.local._domain.errors import ForbiddenError
from clerk_core.local._domain.memberships import check_permission, own_membership
from clerk_core.local._domain.organizations import find_organization
from clerk_core.local._frontend.browser import SignedInBrowser, for_user


def with_organizations(handler: Callable[..., object]) -> Handler:
    """Adapt a handler of a signed-in browser, for instances that have organizations."""

    def handle(browser: SignedInBrowser, **parts: str) -> object:
        if not browser.call.settings.organizations:
            raise ForbiddenError(
                "organization_not_enabled_in_instance",
                "access denied",
                "The instance has no organizations. Set InstanceSettings(organizations=True).",
            )
        return handler(browser, **parts)

    return for_user(handle)


def for_member(handler: Callable[..., object], permission: str | None = None) -> Handler:
    """Adapt a handler that takes a signed-in browser and an organization of its user.

    Args:
        handler: The handler.
        permission: The permission that the user must have in the organization.
    """

    def handle(browser: SignedInBrowser, organization_id: str, **parts: str) -> object:
        store = browser.call.store
        membership = own_membership(store, browser.user.id, organization_id)
        if permission is not None:
            check_permission(store, membership, permission)
        organization = find_organization(store, membership.organization_id)
        return handler(browser, organization, **parts)

    return with_organizations(handle)
