"""Provide a fake Backend API on loopback, which generates users when they are requested.

Unlike `clerk_core.local`, it stores no data, and tests set its responses for nonces and tokens.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from clerk_core._compat import Self
from clerk_core.local._loopback import LoopbackServer
from clerk_core.testing._tokens import KID, SECRET_KEY, public_pem, publishable_key, rsa_key

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_SERVER_METADATA = "GET /.well-known/oauth-authorization-server"
PRIVATE = "of-no-concern-to-a-browser"
"""A value in the private metadata of each user."""


@dataclass(frozen=True)
class Forwarded:
    """A request that the Frontend API received from a proxy; names of headers as WSGI has them."""

    call: str
    headers: Mapping[str, str]
    content: bytes


class Instance:
    """A fake Backend API and Frontend API; a context manager.

    Attributes:
        calls: The requests to the Backend API so far, as `METHOD target`.
        forwarded: The requests to the Frontend API so far.
        nonces: The `Set-Cookie` values of finished handshakes, by nonce.
        refreshes: The `Set-Cookie` values that renew a session, by session ID.
        machines: The response for valid machine tokens, by the path of their kind.
    """

    def __init__(self) -> None:
        self.forget()
        self._server = LoopbackServer(self._answer)
        self.url: str = self._server.url

    def forget(self) -> None:
        """Reset all attributes."""
        self.calls: list[str] = []
        self.forwarded: list[Forwarded] = []
        self.nonces: dict[str, list[str]] = {}
        self.refreshes: dict[str, list[str]] = {}
        self.machines: dict[str, dict[str, object]] = {
            "api_keys": machine("user_9", name="Reports"),
            "m2m_tokens": machine("mch_9"),
            "oauth_applications/access_tokens": machine("user_9", client_id="client_9"),
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.close()

    def options(self) -> dict[str, Any]:
        """Return the options of an application of this instance."""
        return {
            "publishable_key": publishable_key(),
            "secret_key": SECRET_KEY,
            "jwt_key": public_pem(),
            "api_url": self.url,
        }

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        query = f"?{environ['QUERY_STRING']}" if environ["QUERY_STRING"] else ""
        call = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}{query}"
        if "HTTP_CLERK_PROXY_URL" in environ:
            return self._answer_proxy(call, environ, start_response)
        self.calls.append(call)
        if call == _SERVER_METADATA:
            start_response("200 OK", [("content-type", "application/json")])
            return [json.dumps({"issuer": self.url}).encode()]
        status, document = 404, _error("resource_not_found")
        if environ.get("HTTP_AUTHORIZATION") != f"Bearer {SECRET_KEY}":
            status, document = 401, _error("clerk_key_invalid")
        else:
            for pattern, answer in self._routes():
                found = re.fullmatch(pattern, call)
                if found:
                    status, document = 200, answer(*found.groups())
        if not document:
            status, document = 404, _error("resource_not_found")
        headers = [("content-type", "application/json")]
        start_response(f"{status} {HTTPStatus(status).phrase}", headers)
        return [json.dumps(document).encode()]

    def _answer_proxy(
        self, call: str, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        headers = {name[5:]: value for name, value in environ.items() if name.startswith("HTTP_")}
        content = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        self.forwarded.append(Forwarded(call, headers, content))
        answered = [
            ("content-type", "application/json"),
            ("set-cookie", "__client=1; HttpOnly"),
            ("set-cookie", "__client_uat=0"),
        ]
        if call.endswith("/redirect"):
            start_response("302 Found", [*answered, ("location", f"{self.url}/v1/after?a=1")])
            return [b""]
        start_response("200 OK", answered)
        return [b'{"object": "client"}']

    def _routes(self) -> list[tuple[str, Callable[..., dict[str, object]]]]:
        def machine(kind: str) -> dict[str, object]:
            return self.machines[kind]

        def templated(session: str, template: str) -> dict[str, object]:
            return {"jwt": f"{template} of {session}"}

        def refreshed(session: str) -> dict[str, object]:
            return {"cookies": self.refreshes.get(session, [])}

        def revoked(session: str) -> dict[str, object]:
            return {"id": session}

        def handshake(nonce: str) -> dict[str, object]:
            return {"directives": self.nonces.pop(nonce, [])}

        return [
            (r"GET /v1/jwks", lambda: {"keys": [_jwk()]}),
            (r"GET /v1/users/(user_\w+)", user),
            (r"GET /v1/organizations/(org_\w+)", organization),
            (r"POST /v1/sessions/(\w+)/revoke", revoked),
            (r"POST /(api_keys|m2m_tokens|oauth_applications/access_tokens)/verify", machine),
            (r"POST /v1/sessions/(\w+)/tokens/(\w+)", templated),
            (r"POST /v1/sessions/(\w+)/refresh(?:\?.*)?", refreshed),
            (r"GET /v1/clients/handshake_payload\?nonce=(\w+)", handshake),
        ]


def user(user_id: str) -> dict[str, object]:
    """Return the JSON representation of a user."""
    return {
        "id": user_id,
        "first_name": f"First of {user_id}",
        "public_metadata": {"plan": "gold"},
        "private_metadata": {"note": PRIVATE},
    }


def organization(organization_id: str) -> dict[str, object]:
    """Return the JSON representation of an organization."""
    return {
        "id": organization_id,
        "name": f"Name of {organization_id}",
        "private_metadata": {"note": PRIVATE},
    }


def machine(subject: str, **fields: object) -> dict[str, object]:
    """Return the JSON representation of a valid machine token."""
    return {"id": f"token_of_{subject}", "subject": subject, "scopes": ["read"], **fields}


def _error(code: str) -> dict[str, object]:
    return {"errors": [{"code": code}]}


def _jwk() -> dict[str, object]:
    numbers = rsa_key().public_key().public_numbers()
    shown = {"use": "sig", "kty": "RSA", "kid": KID, "alg": "RS256"}
    return {**shown, "n": _integer(numbers.n), "e": _integer(numbers.e)}


def _integer(number: int) -> str:
    content = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
