"""Test helpers for the local instance: a clock, a Backend API client and a browser."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt

from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core.local import LocalClerk, SeededUser

START = 1_800_000_000.25
APP = "http://localhost:5000/private"


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now


@dataclass
class Backend:
    """A client of the Backend API that uses the secret key of the instance."""

    local: LocalClerk

    def call(
        self, method: str, path: str, body: object = None, key: str | None = None
    ) -> HttpResponse:
        content = b"" if body is None else json.dumps(body).encode()
        headers = [("Authorization", f"Bearer {key or self.local.secret_key}")]
        return self.local.handle(HttpRequest(method, f"{self.local.url}{path}", headers, content))

    def read(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        response = self.call(method, path, body)
        assert response.status == 200, response.content
        payload: dict[str, Any] = json.loads(response.content)
        return payload

    def error(
        self, method: str, path: str, body: object = None, key: str | None = None
    ) -> tuple[int, str, str]:
        """Return the status, the error code and the parameter name of an error response."""
        response = self.call(method, path, body, key)
        (error,) = json.loads(response.content)["errors"]
        return response.status, error["code"], error["meta"].get("param_name", "")


@dataclass
class Browser:
    """A browser that stores cookies and submits forms, but does not follow redirects."""

    local: LocalClerk
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> HttpResponse:
        return self._send("GET", path)

    def submit(self, path: str, page: HttpResponse, **fields: str) -> HttpResponse:
        fields = {"form_token": form_token(page), **fields}
        return self._send("POST", path, urlencode(fields).encode())

    def _send(self, method: str, path: str, content: bytes = b"") -> HttpResponse:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = [("cookie", cookie)] if cookie else []
        response = self.local.handle(
            HttpRequest(method, f"{self.local.url}{path}", headers, content)
        )
        for directive in response.headers.get_all("set-cookie"):
            name, _, value = directive.partition(";")[0].partition("=")
            self.cookies[name] = value
        return response

    def sign_in(self, person: SeededUser, path: str = "/sign-in") -> HttpResponse:
        page = self.get(path)
        return self.submit(path, page, email_address=person.email_address, password=person.password)

    def handshake(self, dev_browser: str = "", **parameters: str) -> list[str]:
        """Return the `Set-Cookie` values of a handshake for the application."""
        query = {"redirect_url": APP, "__clerk_db_jwt": dev_browser, **parameters}
        response = self.get(f"/v1/client/handshake?{urlencode(query)}")
        assert response.status == 307, response.content
        location = response.headers.get("location") or ""
        token = re.search(r"__clerk_handshake=([^&]+)", location)
        assert token is not None
        claims = jwt.decode(token[1], self.local.jwt_key, ["RS256"])
        assert list(claims) == ["handshake"]
        directives: list[str] = claims["handshake"]
        return directives


def form_token(page: HttpResponse) -> str:
    found = re.search(r'name="form_token" value="([^"]*)"', page.content.decode())
    return unescape(found[1]) if found else ""


def cookie_values(directives: list[str]) -> dict[str, str]:
    pairs = (directive.partition(";")[0].partition("=") for directive in directives)
    return {name: value for name, _, value in pairs}


def dev_browser_of(response: HttpResponse) -> str:
    """Return the development browser id in a redirect to the application."""
    query = urlsplit(response.headers.get("location") or "").query
    found = re.search(r"__clerk_db_jwt=(\w+)", query)
    assert found is not None
    return found[1]
