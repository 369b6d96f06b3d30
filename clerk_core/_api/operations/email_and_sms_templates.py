"""Operations on the templates of e-mails and text messages."""

from clerk_core._api.modes import M, Operations
from clerk_core._api.operation import Extra, operation
from clerk_core.models import Template


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
        extra: Extra = ...,
    ) -> Template:
        """Update an email or SMS template. Deprecated by Clerk.

        Args:
            template_type: `email` or `sms`.
            slug: The template's slug.
            name: The template's name.
            subject: The subject of an email.
            markup: The editor's markup that the body is generated from.
            body: The body, before variables are filled in.
            delivered_by_clerk: Whether Clerk sends the message; otherwise a webhook asks you to.
            from_email_name: The part before the `@` of an email's From address.
            reply_to_email_name: The part before the `@` of an email's Reply-To address.
            extra: Further fields to send.
        """
        ...
