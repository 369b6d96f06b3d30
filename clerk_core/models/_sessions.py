"""Define sessions, sign-ins and tokens, as the Backend API returns them.

Timestamps are Unix milliseconds unless a class says otherwise. Missing fields are None, an empty
tuple or an empty object. It must not know HTTP or how fields are parsed.
"""

from __future__ import annotations

from clerk_core.models._resource import JsonObject, Resource


class JWKS(Resource):
    """The JSON Web Key Set (RFC 7517) that verifies session tokens."""

    __slots__ = ()

    keys: tuple[JWKSKey, ...]


class JWKSKey(Resource):
    """A public key in JSON Web Key format (RFC 7517)."""

    __slots__ = ()

    kid: str | None
    alg: str | None
    use: str | None
    kty: str | None
    crv: str | None
    x: str | None
    x5c: tuple[str, ...]
    x5t: str | None
    x5u: str | None
    y: str | None
    n: str | None
    e: str | None
    d: str | None
    p: str | None
    q: str | None
    dp: str | None
    dq: str | None
    qi: str | None
    k: str | None


class Client(Resource):
    """A browser or device, with its sessions."""

    __slots__ = ()

    object: str | None
    session_ids: tuple[str, ...]
    sessions: tuple[Session, ...]
    sign_in_id: str | None
    sign_up_id: str | None
    last_active_session_id: str | None
    last_authentication_strategy: str | None
    updated_at: int | None
    created_at: int | None


class Session(Resource):
    """A session of a user in a browser or device."""

    __slots__ = ()

    object: str | None
    user_id: str | None
    client_id: str | None
    actor: JsonObject
    status: str | None
    last_active_organization_id: str | None
    last_active_at: int | None
    latest_activity: SessionActivity | None
    expire_at: int | None
    abandon_at: int | None
    updated_at: int | None
    created_at: int | None
    tasks: tuple[SessionTask, ...]


class SessionActivity(Resource):
    """The browser, device and location of the last activity in a session."""

    __slots__ = ()

    object: str | None
    device_type: str | None
    is_mobile: bool | None
    browser_name: str | None
    browser_version: str | None
    ip_address: str | None
    city: str | None
    country: str | None


class SessionTask(Resource):
    """A task that a user must complete before the session becomes active."""

    __slots__ = ()

    key: str | None


class SessionTokens(Resource):
    """A refreshed session token, as a JWT or as `Set-Cookie` values."""

    __slots__ = ()

    object: str | None
    jwt: str | None
    cookies: tuple[str, ...]


class SessionToken(Resource):
    """A session token or JWT template token."""

    __slots__ = ()

    object: str | None
    jwt: str | None


class ActorToken(Resource):
    """A token that lets an actor sign in as another user; `actor` identifies the actor."""

    __slots__ = ()

    object: str | None
    status: str | None
    user_id: str | None
    actor: JsonObject
    token: str | None
    url: str | None
    created_at: int | None
    updated_at: int | None


class JWTTemplate(Resource):
    """A JWT template; `lifetime` and `allowed_clock_skew` are in seconds."""

    __slots__ = ()

    object: str | None
    name: str | None
    claims: JsonObject
    lifetime: int | None
    allowed_clock_skew: int | None
    custom_signing_key: bool | None
    signing_algorithm: str | None
    created_at: int | None
    updated_at: int | None


class SignInToken(Resource):
    """A single-use token that signs a user in without a password."""

    __slots__ = ()

    object: str | None
    status: str | None
    user_id: str | None
    token: str | None
    url: str | None
    created_at: int | None
    updated_at: int | None


class SignUp(Resource):
    """A sign-up attempt, with its missing and unverified fields."""

    __slots__ = ()

    object: str | None
    status: str | None
    required_fields: tuple[str, ...]
    optional_fields: tuple[str, ...]
    missing_fields: tuple[str, ...]
    unverified_fields: tuple[str, ...]
    verifications: SignUpVerifications | None
    username: str | None
    email_address: str | None
    phone_number: str | None
    web3_wallet: str | None
    password_enabled: bool | None
    first_name: str | None
    last_name: str | None
    unsafe_metadata: JsonObject
    public_metadata: JsonObject
    custom_action: bool | None
    external_id: str | None
    created_session_id: str | None
    created_user_id: str | None
    abandon_at: int | None
    legal_accepted_at: int | None
    locale: str | None
    external_account: JsonObject


class SignUpVerifications(Resource):
    """The verifications of a sign-up attempt."""

    __slots__ = ()

    email_address: SignUpVerification | None
    phone_number: SignUpVerification | None
    web3_wallet: SignUpVerification | None
    external_account: JsonObject


class SignUpVerification(Resource):
    """The next action and the supported strategies of a verification."""

    __slots__ = ()

    next_action: str | None
    supported_strategies: tuple[str, ...]


class TestingToken(Resource):
    """A token that lets tests bypass bot detection; `expires_at` is in Unix seconds."""

    __slots__ = ()

    # Keep pytest from collecting this class because of its name.
    __test__ = False

    object: str | None
    token: str | None
    expires_at: int | None


class AgentTask(Resource):
    """A task that an agent performs for a user; open `url` to start it."""

    __slots__ = ()

    object: str | None
    agent_id: str | None
    agent_task_id: str | None
    task_id: str | None
    url: str | None
