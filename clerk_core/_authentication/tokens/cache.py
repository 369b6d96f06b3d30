"""Cache verified signatures, because a browser sends the same token with many requests.

Only the verification of the signature is cached. Claims are checked on every request, and an entry
is valid only for the key that verified it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from clerk_core._authentication.request.jwt import Jwt, decode
from clerk_core._bounded import keep

if TYPE_CHECKING:
    from clerk_core._authentication.tokens.keys import SigningKey

MAX_TOKENS = 2048
MAX_LENGTH = 4096
MAX_HEADERS = 16


class _VerifiedToken(NamedTuple):
    jwt: Jwt
    key: SigningKey


class TokenCache:
    """A bounded cache of verified tokens that evicts the oldest first."""

    def __init__(self) -> None:
        self._verified: dict[str, _VerifiedToken] = {}
        self._headers: dict[bytes, dict[str, object]] = {}

    def __len__(self) -> int:
        return len(self._verified)

    def decode(self, token: str) -> Jwt:
        """Return the decoded token, from the cache if possible.

        Raises:
            MalformedJwtError: The token is malformed.
        """
        verified = self._verified.get(token)
        return verified.jwt if verified else decode(token, self._headers)

    def holds(self, token: str, key: SigningKey) -> bool:
        """Return whether the signature was verified with this key."""
        verified = self._verified.get(token)
        return verified is not None and verified.key is key

    def remember(self, token: str, jwt: Jwt, key: SigningKey) -> None:
        """Add a token whose signature was verified with `key`."""
        if len(token) > MAX_LENGTH:
            return
        keep(self._verified, token, _VerifiedToken(jwt, key), MAX_TOKENS)
        if len(self._headers) >= MAX_HEADERS:
            self._headers.clear()
        self._headers[jwt.signing_input.partition(b".")[0]] = jwt.header
