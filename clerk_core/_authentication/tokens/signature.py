"""What a token's header and signature say of it, under a key. No claim is looked at here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clerk_core._authentication.request.jwt import Jwt
from clerk_core._reasons import Reason

if TYPE_CHECKING:
    from clerk_core._authentication.tokens.keys import SigningKey

ALGORITHMS = ("RS256", "RS384", "RS512")
"""The only ones: of the RSA family, with a hash of 256, 384 and 512 bits."""


def refuse_header(jwt: Jwt, types: tuple[str, ...] | None = None) -> Reason | None:
    """Return why the header of a token is not acceptable; None if it is.

    `typ` is one of `types`, or when None: JWT, or absent. `crit` names extensions that must be
    understood, and none is (RFC 7515, 4.1.11). `alg` chooses among three, never none and never an
    HMAC (RFC 8725, 3.1).
    """
    header = jwt.header
    has_type = header.get("typ", "JWT") == "JWT" if types is None else header.get("typ") in types
    if not has_type or "crit" in header:
        return Reason.TOKEN_INVALID
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        return Reason.TOKEN_INVALID_ALGORITHM
    return None


def refuse_signature(jwt: Jwt, key: SigningKey) -> Reason | None:
    """Return why the signature is invalid with `key`; None if it is valid. Check headers first."""
    if jwt.header["alg"] != key.algorithm:
        return Reason.TOKEN_VERIFICATION_FAILED
    if not key.has_signed(jwt.signing_input, jwt.signature):
        return Reason.TOKEN_INVALID_SIGNATURE
    return None
