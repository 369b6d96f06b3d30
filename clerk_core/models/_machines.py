"""Define machines, OAuth applications and API keys, as the Backend API returns them.

Timestamps are Unix milliseconds unless a class says otherwise. Missing fields are None, an empty
tuple or an empty object. It must not know HTTP or how fields are parsed.
"""

from __future__ import annotations

from clerk_core.models._resource import JsonValue, Resource


class Machine(Resource):
    """A machine that authenticates to other machines with M2M tokens."""

    __slots__ = ()

    object: str | None
    name: str | None
    instance_id: str | None
    created_at: int | None
    updated_at: int | None
    default_token_ttl: int | None
    scoped_machines: tuple[Machine, ...]
    secret_key: str | None


class MachineSecretKey(Resource):
    """The secret key of a machine."""

    __slots__ = ()

    object: str | None
    secret: str | None


class MachineScope(Resource):
    """A permission for one machine to send requests to another."""

    __slots__ = ()

    object: str | None
    from_machine_id: str | None
    to_machine_id: str | None
    created_at: int | None
    deleted: bool | None


class OAuthApplication(Resource):
    """An OAuth application. Only the response to its creation has `client_secret`."""

    __slots__ = ()

    object: str | None
    instance_id: str | None
    name: str | None
    client_id: str | None
    client_uri: str | None
    client_image_url: str | None
    dynamically_registered: bool | None
    consent_screen_enabled: bool | None
    pkce_required: bool | None
    public: bool | None
    scopes: str | None
    redirect_uris: tuple[str, ...]
    callback_url: str | None
    authorize_url: str | None
    token_fetch_url: str | None
    user_info_url: str | None
    discovery_url: str | None
    token_introspection_url: str | None
    created_at: int | None
    updated_at: int | None
    client_secret: str | None


class APIKey(Resource):
    """An API key. Only `create` and `get_secret` return `secret`."""

    __slots__ = ()

    object: str | None
    type: str | None
    subject: str | None
    name: str | None
    description: str | None
    claims: JsonValue
    scopes: tuple[str, ...]
    secret: str | None
    revoked: bool | None
    revocation_reason: str | None
    expired: bool | None
    expiration: float | None
    created_by: str | None
    last_used_at: float | None
    created_at: float | None
    updated_at: float | None
    deleted: bool | None


class M2MToken(Resource):
    """A token that authenticates a machine. Only the response to its creation has `token`."""

    __slots__ = ()

    object: str | None
    subject: str | None
    claims: JsonValue
    scopes: tuple[str, ...]
    token: str | None
    revoked: bool | None
    revocation_reason: str | None
    expired: bool | None
    expiration: float | None
    last_used_at: float | None
    created_at: float | None
    updated_at: float | None
