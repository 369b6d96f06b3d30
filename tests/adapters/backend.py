"""A Backend API on loopback, its users and sessions made up as they are asked for; and tokens."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from clerk_core.words.messages import HttpResponse
from clerk_core.words.publishable_key import PublishableKey
from tests.edges.loopback import LoopbackServer, Received, respond_with
from tests.support import SECRET_KEY, json_response, jwk, mint, public_pem, publishable_key

PRIVATE = "of-no-concern-to-a-browser"


class Backend(LoopbackServer):
    """Answers as the Backend API does.

    `nonces` holds the directives of finished handshakes, `machines` what is said of machine tokens.
    """

    def __init__(self) -> None:
        super().__init__(respond_with(self.respond))
        self.nonces: dict[str, list[str]] = {}
        self.machines = {
            "api_keys": machine("user_9", name="Reports"),
            "m2m_tokens": machine("mch_9"),
            "oauth_applications/access_tokens": machine("user_9", client_id="client_9"),
        }

    def options(self) -> dict[str, Any]:
        """The options of an application of this instance."""
        return {
            "publishable_key": publishable_key(),
            "secret_key": SECRET_KEY,
            "jwt_key": public_pem(),
            "api_url": self.url,
        }

    def respond(self, received: Received) -> HttpResponse:
        if received.headers.get("authorization") != f"Bearer {SECRET_KEY}":
            return json_response({"errors": [{"code": "clerk_key_invalid"}]}, 401)
        for pattern, answer in self._routes():
            found = re.fullmatch(pattern, f"{received.method} {received.target}")
            if found:
                return answer(*found.groups())
        return json_response({"errors": [{"code": "resource_not_found"}]}, 404)

    def _routes(self) -> list[tuple[str, Callable[..., HttpResponse]]]:
        return [
            (r"GET /v1/jwks", lambda: json_response({"keys": [jwk()]})),
            (r"GET /v1/users/(user_\w+)", lambda user_id: json_response(user(user_id))),
            (
                r"POST /(api_keys|m2m_tokens|oauth_applications/access_tokens)/verify",
                lambda kind: json_response(
                    self.machines[kind], 200 if self.machines[kind] else 404
                ),
            ),
            (
                r"POST /v1/sessions/(\w+)/tokens/(\w+)",
                lambda session, template: json_response({"jwt": f"{template} of {session}"}),
            ),
            (
                r"GET /v1/clients/handshake_payload\?nonce=(\w+)",
                lambda nonce: json_response({"directives": self.nonces.pop(nonce, [])}),
            ),
        ]


def user(user_id: str) -> dict[str, object]:
    """A user as the Backend API describes it."""
    return {
        "id": user_id,
        "first_name": f"First of {user_id}",
        "public_metadata": {"plan": "gold"},
        "private_metadata": {"note": PRIVATE},
    }


def machine(subject: str, **fields: object) -> dict[str, object]:
    """A good machine token as the Backend API describes it."""
    return {"id": f"token_of_{subject}", "subject": subject, "scopes": ["read"], **fields}


def token(user_id: str = "user_1", **claims: Any) -> str:
    """A session token that holds now; `key` is what it is signed with."""
    now = int(time.time())
    times = {"iat": now - 10, "nbf": now - 20, "exp": now + 600}
    key: RSAPrivateKey | None = claims.pop("key", None)
    return mint({"sub": user_id, "sid": f"sess_of_{user_id}", **times, **claims}, key=key)


def bearer(user_id: str = "user_1", **claims: Any) -> tuple[str, str]:
    """The header with which a program signs in."""
    return show(token(user_id, **claims))


def show(session_token: str) -> tuple[str, str]:
    """The header that carries this token."""
    return "authorization", f"Bearer {session_token}"


def browser_cookies(session_token: str, key: str | None = None) -> dict[str, str]:
    """The cookies of a browser that is signed in to the instance of that publishable key."""
    suffix = PublishableKey.parse(key or publishable_key()).cookie_suffix
    uat = str(int(time.time()) - 60)
    plain = {"__session": session_token, "__client_uat": uat, "__clerk_db_jwt": "dvb_1"}
    return plain | {f"{name}_{suffix}": value for name, value in plain.items()}


def cookie(cookies: dict[str, str]) -> tuple[str, str]:
    """The header that carries these cookies."""
    return "cookie", "; ".join(f"{name}={value}" for name, value in cookies.items())
