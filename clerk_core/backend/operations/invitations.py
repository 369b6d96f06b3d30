"""Operations on invitations to the application."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from clerk_core.backend.models import Invitation
from clerk_core.backend.operation import AsyncFace, Iterating, SyncFace, operation
from clerk_core.backend.pages import Page


class InvitationsOperations:
    """Each is a method of both clients; identifiers come first, all else by name."""

    @operation("POST", "/invitations")
    def create(
        self,
        *,
        email_address: str,
        public_metadata: Mapping[str, object] = ...,
        redirect_url: str = ...,
        notify: bool | None = ...,
        ignore_existing: bool | None = ...,
        expires_in_days: int | None = ...,
        template_slug: str = ...,
    ) -> Invitation:
        """Invite an e-mail address; Clerk sends it the link unless `notify` is false."""

    @operation("GET", "/invitations")
    def list(
        self,
        *,
        status: str = ...,
        query: str = ...,
        order_by: str = ...,
        paginated: bool = ...,
        limit: int = ...,
        offset: int = ...,
    ) -> Page[Invitation]:
        """The invitations that are not revoked, a page at a time."""

    iterate = Iterating(list)

    @operation("POST", "/invitations/bulk", body="invitations")
    def bulk_create(self, invitations: Sequence[Mapping[str, object]]) -> Page[Invitation]:
        """Invite several e-mail addresses; each entry is as for `create`."""

    @operation("POST", "/invitations/{invitation_id}/revoke")
    def revoke(self, invitation_id: str) -> Invitation:
        """Revoke an invitation; its link no longer works, while signing up still may."""


class Invitations(InvitationsOperations, SyncFace):
    """Operations on invitations to the application."""


class AsyncInvitations(InvitationsOperations, AsyncFace):
    """Operations on invitations to the application, to await."""
