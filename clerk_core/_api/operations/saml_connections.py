"""Operations on SAML connections, which enterprise connections replace."""

from collections.abc import Iterator, Mapping, Sequence

from clerk_core._api.modes import M, Operations
from clerk_core._api.operation import Extra, operation
from clerk_core._api.pages import Page
from clerk_core._api.paginator import paginate
from clerk_core.models import DeletedObject, SAMLConnection


class SAMLConnections(Operations[M]):
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
        extra: Extra = ...,
    ) -> Page[SAMLConnection]:
        """Return the SAML connections, the newest first.

        Deprecated by Clerk: see `enterprise_connections`.

        Args:
            limit: The maximum number of results, 1 to 500; 10 by default.
            offset: The number of results to skip.
            query: A part of the name.
            order_by: What to sort by, with `+` or `-` in front for the direction.
            organization_id: Organization IDs; with prefix `-` to exclude one.
            extra: Further fields to send.
        """
        ...

    @paginate(list)
    def iterate(self) -> Iterator[SAMLConnection]:
        """Iterate over the SAML connections, the newest first. Deprecated by Clerk."""
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
        idp_certificates: Sequence[str] | None = ...,
        idp_metadata_url: str | None = ...,
        idp_metadata: str | None = ...,
        organization_id: str | None = ...,
        attribute_mapping: Mapping[str, object] | None = ...,
        force_authn: bool = ...,
        login_hint: Mapping[str, object] | None = ...,
        extra: Extra = ...,
    ) -> SAMLConnection:
        """Create a SAML connection. Deprecated by Clerk: see `enterprise_connections`.

        Args:
            name: The connection's name.
            provider: `saml_custom`, `saml_okta`, `saml_google` or `saml_microsoft`.
            domain: The domain whose users sign in with it.
            domains: The domains whose users sign in with it.
            idp_entity_id: The entity ID of the identity provider.
            idp_sso_url: The sign-on URL of the identity provider.
            idp_certificate: The X.509 certificate of the identity provider.
            idp_certificates: Its X.509 certificates, if it has several.
            idp_metadata_url: The URL of its metadata, which go before the three above.
            idp_metadata: Its metadata as XML, which go before the three above.
            organization_id: The organization that its users are added to.
            attribute_mapping: Which attributes hold `user_id`, `email_address`, `first_name` and
                `last_name`.
            force_authn: Whether users must sign in every time (ForceAuthn).
            login_hint: The login hint for the provider: a mapping with `mode` and `source`.
            extra: Further fields to send.
        """
        ...

    @operation("GET", "/saml_connections/{saml_connection_id}")
    def get(self, saml_connection_id: str, *, extra: Extra = ...) -> SAMLConnection:
        """Return a SAML connection. Deprecated by Clerk: see `enterprise_connections`.

        Args:
            saml_connection_id: The connection's ID.
            extra: Further fields to send.
        """
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
        idp_certificates: Sequence[str] | None = ...,
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
        extra: Extra = ...,
    ) -> SAMLConnection:
        """Update a SAML connection; omitted parameters are not changed.

        Deprecated by Clerk.

        Args:
            saml_connection_id: The connection's ID.
            name: The new name.
            domain: The domain whose users sign in with it.
            domains: The domains whose users sign in with it.
            idp_entity_id: The entity ID of the identity provider.
            idp_sso_url: The sign-on URL of the identity provider.
            idp_certificate: The X.509 certificate of the identity provider.
            idp_certificates: Its X.509 certificates, if it has several.
            idp_metadata_url: The URL of its metadata, which go before the three above.
            idp_metadata: Its metadata as XML, which go before the three above.
            organization_id: The organization that its users are added to.
            attribute_mapping: Which attributes hold `user_id`, `email_address`, `first_name` and
                `last_name`.
            active: Whether it is in use.
            sync_user_attributes: Whether each sign-in updates the user's attributes.
            allow_subdomains: Whether users of subdomains may sign in with it.
            allow_idp_initiated: Whether the identity provider may start a sign-in.
            disable_additional_identifications: Whether its users may not add other ways to sign in.
            allow_organization_account_linking: Whether accounts may be linked by organization
                membership.
            force_authn: Whether users must sign in every time (ForceAuthn).
            login_hint: The login hint for the provider: a mapping with `mode` and `source`.
            consent_verified_domains_deletion: Whether to remove verified organization domains that
                are the same; otherwise they prevent activation.
            extra: Further fields to send.
        """
        ...

    @operation("DELETE", "/saml_connections/{saml_connection_id}")
    def delete(self, saml_connection_id: str, *, extra: Extra = ...) -> DeletedObject:
        """Delete a SAML connection. Deprecated by Clerk: see `enterprise_connections`.

        Args:
            saml_connection_id: The connection's ID.
            extra: Further fields to send.
        """
        ...
