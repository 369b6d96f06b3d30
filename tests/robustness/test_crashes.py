"""Input that crashes other libraries gives a regular state, through every entry point."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clerk_core import Keyring, Request, authenticate, run
from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core._settings.settings import Settings
from clerk_core.errors import TransportError
from tests.authentication.steps.support import (
    DEV_BROWSER,
    api_request,
    browser_cookies,
    cookie_header,
    page,
)
from tests.robustness.conftest import DecideWith
from tests.robustness.entry_points import JWKS, Api, Clock, Decide, State, local_options
from tests.support import (
    KID,
    NOW,
    json_response,
    jwk,
    key_set,
    mint,
    other_rsa_key,
    settings,
)


@pytest.fixture
def decide(decide_with: DecideWith) -> Decide:
    """Return a `decide` function with a configured JWT key."""
    return decide_with(**local_options())


def with_cookies(header: str) -> Request:
    return Request("GET", "http://localhost:5000/", [("cookie", header), ("accept", "text/html")])


# --- cookies -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "odd",
    [
        "a/b=1",
        "x@y=1",
        "a,b=1",
        'pref={"a":1}',
        "pref={'a':[1,2]}",
        'quoted="a;b"',
        "[]=1",
        "a b=c d",
        "=",
        "==",
        "a",
        "é=é",
        "\x00=\x01",
        "__session",
        "$Version=1",
        "expires=Thu, 01 Jan 1970 00:00:00 GMT",
    ],
)
def test_odd_cookies_do_not_affect_the_session_cookie(decide: Decide, odd: str) -> None:
    mine = cookie_header(browser_cookies(mint()))

    assert decide(with_cookies(f"{odd}; {mine}")).is_authenticated
    assert decide(with_cookies(f"{mine}; {odd}")).is_authenticated
    assert decide(with_cookies(f"{odd};{mine};{odd}")).is_authenticated


@pytest.mark.parametrize(
    "uat",
    [
        "0x" + "f" * 300,
        "-0x" + "f" * 100_000,
        "0x",
        "9" * 100_000,
        "-" + "9" * 400,
        "1e999",
        "NaN",
        "Infinity",
        "\u0663",
        "%00",
        "%F0%9D%9F%8F",
    ],
)
def test_invalid_client_uat_does_not_crash(decide: Decide, uat: str) -> None:
    for name in ("__client_uat", f"__client_uat_{settings().cookie_suffix}"):
        cookies = {**browser_cookies(mint()), name: uat}
        assert decide(page("/", cookies)).status in ("signed-in", "signed-out", "handshake")


@pytest.mark.parametrize("count", ["9" * 5000, "-1", "1e3", "\u0663", "%", "0x2", " 2"])
def test_invalid_redirect_count_does_not_crash(decide: Decide, count: str) -> None:
    cookies = {"__clerk_redirect_count": count, "__clerk_db_jwt": DEV_BROWSER}

    assert decide(page("/", cookies)).status in ("signed-out", "handshake")


# --- claims --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "claims",
    [
        {"fea": 3},
        {"o": "x"},
        {"o": 3},
        {"o": []},
        {"o": {"id": 3, "rol": [], "per": {}, "fpm": 1.5}},
        {"o": {"id": "org_1", "rol": "admin", "per": "a,b", "fpm": "x,-1,,9999999999"}},
        {"pla": {"u": 1}},
        {"fva": "x"},
        {"fva": [None, {}]},
        {"act": "x"},
        {"act": []},
        {"sts": 1},
        {"sid": {}},
        {"v": "2", "org_permissions": "x"},
        {"v": {}, "org_role": 1, "org_id": []},
    ],
    ids=json.dumps,
)
def test_malformed_claims_do_not_crash(decide: Decide, claims: dict[str, object]) -> None:
    for request in (api_request(mint(claims)), page("/", browser_cookies(mint(claims)))):
        state = decide(request)
        auth = state.auth("session_token", treat_pending_as_signed_out=False)
        assert auth.user_id == "user_1"
        assert auth.org_id in (None, "org_1")
        assert auth.org_slug is None
        assert auth.actor is None
        assert auth.has(role="org:owner") is False
        assert auth.has(permission="org:a:b") is False
        assert auth.has(feature="x") is False
        assert auth.has(plan="gold") is False
        assert auth.has(reverification="strict") in (True, False)
        assert auth.session_claims is not None
        assert auth.debug()


# --- machine verification ------------------------------------------------------------------------

OPAQUE_TOKENS = ["ak_1", "mt_1", "oat_1"]
NONSENSE = {
    "a page": HttpResponse(200, [("content-type", "text/html")], b"<html>hello</html>"),
    "nothing": HttpResponse(200),
    "no content": HttpResponse(204),
    "broken JSON": HttpResponse(200, [("content-type", "application/json")], b'{"id": "mt_'),
    "bytes": HttpResponse(200, (), b"\xff\xfe\x00"),
    "null": json_response(None),
    "a number": json_response(1),
    "a list": json_response([]),
    "a text": json_response("x"),
    "no subject": json_response({"id": "x"}),
    "a subject that is none": json_response({"id": "x", "subject": {}}),
    "an id that is none": json_response({"id": None, "subject": "user_1"}),
    "nested": HttpResponse(200, (), b"[" * 100_000),
    "a redirect": HttpResponse(302, [("location", "http://localhost/")]),
}


@pytest.mark.parametrize("nonsense", NONSENSE)
@pytest.mark.parametrize("token", OPAQUE_TOKENS)
def test_unusable_verification_response_does_not_sign_in(
    decide: Decide, api: Api, token: str, nonsense: str
) -> None:
    api.respond = lambda target: NONSENSE[nonsense]

    state = decide(api_request(f"Bearer {token}"), accepts_token="any")

    assert (state.is_authenticated, state.reason) == (False, "unexpected-error")
    assert state.auth().get_token_flow is not None
    assert len(api.requests) == 1


@pytest.mark.parametrize(
    "over",
    [
        {"scopes": "a b"},
        {"scopes": [1, None, "a"]},
        {"claims": "x"},
        {"claims": [1]},
        {"name": 1},
        {"client_id": []},
        {"aud": {}},
    ],
    ids=json.dumps,
)
@pytest.mark.parametrize("token", OPAQUE_TOKENS)
def test_verified_machine_token_with_malformed_fields_is_readable(
    decide: Decide, api: Api, token: str, over: dict[str, object]
) -> None:
    api.respond = lambda target: json_response({"id": "id_1", "subject": "user_1", **over})

    read_machine(decide(api_request(token), accepts_token="any").auth("any"))


@pytest.mark.parametrize("token", ["ak_1", "mt_1"])
def test_verified_machine_token_with_deeply_nested_claims_is_readable(token: str) -> None:
    document = '{"id": "id_1", "subject": "user_1", "claims": {"a": DEEP}}'
    nested = document.replace("DEEP", "[" * 700 + "]" * 700)
    answer = HttpResponse(200, (), nested.encode())

    state = decided(api_request(token), settings(), "any", [answer])

    if state.is_authenticated:
        read_machine(state.auth("any"))
    else:
        assert state.reason == "unexpected-error"


def read_machine(auth: Any) -> None:
    """Read every attribute that applications may read."""
    assert auth.is_authenticated
    assert (auth.id, auth.subject) == ("id_1", "user_1")
    assert all(type(scope) is str for scope in auth.scopes)
    assert auth.claims is None or type(auth.claims) is dict
    for text in (auth.name, auth.client_id, auth.user_id, auth.org_id, auth.machine_id):
        assert text is None or type(text) is str
    assert auth.has(role="org:admin") is False
    assert repr(auth)


# --- keys ----------------------------------------------------------------------------------------


def test_key_replaced_under_the_same_kid_does_not_crash(
    decide_with: DecideWith, api: Api, clock: Clock
) -> None:
    decide = decide_with()
    assert decide(api_request(mint())).is_authenticated
    api.respond = lambda target: key_set(jwk(other_rsa_key(), KID))
    clock.now += 600

    for request in (api_request(mint()), page("/", browser_cookies(mint()))):
        state = decide(request)
        assert (state.status, state.reason) == ("signed-out", "token-invalid-signature")
    expired = decide(api_request(mint(key=other_rsa_key())))
    assert str(expired.reason).startswith("session-token-expired")
    assert api.requests == [JWKS, JWKS]


def decided(
    request: Request, using: Settings, accepts: Any, answers: list[HttpResponse | TransportError]
) -> State:
    remaining = list(answers)

    def send(_: HttpRequest) -> HttpResponse:
        answer = remaining.pop(0) if remaining else TransportError("No response.")
        if isinstance(answer, TransportError):
            raise answer
        return answer

    flow = authenticate(request, using, now=NOW, accepts_token=accepts, keyring=Keyring())
    return run(flow, send)
