"""Operations on the templates of tokens for other services."""

from collections.abc import Iterator, Mapping

from clerk_core.backend.models import DeletedObject, JWTTemplate
from clerk_core.backend.modes import M, Operations
from clerk_core.backend.operation import operation
from clerk_core.backend.pages import Page
from clerk_core.backend.paginator import paginate


class JwtTemplates(Operations[M]):
    """Operations on the templates of tokens for other services."""

    @operation("GET", "/jwt_templates")
    def list(
        self, *, paginated: bool = ..., limit: int = ..., offset: int = ...
    ) -> Page[JWTTemplate]:
        """The JWT templates, a page at a time."""
        ...

    @paginate(list)
    def iterate(self) -> Iterator[JWTTemplate]:
        """Iterate over all pages of `list`."""
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
    ) -> JWTTemplate:
        """Create a JWT template; `lifetime` and `allowed_clock_skew` are in seconds."""
        ...

    @operation("GET", "/jwt_templates/{template_id}")
    def get(self, template_id: str) -> JWTTemplate:
        """One JWT template."""
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
    ) -> JWTTemplate:
        """Change a JWT template; what is left out stays as it is."""
        ...

    @operation("DELETE", "/jwt_templates/{template_id}")
    def delete(self, template_id: str) -> DeletedObject:
        """Delete a JWT template for good."""
        ...
