"""Create keys, tokens and headers of a fake Clerk instance.

The keys are generated once per process, because that is slow.
"""

from __future__ import annotations

import base64
import time
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from clerk_core._settings.publishable_key import PublishableKey

HOST = "happy-hippo-1.clerk.accounts.dev"
"""The host of the instance's Frontend API."""
KID = "ins_key_1"
SECRET_KEY = "sk_test_0123456789abcdefghijklmnopqrstuv"
SESSION_CATEGORY = "cl_B7d4PD111AAA"

PAGE = ("accept", "text/html,application/xhtml+xml")
"""The `Accept` header of a browser that navigates."""
ADMIN: dict[str, Any] = {
    "o": {"id": "org_1", "rol": "admin", "slg": "acme", "per": "read", "fpm": "1"}
}
"""The claims of an organization's administrator."""


@cache
def rsa_key() -> RSAPrivateKey:
    """Return the key of the instance."""
    return generate_private_key(65537, 2048)


@cache
def other_rsa_key() -> RSAPrivateKey:
    """Return the key of another instance."""
    return generate_private_key(65537, 2048)


def public_pem(key: RSAPrivateKey | None = None) -> str:
    """Return the public key in PEM format."""
    public = (key or rsa_key()).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def publishable_key(host: str = HOST, kind: str = "test") -> str:
    """Return the publishable key of the instance with this Frontend API host, test or live."""
    return f"pk_{kind}_{base64.b64encode(f'{host}$'.encode()).decode().rstrip('=')}"


def token(user_id: str = "user_1", **claims: Any) -> str:
    """Return a valid session token.

    Args:
        user_id: The ID of the user.
        **claims: Further claims; `key` is the key that signs the token.
    """
    now = int(time.time())
    key: RSAPrivateKey | None = claims.pop("key", None)
    everything = {
        "azp": "http://localhost:5000",
        "exp": now + 600,
        "fva": [1, -1],
        "iat": now - 10,
        "iss": f"https://{HOST}",
        "nbf": now - 20,
        "sid": f"sess_of_{user_id}",
        "sts": "active",
        "sub": user_id,
        "v": 2,
        **claims,
    }
    headers = {"cat": SESSION_CATEGORY, "kid": KID}
    return jwt.encode(everything, key or rsa_key(), algorithm="RS256", headers=headers)


def tampered(session_token: str) -> str:
    """Return the token with an invalid signature."""
    signing_input, _, signature = session_token.rpartition(".")
    return f"{signing_input}.{'B' if signature.startswith('A') else 'A'}{signature[1:]}"


def show(session_token: str) -> tuple[str, str]:
    """Return the header with this token."""
    return "authorization", f"Bearer {session_token}"


def bearer(user_id: str = "user_1", **claims: Any) -> tuple[str, str]:
    """Return the `Authorization` header of an API client.

    Args:
        user_id: The ID of the user.
        **claims: Further claims; `key` is the key that signs the token.
    """
    return show(token(user_id, **claims))


def browser_cookies(session_token: str, key: str | None = None) -> dict[str, str]:
    """Return the cookies of a signed-in browser.

    Args:
        session_token: The session token.
        key: The publishable key of the instance; that of `HOST` by default.
    """
    suffix = PublishableKey.parse(key or publishable_key()).cookie_suffix
    uat = str(int(time.time()) - 60)
    plain = {"__session": session_token, "__client_uat": uat, "__clerk_db_jwt": "dvb_1"}
    return plain | {f"{name}_{suffix}": value for name, value in plain.items()}


def cookie(cookies: dict[str, str]) -> tuple[str, str]:
    """Return the header with these cookies."""
    return "cookie", "; ".join(f"{name}={value}" for name, value in cookies.items())
