"""Manage the keys of the instance: publishable key, secret key and the RSA key that signs tokens.

They are generated once and stored in the database. It must not know which claims a token has.
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

from clerk_core._authentication.request.jwt import MalformedJwtError, decode
from clerk_core._settings.publishable_key import PublishableKey
from clerk_core.local._storage.rows import Secret, new_id, random_text
from clerk_core.local._storage.store import Store

if TYPE_CHECKING:
    from jwt.types import Options

Category = Literal["session", "template", "m2m", "oauth"]

_HEADERS: dict[Category, dict[str, str]] = {
    "session": {"cat": "cl_B7d4PD111AAA"},
    "template": {"cat": "cl_B7d4PD222AAA"},
    "m2m": {"cat": "cl_B7d4PD333AAA"},
    # OAuth access tokens have a type instead (RFC 9068, 2.1).
    "oauth": {"typ": "at+jwt"},
}


_SIGNATURE_ONLY: Options = {
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
}


@dataclass(frozen=True, slots=True)
class InstanceKeys:
    """The keys of an instance; the repr omits secrets."""

    publishable_key: PublishableKey
    secret_key: str = field(repr=False)
    form_key: str = field(repr=False)
    kid: str
    _private: rsa.RSAPrivateKey = field(repr=False)

    @classmethod
    def load(cls, store: Store) -> InstanceKeys:
        """Return the keys in the store; generate missing keys. Call this within a transaction."""
        pem = _load_or_create(store, "private_key", _new_private_key).encode()
        private = serialization.load_pem_private_key(pem, None)
        if not isinstance(private, rsa.RSAPrivateKey):
            raise TypeError("the private key in the store is not an RSA key")
        return cls(
            PublishableKey.parse(_load_or_create(store, "publishable_key", _new_publishable_key)),
            _load_or_create(store, "secret_key", _new_secret_key),
            _load_or_create(store, "form_key", lambda: secrets.token_hex(32)),
            _load_or_create(store, "kid", lambda: new_id("ins")),
            private,
        )

    def rotated(self, store: Store) -> InstanceKeys:
        """Return the keys with another signing key, which the store keeps."""
        for name, value in (("private_key", _new_private_key()), ("kid", new_id("ins"))):
            store.put(Secret(name, value))
        return InstanceKeys.load(store)

    @property
    def issuer(self) -> str:
        """The `iss` claim of every token: the Frontend API URL of the publishable key."""
        return f"https://{self.publishable_key.frontend_api}"

    @property
    def webhook_secret(self) -> str:
        """The signing secret of webhooks (`whsec_…`)."""
        proof = hmac.new(self.form_key.encode(), b"webhooks", hashlib.sha256)
        return f"whsec_{base64.b64encode(proof.digest()[:24]).decode()}"

    @property
    def public_pem(self) -> str:
        """The public key as PEM, for verification without a network request."""
        pem = self._private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return pem.decode("ascii")

    def jwks(self) -> dict[str, object]:
        """Return the JSON Web Key Set (RFC 7517)."""
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
        """Return a signed JWT with these claims and with its category in the header."""
        headers = {**_HEADERS[category], "kid": self.kid}
        return jwt.encode(dict(claims), self._private, algorithm="RS256", headers=headers)

    def claims_of(self, token: str, category: Category) -> dict[str, object] | None:
        """Return the claims of a token with a valid signature and category, or None.

        Expiration is not checked.
        """
        try:
            # PyJWT also accepts non-canonical encodings of a token (RFC 7515, section 2).
            decode(token)
            whole = jwt.PyJWT().decode_complete(
                token, self._private.public_key(), ["RS256"], _SIGNATURE_ONLY
            )
        except (MalformedJwtError, jwt.PyJWTError):
            return None
        is_of_category = _HEADERS[category].items() <= whole["header"].items()
        return whole["payload"] if is_of_category else None

    def owns_secret_key(self, given: str) -> bool:
        """Return whether this is the secret key, with a constant-time comparison."""
        return hmac.compare_digest(given.encode(), self.secret_key.encode())

    def refresh_token(self, session_id: str) -> str:
        """Return the refresh token, which allows a browser to renew an expired session token."""
        proof = hmac.new(self.form_key.encode(), f"refresh {session_id}".encode(), hashlib.sha256)
        return f"rt_{proof.hexdigest()}"

    def form_token(self, browser: str) -> str:
        """Return the CSRF token for the forms of this browser."""
        return hmac.new(self.form_key.encode(), browser.encode(), hashlib.sha256).hexdigest()


def _load_or_create(store: Store, name: str, make: Callable[[], str]) -> str:
    secret = store.one(Secret, name=name)
    if secret is None:
        secret = Secret(name, make())
        store.put(secret)
    return secret.value


def _new_secret_key() -> str:
    return f"sk_test_{random_text(42)}"


def _new_publishable_key() -> str:
    # The cookie suffix is derived from the key. With a random key for each data file, instances
    # never use the cookies of each other.
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
