"""Operations on the links with which a customer's IT sets up its sign-in."""

from collections.abc import Sequence

from clerk_core._api.modes import M, Operations
from clerk_core._api.operation import Extra, operation
from clerk_core.models import AdminPortalLinkToken


class AdminPortalLinkTokens(Operations[M]):
    """Operations on the links with which a customer's IT sets up its sign-in."""

    @operation("POST", "/admin_portal_link_tokens")
    def create(
        self,
        *,
        organization_id: str = ...,
        it_contact_id: str = ...,
        scopes: Sequence[str] = ...,
        seconds_until_expiration: int = ...,
        extra: Extra = ...,
    ) -> AdminPortalLinkToken:
        """Create a link to the portal in which a customer's IT sets up its sign-in.

        Args:
            organization_id: The organization that the link is for.
            it_contact_id: The ID of the IT contact that receives the link.
            scopes: What the link permits to set up.
            seconds_until_expiration: The link's lifetime in seconds, at most a day; an hour by
                default.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/admin_portal_link_tokens/{admin_portal_link_token_id}/revoke")
    def revoke(
        self,
        admin_portal_link_token_id: str,
        *,
        revocation_reason: str | None = ...,
        extra: Extra = ...,
    ) -> AdminPortalLinkToken:
        """Revoke a link to the admin portal.

        Args:
            admin_portal_link_token_id: The token's ID.
            revocation_reason: Why it is revoked, for your records.
            extra: Further fields to send.
        """
        ...

    # The names of these in Clerk's own Python client.
    create_admin_portal_link_token = create
    revoke_admin_portal_link_token = revoke
