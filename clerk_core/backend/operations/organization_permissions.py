"""Operations on the permissions that roles are made of."""

from collections.abc import Iterator

from clerk_core.backend.models import DeletedObject, Permission
from clerk_core.backend.modes import M, Operations
from clerk_core.backend.operation import operation
from clerk_core.backend.pages import Page
from clerk_core.backend.paginator import paginate


class OrganizationPermissions(Operations[M]):
    """Operations on the permissions that roles are made of."""

    @operation("GET", "/organization_permissions")
    def list(
        self, *, query: str = ..., order_by: str = ..., limit: int = ..., offset: int = ...
    ) -> Page[Permission]:
        """The permissions, a page at a time."""
        ...

    @paginate(list)
    def iterate(self) -> Iterator[Permission]:
        """Iterate over all pages of `list`."""
        ...

    @operation("POST", "/organization_permissions")
    def create(self, *, name: str, key: str, description: str = ...) -> Permission:
        """Create a permission, with a key such as `org:reports:read`."""
        ...

    @operation("GET", "/organization_permissions/{permission_id}")
    def get(self, permission_id: str) -> Permission:
        """One permission."""
        ...

    @operation("PATCH", "/organization_permissions/{permission_id}")
    def update(
        self, permission_id: str, *, name: str = ..., key: str = ..., description: str = ...
    ) -> Permission:
        """Change a permission; Clerk's own cannot be changed."""
        ...

    @operation("DELETE", "/organization_permissions/{permission_id}")
    def delete(self, permission_id: str) -> DeletedObject:
        """Delete a permission for good; Clerk's own stay."""
        ...
