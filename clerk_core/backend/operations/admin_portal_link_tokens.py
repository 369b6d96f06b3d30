"""Operations on the links with which a customer's IT sets up its sign-in."""

from __future__ import annotations

from collections.abc import Sequence

from clerk_core.backend.models import AdminPortalLinkToken
from clerk_core.backend.operation import AsyncFace, SyncFace, operation


class AdminPortalLinkTokensOperations:
    """Each is a method of both clients; identifiers come first, all else by name."""

    @operation("POST", "/admin_portal_link_tokens")
    def create_admin_portal_link_token(
        self,
        *,
        organization_id: str = ...,
        it_contact_id: str = ...,
        scopes: Sequence[str] = ...,
        seconds_until_expiration: int = ...,
    ) -> AdminPortalLinkToken:
        """Create a link's token for the IT contact of an organization."""

    @operation("POST", "/admin_portal_link_tokens/{admin_portal_link_token_id}/revoke")
    def revoke_admin_portal_link_token(
        self, admin_portal_link_token_id: str, *, revocation_reason: str | None = ...
    ) -> AdminPortalLinkToken:
        """Revoke the token of a link; the link stops working."""


class AdminPortalLinkTokens(AdminPortalLinkTokensOperations, SyncFace):
    """Operations on the links with which a customer's IT sets up its sign-in."""


class AsyncAdminPortalLinkTokens(AdminPortalLinkTokensOperations, AsyncFace):
    """Operations on the links with which a customer's IT sets up its sign-in, to await."""
