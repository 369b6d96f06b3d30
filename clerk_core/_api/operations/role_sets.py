"""Operations on role sets, the roles that an organization may give."""

from collections.abc import Iterator, Mapping, Sequence

from clerk_core._api.modes import M, Operations
from clerk_core._api.operation import Extra, operation
from clerk_core._api.pages import Page
from clerk_core._api.paginator import paginate
from clerk_core.models import DeletedObject, RoleSet


class RoleSets(Operations[M]):
    """Operations on role sets."""

    @operation("GET", "/role_sets")
    def list(
        self,
        *,
        query: str = ...,
        order_by: str = ...,
        limit: int = ...,
        offset: int = ...,
        extra: Extra = ...,
    ) -> Page[RoleSet]:
        """Return the role sets, the newest first.

        Args:
            query: The role set's ID, or a part of its name or key.
            order_by: `created_at`, `name` or `key`; `-created_at` by default, the newest first.
            limit: The maximum number of results, 1 to 500; 10 by default.
            offset: The number of results to skip.
            extra: Further fields to send.
        """
        ...

    @paginate(list)
    def iterate(self) -> Iterator[RoleSet]:
        """Iterate over the role sets, the newest first."""
        ...

    @operation("POST", "/role_sets")
    def create(
        self,
        *,
        name: str,
        default_role_key: str,
        creator_role_key: str,
        roles: Sequence[str],
        key: str = ...,
        description: str | None = ...,
        type: str = ...,
        extra: Extra = ...,
    ) -> RoleSet:
        """Create a role set.

        Args:
            name: The role set's name.
            default_role_key: The key of the role that new members get.
            creator_role_key: The key of the role of users who create an organization.
            roles: The keys of its roles, one to ten.
            key: The role set's key, such as `role_set:teams`; made from the name by default.
            description: What the role set is for.
            type: `initial` for the role set of new organizations, of which there is one, or
                `custom`.
            extra: Further fields to send.
        """
        ...

    @operation("GET", "/role_sets/{role_set_key_or_id}")
    def get(self, role_set_key_or_id: str, *, extra: Extra = ...) -> RoleSet:
        """Return a role set.

        Args:
            role_set_key_or_id: The role set's key or ID.
            extra: Further fields to send.
        """
        ...

    @operation("PATCH", "/role_sets/{role_set_key_or_id}")
    def update(
        self,
        role_set_key_or_id: str,
        *,
        name: str | None = ...,
        key: str | None = ...,
        description: str | None = ...,
        type: str | None = ...,
        default_role_key: str | None = ...,
        creator_role_key: str | None = ...,
        extra: Extra = ...,
    ) -> RoleSet:
        """Update a role set; omitted parameters are not changed.

        Args:
            role_set_key_or_id: The role set's key or ID.
            name: The new name.
            key: The new key, such as `role_set:teams`.
            description: The new description.
            type: `initial`, to make it the role set of new organizations.
            default_role_key: The key of the role that new members get.
            creator_role_key: The key of the role of users who create an organization.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/role_sets/{role_set_key_or_id}/replace")
    def replace(
        self,
        role_set_key_or_id: str,
        *,
        dest_role_set_key: str,
        reassignment_mappings: Mapping[str, str] = ...,
        extra: Extra = ...,
    ) -> DeletedObject:
        """Delete a role set and move its organizations to another one.

        Args:
            role_set_key_or_id: The role set's key or ID.
            dest_role_set_key: The key of the other role set.
            reassignment_mappings: The new role of each role that members have, by key.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/role_sets/{role_set_key_or_id}/roles")
    def add_roles(
        self,
        role_set_key_or_id: str,
        *,
        role_keys: Sequence[str],
        default_role_key: str = ...,
        creator_role_key: str = ...,
        extra: Extra = ...,
    ) -> RoleSet:
        """Add roles to a role set.

        Args:
            role_set_key_or_id: The role set's key or ID.
            role_keys: The keys of the roles, one to ten.
            default_role_key: The key of the new default role of members.
            creator_role_key: The key of the new role of users who create an organization.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/role_sets/{role_set_key_or_id}/roles/replace")
    def replace_role(
        self, role_set_key_or_id: str, *, role_key: str, to_role_key: str, extra: Extra = ...
    ) -> RoleSet:
        """Remove a role from a role set and give its members another one.

        Args:
            role_set_key_or_id: The role set's key or ID.
            role_key: The key of the role to remove.
            to_role_key: The key of the role that its members get.
            extra: Further fields to send.
        """
        ...
