"""Public keys, of the RSA family only: how they are read, and what they have signed.

Loaded when the first key is read: what reads and uses keys is more than half of what importing the
core would cost. No token is looked at here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512
from jwt.algorithms import RSAAlgorithm
from jwt.exceptions import InvalidKeyError

from clerk_core._authentication.tokens.signature import ALGORITHMS
from clerk_core._json_values import is_array, is_object
from clerk_core._reasons import Reason
from clerk_core.errors import ConfigurationError

MAX_KEYS = 32
"""How many keys of a key set are read. Clerk publishes two or three."""

MIN_BITS = 2048
"""The size of an RSA key below which it verifies nothing (RFC 7518, 3.3)."""

_HASHES: dict[str, SHA256 | SHA384 | SHA512] = dict(
    zip(ALGORITHMS, (SHA256(), SHA384(), SHA512()), strict=True)
)
_PADDING = PKCS1v15()
_READER = RSAAlgorithm(RSAAlgorithm.SHA256)
_PEM_DECORATION = re.compile(r"-----[^-]*-----|\s")


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An RSA public key and the one algorithm it was published for."""

    public: RSAPublicKey
    algorithm: str

    def has_signed(self, content: bytes, signature: bytes) -> bool:
        """Return whether this key made the signature of this content."""
        try:
            self.public.verify(signature, content, _PADDING, _HASHES[self.algorithm])
        except InvalidSignature:
            return False
        return True


def parse_pem(pem: str) -> SigningKey:
    """Return the key of a `CLERK_JWT_KEY`, its line breaks as they survived the environment.

    Raises:
        ConfigurationError: it is not an RSA public key, or one of less than `MIN_BITS`.
    """
    body = _PEM_DECORATION.sub("", pem)
    lines = [body[start : start + 64] for start in range(0, len(body), 64)]
    pem = "\n".join(["-----BEGIN PUBLIC KEY-----", *lines, "-----END PUBLIC KEY-----"])
    try:
        public = _READER.prepare_key(pem)
    except (InvalidKeyError, UnsupportedAlgorithm, ValueError, TypeError):
        public = None
    if not isinstance(public, RSAPublicKey):
        raise ConfigurationError(
            "CLERK_JWT_KEY is not an RSA public key in PEM form. Copy it whole, with its BEGIN "
            "and END lines, from the API keys page of the Clerk dashboard.",
            code="jwt-key-invalid",
        )
    if public.key_size < MIN_BITS:
        raise ConfigurationError(
            f"CLERK_JWT_KEY is an RSA key of {public.key_size} bits, and {MIN_BITS} are the least "
            "that is safe (RFC 7518, 3.3). Copy the key of the instance from the API keys page of "
            "the Clerk dashboard.",
            code="jwt-key-too-short",
        )
    return SigningKey(public, "RS256")


def parse_key_set(document: object) -> dict[str, SigningKey | Reason]:
    """Return the RSA keys among the first `MAX_KEYS` of a JSON Web Key Set (RFC 7517, 5), by `kid`.

    A key of less than `MIN_BITS` is the reason to refuse what it has signed. Other entries are
    skipped.
    """
    keys = document.get("keys") if is_object(document) else None
    found: dict[str, SigningKey | Reason] = {}
    for jwk in keys[:MAX_KEYS] if is_array(keys) else []:
        kid = jwk.get("kid") if is_object(jwk) else None
        if is_object(jwk) and isinstance(kid, str):
            key = _parse_jwk(jwk)
            if key is not None:
                found[kid] = key
    return found


def _parse_jwk(jwk: Mapping[str, object]) -> SigningKey | Reason | None:
    algorithm = jwk.get("alg", "RS256")
    is_known = isinstance(algorithm, str) and algorithm in ALGORITHMS
    if jwk.get("kty") != "RSA" or jwk.get("use", "sig") != "sig" or not is_known:
        return None
    # Only the public members: a private key that slipped into a key set is not to be held here.
    members = {name: jwk.get(name) for name in ("kty", "n", "e")}
    try:
        public = cast("RSAPublicKey", RSAAlgorithm.from_jwk(members))
    except (InvalidKeyError, ValueError, TypeError, AttributeError):
        return None
    if public.key_size < MIN_BITS:
        return Reason.JWK_TOO_SHORT
    return SigningKey(public, str(algorithm))
