"""Operations on enterprise connections, by SAML or OpenID Connect."""

from collections.abc import Iterator, Mapping, Sequence

from clerk_core._api.modes import M, Operations
from clerk_core._api.operation import Extra, operation
from clerk_core._api.pages import Page
from clerk_core._api.paginator import paginate
from clerk_core.models import (
    DeletedObject,
    EnterpriseConnection,
    EnterpriseConnectionTestRun,
)


class EnterpriseConnections(Operations[M]):
    """Operations on enterprise connections."""

    @operation("GET", "/enterprise_connections")
    def list(
        self,
        *,
        limit: int = ...,
        offset: int = ...,
        organization_id: str = ...,
        active: bool = ...,
        extra: Extra = ...,
    ) -> Page[EnterpriseConnection]:
        """Return the enterprise connections.

        Args:
            limit: The maximum number of results, 1 to 500; 10 by default.
            offset: The number of results to skip.
            organization_id: The organization that the connections are linked to.
            active: Whether to return active ones only, or inactive ones only.
            extra: Further fields to send.
        """
        ...

    @paginate(list)
    def iterate(self) -> Iterator[EnterpriseConnection]:
        """Iterate over the enterprise connections."""
        ...

    @operation("POST", "/enterprise_connections")
    def create(
        self,
        *,
        name: str,
        provider: str,
        domains: Sequence[str],
        organization_id: str | None = ...,
        allow_organization_account_linking: bool | None = ...,
        active: bool | None = ...,
        saml: Mapping[str, object] | None = ...,
        oidc: Mapping[str, object] | None = ...,
        custom_attributes: Sequence[Mapping[str, object]] = ...,
        extra: Extra = ...,
    ) -> EnterpriseConnection:
        """Create an enterprise connection.

        Args:
            name: The connection's name.
            provider: The identity provider, such as `saml_okta`, `saml_custom`, `oidc_custom` or
                `oidc_gitlab`.
            domains: The domains whose users sign in with it; at least one.
            organization_id: The organization that it is linked to.
            allow_organization_account_linking: Whether accounts may be linked by organization
                membership.
            active: Whether it is in use, which requires the provider's metadata in `saml`.
            saml: Settings of a SAML connection, such as `idp_metadata_url` or `attribute_mapping`.
            oidc: Settings of an OpenID Connect connection, such as `client_id` and `discovery_url`.
            custom_attributes: Attributes of the provider to copy into metadata, each with `name`
                and `key`.
            extra: Further fields to send.
        """
        ...

    @operation("GET", "/enterprise_connections/{enterprise_connection_id}")
    def get(self, enterprise_connection_id: str, *, extra: Extra = ...) -> EnterpriseConnection:
        """Return an enterprise connection.

        Args:
            enterprise_connection_id: The connection's ID.
            extra: Further fields to send.
        """
        ...

    @operation("PATCH", "/enterprise_connections/{enterprise_connection_id}")
    def update(
        self,
        enterprise_connection_id: str,
        *,
        name: str | None = ...,
        domains: Sequence[str] | None = ...,
        active: bool | None = ...,
        sync_user_attributes: bool | None = ...,
        disable_additional_identifications: bool | None = ...,
        allow_organization_account_linking: bool | None = ...,
        organization_id: str | None = ...,
        saml: Mapping[str, object] | None = ...,
        oidc: Mapping[str, object] | None = ...,
        custom_attributes: Sequence[Mapping[str, object]] | None = ...,
        extra: Extra = ...,
    ) -> EnterpriseConnection:
        """Update an enterprise connection; omitted parameters are not changed.

        Args:
            enterprise_connection_id: The connection's ID.
            name: The new name.
            domains: The new domains; an empty list changes nothing.
            active: Whether it is in use. To activate it removes verified organization domains that
                are the same.
            sync_user_attributes: Whether each sign-in updates the user's attributes.
            disable_additional_identifications: Whether its users may not add other ways to sign in.
            allow_organization_account_linking: Whether accounts may be linked by organization
                membership.
            organization_id: The organization to link it to. It cannot be unlinked.
            saml: Settings of a SAML connection, such as `idp_metadata_url` or `attribute_mapping`.
            oidc: Settings of an OpenID Connect connection, such as `client_id` and `discovery_url`.
            custom_attributes: Attributes of the provider to copy into metadata, each with `name`
                and `key`.
            extra: Further fields to send.
        """
        ...

    @operation("DELETE", "/enterprise_connections/{enterprise_connection_id}")
    def delete(self, enterprise_connection_id: str, *, extra: Extra = ...) -> DeletedObject:
        """Delete an enterprise connection.

        Args:
            enterprise_connection_id: The connection's ID.
            extra: Further fields to send.
        """
        ...

    @operation("GET", "/enterprise_connections/{enterprise_connection_id}/test_runs")
    def list_test_runs(
        self,
        enterprise_connection_id: str,
        *,
        status: Sequence[str] = ...,
        limit: int = ...,
        offset: int = ...,
        extra: Extra = ...,
    ) -> Page[EnterpriseConnectionTestRun]:
        """Return the test sign-ins of an enterprise connection.

        Args:
            enterprise_connection_id: The connection's ID.
            status: One or several of `pending`, `success` and `failed`.
            limit: The maximum number of results, 1 to 500; 10 by default.
            offset: The number of results to skip.
            extra: Further fields to send.
        """
        ...

    @paginate(list_test_runs)
    def iterate_test_runs(self) -> Iterator[EnterpriseConnectionTestRun]:
        """Iterate over the test sign-ins of an enterprise connection."""
        ...

    @operation("POST", "/enterprise_connections/{enterprise_connection_id}/test_runs")
    def create_test_run(
        self, enterprise_connection_id: str, *, extra: Extra = ...
    ) -> EnterpriseConnectionTestRun:
        """Create a short-lived URL that starts a test sign-in.

        Args:
            enterprise_connection_id: The connection's ID.
            extra: Further fields to send.
        """
        ...
