"""A client that calls the Frontend API exactly as clerk-js does, without a browser."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import jwt

from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core.local import LocalClerk, SeededUser

if TYPE_CHECKING:
    from jwt.types import Options

ORIGIN = "http://localhost:5000"

Fields = Mapping[str, "str | list[str]"]


@dataclass
class ClerkJs:
    """A development browser with clerk-js.

    Attributes:
        local: The instance.
        client: The state of the client, as the last response had it.
    """

    local: LocalClerk
    origin: str | None = ORIGIN
    dev_browser: str = ""
    session_id: str = ""
    client: dict[str, Any] = field(default_factory=dict[str, Any])

    def load(self) -> ClerkJs:
        """Create the development browser and read environment and client."""
        self.dev_browser = self.read("POST", "/v1/dev_browser")["id"]
        self.read("PATCH", "/v1/environment")
        self.client = self.get("/v1/client")
        return self

    def send(
        self,
        method: str,
        path: str,
        fields: Fields | None = None,
        query: Fields | None = None,
    ) -> HttpResponse:
        """Send a call: all methods but GET arrive as POST, with urlencoded fields."""
        parameters = {"__clerk_api_version": "2025-11-10", "_clerk_js_version": "6.40.0"}
        if self.dev_browser:
            parameters["__clerk_db_jwt"] = self.dev_browser
        if self.session_id and path.startswith(("/v1/me", "/v1/organizations", "/api_keys")):
            parameters["_clerk_session_id"] = self.session_id
        if method not in ("GET", "POST"):
            parameters["_method"] = method
        url = f"{self.local.url}{path}?{urlencode({**parameters, **(query or {})}, doseq=True)}"
        headers = [("user-agent", "Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0.0.0")]
        if self.origin is not None:
            headers.append(("origin", self.origin))
        if fields is not None:
            headers.append(("content-type", "application/x-www-form-urlencoded"))
        content = urlencode(fields or {}, doseq=True).encode()
        sent = "GET" if method == "GET" else "POST"
        return self.local.handle(HttpRequest(sent, url, headers, content))

    def read(
        self,
        method: str,
        path: str,
        fields: Fields | None = None,
        query: Fields | None = None,
    ) -> Any:
        """Return the JSON of a successful response."""
        response = self.send(method, path, fields, query)
        assert response.status == 200, response.content
        return json.loads(response.content)

    def call(
        self, method: str, path: str, fields: Fields | None = None, /, **query: str
    ) -> dict[str, Any]:
        """Return the `response` of an envelope, and keep its client."""
        envelope = self.read(method, path, fields, query)
        assert list(envelope) == ["response", "client"]
        if envelope["client"] is not None:
            self.client = envelope["client"]
        response: dict[str, Any] = envelope["response"]
        return response

    def get(self, path: str, **query: str) -> dict[str, Any]:
        return self.call("GET", path, None, **query)

    def post(self, path: str, **fields: str) -> dict[str, Any]:
        return self.call("POST", path, fields)

    def error(self, method: str, path: str, **fields: str) -> tuple[int, str, str]:
        """Return status, code and parameter of an error response."""
        response = self.send(method, path, fields)
        assert response.status >= 400, response.content
        (error,) = json.loads(response.content)["errors"]
        return response.status, error["code"], error["meta"].get("param_name", "")

    def sign_in(self, person: SeededUser) -> str:
        """Sign in by password, activate the session and return its id."""
        done = self.post(
            "/v1/client/sign_ins",
            strategy="password",
            identifier=person.email_address,
            password=person.password,
            locale="en-US",
            timezone="Europe/Berlin",
        )
        assert done["status"] == "complete"
        return self.activate(done["created_session_id"])

    def activate(self, session_id: str) -> str:
        """Make a session the current one, as `setActive` does."""
        self.post(f"/v1/client/sessions/{session_id}/touch", active_organization_id="")
        self.session_id = session_id
        return session_id

    def claims(self, session_id: str = "", **fields: str) -> dict[str, Any]:
        """Return the claims of a new session token."""
        path = f"/v1/client/sessions/{session_id or self.session_id}/tokens"
        token = self.read("POST", path, fields)
        assert list(token) == ["object", "jwt"]
        # The clock of the tests is ahead of the time of day.
        unchecked: Options = {"verify_exp": False, "verify_iat": False, "verify_nbf": False}
        return jwt.decode(token["jwt"], self.local.jwt_key, ["RS256"], unchecked)


def another_browser(local: LocalClerk, person: SeededUser) -> ClerkJs:
    """Return another browser in which this person is signed in."""
    js = ClerkJs(local).load()
    js.sign_in(person)
    return js


def members(js: ClerkJs, organization: str, **query: str | list[str]) -> list[str]:
    """Return the roles by user of the listed members."""
    everything: Fields = {"paginated": "true", **query}
    listed = js.read("GET", f"{organization}/memberships", None, everything)["response"]
    return [f"{one['public_user_data']['first_name']} {one['role']}" for one in listed["data"]]
