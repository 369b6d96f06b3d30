"""Operations on the tokens with which machines call each other."""

from collections.abc import Iterator, Mapping

from clerk_core.backend.models import M2MToken
from clerk_core.backend.modes import AsyncMode, M, Operations, SyncMode
from clerk_core.backend.operation import operation
from clerk_core.backend.pages import Page
from clerk_core.backend.paginator import paginate
from clerk_core.words.flow import Flow


def _verify_jwt(mode: SyncMode | AsyncMode, given: Mapping[str, object]) -> Flow[M2MToken] | None:
    return mode.client.verify_m2m(given["token"])


class M2m(Operations[M]):
    """Operations on the tokens with which machines call each other."""

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
        ...

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
        ...

    @paginate(list_tokens)
    def iterate_tokens(self) -> Iterator[M2MToken]:
        """Iterate over all pages of `list_tokens`."""
        ...

    @operation("POST", "/m2m_tokens/{m2m_token_id}/revoke")
    def revoke_token(
        self,
        m2m_token_id: str,
        *,
        revocation_reason: str | None = ...,
        machine_secret_key: str | None = ...,
    ) -> M2MToken:
        """Revoke an opaque token; a JWT cannot be revoked."""
        ...

    @operation("POST", "/m2m_tokens/verify", locally=_verify_jwt)
    def verify_token(self, *, token: str, machine_secret_key: str | None = ...) -> M2MToken:
        """Tell whose token it is; one that does not hold is an error.

        A JWT is verified without a call, by its signature and its times; `scopes` of the answer
        are the machines that it is for. Raises `TokenVerificationError` where a JWT does not hold,
        and `ClerkAPIError` where another token does not.
        """
        ...
