"""Operations on the tokens with which machines call each other."""

from collections.abc import Iterator, Mapping

from clerk_core._api.modes import AsyncMode, M, Operations, SyncMode
from clerk_core._api.operation import Extra, operation
from clerk_core._api.pages import Page
from clerk_core._api.paginator import paginate
from clerk_core._flow import Flow
from clerk_core.models import M2MToken


def _verify_jwt(mode: SyncMode | AsyncMode, given: Mapping[str, object]) -> Flow[M2MToken] | None:
    return mode.client.verify_m2m(given["token"])


class M2M(Operations[M]):
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
        extra: Extra = ...,
    ) -> M2MToken:
        """Create a token for the machine whose secret key is used; `token` of the result holds it.

        Args:
            token_format: `opaque` (the default) or `jwt`.
            seconds_until_expiration: The token's lifetime in seconds; the machine's default if left
                out.
            claims: Custom claims, which are returned when the token is verified.
            min_remaining_ttl_seconds: Return an existing opaque token with the same claims if it is
                valid that long.
            machine_secret_key: The machine's secret key, if it is not the client's.
            extra: Further fields to send.
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
        extra: Extra = ...,
    ) -> Page[M2MToken]:
        """Return the opaque tokens of a machine. JWTs are not stored.

        Args:
            subject: The machine's ID.
            revoked: Whether to return revoked tokens as well; false by default.
            expired: Whether to return expired tokens as well; false by default.
            limit: The maximum number of results, 1 to 100; 10 by default.
            offset: The number of results to skip.
            machine_secret_key: The machine's secret key, if it is not the client's.
            extra: Further fields to send.
        """
        ...

    @paginate(list_tokens)
    def iterate_tokens(self) -> Iterator[M2MToken]:
        """Iterate over the opaque tokens of a machine."""
        ...

    @operation("POST", "/m2m_tokens/{m2m_token_id}/revoke")
    def revoke_token(
        self,
        m2m_token_id: str,
        *,
        revocation_reason: str | None = ...,
        machine_secret_key: str | None = ...,
        extra: Extra = ...,
    ) -> M2MToken:
        """Revoke an opaque token. A JWT cannot be revoked.

        Args:
            m2m_token_id: The token's ID.
            revocation_reason: Why it is revoked, for your records.
            machine_secret_key: The machine's secret key, if it is not the client's.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/m2m_tokens/verify", local_flow=_verify_jwt)
    def verify_token(
        self, *, token: str, machine_secret_key: str | None = ..., extra: Extra = ...
    ) -> M2MToken:
        """Verify a token and return it.

        A JWT is verified without a call, by its signature and its times. Check `scopes` of the
        result: they are the IDs of the machines that the token is for.

        Args:
            token: The token as the other machine sent it.
            machine_secret_key: The machine's secret key, if it is not the client's.
            extra: Further fields to send.

        Raises:
            TokenVerificationError: A JWT does not hold.
            NotFoundError: An opaque token does not hold, or is for other machines.
        """
        ...
