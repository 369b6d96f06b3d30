"""Operations on the permissions that roles are made of."""

from collections.abc import Iterator

from clerk_core._api.modes import M, Operations
from clerk_core._api.operation import Extra, operation
from clerk_core._api.pages import Page
from clerk_core._api.paginator import paginate
from clerk_core.models import DeletedObject, Permission


class OrganizationPermissions(Operations[M]):
    """Operations on the permissions that roles are made of."""

    @operation("GET", "/organization_permissions")
    def list(
        self,
        *,
        query: str = ...,
        order_by: str = ...,
        limit: int = ...,
        offset: int = ...,
        extra: Extra = ...,
    ) -> Page[Permission]:
        """Return the permissions that roles consist of.

        Args:
            query: The permission's ID, or a part of its name or key.
            order_by: `created_at`, `name` or `key`, with `+` or `-` in front for the direction.
            limit: The maximum number of results, 1 to 500; 10 by default.
            offset: The number of results to skip.
            extra: Further fields to send.
        """
        ...

    @paginate(list)
    def iterate(self) -> Iterator[Permission]:
        """Iterate over the permissions that roles consist of."""
        ...

    @operation("POST", "/organization_permissions")
    def create(
        self, *, name: str, key: str, description: str = ..., extra: Extra = ...
    ) -> Permission:
        """Create a permission.

        Args:
            name: The permission's name.
            key: The permission's key, such as `org:billing:manage`.
            description: What the permission is for.
            extra: Further fields to send.
        """
        ...

    @operation("GET", "/organization_permissions/{permission_id}")
    def get(self, permission_id: str, *, extra: Extra = ...) -> Permission:
        """Return a permission.

        Args:
            permission_id: The permission's ID.
            extra: Further fields to send.
        """
        ...

    @operation("PATCH", "/organization_permissions/{permission_id}")
    def update(
        self,
        permission_id: str,
        *,
        name: str = ...,
        key: str = ...,
        description: str = ...,
        extra: Extra = ...,
    ) -> Permission:
        """Update a permission of your own; omitted parameters are not changed.

        Args:
            permission_id: The permission's ID.
            name: The new name.
            key: The new key, such as `org:billing:manage`.
            description: The new description.
            extra: Further fields to send.
        """
        ...

    @operation("DELETE", "/organization_permissions/{permission_id}")
    def delete(self, permission_id: str, *, extra: Extra = ...) -> DeletedObject:
        """Delete a permission of your own.

        Args:
            permission_id: The permission's ID.
            extra: Further fields to send.
        """
        ...
