"""Operations on role sets, the roles that an organization may give."""

from collections.abc import Iterator, Mapping, Sequence

from clerk_core.backend.models import DeletedObject, RoleSet
from clerk_core.backend.modes import M, Operations
from clerk_core.backend.operation import operation
from clerk_core.backend.pages import Page
from clerk_core.backend.paginator import paginate


class RoleSets(Operations[M]):
    """Operations on role sets."""

    @operation("GET", "/role_sets")
    def list(
        self, *, query: str = ..., order_by: str = ..., limit: int = ..., offset: int = ...
    ) -> Page[RoleSet]:
        """The role sets, the newest first, a page at a time."""
        ...

    @paginate(list)
    def iterate(self) -> Iterator[RoleSet]:
        """Iterate over all pages of `list`."""
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
    ) -> RoleSet:
        """Create a role set, with a key such as `role_set:small` and at least one role."""
        ...

    @operation("GET", "/role_sets/{role_set_key_or_id}")
    def get(self, role_set_key_or_id: str) -> RoleSet:
        """One role set, by its key or its identifier."""
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
    ) -> RoleSet:
        """Change a role set; what is left out stays as it is."""
        ...

    @operation("POST", "/role_sets/{role_set_key_or_id}/replace")
    def replace(
        self,
        role_set_key_or_id: str,
        *,
        dest_role_set_key: str,
        reassignment_mappings: Mapping[str, str] = ...,
    ) -> DeletedObject:
        """Delete a role set, and move its organizations to another one."""
        ...

    @operation("POST", "/role_sets/{role_set_key_or_id}/roles")
    def add_roles(
        self,
        role_set_key_or_id: str,
        *,
        role_keys: Sequence[str],
        default_role_key: str = ...,
        creator_role_key: str = ...,
    ) -> RoleSet:
        """Add roles to a role set."""
        ...

    @operation("POST", "/role_sets/{role_set_key_or_id}/roles/replace")
    def replace_role(self, role_set_key_or_id: str, *, role_key: str, to_role_key: str) -> RoleSet:
        """Take a role out of a role set, and give its members another one."""
        ...
