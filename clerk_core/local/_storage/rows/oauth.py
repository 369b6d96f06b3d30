"""Define the rows of the OAuth authorization server: applications, grants and refresh tokens."""

from __future__ import annotations

from dataclasses import dataclass, field

from clerk_core.local._storage.rows.values import JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthApplication:
    """An OAuth client. `secret_hash` is empty for a public client, which has no secret."""

    id: str
    client_id: str
    secret_hash: str = field(default="", repr=False)
    name: str
    client_uri: str | None = None
    redirect_uris: list[str] = field(metadata=JSON)
    scopes: list[str] = field(metadata=JSON)
    token_endpoint_auth_method: str = "client_secret_basic"
    public: bool = field(default=False, metadata=JSON)
    pkce_required: bool = field(default=False, metadata=JSON)
    consent_screen_enabled: bool = field(default=True, metadata=JSON)
    dynamically_registered: bool = field(default=False, metadata=JSON)
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthGrant:
    """What a user granted to an application, with the authorization code that proves it.

    The store has only the hash of the code. `redirect_uri` is that of the request, and None if the
    request had none. `resources` are resource indicators (RFC 8707).
    """

    id: str
    application_id: str
    user_id: str
    scopes: list[str] = field(metadata=JSON)
    resources: list[str] = field(metadata=JSON)
    redirect_uri: str | None = None
    code_hash: str = field(repr=False)
    code_used: bool = field(default=False, metadata=JSON)
    code_challenge: str | None = field(default=None, repr=False)
    code_expire_at: int
    nonce: str | None = field(default=None, repr=False)
    authenticated_at: int
    revoked: bool = field(default=False, metadata=JSON)
    created_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthRefreshToken:
    """A refresh token of a grant, of which the store has only the hash."""

    token_hash: str = field(repr=False)
    grant_id: str
    used: bool = field(default=False, metadata=JSON)
    created_at: int
