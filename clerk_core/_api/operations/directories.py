"""Operations on the directories that provision users."""

from collections.abc import Iterator, Mapping, Sequence

from clerk_core._api.modes import M, Operations
from clerk_core._api.operation import Extra, operation
from clerk_core._api.pages import Page
from clerk_core._api.paginator import paginate
from clerk_core.models import DeletedObject, Directory, DirectoryGroupRoleMapping


class Directories(Operations[M]):
    """Operations on the directories that provision users."""

    @operation("GET", "/directories")
    def list(self, *, limit: int = ..., offset: int = ..., extra: Extra = ...) -> Page[Directory]:
        """Return the directories that provision users.

        Args:
            limit: The maximum number of results, 1 to 500; 10 by default.
            offset: The number of results to skip.
            extra: Further fields to send.
        """
        ...

    @paginate(list)
    def iterate(self) -> Iterator[Directory]:
        """Iterate over the directories that provision users."""
        ...

    @operation("POST", "/directories")
    def create(
        self,
        *,
        enterprise_connection_id: str,
        provider: str,
        name: str = ...,
        group_role_mappings: Sequence[Mapping[str, object]] = ...,
        extra: Extra = ...,
    ) -> Directory:
        """Create a directory.

        Args:
            enterprise_connection_id: The ID of the enterprise connection that it belongs to.
            provider: The identity provider.
            name: The directory's name.
            group_role_mappings: Mappings of groups to roles, each with `directory_group_id` and
                `role_id`.
            extra: Further fields to send.
        """
        ...

    @operation("GET", "/directories/{directory_id}")
    def get(self, directory_id: str, *, extra: Extra = ...) -> Directory:
        """Return a directory.

        Args:
            directory_id: The directory's ID.
            extra: Further fields to send.
        """
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
        extra: Extra = ...,
    ) -> Directory:
        """Update a directory; omitted parameters are not changed.

        Args:
            directory_id: The directory's ID.
            name: The new name.
            enabled: Whether the directory provisions users.
            provider: The identity provider.
            attribute_mapping: Paths of attributes to merge into the mapping; None removes one.
            group_role_mapping_enabled: Whether groups are mapped to roles.
            extra: Further fields to send.
        """
        ...

    @operation("DELETE", "/directories/{directory_id}")
    def delete(self, directory_id: str, *, extra: Extra = ...) -> DeletedObject:
        """Delete a directory, which ends its provisioning.

        Args:
            directory_id: The directory's ID.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/directories/{directory_id}/rotate_api_key")
    def rotate_api_key(self, directory_id: str, *, extra: Extra = ...) -> Directory:
        """Replace a directory's API key and return the new one.

        The old one is accepted for a short time.

        Args:
            directory_id: The directory's ID.
            extra: Further fields to send.
        """
        ...

    @operation("GET", "/directories/{directory_id}/group_role_mappings")
    def list_group_role_mappings(
        self, directory_id: str, *, extra: Extra = ...
    ) -> Page[DirectoryGroupRoleMapping]:
        """Return the mappings of groups to roles, by precedence.

        Args:
            directory_id: The directory's ID.
            extra: Further fields to send.
        """
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
        extra: Extra = ...,
    ) -> DirectoryGroupRoleMapping:
        """Map a group to an organization role.

        Args:
            directory_id: The directory's ID.
            role_id: The ID of the role that members of the group get.
            directory_group_id: The ID of the group at the identity provider.
            scim_group_id: The former name of `directory_group_id`; give one of the two.
            precedence: Which mapping counts for members of several groups: the lowest. The last by
                default.
            extra: Further fields to send.
        """
        ...

    @operation("PUT", "/directories/{directory_id}/group_role_mappings")
    def replace_group_role_mappings(
        self, directory_id: str, *, mappings: Sequence[Mapping[str, object]], extra: Extra = ...
    ) -> Page[DirectoryGroupRoleMapping]:
        """Replace all mappings of groups to roles.

        Args:
            directory_id: The directory's ID.
            mappings: The mappings by precedence, each with `directory_group_id` and `role_id`.
            extra: Further fields to send.
        """
        ...

    @operation("DELETE", "/directories/{directory_id}/group_role_mappings/{mapping_id}")
    def delete_group_role_mapping(
        self, directory_id: str, mapping_id: str, *, extra: Extra = ...
    ) -> DeletedObject:
        """Delete a mapping of a group to a role.

        Args:
            directory_id: The directory's ID.
            mapping_id: The mapping's ID.
            extra: Further fields to send.
        """
        ...
