"""The instance's own keys: publishable key, secret key, and the RSA key that signs its tokens.

Made once and kept in the store. It may not know what a token says.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from clerk_core.local.storage.rows import Secret, new_id, random_text
from clerk_core.local.storage.store import Store
from clerk_core.reading.jwt import MalformedJwtError, decode
from clerk_core.words.publishable_key import PublishableKey

if TYPE_CHECKING:
    from jwt.types import Options

Category = Literal["session", "template", "m2m"]

_CATEGORIES: dict[Category, str] = {
    "session": "cl_B7d4PD111AAA",
    "template": "cl_B7d4PD222AAA",
    "m2m": "cl_B7d4PD333AAA",
}


_SIGNATURE_ALONE: Options = {
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
}


@dataclass(frozen=True, slots=True)
class InstanceKeys:
    """All keys of one instance; its repr shows none that is secret."""

    publishable_key: PublishableKey
    secret_key: str = field(repr=False)
    form_key: str = field(repr=False)
    kid: str
    _private: rsa.RSAPrivateKey = field(repr=False)

    @classmethod
    def load(cls, store: Store) -> InstanceKeys:
        """The keys in the store, made now where it has none; within a transaction."""
        pem = _keep(store, "private_key", _new_private_key).encode()
        private = serialization.load_pem_private_key(pem, None)
        if not isinstance(private, rsa.RSAPrivateKey):
            raise TypeError("the private key in the store is not an RSA key")
        return cls(
            PublishableKey.parse(_keep(store, "publishable_key", _new_publishable_key)),
            _keep(store, "secret_key", _new_secret_key),
            _keep(store, "form_key", lambda: secrets.token_hex(32)),
            _keep(store, "kid", lambda: new_id("ins")),
            private,
        )

    @property
    def issuer(self) -> str:
        """The `iss` of every token: the Frontend API of the publishable key."""
        return f"https://{self.publishable_key.frontend_api}"

    @property
    def public_pem(self) -> str:
        """The public key as PEM, for verification without a network."""
        pem = self._private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return pem.decode("ascii")

    def jwks(self) -> dict[str, object]:
        """The JSON Web Key Set."""
        public = RSAAlgorithm.to_jwk(self._private.public_key(), as_dict=True)
        return {
            "keys": [
                {
                    "use": "sig",
                    "kty": "RSA",
                    "kid": self.kid,
                    "alg": "RS256",
                    "n": public["n"],
                    "e": public["e"],
                }
            ]
        }

    def sign(self, claims: Mapping[str, object], category: Category) -> str:
        """A token with these claims; the category in its header says which kind it is."""
        headers = {"cat": _CATEGORIES[category], "kid": self.kid}
        return jwt.encode(dict(claims), self._private, algorithm="RS256", headers=headers)

    def claims_of(self, token: str, category: Category) -> dict[str, object] | None:
        """What a token says that was signed here, even if it has expired; None for any other."""
        try:
            # PyJWT reads other spellings of a token as well (RFC 7515, 2).
            decode(token)
            whole = jwt.PyJWT().decode_complete(
                token, self._private.public_key(), ["RS256"], _SIGNATURE_ALONE
            )
        except (MalformedJwtError, jwt.PyJWTError):
            return None
        return whole["payload"] if whole["header"].get("cat") == _CATEGORIES[category] else None

    def owns_secret_key(self, given: str) -> bool:
        """Whether this is the secret key, found out in constant time."""
        return hmac.compare_digest(given.encode(), self.secret_key.encode())

    def refresh_token(self, session_id: str) -> str:
        """What proves, beside an expired token, that a session is this browser's."""
        proof = hmac.new(self.form_key.encode(), f"refresh {session_id}".encode(), hashlib.sha256)
        return f"rt_{proof.hexdigest()}"

    def form_token(self, browser: str) -> str:
        """What a form must send back to show that this browser was given it."""
        return hmac.new(self.form_key.encode(), browser.encode(), hashlib.sha256).hexdigest()


def _keep(store: Store, name: str, make: Callable[[], str]) -> str:
    kept = store.one(Secret, name=name)
    if kept is None:
        kept = Secret(name, make())
        store.put(kept)
    return kept.value


def _new_secret_key() -> str:
    return f"sk_test_{random_text(42)}"


def _new_publishable_key() -> str:
    # A number of its own for every data file: the suffix of the cookies follows from the key, so
    # what a browser still holds from another data file is not taken for this instance's.
    number = secrets.randbelow(90_000_000) + 10_000_000
    host = f"local-emulator-{number}.clerk.accounts.dev$"
    return f"pk_test_{base64.b64encode(host.encode()).decode().rstrip('=')}"


def _new_private_key() -> str:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return pem.decode("ascii")
