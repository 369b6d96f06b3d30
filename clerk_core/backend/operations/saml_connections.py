"""Operations on SAML connections, which enterprise connections replace."""

from collections.abc import Iterator, Mapping, Sequence

from clerk_core.backend.models import DeletedObject, SAMLConnection
from clerk_core.backend.modes import M, Operations
from clerk_core.backend.operation import operation
from clerk_core.backend.pages import Page
from clerk_core.backend.paginator import paginate


class SamlConnections(Operations[M]):
    """Operations on SAML connections."""

    @operation("GET", "/saml_connections")
    def list(
        self,
        *,
        limit: int = ...,
        offset: int = ...,
        query: str = ...,
        order_by: str = ...,
        organization_id: Sequence[str] = ...,
    ) -> Page[SAMLConnection]:
        """The SAML connections, a page at a time. Deprecated by Clerk."""
        ...

    @paginate(list)
    def iterate(self) -> Iterator[SAMLConnection]:
        """Iterate over all pages of `list`."""
        ...

    @operation("POST", "/saml_connections")
    def create(
        self,
        *,
        name: str,
        provider: str,
        domain: str = ...,
        domains: Sequence[str] = ...,
        idp_entity_id: str | None = ...,
        idp_sso_url: str | None = ...,
        idp_certificate: str | None = ...,
        idp_metadata_url: str | None = ...,
        idp_metadata: str | None = ...,
        organization_id: str | None = ...,
        attribute_mapping: Mapping[str, object] | None = ...,
        force_authn: bool = ...,
        login_hint: Mapping[str, object] | None = ...,
    ) -> SAMLConnection:
        """Create a SAML connection. Deprecated by Clerk."""
        ...

    @operation("GET", "/saml_connections/{saml_connection_id}")
    def get(self, saml_connection_id: str) -> SAMLConnection:
        """One SAML connection. Deprecated by Clerk."""
        ...

    @operation("PATCH", "/saml_connections/{saml_connection_id}")
    def update(
        self,
        saml_connection_id: str,
        *,
        name: str | None = ...,
        domain: str | None = ...,
        domains: Sequence[str] | None = ...,
        idp_entity_id: str | None = ...,
        idp_sso_url: str | None = ...,
        idp_certificate: str | None = ...,
        idp_metadata_url: str | None = ...,
        idp_metadata: str | None = ...,
        organization_id: str | None = ...,
        attribute_mapping: Mapping[str, object] | None = ...,
        active: bool | None = ...,
        sync_user_attributes: bool | None = ...,
        allow_subdomains: bool | None = ...,
        allow_idp_initiated: bool | None = ...,
        disable_additional_identifications: bool | None = ...,
        allow_organization_account_linking: bool | None = ...,
        force_authn: bool = ...,
        login_hint: Mapping[str, object] | None = ...,
        consent_verified_domains_deletion: bool | None = ...,
    ) -> SAMLConnection:
        """Change a SAML connection; what is left out stays as it is. Deprecated by Clerk."""
        ...

    @operation("DELETE", "/saml_connections/{saml_connection_id}")
    def delete(self, saml_connection_id: str) -> DeletedObject:
        """Delete a SAML connection for good. Deprecated by Clerk."""
        ...
