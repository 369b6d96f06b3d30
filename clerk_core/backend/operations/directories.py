"""Operations on the directories that provision users."""

from collections.abc import Iterator, Mapping, Sequence

from clerk_core.backend.models import DeletedObject, Directory, DirectoryGroupRoleMapping
from clerk_core.backend.modes import M, Operations
from clerk_core.backend.operation import operation
from clerk_core.backend.pages import Page
from clerk_core.backend.paginator import paginate


class Directories(Operations[M]):
    """Operations on the directories that provision users."""

    @operation("GET", "/directories")
    def list(self, *, limit: int = ..., offset: int = ...) -> Page[Directory]:
        """The directories, a page at a time."""
        ...

    @paginate(list)
    def iterate(self) -> Iterator[Directory]:
        """Iterate over all pages of `list`."""
        ...

    @operation("POST", "/directories")
    def create(
        self,
        *,
        enterprise_connection_id: str,
        provider: str,
        name: str = ...,
        group_role_mappings: Sequence[Mapping[str, object]] = ...,
    ) -> Directory:
        """Create a directory; its `api_key` is in this answer alone."""
        ...

    @operation("GET", "/directories/{directory_id}")
    def get(self, directory_id: str) -> Directory:
        """One directory, without its key."""
        ...

    @operation("PATCH", "/directories/{directory_id}")
    def update(
        self,
        directory_id: str,
        *,
        name: str = ...,
        enabled: bool = ...,
        provider: str = ...,
        attribute_mapping: Mapping[str, str | None] = ...,
        group_role_mapping_enabled: bool = ...,
    ) -> Directory:
        """Change a directory; what is left out stays as it is."""
        ...

    @operation("DELETE", "/directories/{directory_id}")
    def delete(self, directory_id: str) -> DeletedObject:
        """Delete a directory for good; it provisions nobody any more."""
        ...

    @operation("POST", "/directories/{directory_id}/rotate_api_key")
    def rotate_api_key(self, directory_id: str) -> Directory:
        """Replace the key, which is in this answer alone; the old one holds a little longer."""
        ...

    @operation("GET", "/directories/{directory_id}/group_role_mappings")
    def list_group_role_mappings(self, directory_id: str) -> Page[DirectoryGroupRoleMapping]:
        """Which role each group gives, the first to apply first."""
        ...

    @operation("POST", "/directories/{directory_id}/group_role_mappings")
    def create_group_role_mapping(
        self,
        directory_id: str,
        *,
        role_id: str,
        directory_group_id: str = ...,
        scim_group_id: str = ...,
        precedence: int = ...,
    ) -> DirectoryGroupRoleMapping:
        """Let a group give a role."""
        ...

    @operation("PUT", "/directories/{directory_id}/group_role_mappings")
    def replace_group_role_mappings(
        self, directory_id: str, *, mappings: Sequence[Mapping[str, object]]
    ) -> Page[DirectoryGroupRoleMapping]:
        """Say anew which role each group gives; an empty list removes all."""
        ...

    @operation("DELETE", "/directories/{directory_id}/group_role_mappings/{mapping_id}")
    def delete_group_role_mapping(self, directory_id: str, mapping_id: str) -> DeletedObject:
        """Let a group no longer give its role."""
        ...
