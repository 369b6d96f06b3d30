"""Operations on the tokens with which machines call each other."""

from __future__ import annotations

from collections.abc import Mapping

from clerk_core.backend.models import M2MToken
from clerk_core.backend.operation import AsyncFace, Iterating, SyncFace, operation
from clerk_core.backend.pages import Page
from clerk_core.words.flow import Flow


def _verify_jwt(face: SyncFace | AsyncFace, given: Mapping[str, object]) -> Flow[M2MToken] | None:
    return face.verify_m2m(given["token"])


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
        machine_secret_key: str | None = ...,
    ) -> M2MToken:
        """Create a token for the machine whose secret key is used; `token` holds it.

        The key is `machine_secret_key`, or else the client's.
        """

    @operation("GET", "/m2m_tokens")
    def list_tokens(
        self,
        *,
        subject: str,
        revoked: bool | None = ...,
        expired: bool | None = ...,
        limit: float = ...,
        offset: float | None = ...,
        machine_secret_key: str | None = ...,
    ) -> Page[M2MToken]:
        """The opaque tokens of a machine, a page at a time; JWTs are not kept."""

    iterate_tokens = Iterating(list_tokens)

    @operation("POST", "/m2m_tokens/{m2m_token_id}/revoke")
    def revoke_token(
        self,
        m2m_token_id: str,
        *,
        revocation_reason: str | None = ...,
        machine_secret_key: str | None = ...,
    ) -> M2MToken:
        """Revoke an opaque token; a JWT cannot be revoked."""

    @operation("POST", "/m2m_tokens/verify", locally=_verify_jwt)
    def verify_token(self, *, token: str, machine_secret_key: str | None = ...) -> M2MToken:
        """Tell whose token it is; one that does not hold is an error.

        A JWT is verified without a call, by its signature and its times; `scopes` of the answer
        are the machines that it is for. Raises `TokenVerificationError` where a JWT does not hold,
        and `ClerkAPIError` where another token does not.
        """


class M2m(M2mOperations, SyncFace):
    """Operations on the tokens with which machines call each other."""


class AsyncM2m(M2mOperations, AsyncFace):
    """Operations on the tokens with which machines call each other, to await."""
