"""Operations on the templates of e-mails and text messages."""

from __future__ import annotations

from clerk_core.backend.models import Template
from clerk_core.backend.operation import AsyncFace, Iterating, SyncFace, operation
from clerk_core.backend.pages import Page


class EmailSmsTemplatesOperations:
    """Each is a method of both clients; identifiers come first, all else by name."""

    @operation("GET", "/templates/{template_type}")
    def list(
        self, template_type: str, *, paginated: bool = ..., limit: int = ..., offset: int = ...
    ) -> Page[Template]:
        """The templates of a type, `email` or `sms`, in their order. Deprecated by Clerk."""

    iterate = Iterating(list)

    @operation("GET", "/templates/{template_type}/{slug}")
    def get(self, template_type: str, slug: str) -> Template:
        """One template. Deprecated by Clerk."""

    @operation("POST", "/templates/{template_type}/{slug}/revert")
    def revert(self, template_type: str, slug: str) -> Template:
        """Make a template what it was at first. Deprecated by Clerk."""

    @operation("POST", "/templates/{template_type}/{slug}/toggle_delivery")
    def toggle_template_delivery(
        self, template_type: str, slug: str, *, delivered_by_clerk: bool = ...
    ) -> Template:
        """Say whether Clerk delivers it, or you, told by a webhook. Deprecated by Clerk."""


class EmailSmsTemplates(EmailSmsTemplatesOperations, SyncFace):
    """Operations on the templates of e-mails and text messages."""


class AsyncEmailSmsTemplates(EmailSmsTemplatesOperations, AsyncFace):
    """Operations on the templates of e-mails and text messages, to await."""
