"""Define the rows of browsers, sessions, sign-ins and sign-ups."""

from __future__ import annotations

from dataclasses import dataclass, field

from clerk_core.local._storage.rows.values import JSON, JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """The client of a browser. `updated_at` is the time of the last change to its sessions.

    `dev_browser` is the value of the `__clerk_db_jwt` cookie. It is a credential.
    """

    id: str
    dev_browser: str = field(repr=False)
    last_active_session_id: str | None = None
    last_authentication_strategy: str | None = None
    sign_in_id: str | None = None
    sign_up_id: str | None = None
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A session. `authorized_party` is the origin of the last application with a handshake.

    `actor` is the claim of the user who impersonates the user.
    """

    id: str
    user_id: str
    client_id: str
    actor: JsonObject | None = field(default=None, metadata=JSON)
    status: str
    organization_id: str | None = None
    authorized_party: str | None = None
    user_agent: str = ""
    first_factor_at: int
    second_factor_at: int | None = None
    reverification_id: str | None = None
    created_at: int
    updated_at: int
    expire_at: int
    abandon_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """An attempt to sign in. The `…_factor_id` name verifications."""

    id: str
    client_id: str
    status: str = "needs_identifier"
    identifier: str | None = None
    user_id: str | None = None
    organization_id: str | None = None
    first_factor_id: str | None = None
    second_factor_id: str | None = None
    sign_in_token_id: str | None = None
    created_session_id: str | None = None
    created_at: int
    updated_at: int
    abandon_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUp:
    """An attempt to sign up. The `…_verification_id` name verifications."""

    id: str
    client_id: str
    status: str = "missing_requirements"
    email_address: str | None = None
    username: str | None = None
    password_hash: str | None = field(default=None, repr=False)
    first_name: str | None = None
    last_name: str | None = None
    unsafe_metadata: JsonObject = field(default_factory=JsonObject, metadata=JSON)
    invitation_id: str | None = None
    email_verification_id: str | None = None
    phone_number: str | None = None
    phone_verification_id: str | None = None
    external_verification_id: str | None = None
    created_session_id: str | None = None
    created_user_id: str | None = None
    created_at: int
    updated_at: int
    abandon_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """A proof that a user has a factor, such as the code of an email; secrets stay in the store.

    `data` contains what a strategy needs, such as the challenge of a passkey.
    """

    id: str
    strategy: str
    status: str = "unverified"
    code: str | None = field(default=None, repr=False)
    attempts: int = 0
    data: JsonObject = field(default_factory=JsonObject, repr=False, metadata=JSON)
    error_code: str | None = None
    expire_at: int | None = None
    created_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInToken:
    """A single-use token that signs a user in.

    With an `actor`, the session of `session_lifetime` seconds is that of an impersonated user.
    """

    id: str
    user_id: str
    actor: JsonObject | None = field(default=None, metadata=JSON)
    session_lifetime: int | None = None
    organization_id: str | None = None
    token: str = field(repr=False)
    status: str = "pending"
    expire_at: int
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HandshakePayload:
    """The `Set-Cookie` values of a handshake, which the application fetches once by nonce."""

    nonce: str = field(repr=False)
    directives: list[str] = field(repr=False, metadata=JSON)
    expire_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """An email or text message that Clerk would have sent."""

    id: str
    channel: str
    recipient: str
    subject: str = field(repr=False)
    body: str = field(repr=False)
    code: str | None = field(default=None, repr=False)
    url: str | None = field(default=None, repr=False)
    created_at: int
