"""Operations on the templates of e-mails and text messages."""

from collections.abc import Iterator

from clerk_core._api.modes import M, Operations
from clerk_core._api.operation import Extra, operation
from clerk_core._api.pages import Page
from clerk_core._api.paginator import paginate
from clerk_core.models import Template


class EmailSmsTemplates(Operations[M]):
    """Operations on the templates of e-mails and text messages."""

    @operation("GET", "/templates/{template_type}")
    def list(
        self,
        template_type: str,
        *,
        paginated: bool = ...,
        limit: int = ...,
        offset: int = ...,
        extra: Extra = ...,
    ) -> Page[Template]:
        """Return the email or SMS templates. Deprecated by Clerk.

        Args:
            template_type: `email` or `sms`.
            paginated: Whether to return a page with `total_count`, in place of everything.
            limit: The maximum number of results, 1 to 500; 10 by default.
            offset: The number of results to skip.
            extra: Further fields to send.
        """
        ...

    @paginate(list)
    def iterate(self) -> Iterator[Template]:
        """Iterate over the email or SMS templates. Deprecated by Clerk."""
        ...

    @operation("GET", "/templates/{template_type}/{slug}")
    def get(self, template_type: str, slug: str, *, extra: Extra = ...) -> Template:
        """Return an email or SMS template. Deprecated by Clerk.

        Args:
            template_type: `email` or `sms`.
            slug: The template's slug.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/templates/{template_type}/{slug}/revert")
    def revert(self, template_type: str, slug: str, *, extra: Extra = ...) -> Template:
        """Restore the default of an email or SMS template. Deprecated by Clerk.

        Args:
            template_type: `email` or `sms`.
            slug: The template's slug.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/templates/{template_type}/{slug}/toggle_delivery")
    def toggle_template_delivery(
        self, template_type: str, slug: str, *, delivered_by_clerk: bool = ..., extra: Extra = ...
    ) -> Template:
        """Choose whether Clerk sends the messages of a template. Deprecated by Clerk.

        Args:
            template_type: `email` or `sms`.
            slug: The template's slug.
            delivered_by_clerk: Whether Clerk sends the message; otherwise a webhook asks you to.
            extra: Further fields to send.
        """
        ...
