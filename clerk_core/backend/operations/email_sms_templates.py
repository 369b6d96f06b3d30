"""Operations on the templates of e-mails and text messages."""

from collections.abc import Iterator

from clerk_core.backend.models import Template
from clerk_core.backend.modes import M, Operations
from clerk_core.backend.operation import operation
from clerk_core.backend.pages import Page
from clerk_core.backend.paginator import paginate


class EmailSmsTemplates(Operations[M]):
    """Operations on the templates of e-mails and text messages."""

    @operation("GET", "/templates/{template_type}")
    def list(
        self, template_type: str, *, paginated: bool = ..., limit: int = ..., offset: int = ...
    ) -> Page[Template]:
        """The templates of a type, `email` or `sms`, in their order. Deprecated by Clerk."""
        ...

    @paginate(list)
    def iterate(self) -> Iterator[Template]:
        """Iterate over all pages of `list`."""
        ...

    @operation("GET", "/templates/{template_type}/{slug}")
    def get(self, template_type: str, slug: str) -> Template:
        """One template. Deprecated by Clerk."""
        ...

    @operation("POST", "/templates/{template_type}/{slug}/revert")
    def revert(self, template_type: str, slug: str) -> Template:
        """Make a template what it was at first. Deprecated by Clerk."""
        ...

    @operation("POST", "/templates/{template_type}/{slug}/toggle_delivery")
    def toggle_template_delivery(
        self, template_type: str, slug: str, *, delivered_by_clerk: bool = ...
    ) -> Template:
        """Say whether Clerk delivers it, or you, told by a webhook. Deprecated by Clerk."""
        ...
