"""Requests of browsers and API clients, and helpers to authenticate them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TypeAlias
from urllib.parse import parse_qsl, urlsplit

from clerk_core import authenticate
from clerk_core._authentication.request.token_kinds import AcceptsToken
from clerk_core._authentication.result.state import RequestState
from clerk_core._authentication.tokens.keyring import Keyring
from clerk_core._flow import Flow
from clerk_core._messages import HttpRequest, HttpResponse, Request
from clerk_core._settings.settings import Settings
from clerk_core.errors import TransportError
from tests.support import (
    ABSENT,
    KID,
    NOW,
    SESSION_CATEGORY,
    drive,
    mint,
    publishable_key,
    settings,
    sign,
)

State: TypeAlias = RequestState

ORIGIN = "http://localhost:5000"
DEV_BROWSER = "dvb_1"
CLIENT_UAT = str(int(NOW) - 20)
"""The time of the last change of the browser's sessions, before the test tokens were issued."""

DEVELOPMENT = settings()
SUFFIX = DEVELOPMENT.cookie_suffix
# The same host, so that the same tokens are valid for both.
PRODUCTION = settings(publishable_key=publishable_key(kind="live"))
NAMELESS = settings(publishable_key=None)
"""Settings without a publishable key."""


_COUNT = re.compile(r"[?&]__clerk_redirect_count=[0-9-]+$")


def cookie_header(cookies: Mapping[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def page(
    path: str = "/",
    cookies: Mapping[str, str] | None = None,
    *,
    method: str = "GET",
    origin: str = ORIGIN,
    **headers: str,
) -> Request:
    """Return a browser's request for a document; `headers` use underscores for hyphens."""
    pairs = {"sec-fetch-dest": "document", "accept": "text/html,*/*;q=0.8"}
    pairs.update({name.replace("_", "-"): value for name, value in headers.items()})
    if cookies:
        pairs["cookie"] = cookie_header(cookies)
    return Request(method, f"{origin}{path}", pairs.items())


def script(
    path: str = "/api", cookies: Mapping[str, str] | None = None, *, method: str = "GET"
) -> Request:
    """Return a script's request for data."""
    return page(path, cookies, method=method, sec_fetch_dest="empty", accept="*/*")


def api_request(authorization: str, name: str = "authorization") -> Request:
    """Return an API client's request with this Authorization header and no cookies."""
    return Request("GET", f"{ORIGIN}/api", [(name, authorization), ("accept", "*/*")])


def browser_cookies(token: str, **over: str) -> dict[str, str]:
    """Return the unsuffixed cookies of a signed-in development browser; empty values remove one."""
    cookies = {"__clerk_db_jwt": DEV_BROWSER, "__client_uat": CLIENT_UAT, "__session": token}
    cookies.update(over)
    return {name: value for name, value in cookies.items() if value}


def authentication_flow(
    request: Request,
    using: Settings = DEVELOPMENT,
    keyring: Keyring | None = None,
    now: float = NOW,
    accepts: AcceptsToken = "session_token",
) -> Flow[State]:
    return authenticate(request, using, now=now, accepts_token=accepts, keyring=keyring)


def state_of(
    request: Request,
    using: Settings = DEVELOPMENT,
    *answers: HttpResponse | TransportError,
    keyring: Keyring | None = None,
    now: float = NOW,
    accepts: AcceptsToken = "session_token",
) -> State:
    """Return the state of a request, authenticated with these API responses."""
    return drive(authentication_flow(request, using, keyring, now, accepts), *answers)[0]


def state_and_requests(
    request: Request,
    using: Settings,
    *answers: HttpResponse | TransportError,
    accepts: AcceptsToken = "session_token",
) -> tuple[State, list[HttpRequest]]:
    """Return the state and the API requests that were sent."""
    return drive(authentication_flow(request, using, accepts=accepts), *answers)


def header_values(state: State, name: str) -> list[str]:
    return [value for key, value in state.headers if key == name]


def location(state: State) -> str:
    assert state.redirect is not None
    return state.redirect


def parameters(url: str) -> list[tuple[str, str]]:
    """Return the query of a URL, without the redirect count in its `redirect_url`."""
    pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    return [
        (name, _COUNT.sub("", value) if name == "redirect_url" else value) for name, value in pairs
    ]


def handshake_token(*directives: object, **header: object) -> str:
    """Return a handshake token with these Set-Cookie values."""
    return signed({"handshake": list(directives)}, **header)


def signed(claims: Mapping[str, object], **header: object) -> str:
    """Return a token with exactly these claims, signed by the instance."""
    head = {"alg": "RS256", "cat": SESSION_CATEGORY, "kid": KID, "typ": "JWT", **header}
    return sign(json.dumps(head), json.dumps(claims))


def m2m_jwt(
    claims: Mapping[str, object] | None = None, header: Mapping[str, object] | None = None
) -> str:
    """Return a signed M2M token; `claims` and `header` replace members, ABSENT removes them."""
    machine = {"sub": "mch_1", "jti": "mt_1", "sid": ABSENT, "azp": ABSENT, "fva": ABSENT}
    machine |= {"sts": ABSENT, "v": ABSENT, "aud": ["mch_2"], "scopes": "mch_2 mch_3"}
    return mint({**machine, **(claims or {})}, {"cat": "cl_B7d4PD333AAA", **(header or {})})


def oauth_jwt(
    claims: Mapping[str, object] | None = None, header: Mapping[str, object] | None = None
) -> str:
    """Return a signed OAuth access token (RFC 9068)."""
    access = {"jti": "oat_1", "client_id": "client_1", "scope": "profile email", "azp": ABSENT}
    access |= {"sid": ABSENT, "sts": ABSENT, "fva": ABSENT, "v": ABSENT}
    return mint({**access, **(claims or {})}, {"cat": ABSENT, "typ": "at+jwt", **(header or {})})
