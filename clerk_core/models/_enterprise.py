"""Define enterprise connections and directories, as the Backend API returns them.

Timestamps are Unix milliseconds unless a class says otherwise. Missing fields are None, an empty
tuple or an empty object. It must not know HTTP or how fields are parsed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clerk_core.models._resource import JsonObject, Resource

if TYPE_CHECKING:
    from clerk_core.models._organizations import Role


class SAMLConnection(Resource):
    """A SAML connection that signs in the users of a company."""

    __slots__ = ()

    name: str | None
    domain: str | None
    domains: tuple[str, ...]
    active: bool | None
    provider: str | None
    sync_user_attributes: bool | None
    allow_subdomains: bool | None
    allow_idp_initiated: bool | None
    disable_additional_identifications: bool | None
    created_at: int | None
    updated_at: int | None
    object: str | None
    idp_entity_id: str | None
    idp_sso_url: str | None
    idp_certificate: str | None
    idp_certificate_issued_at: int | None
    idp_certificate_expires_at: int | None
    idp_metadata_url: str | None
    idp_metadata: str | None
    acs_url: str | None
    sp_entity_id: str | None
    sp_metadata_url: str | None
    organization_id: str | None
    attribute_mapping: SAMLConnectionAttributeMapping | None
    user_count: int | None
    allow_organization_account_linking: bool | None
    force_authn: bool | None
    login_hint: LoginHint | None
    enterprise_connection_id: str | None


class EnterpriseConnection(Resource):
    """An enterprise connection that signs in the users of a company."""

    __slots__ = ()

    protocol: str | None
    provider: str | None
    name: str | None
    logo_public_url: str | None
    domain: str | None
    domains: tuple[str, ...]
    active: bool | None
    sync_user_attributes: bool | None
    allow_subdomains: bool | None
    allow_idp_initiated: bool | None
    disable_additional_identifications: bool | None
    created_at: int | None
    updated_at: int | None
    object: str | None
    organization_id: str | None
    allow_organization_account_linking: bool | None
    custom_attributes: tuple[CustomAttribute, ...]
    saml_connection: SAMLConnection | None
    oauth_config: OAuthConfig | None


class SAMLConnectionAttributeMapping(Resource):
    """The SAML attributes that map to the fields of a user."""

    __slots__ = ()

    user_id: str | None
    email_address: str | None
    first_name: str | None
    last_name: str | None


class LoginHint(Resource):
    """The login hint that Clerk sends to the identity provider."""

    __slots__ = ()

    mode: str | None
    source: str | None


class CustomAttribute(Resource):
    """A custom attribute, with its paths in SSO, SCIM and directory data."""

    __slots__ = ()

    name: str | None
    key: str | None
    sso_path: str | None
    scim_path: str | None
    directory_path: str | None
    multi_valued: bool | None


class OAuthConfig(Resource):
    """The OAuth or OpenID Connect configuration of an enterprise connection."""

    __slots__ = ()

    name: str | None
    provider_key: str | None
    client_id: str | None
    discovery_url: str | None
    auth_url: str | None
    token_url: str | None
    user_info_url: str | None
    requires_pkce: bool | None
    logo_public_url: str | None
    created_at: int | None
    updated_at: int | None


class EnterpriseConnectionTestRun(Resource):
    """A test sign-in through an enterprise connection."""

    __slots__ = ()

    status: str | None
    connection_type: str | None
    parsed_user_info: EnterpriseConnectionTestRunParsedUserInfo | None
    logs: tuple[EnterpriseConnectionTestRunLog, ...]
    saml: EnterpriseConnectionTestRunSaml | None
    oauth: EnterpriseConnectionTestRunOauth | None
    created_at: int | None
    url: str | None


class EnterpriseConnectionTestRunParsedUserInfo(Resource):
    """The identity that a test sign-in reported."""

    __slots__ = ()

    email_address: str | None
    first_name: str | None
    last_name: str | None
    user_id: str | None


class EnterpriseConnectionTestRunLog(Resource):
    """A log entry of a test sign-in."""

    __slots__ = ()

    level: str | None
    code: str | None
    short_message: str | None
    message: str | None


class EnterpriseConnectionTestRunSaml(Resource):
    """The SAML request and response of a test sign-in."""

    __slots__ = ()

    saml_request: str | None
    saml_response: str | None
    relay_state: str | None


class EnterpriseConnectionTestRunOauth(Resource):
    """The tokens and user info of a test sign-in with OAuth."""

    __slots__ = ()

    id_token: str | None
    access_token: str | None
    user_info: str | None


class SCIMDirectory(Resource):
    """A SCIM directory that provisions users. Only creation and key rotation return `api_key`."""

    __slots__ = ()

    object: str | None
    name: str | None
    enterprise_connection_id: str | None
    endpoint_url: str | None
    provider: str | None
    enabled: bool | None
    group_role_mapping_enabled: bool | None
    attribute_mapping: JsonObject
    custom_attributes: tuple[CustomAttribute, ...]
    api_key: str | None
    created_at: int | None
    updated_at: int | None


class SCIMGroupRoleMapping(Resource):
    """The role assigned to the members of a SCIM group."""

    __slots__ = ()

    object: str | None
    scim_directory_id: str | None
    directory_id: str | None
    scim_group_id: str | None
    directory_group_id: str | None
    scim_group_display_name: str | None
    directory_group_display_name: str | None
    role: Role | None
    precedence: int | None
    created_at: int | None
    updated_at: int | None


class Directory(Resource):
    """A directory that provisions users. Only creation and key rotation return `api_key`."""

    __slots__ = ()

    object: str | None
    name: str | None
    enterprise_connection_id: str | None
    endpoint_url: str | None
    provider: str | None
    enabled: bool | None
    group_role_mapping_enabled: bool | None
    attribute_mapping: JsonObject
    custom_attributes: tuple[CustomAttribute, ...]
    api_key: str | None
    created_at: int | None
    updated_at: int | None


class DirectoryGroupRoleMapping(Resource):
    """The role assigned to the members of a directory group."""

    __slots__ = ()

    object: str | None
    directory_id: str | None
    scim_directory_id: str | None
    directory_group_id: str | None
    scim_group_id: str | None
    directory_group_display_name: str | None
    scim_group_display_name: str | None
    role: Role | None
    precedence: int | None
    created_at: int | None
    updated_at: int | None


class AdminPortalLinkToken(Resource):
    """The token of a link with which a customer's IT contact configures single sign-on."""

    __slots__ = ()

    object: str | None
    admin_portal_link_id: str | None
    instance_id: str | None
    organization_id: str | None
    it_contact_id: str | None
    scopes: tuple[str, ...]
    token: str | None
    revoked: bool | None
    revocation_reason: str | None
    expired: bool | None
    expiration: float | None
    created_at: float | None
    updated_at: float | None
