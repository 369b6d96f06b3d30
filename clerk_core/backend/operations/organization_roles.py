"""Operations on the roles of members."""

from collections.abc import Iterator, Sequence

from clerk_core.backend.models import DeletedObject, Role
from clerk_core.backend.modes import M, Operations
from clerk_core.backend.operation import operation
from clerk_core.backend.pages import Page
from clerk_core.backend.paginator import paginate


class OrganizationRoles(Operations[M]):
    """Operations on the roles of members."""

    @operation("GET", "/organization_roles")
    def list(
        self, *, query: str = ..., order_by: str = ..., limit: int = ..., offset: int = ...
    ) -> Page[Role]:
        """The roles, the newest first, a page at a time."""
        ...

    @paginate(list)
    def iterate(self) -> Iterator[Role]:
        """Iterate over all pages of `list`."""
        ...

    @operation("POST", "/organization_roles")
    def create(
        self,
        *,
        name: str,
        key: str,
        description: str | None = ...,
        permissions: Sequence[str] | None = ...,
        include_in_initial_role_set: bool | None = ...,
    ) -> Role:
        """Create a role, with a key such as `org:editor`."""
        ...

    @operation("GET", "/organization_roles/{organization_role_id}")
    def get(self, organization_role_id: str) -> Role:
        """One role and its permissions."""
        ...

    @operation("PATCH", "/organization_roles/{organization_role_id}")
    def update(
        self,
        organization_role_id: str,
        *,
        name: str | None = ...,
        key: str | None = ...,
        description: str | None = ...,
        permissions: Sequence[str] | None = ...,
    ) -> Role:
        """Change a role; what is left out stays as it is."""
        ...

    @operation("DELETE", "/organization_roles/{organization_role_id}")
    def delete(self, organization_role_id: str) -> DeletedObject:
        """Delete a role for good; one that is in use stays."""
        ...

    @operation("POST", "/organization_roles/{organization_role_id}/permissions/{permission_id}")
    def assign_permission(self, organization_role_id: str, permission_id: str) -> Role:
        """Give a role a permission."""
        ...

    @operation("DELETE", "/organization_roles/{organization_role_id}/permissions/{permission_id}")
    def remove_permission(self, organization_role_id: str, permission_id: str) -> Role:
        """Take a permission from a role."""
        ...
