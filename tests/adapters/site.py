"""The application that every adapter is tried with, seen from outside.

| route | what it does |
|---|---|
| `/` (GET, POST) | says who is asking, as `who` |
| `/pending` | the same, where a session with tasks left counts |
| `/guarded` | behind `require_auth`, says who |
| `/called` | behind `require_auth()`, says who |
| `/admin` | behind `require_auth(role="org:admin")` |
| `/reports` | behind `require_auth(permission="org:reports:read")` |
| `/search` | behind `require_auth(feature="search")` |
| `/gold` | behind `require_auth(plan="gold")` |
| `/golden-admin` | behind both, the role and the plan |
| `/fresh` | behind `require_auth(reverification="strict")` |
| `/user` | the current user, asked for three times: the public fields or null |
| `/user/json` | hands the user itself to the framework's JSON encoder |
| `/auth/json` | hands the Auth object to it |
| `/to-sign-in` | `redirect_to_sign_in()`, with `?back=` as the URL to return to |
| `/program` | who is asking, asked for three times; `?accepts=` is a kind, `any`, or a list |
| `/programs` | likewise, asked for in every form that lets an API key in, as a list |
| `/token` | a token for the template `supabase`, as `token` |
| `/crash` | raises an error of its own |
| `/refused` | raises an error that the application handles, and says who in the handler |
| `/unknown-user` | lets an error of the Backend API through |
| `/stream` | streams who is asking, in two parts |
| `/cookies` | sets two cookies of its own |
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from clerk_core import AnyAuth, Auth
from clerk_core.words.messages import Headers

PAGE = ("accept", "text/html,application/xhtml+xml")
"""The header with which a browser asks for a page."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Headers
    content: bytes = field(repr=False)

    def json(self) -> Any:
        return json.loads(self.content)

    def header(self, name: str) -> str:
        return self.headers.get(name) or ""

    @property
    def user_id(self) -> str | None:
        """Who was asking, as the application saw it."""
        assert self.status == 200, self
        found: str | None = self.json()["user_id"]
        return found

    def cookies(self) -> dict[str, str]:
        """The cookies set, with their attributes."""
        pairs = (one.partition("=") for one in self.headers.get_all("set-cookie"))
        return {name: value for name, _, value in pairs}


class Site(Protocol):
    """An application under test, of whatever framework."""

    def visit(
        self, path: str = "/", *headers: tuple[str, str], method: str = "GET", prefix: str = ""
    ) -> Answer:
        """Send one request. `prefix` is where the application is mounted."""

    def close(self) -> None:
        """Close its connections to Clerk."""


def who(auth: Auth) -> dict[str, object]:
    """What an application says of who is asking."""
    return {
        "is_authenticated": auth.is_authenticated,
        "user_id": auth.user_id,
        "session_id": auth.session_id,
        "session_status": auth.session_status,
        "org_id": auth.org_id,
    }


def which(auth: AnyAuth) -> dict[str, object]:
    """What an application says of who or which program is asking."""
    return {
        "is_authenticated": auth.is_authenticated,
        "token_type": auth.token_type,
        "user_id": auth.user_id,
        "org_id": auth.org_id,
        "subject": getattr(auth, "subject", None),
        "scopes": getattr(auth, "scopes", None),
    }


def accepted(parameter: str) -> Any:
    """What is accepted, as it stands in a query: one kind, or several with commas after each."""
    return parameter.rstrip(",").split(",") if "," in parameter else parameter


EVERY_FORM: list[Any] = ["api_key", ["api_key"], ["session_token", "api_key"], ("api_key",), "any"]
"""The forms that let an API key in."""


def answer(status: int, headers: Iterable[tuple[str, str]], content: bytes) -> Answer:
    """An answer of these parts."""
    return Answer(status, Headers(headers), content)
