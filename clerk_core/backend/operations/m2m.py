"""Operations on the tokens with which machines call each other."""

from __future__ import annotations

from clerk_core.backend.models import M2MToken
from clerk_core.backend.operation import AsyncFace, Iterating, SyncFace, operation
from clerk_core.backend.pages import Page


class M2mOperations:
    """Each is a method of both clients; identifiers come first, all else by name."""

    @operation("POST", "/m2m_tokens")
    def create_token(
        self,
        *,
        token_format: str = ...,
        seconds_until_expiration: float | None = ...,
        claims: object = ...,
        min_remaining_ttl_seconds: int = ...,
    ) -> M2MToken:
        """Create a token for the machine whose secret key is used; `token` holds it."""

    @operation("GET", "/m2m_tokens")
    def list_tokens(
        self,
        *,
        subject: str,
        revoked: bool | None = ...,
        expired: bool | None = ...,
        limit: float = ...,
        offset: float | None = ...,
    ) -> Page[M2MToken]:
        """The opaque tokens of a machine, a page at a time; JWTs are not kept."""

    iterate_tokens = Iterating(list_tokens)

    @operation("POST", "/m2m_tokens/{m2m_token_id}/revoke")
    def revoke_token(self, m2m_token_id: str, *, revocation_reason: str | None = ...) -> M2MToken:
        """Revoke an opaque token; a JWT cannot be revoked."""

    @operation("POST", "/m2m_tokens/verify")
    def verify_token(self, *, token: str) -> M2MToken:
        """Tell whose token it is; one that does not hold is an error."""


class M2m(M2mOperations, SyncFace):
    """Operations on the tokens with which machines call each other."""


class AsyncM2m(M2mOperations, AsyncFace):
    """Operations on the tokens with which machines call each other, to await."""
