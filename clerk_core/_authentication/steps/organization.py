"""Which organization a URL is for, by the application's path patterns, and whether it is active.

https://clerk.com/docs/references/backend/authenticate-request#organization-sync-options
"""

from __future__ import annotations

from typing import NamedTuple

from clerk_core._authentication.request.credentials import Credentials


class Target(NamedTuple):
    """What should be active: an organization by its identifier or slug, or neither of them.

    Neither stands for the personal account.
    """

    organization_id: str | None = None
    organization_slug: str | None = None

    @property
    def organization(self) -> str | None:
        """What names the organization to Clerk."""
        return self.organization_id or self.organization_slug


def wanted_organization(credentials: Credentials) -> Target | None:
    """Return the organization that the URL's path selects; None if it selects nothing."""
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
    """Return whether the selected organization is active."""
    if target.organization_id:
        return target.organization_id == org_id
    if target.organization_slug:
        return target.organization_slug == org_slug
    return org_id is None
