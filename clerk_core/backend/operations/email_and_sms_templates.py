"""Operations on the templates of e-mails and text messages."""

from clerk_core.backend.models import Template
from clerk_core.backend.modes import M, Operations
from clerk_core.backend.operation import operation


class EmailAndSmsTemplates(Operations[M]):
    """Operations on the templates of e-mails and text messages."""

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
        ...
