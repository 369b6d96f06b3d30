"""Operations on the SCIM directories that provision users."""

from collections.abc import Iterator, Mapping, Sequence

from clerk_core.backend.models import DeletedObject, SCIMDirectory, SCIMGroupRoleMapping
from clerk_core.backend.modes import M, Operations
from clerk_core.backend.operation import operation
from clerk_core.backend.pages import Page
from clerk_core.backend.paginator import paginate


class ScimDirectories(Operations[M]):
    """Operations on the SCIM directories that provision users."""

    @operation("GET", "/scim_directories")
    def list(self, *, limit: int = ..., offset: int = ...) -> Page[SCIMDirectory]:
        """The SCIM directories, a page at a time."""
        ...

    @paginate(list)
    def iterate(self) -> Iterator[SCIMDirectory]:
        """Iterate over all pages of `list`."""
        ...

    @operation("POST", "/scim_directories")
    def create(
        self,
        *,
        enterprise_connection_id: str,
        provider: str,
        name: str = ...,
        group_role_mappings: Sequence[Mapping[str, object]] = ...,
    ) -> SCIMDirectory:
        """Create a SCIM directory; its `api_key` is in this answer alone."""
        ...

    @operation("GET", "/scim_directories/{scim_directory_id}")
    def get(self, scim_directory_id: str) -> SCIMDirectory:
        """One SCIM directory, without its key."""
        ...

    @operation("PATCH", "/scim_directories/{scim_directory_id}")
    def update(
        self,
        scim_directory_id: str,
        *,
        name: str = ...,
        enabled: bool = ...,
        provider: str = ...,
        attribute_mapping: Mapping[str, str | None] = ...,
        group_role_mapping_enabled: bool = ...,
    ) -> SCIMDirectory:
        """Change a SCIM directory; what is left out stays as it is."""
        ...

    @operation("DELETE", "/scim_directories/{scim_directory_id}")
    def delete(self, scim_directory_id: str) -> DeletedObject:
        """Delete a SCIM directory for good; it provisions nobody any more."""
        ...

    @operation("POST", "/scim_directories/{scim_directory_id}/rotate_api_key")
    def rotate_api_key(self, scim_directory_id: str) -> SCIMDirectory:
        """Replace the key, which is in this answer alone; the old one holds a little longer."""
        ...

    @operation("GET", "/scim_directories/{scim_directory_id}/group_role_mappings")
    def list_group_role_mappings(self, scim_directory_id: str) -> Page[SCIMGroupRoleMapping]:
        """Which role each group gives, the first to apply first."""
        ...

    @operation("POST", "/scim_directories/{scim_directory_id}/group_role_mappings")
    def create_group_role_mapping(
        self, scim_directory_id: str, *, scim_group_id: str, role_id: str, precedence: int = ...
    ) -> SCIMGroupRoleMapping:
        """Let a group give a role."""
        ...

    @operation("PUT", "/scim_directories/{scim_directory_id}/group_role_mappings")
    def replace_group_role_mappings(
        self, scim_directory_id: str, *, mappings: Sequence[Mapping[str, object]]
    ) -> Page[SCIMGroupRoleMapping]:
        """Say anew which role each group gives; an empty list removes all."""
        ...

    @operation("DELETE", "/scim_directories/{scim_directory_id}/group_role_mappings/{mapping_id}")
    def delete_group_role_mapping(self, scim_directory_id: str, mapping_id: str) -> DeletedObject:
        """Let a group no longer give its role."""
        ...
