"""Operations on how templates of e-mails and text messages look."""

from clerk_core._api.modes import M, Operations
from clerk_core._api.operation import Extra, operation


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
        extra: Extra = ...,
    ) -> dict[str, object]:
        """Return how a template looks. Deprecated by Clerk.

        Args:
            template_type: `email` or `sms`.
            slug: The template's slug.
            subject: The subject of an email.
            body: The body, before variables are filled in.
            from_email_name: The part before the `@` of an email's From address.
            reply_to_email_name: The part before the `@` of an email's Reply-To address.
            extra: Further fields to send.
        """
        ...
