"""Operations on the templates of tokens for other services."""

from collections.abc import Iterator, Mapping

from clerk_core._api.modes import M, Operations
from clerk_core._api.operation import Extra, operation
from clerk_core._api.pages import Page
from clerk_core._api.paginator import paginate
from clerk_core.models import DeletedObject, JWTTemplate


class JWTTemplates(Operations[M]):
    """Operations on the templates of tokens for other services."""

    @operation("GET", "/jwt_templates")
    def list(
        self, *, paginated: bool = ..., limit: int = ..., offset: int = ..., extra: Extra = ...
    ) -> Page[JWTTemplate]:
        """Return the JWT templates.

        Args:
            paginated: Whether to return a page with `total_count`, in place of everything.
            limit: The maximum number of results, 1 to 500; 10 by default.
            offset: The number of results to skip.
            extra: Further fields to send.
        """
        ...

    @paginate(list)
    def iterate(self) -> Iterator[JWTTemplate]:
        """Iterate over the JWT templates."""
        ...

    @operation("POST", "/jwt_templates")
    def create(
        self,
        *,
        name: str,
        claims: Mapping[str, object],
        lifetime: int | None = ...,
        allowed_clock_skew: int | None = ...,
        custom_signing_key: bool = ...,
        signing_algorithm: str | None = ...,
        signing_key: str | None = ...,
        extra: Extra = ...,
    ) -> JWTTemplate:
        """Create a JWT template.

        Args:
            name: The template's name, which `get_token(template=...)` takes.
            claims: The claims of its tokens, with shortcodes such as `{{user.id}}`.
            lifetime: How long its tokens are valid, in seconds.
            allowed_clock_skew: How much clocks may differ, in seconds, at most 300.
            custom_signing_key: Whether its tokens are signed with a key of your own.
            signing_algorithm: The algorithm of that key.
            signing_key: That key, private.
            extra: Further fields to send.
        """
        ...

    @operation("GET", "/jwt_templates/{template_id}")
    def get(self, template_id: str, *, extra: Extra = ...) -> JWTTemplate:
        """Return a JWT template.

        Args:
            template_id: The template's ID.
            extra: Further fields to send.
        """
        ...

    @operation("PATCH", "/jwt_templates/{template_id}")
    def update(
        self,
        template_id: str,
        *,
        name: str,
        claims: Mapping[str, object],
        lifetime: int | None = ...,
        allowed_clock_skew: int | None = ...,
        custom_signing_key: bool = ...,
        signing_algorithm: str | None = ...,
        signing_key: str | None = ...,
        extra: Extra = ...,
    ) -> JWTTemplate:
        """Replace a JWT template.

        Args:
            template_id: The template's ID.
            name: The template's name, which `get_token(template=...)` takes.
            claims: The claims of its tokens, with shortcodes such as `{{user.id}}`.
            lifetime: How long its tokens are valid, in seconds.
            allowed_clock_skew: How much clocks may differ, in seconds, at most 300.
            custom_signing_key: Whether its tokens are signed with a key of your own.
            signing_algorithm: The algorithm of that key.
            signing_key: That key, private.
            extra: Further fields to send.
        """
        ...

    @operation("DELETE", "/jwt_templates/{template_id}")
    def delete(self, template_id: str, *, extra: Extra = ...) -> DeletedObject:
        """Delete a JWT template.

        Args:
            template_id: The template's ID.
            extra: Further fields to send.
        """
        ...
