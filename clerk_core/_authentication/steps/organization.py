"""Find the organization that the path of a URL selects, and check whether it is active.

https://clerk.com/docs/references/backend/authenticate-request#organization-sync-options
"""

from __future__ import annotations

from typing import NamedTuple

from clerk_core._authentication.request.credentials import Credentials


class Target(NamedTuple):
    """The organization to activate, by ID or slug; the personal account if both are None."""

    organization_id: str | None = None
    organization_slug: str | None = None

    @property
    def organization(self) -> str | None:
        """The ID or slug of the organization; None for the personal account."""
        return self.organization_id or self.organization_slug


def wanted_organization(credentials: Credentials) -> Target | None:
    """Return the target that the URL's path selects; None if no pattern matches."""
    options = credentials.settings.organization_sync_options
    if not options.is_given or credentials.url is None:
        return None
    path = credentials.url.pathname
    named = options.organizations.match(path) or {}
    if named.get("id"):
        return Target(organization_id=named["id"])
    if named.get("slug"):
        return Target(organization_slug=named["slug"])
    if options.personal_accounts.match(path) is not None:
        return Target()
    return None


def is_active(target: Target, org_id: str | None, org_slug: str | None) -> bool:
    """Return whether the target is active.

    Args:
        target: The selected organization or personal account.
        org_id: The ID of the active organization.
        org_slug: The slug of the active organization.
    """
    if target.organization_id:
        return target.organization_id == org_id
    if target.organization_slug:
        return target.organization_slug == org_slug
    return org_id is None
