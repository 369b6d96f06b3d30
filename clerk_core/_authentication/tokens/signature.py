"""Check the header and the signature of a token. Claims are not checked here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clerk_core._authentication.request.jwt import Jwt
from clerk_core._reasons import Reason

if TYPE_CHECKING:
    from clerk_core._authentication.tokens.keys import SigningKey

ALGORITHMS = ("RS256", "RS384", "RS512")
"""The supported algorithms: RSA with a hash of 256, 384 or 512 bits."""


def refuse_header(jwt: Jwt, types: tuple[str, ...] | None = None) -> Reason | None:
    """Return why the header of a token is invalid; None if it is valid.

    `crit` is rejected, because no extensions are supported (RFC 7515, 4.1.11). `alg` must be one of
    `ALGORITHMS`, never `none` or an HMAC (RFC 8725, 3.1).

    Args:
        jwt: The decoded token.
        types: The accepted values of `typ`; None for JWT or no value.
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
    """Return why the signature is invalid for this key; None if it is valid.

    Call `refuse_header` first.
    """
    if jwt.header["alg"] != key.algorithm:
        return Reason.TOKEN_VERIFICATION_FAILED
    if not key.has_signed(jwt.signing_input, jwt.signature):
        return Reason.TOKEN_INVALID_SIGNATURE
    return None
