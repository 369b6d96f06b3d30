"""Operations on how templates of e-mails and text messages look."""

from clerk_core.backend.modes import M, Operations
from clerk_core.backend.operation import operation


class Templates(Operations[M]):
    """Operations on how templates of e-mails and text messages look."""

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
        ...
