"""Operations on the templates of e-mails and text messages."""

from __future__ import annotations

from clerk_core.backend.models import Template
from clerk_core.backend.operation import AsyncFace, SyncFace, operation


class EmailAndSmsTemplatesOperations:
    """Each is a method of both clients; identifiers come first, all else by name."""

    @operation("PUT", "/templates/{template_type}/{slug}")
    def upsert(
        self,
        template_type: str,
        slug: str,
        *,
        name: str = ...,
        subject: str | None = ...,
        markup: str | None = ...,
        body: str = ...,
        delivered_by_clerk: bool | None = ...,
        from_email_name: str = ...,
        reply_to_email_name: str = ...,
    ) -> Template:
        """Change a template. Deprecated by Clerk."""


class EmailAndSmsTemplates(EmailAndSmsTemplatesOperations, SyncFace):
    """Operations on the templates of e-mails and text messages."""


class AsyncEmailAndSmsTemplates(EmailAndSmsTemplatesOperations, AsyncFace):
    """Operations on the templates of e-mails and text messages, to await."""
