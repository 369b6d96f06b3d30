"""Define instance settings, invitations and allowlists, as the Backend API returns them.

Timestamps are Unix milliseconds unless a class says otherwise. Missing fields are None, an empty
tuple or an empty object. It must not know HTTP or how fields are parsed.
"""

from __future__ import annotations

from clerk_core.models._resource import JsonObject, Resource


class DeletedObject(Resource):
    """The ID of a deleted object."""

    __slots__ = ()

    object: str | None
    slug: str | None
    deleted: bool | None
    external_id: str | None


class Template(Resource):
    """A template for emails or text messages."""

    __slots__ = ()

    object: str | None
    instance_id: str | None
    resource_type: str | None
    template_type: str | None
    name: str | None
    slug: str | None
    position: int | None
    can_revert: bool | None
    can_delete: bool | None
    can_edit_body: bool | None
    can_toggle: bool | None
    subject: str | None
    markup: str | None
    body: str | None
    available_variables: tuple[str, ...]
    required_variables: tuple[str, ...]
    from_email_name: str | None
    reply_to_email_name: str | None
    delivered_by_clerk: bool | None
    enabled: bool | None
    flagged_as_suspicious: bool | None
    updated_at: int | None
    created_at: int | None


class Invitation(Resource):
    """An invitation to the application."""

    __slots__ = ()

    object: str | None
    email_address: str | None
    public_metadata: JsonObject
    revoked: bool | None
    status: str | None
    url: str | None
    expires_at: int | None
    created_at: int | None
    updated_at: int | None


class AllowlistIdentifier(Resource):
    """An identifier that is allowed to sign up."""

    __slots__ = ()

    object: str | None
    invitation_id: str | None
    identifier: str | None
    identifier_type: str | None
    instance_id: str | None
    created_at: int | None
    updated_at: int | None


class BlocklistIdentifier(Resource):
    """An identifier that is not allowed to sign up or sign in."""

    __slots__ = ()

    object: str | None
    identifier: str | None
    identifier_type: str | None
    instance_id: str | None
    created_at: int | None
    updated_at: int | None


class InstanceSettings(Resource):
    """Beta settings of the instance."""

    __slots__ = ()

    object: str | None
    restricted_to_allowlist: bool | None
    from_email_address: str | None
    progressive_sign_up: bool | None
    enhanced_email_deliverability: bool | None


class Domain(Resource):
    """A primary or satellite domain of the instance."""

    __slots__ = ()

    object: str | None
    name: str | None
    is_satellite: bool | None
    frontend_api_url: str | None
    accounts_portal_url: str | None
    proxy_url: str | None
    development_origin: str | None
    cname_targets: tuple[CNAMETarget, ...]


class CNAMETarget(Resource):
    """A CNAME record that a domain requires."""

    __slots__ = ()

    host: str | None
    value: str | None
    required: bool | None


class Instance(Resource):
    """The instance that the secret key belongs to."""

    __slots__ = ()

    object: str | None
    environment_type: str | None
    allowed_origins: tuple[str, ...]
    workspace_id: str | None


class InstanceRestrictions(Resource):
    """The sign-up restrictions of the instance."""

    __slots__ = ()

    object: str | None
    allowlist: bool | None
    blocklist: bool | None
    allowlist_blocklist_disabled_on_sign_in: bool | None
    block_email_subaddresses: bool | None
    block_disposable_email_domains: bool | None


class InstanceProtect(Resource):
    """The abuse protection settings of the instance."""

    __slots__ = ()

    object: str | None
    rules_enabled: bool | None
    specter_enabled: bool | None
    checks_bypassed: bool | None


class InstanceCommunication(Resource):
    """The countries to which the instance sends no text messages (ISO 3166-1 alpha-2)."""

    __slots__ = ()

    object: str | None
    blocked_country_codes: tuple[str, ...]


class OAuthApplicationSettings(Resource):
    """The default settings of OAuth applications."""

    __slots__ = ()

    object: str | None
    dynamic_oauth_client_registration: bool | None
    default_scopes: tuple[str, ...]
    oauth_jwt_access_tokens: bool | None
    client_id_metadata_documents_advertised: bool | None
    client_id_metadata_documents_only_allow_pre_registered_clients: bool | None
    client_id_metadata_documents_block_implicitly_allowed_clients: bool | None


class SvixURL(Resource):
    """A URL that opens the Svix dashboard."""

    __slots__ = ()

    svix_url: str | None


class ProxyCheck(Resource):
    """The result of checking whether a proxy reaches Clerk."""

    __slots__ = ()

    object: str | None
    domain_id: str | None
    last_run_at: int | None
    proxy_url: str | None
    successful: bool | None
    created_at: int | None
    updated_at: int | None


class RedirectURL(Resource):
    """An allowed redirect URL of native applications."""

    __slots__ = ()

    object: str | None
    url: str | None
    created_at: int | None
    updated_at: int | None


class WaitlistEntry(Resource):
    """An email address on the waitlist."""

    __slots__ = ()

    object: str | None
    email_address: str | None
    status: str | None
    is_locked: bool | None
    created_at: int | None
    updated_at: int | None
    invitation: Invitation | None
