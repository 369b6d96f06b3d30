"""Load RSA public keys and verify signatures.

This module is imported when the first key is needed, because PyJWT and cryptography would more than
double the import time of the core. It knows no tokens.
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
"""The maximum number of keys to load from a key set. Clerk publishes two or three."""

MIN_BITS = 2048
"""The minimum size of an RSA key in bits (RFC 7518, 3.3)."""

_HASHES: dict[str, SHA256 | SHA384 | SHA512] = dict(
    zip(ALGORITHMS, (SHA256(), SHA384(), SHA512()), strict=True)
)
_PADDING = PKCS1v15()
_READER = RSAAlgorithm(RSAAlgorithm.SHA256)
_PEM_DECORATION = re.compile(r"-----[^-]*-----|\s")


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An RSA public key with the algorithm that it was published for."""

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
    """Return the key of `CLERK_JWT_KEY`, even if the environment changed its line breaks.

    Raises:
        ConfigurationError: The string is not an RSA public key, or the key is too short.
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
            "CLERK_JWT_KEY is not an RSA public key in PEM format. Copy all of it, including the "
            "BEGIN and END lines, from the API keys page of the Clerk dashboard.",
            code="jwt-key-invalid",
        )
    if public.key_size < MIN_BITS:
        raise ConfigurationError(
            f"CLERK_JWT_KEY is an RSA key of {public.key_size} bits, but at least {MIN_BITS} are "
            "required (RFC 7518, 3.3). Copy the key of the instance from the API keys page of the "
            "Clerk dashboard.",
            code="jwt-key-too-short",
        )
    return SigningKey(public, "RS256")


def parse_key_set(document: object) -> dict[str, SigningKey | Reason]:
    """Return the RSA keys of a JSON Web Key Set (RFC 7517, 5) by `kid`.

    A key that is too short is replaced by the reason to reject tokens that it signed. Other invalid
    entries are skipped, and so are entries after the first `MAX_KEYS`.
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
    # Load public members only, in case a private key was published by mistake.
    members = {name: jwk.get(name) for name in ("kty", "n", "e")}
    try:
        public = cast("RSAPublicKey", RSAAlgorithm.from_jwk(members))
    except (InvalidKeyError, ValueError, TypeError, AttributeError):
        return None
    if public.key_size < MIN_BITS:
        return Reason.JWK_TOO_SHORT
    return SigningKey(public, str(algorithm))
