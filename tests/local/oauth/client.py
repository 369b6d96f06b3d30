"""An OAuth client in the tests of the authorization server, with the browser of its user."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core.local import LocalClerk, SeededUser
from tests.local.local_helpers import Backend, Browser

CALLBACK = "http://localhost:3030/callback"
VERIFIER = "a-code-verifier-of-at-least-43-characters-in-a-test"
STATE = "state-of-the-client"

Parameter = str | Sequence[str] | None


def challenge_of(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def parameters_of(location: str) -> dict[str, str]:
    """Return the query parameters of a URL."""
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def location_of(response: HttpResponse) -> str:
    assert response.status == 303, response.content
    return response.headers.get("location") or ""


def form_of(page: HttpResponse) -> tuple[str, str]:
    """Return the path and the token of the form of a consent page."""
    text = page.content.decode()
    action = re.search(r'action="([^"]*)"', text)
    token = re.search(r'name="form_token" value="([^"]*)"', text)
    assert page.status == 200, text
    assert action is not None, text
    assert token is not None, text
    return unescape(action[1]), token[1]


@dataclass
class Client:
    """A client: public unless it has a secret."""

    local: LocalClerk
    client_id: str
    secret: str = ""
    callback: str = CALLBACK
    tokens: dict[str, Any] = field(default_factory=dict[str, Any])

    def path(self, **over: Parameter) -> str:
        """Return the path of an authorization request; None removes a parameter."""
        parameters: dict[str, Parameter] = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.callback,
            "state": STATE,
            "scope": "openid profile email offline_access",
            "code_challenge": challenge_of(VERIFIER),
            "code_challenge_method": "S256",
            **over,
        }
        present = {name: value for name, value in parameters.items() if value is not None}
        return f"/oauth/authorize?{urlencode(present, doseq=True)}"

    def allow(self, browser: Browser, **over: Parameter) -> str:
        """Return the location to which the user returns after allowing access."""
        return self.decide(browser, "allow", **over)

    def decide(self, browser: Browser, decision: str, **over: Parameter) -> str:
        action, token = form_of(browser.get(self.path(**over)))
        return location_of(
            browser.submit(action, browser.get("/"), form_token=token, decision=decision)
        )

    def code(self, browser: Browser, **over: Parameter) -> str:
        return parameters_of(self.allow(browser, **over))["code"]

    def post(self, path: str, fields: dict[str, Parameter]) -> HttpResponse:
        """Send a form, with the secret in the `Authorization` header."""
        headers = [("content-type", "application/x-www-form-urlencoded")]
        if self.secret:
            pair = base64.b64encode(f"{self.client_id}:{self.secret}".encode()).decode()
            headers.append(("authorization", f"Basic {pair}"))
        else:
            fields = {"client_id": self.client_id, **fields}
        present = {name: value for name, value in fields.items() if value is not None}
        content = urlencode(present, doseq=True).encode()
        return self.local.handle(HttpRequest("POST", f"{self.local.url}{path}", headers, content))

    def redeem(self, code: str, **over: Parameter) -> HttpResponse:
        fields: dict[str, Parameter] = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.callback,
            "code_verifier": VERIFIER,
            **over,
        }
        return self.post("/oauth/token", fields)

    def refresh(self, token: str, **over: Parameter) -> HttpResponse:
        fields: dict[str, Parameter] = {"grant_type": "refresh_token", "refresh_token": token}
        return self.post("/oauth/token", {**fields, **over})

    def connect(self, browser: Browser, **over: Parameter) -> dict[str, Any]:
        """Return the token response after a user allowed access."""
        return document(self.redeem(self.code(browser, **over)))

    def user_info(self, token: str, method: str = "GET") -> HttpResponse:
        headers = [("authorization", f"Bearer {token}")]
        return self.local.handle(HttpRequest(method, f"{self.local.url}/oauth/userinfo", headers))


def document(response: HttpResponse, status: int = 200) -> dict[str, Any]:
    assert response.status == status, response.content
    content: dict[str, Any] = json.loads(response.content)
    return content


def error_of(response: HttpResponse, status: int = 400) -> str:
    """Return the error code of a response, which never repeats a secret of the request."""
    found = document(response, status)
    assert set(found) == {"error", "error_description"}
    return str(found["error"])


def application(local: LocalClerk, **fields: object) -> Client:
    """Return a client that the Backend API created."""
    body = {
        "name": "Notes",
        "redirect_uris": [CALLBACK],
        "scopes": "openid profile email offline_access public_metadata notes:read",
        **fields,
    }
    made = Backend(local).read("POST", "/v1/oauth_applications", body)
    return Client(local, made["client_id"], made["client_secret"], made["redirect_uris"][0])


def register(local: LocalClerk, **metadata: object) -> HttpResponse:
    content = json.dumps({"redirect_uris": [CALLBACK], **metadata}).encode()
    headers = [("content-type", "application/json")]
    return local.handle(HttpRequest("POST", f"{local.url}/oauth/register", headers, content))


def registered(local: LocalClerk, **metadata: object) -> Client:
    """Return a public client that registered itself."""
    metadata = {
        "client_name": "Agent",
        "token_endpoint_auth_method": "none",
        "scope": "openid profile email offline_access",
        **metadata,
    }
    made = document(register(local, **metadata), 201)
    return Client(local, made["client_id"], made.get("client_secret", ""), made["redirect_uris"][0])


def signed_in(local: LocalClerk, person: SeededUser) -> Browser:
    browser = Browser(local)
    browser.sign_in(person)
    return browser
