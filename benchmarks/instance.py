"""Create the keys, tokens and requests of the fake Clerk instance of the benchmarks.

Nothing is fetched, because the instance has a `jwt_key`.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from functools import cache
from typing import TypeAlias

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from clerk_core import Options, Settings

Pairs: TypeAlias = "list[tuple[str, str]]"
"""The headers of a request."""

HOST = "bench-mark-1.clerk.accounts.dev"
USER = "user_2benchbenchbenchbenchbench"
STARTED = int(time.time())

KEY_ID = "ins_2bench"
KEY = rsa.generate_private_key(65537, 2048)
PEM = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
OPTIONS: Options = {
    "publishable_key": "pk_test_" + base64.b64encode(f"{HOST}$".encode()).decode().rstrip("="),
    "secret_key": "sk_test_benchmark",
    "jwt_key": PEM,
}
_SUFFIX = Settings(**OPTIONS).cookie_suffix

SCRIPT: Pairs = [
    ("host", "localhost:3000"),
    ("user-agent", "python-httpx/0.28.1"),
    ("accept", "*/*"),
    ("accept-encoding", "gzip, deflate"),
]
BROWSER: Pairs = [
    ("host", "localhost:3000"),
    ("user-agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/150.0 Safari/537.36"),
    ("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
    ("accept-encoding", "gzip, deflate, br"),
    ("accept-language", "en-GB,en;q=0.9"),
    ("sec-fetch-dest", "document"),
    ("sec-fetch-mode", "navigate"),
    ("sec-fetch-site", "same-origin"),
]


@cache
def token(number: int) -> str:
    """Return a session token with the claims and the size of Clerk's, valid for an hour.

    Args:
        number: A number that makes the token unique.
    """
    claims = {
        "azp": "http://localhost:3000",
        "exp": STARTED + 3600,
        "fea": "o:projects,o:billing",
        "fva": [5, -1],
        "iat": STARTED,
        "iss": f"https://{HOST}",
        "jti": f"{number:020}",
        "nbf": STARTED - 10,
        "o": {"id": "org_2bench", "rol": "admin", "slg": "bench", "per": "read", "fpm": "1,1"},
        "sid": "sess_2benchbenchbenchbenchbench",
        "sts": "active",
        "sub": USER,
        "v": 2,
    }
    headers = {"cat": "cl_B7d4PD111AAA", "kid": KEY_ID}
    return jwt.encode(claims, KEY, algorithm="RS256", headers=headers)


def forged_token(number: int) -> str:
    """Return a token with a wrong signature, which is different for each number."""
    signing_input, _, signature = token(0).rpartition(".")
    made_up = base64.urlsafe_b64encode(number.to_bytes(12, "big")).decode()
    return f"{signing_input}.{made_up}{signature[len(made_up) :]}"


def header_request(session_token: str) -> Pairs:
    """Return the headers of a script that sends a token."""
    return [*SCRIPT, ("authorization", f"Bearer {session_token}")]


def cookie_request(session_token: str) -> Pairs:
    """Return the headers of a signed-in browser, with one cookie that is not Clerk's."""
    values = {
        "__session": session_token,
        "__client_uat": str(STARTED - 60),
        "__clerk_db_jwt": "dvb_2bench",
    }
    pairs = [pair for n, v in values.items() for pair in (f"{n}={v}", f"{n}_{_SUFFIX}={v}")]
    return [*BROWSER, ("cookie", "; ".join(["theme=dark", *pairs]))]


class Visitor:
    """A kind of request with its expected result.

    Args:
        name: The name in tables.
        result: The expected status of authentication.
        headers: Returns the headers of the request with this number.
        is_new: Whether each request has a token that was never seen before.
    """

    def __init__(
        self, name: str, result: str, headers: Callable[[int], Pairs], *, is_new: bool = False
    ) -> None:
        self.name = name
        self.result = result
        self.headers = headers
        self.is_new = is_new

    def requests(self, number: int) -> list[Pairs]:
        """Return the headers of this number of requests, with new strings, as on a server."""
        return [_copies(self.headers(n if self.is_new else 0)) for n in range(number)]


def _copies(headers: Pairs) -> Pairs:
    # Copy the strings, because a string caches its hash, and a server creates new strings.
    return [(name.encode().decode(), value.encode().decode()) for name, value in headers]


VISITORS = [
    Visitor("header token, new", "signed-in", lambda n: header_request(token(n)), is_new=True),
    Visitor("header token, again", "signed-in", lambda n: header_request(token(n))),
    Visitor("cookie token, new", "signed-in", lambda n: cookie_request(token(n)), is_new=True),
    Visitor("cookie token, again", "signed-in", lambda n: cookie_request(token(n))),
    Visitor("signed out, script", "signed-out", lambda _: SCRIPT),
    Visitor("signed out, browser", "handshake", lambda _: BROWSER),
    Visitor(
        "forged token, new", "signed-out", lambda n: header_request(forged_token(n)), is_new=True
    ),
    Visitor("forged token, again", "signed-out", lambda n: header_request(forged_token(n))),
]
