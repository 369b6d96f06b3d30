"""Operations on how templates of e-mails and text messages look."""

from __future__ import annotations

from clerk_core.backend.operation import AsyncFace, SyncFace, operation


class TemplatesOperations:
    """Each is a method of both clients; identifiers come first, all else by name."""

    @operation("POST", "/templates/{template_type}/{slug}/preview")
    def preview(
        self,
        template_type: str,
        slug: str,
        *,
        subject: str | None = ...,
        body: str = ...,
        from_email_name: str = ...,
        reply_to_email_name: str = ...,
    ) -> dict[str, object]:
        """What a template would look like with this body. Deprecated by Clerk."""


class Templates(TemplatesOperations, SyncFace):
    """Operations on how templates of e-mails and text messages look."""


class AsyncTemplates(TemplatesOperations, AsyncFace):
    """Operations on how templates of e-mails and text messages look, to await."""
