"""Operations on the roles of members."""

from collections.abc import Iterator, Sequence

from clerk_core._api.modes import M, Operations
from clerk_core._api.operation import Extra, operation
from clerk_core._api.pages import Page
from clerk_core._api.paginator import paginate
from clerk_core.models import DeletedObject, Role


class OrganizationRoles(Operations[M]):
    """Operations on the roles of members."""

    @operation("GET", "/organization_roles")
    def list(
        self,
        *,
        query: str = ...,
        order_by: str = ...,
        limit: int = ...,
        offset: int = ...,
        extra: Extra = ...,
    ) -> Page[Role]:
        """Return the roles that members can have, the newest first.

        Args:
            query: The role's ID, or a part of its name or key.
            order_by: `created_at`, `name` or `key`; `-created_at` by default, the newest first.
            limit: The maximum number of results, 1 to 500; 10 by default.
            offset: The number of results to skip.
            extra: Further fields to send.
        """
        ...

    @paginate(list)
    def iterate(self) -> Iterator[Role]:
        """Iterate over the roles that members can have, the newest first."""
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
        extra: Extra = ...,
    ) -> Role:
        """Create a role.

        Args:
            name: The role's name.
            key: The role's key, such as `org:editor`.
            description: What the role is for.
            permissions: The IDs of its permissions.
            include_in_initial_role_set: Whether to add it to the initial role set.
            extra: Further fields to send.
        """
        ...

    @operation("GET", "/organization_roles/{organization_role_id}")
    def get(self, organization_role_id: str, *, extra: Extra = ...) -> Role:
        """Return a role.

        Args:
            organization_role_id: The role's ID.
            extra: Further fields to send.
        """
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
        extra: Extra = ...,
    ) -> Role:
        """Update a role; omitted parameters are not changed.

        Args:
            organization_role_id: The role's ID.
            name: The new name.
            key: The new key, such as `org:editor`.
            description: The new description.
            permissions: The IDs of its permissions, in place of those it has.
            extra: Further fields to send.
        """
        ...

    @operation("DELETE", "/organization_roles/{organization_role_id}")
    def delete(self, organization_role_id: str, *, extra: Extra = ...) -> DeletedObject:
        """Delete a role that nothing uses any more.

        Args:
            organization_role_id: The role's ID.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/organization_roles/{organization_role_id}/permissions/{permission_id}")
    def assign_permission(
        self, organization_role_id: str, permission_id: str, *, extra: Extra = ...
    ) -> Role:
        """Add a permission to a role.

        Args:
            organization_role_id: The role's ID.
            permission_id: The permission's ID.
            extra: Further fields to send.
        """
        ...

    @operation("DELETE", "/organization_roles/{organization_role_id}/permissions/{permission_id}")
    def remove_permission(
        self, organization_role_id: str, permission_id: str, *, extra: Extra = ...
    ) -> Role:
        """Remove a permission from a role.

        Args:
            organization_role_id: The role's ID.
            permission_id: The permission's ID.
            extra: Further fields to send.
        """
        ...
