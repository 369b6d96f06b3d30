"""The application that an adapter is tried with, seen from outside.

An adapter's author writes it in their framework, with the adapter's own words:

| route | what it does |
|---|---|
| `/` (GET, POST) | says who is asking, as `who` |
| `/pending` | the same, where a session with tasks left counts |
| each of `GUARDED` | behind `require_auth` with what stands there, says who |
| `/called` (GET, POST) | behind `require_auth()`, says who |
| `/order` (POST) | behind `require_auth`, says the `number` of the JSON body, as `number` |
| `/options` (GET, OPTIONS) | behind `require_auth`, says who, on OPTIONS as on GET |
| `/user` | the current user, asked for three times: the public fields or null |
| `/user/json` | hands the user itself to the framework's JSON encoder |
| `/auth/json` | hands the Auth object to it |
| `/to-sign-in` (GET, POST) | `redirect_to_sign_in()`, with `?back=` as the URL to return to |
| `/program` | who is asking, asked for three times; `?accepts=` is read by `accepted` |
| `/programs` | likewise, asked for in each of `EVERY_FORM`, as a list |
| `/token` | a token for the template `supabase`, as `token` |
| `/webhook` (POST) | `verify_webhook`: the type of the event as `type`, or 400 |
| `/crash` | raises an error whose text holds the secret key |
| `/refused` | raises an error that the application handles with 418, and says who in the handler |
| `/unknown-user` | lets an error of the Backend API through |
| `/stream` | streams who is asking, in two parts: `It is ` and the identifier |
| `/cookies` | sets two cookies of its own, `first` and `second` |
| `/public` | says who is asking, as `who`, with the headers of `PUBLIC` |
| `/kept` | a text, as a response that is made once and given to every request |
| `/client` | the publishable key of `clerk_client()`, as `publishable_key` |

Where a framework sends no response twice, `/kept` keeps the headers of its responses.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from clerk_core._authentication.result.authorization import Requirement
from clerk_core._client import AnyAuth, AsyncAnyAuth, AsyncAuth, Auth
from clerk_core._messages import Headers

GUARDED: Mapping[str, Requirement] = {
    "/guarded": {},
    "/admin": {"role": "org:admin"},
    "/reports": {"permission": "org:reports:read"},
    "/search": {"feature": "search"},
    "/gold": {"plan": "gold"},
    "/fresh": {"reverification": "strict"},
    "/golden-admin": {"role": "org:admin", "plan": "gold"},
}
"""The guarded routes, and what `require_auth` requires there."""

PUBLIC = (
    ("cache-control", "public, max-age=31536000"),
    ("cdn-cache-control", "max-age=31536000"),
    ("surrogate-control", "max-age=31536000"),
    ("x-accel-expires", "31536000"),
    ("expires", "Thu, 31 Dec 2099 23:59:59 GMT"),
    ("vary", "Accept"),
    ("vary", "Accept-Encoding"),
    ("x-clerk-auth-reason", "of the view"),
)
"""The headers of `/public`: any cache may store it, and two of the headers have the same name."""

EVERY_FORM: list[Any] = ["api_key", ["api_key"], ["session_token", "api_key"], ("api_key",), "any"]
"""The forms that let an API key in."""

WEBHOOK_SECRET = "whsec_dGhlIHNlY3JldCBvZiB0aGUgZW5kcG9pbnQ="
"""What `/webhook` verifies with: the contract puts it into the environment."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Headers
    content: bytes = field(repr=False)

    def json(self) -> Any:
        """The body, read."""
        return json.loads(self.content)

    def header(self, name: str) -> str:
        """The values of a header, empty without it."""
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
    """An application under test, of whatever framework. Several threads may visit it at a time."""

    def visit(
        self,
        path: str = "/",
        *headers: tuple[str, str],
        method: str = "GET",
        prefix: str = "",
        content: bytes = b"",
    ) -> Answer:
        """Send one request. `prefix` is where the application is mounted: nowhere, or `/shop`."""
        ...

    def close(self) -> None:
        """Stop it, and close its connections to Clerk."""


def who(auth: Auth | AsyncAuth) -> dict[str, object]:
    """What an application says of who is asking."""
    return {
        "is_authenticated": auth.is_authenticated,
        "user_id": auth.user_id,
        "session_id": auth.session_id,
        "session_status": auth.session_status,
        "org_id": auth.org_id,
    }


def which(auth: AnyAuth | AsyncAnyAuth) -> dict[str, object]:
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


def answer(status: int, headers: Iterable[tuple[str, str]], content: bytes) -> Answer:
    """An answer of these parts."""
    return Answer(status, Headers(headers), content)
