"""What the Backend API says of machines and the tokens of programs, as types.

How a field is read, and what is read where it is missing, is in `backend/resource.py`.
"""

from __future__ import annotations

from clerk_core.backend.resource import JsonValue, Resource


class Machine(Resource):
    """A machine, which calls others with M2M tokens."""

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
    """Leave for a machine to call another one."""

    __slots__ = ()

    object: str | None
    from_machine_id: str | None
    to_machine_id: str | None
    created_at: int | None
    deleted: bool | None


class OAuthApplication(Resource):
    """An OAuth application; `client_secret` is there when it is new."""

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
    """An API key; `secret` is there when it is new, or asked for."""

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
    """A token with which a machine calls others; `token` is there when it is new."""

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
