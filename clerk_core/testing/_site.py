"""Define the interface of the application under test: its routes, their responses, and calls."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from clerk_core import AnyAuth, AsyncAnyAuth, AsyncAuth, Auth, Headers
from clerk_core.adapters import GuardOptions

GUARDED_ROUTES: Mapping[str, GuardOptions] = {
    "/guarded": {},
    "/admin": {"role": "org:admin"},
    "/reports": {"permission": "org:reports:read"},
    "/search": {"feature": "search"},
    "/gold": {"plan": "gold"},
    "/fresh": {"reverification": "strict"},
    "/golden-admin": {"role": "org:admin", "plan": "gold"},
    "/scoped": {"accepts_token": ["session_token", "api_key"], "scopes": ["read", "write"]},
    "/resource": {"accepts_token": "oauth_token", "scopes": ["read", "write"]},
}
"""The guarded routes, each with the arguments of its `require_auth`."""

PUBLIC_HEADERS = (
    ("cache-control", "public, max-age=31536000"),
    ("cdn-cache-control", "max-age=31536000"),
    ("surrogate-control", "max-age=31536000"),
    ("x-accel-expires", "31536000"),
    ("expires", "Thu, 31 Dec 2099 23:59:59 GMT"),
    ("vary", "Accept"),
    ("vary", "Accept-Encoding"),
    ("x-clerk-auth-reason", "of the view"),
)
"""The headers of `/public`. Any cache may store the response; two headers have the same name."""

LINKS = (
    "create_organization_url",
    "organization_profile_url",
    "sign_in_url",
    "sign_up_url",
    "tasks_url",
    "user_profile_url",
    "waitlist_url",
)
"""The functions of an adapter that return the URL of a page."""

API_KEY_FORMS: list[Any] = [
    "api_key",
    ["api_key"],
    ["session_token", "api_key"],
    ("api_key",),
    "any",
]
"""Values of `accepts_token` that accept an API key."""

WEBHOOK_SECRET = "whsec_dGhlIHNlY3JldCBvZiB0aGUgZW5kcG9pbnQ="
"""The secret that `/webhook` verifies with. The contract sets it in the environment."""


@dataclass(frozen=True)
class Answer:
    """A response."""

    status: int
    headers: Headers
    content: bytes = field(repr=False)

    def json(self) -> Any:
        """Return the body, parsed as JSON."""
        return json.loads(self.content)

    def header(self, name: str) -> str:
        """Return the values of a header, joined by commas; empty if it is missing."""
        return self.headers.get(name) or ""

    @property
    def user_id(self) -> str | None:
        """The user ID in the body; None if signed out."""
        assert self.status == 200, self
        found: str | None = self.json()["user_id"]
        return found

    def cookies(self) -> dict[str, str]:
        """Return the cookies that are set, each with its value and attributes."""
        pairs = (one.partition("=") for one in self.headers.get_all("set-cookie"))
        return {name: value for name, _, value in pairs}


class Site(Protocol):
    """An application under test, in any framework. Several threads may call it concurrently."""

    def visit(
        self,
        path: str = "/",
        *headers: tuple[str, str],
        method: str = "GET",
        prefix: str = "",
        content: bytes = b"",
    ) -> Answer:
        """Send a request and return the response.

        Args:
            path: The path and the query.
            headers: The headers of the request.
            method: The method.
            prefix: The path that the application is mounted at, such as `/shop`.
            content: The body.
        """
        ...

    def close(self) -> None:
        """Stop the application, and close its connections to Clerk."""


def describe_auth(auth: Auth | AsyncAuth) -> dict[str, object]:
    """Return the JSON with which routes for sessions describe an Auth object."""
    return {
        "is_authenticated": auth.is_authenticated,
        "user_id": auth.user_id,
        "session_id": auth.session_id,
        "session_status": auth.session_status,
        "org_id": auth.org_id,
    }


def describe_any_auth(auth: AnyAuth | AsyncAnyAuth) -> dict[str, object]:
    """Return the JSON with which routes for machine tokens describe an Auth object."""
    return {
        "is_authenticated": auth.is_authenticated,
        "token_type": auth.token_type,
        "user_id": auth.user_id,
        "org_id": auth.org_id,
        "subject": getattr(auth, "subject", None),
        "scopes": getattr(auth, "scopes", None),
    }


def parse_accepts_token(parameter: str) -> Any:
    """Return the value of `accepts_token` from `?accepts=`: a kind, or a comma-separated list."""
    return parameter.rstrip(",").split(",") if "," in parameter else parameter


def answer(status: int, headers: Iterable[tuple[str, str]], content: bytes) -> Answer:
    """Return a response from its status, headers and body."""
    # White space around a value is not part of it (RFC 9110, 5.5).
    return Answer(status, Headers((name, value.strip(" \t")) for name, value in headers), content)
