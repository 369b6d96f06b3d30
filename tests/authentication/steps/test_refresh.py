"""An expired session is renewed within the request, or the handshake says why it was not."""

from __future__ import annotations

import json

import pytest

from clerk_core import Handshake, SignedIn, SignedOut
from clerk_core._authentication.tokens.keyring import Keyring
from clerk_core._messages import HttpResponse, Request
from clerk_core._settings.settings import Settings
from clerk_core.errors import TransportError
from tests.authentication.steps.support import (
    DEVELOPMENT,
    ORIGIN,
    PRODUCTION,
    SUFFIX,
    State,
    asked_for,
    browser_cookies,
    cookie_header,
    decided,
    header_values,
    location,
    m2m_jwt,
    oauth_jwt,
    page,
    parameters,
    script,
)
from tests.support import (
    ABSENT,
    NOW,
    SECRET_KEY,
    json_response,
    key_set,
    mint,
    other_rsa_key,
    settings,
    sign,
    tampered,
)

EXPIRED = mint({"exp": NOW - 60})
NEW = mint({"sub": "user_renewed"})
REFRESH = {f"__refresh_{suffix}": "refresh_1" for suffix in (SUFFIX, PRODUCTION.cookie_suffix)}


def cookies(token: str = EXPIRED, **over: str) -> dict[str, str]:
    return {**browser_cookies(token, **over), **REFRESH}


def renewed(*directives: object) -> HttpResponse:
    return json_response({"object": "session_cookies", "cookies": list(directives)})


def refused(status: int, *codes: str) -> HttpResponse:
    errors = [{"code": code, "message": "m", "long_message": "l"} for code in codes]
    return json_response({"errors": errors}, status)


def why(state: State) -> str:
    """The reason of a handshake after a refresh that failed, as all three places tell it."""
    assert isinstance(state, Handshake)
    assert header_values(state, "x-clerk-auth-reason") == [state.reason]
    assert dict(parameters(location(state)))["__clerk_hs_reason"] == state.reason
    before, _, slug = state.reason.partition("-refresh-")
    assert before == "session-token-expired"
    return slug


SESSION = f"__session={NEW}; Path=/; SameSite=Lax"


# Success


def test_an_expired_session_is_renewed_and_its_cookies_are_set() -> None:
    directives = [SESSION, f"__session_{SUFFIX}={NEW}; Path=/", "__client_uat=5; Path=/"]
    for using in (DEVELOPMENT, PRODUCTION):
        state = decided(page("/", cookies()), using, renewed(*directives))
        assert isinstance(state, SignedIn)
        assert state.headers == tuple(("set-cookie", value) for value in directives)
        assert state.token == NEW
        assert state.auth("session_token").user_id == "user_renewed"
        assert state.redirect is None


def test_a_script_is_renewed_as_well() -> None:
    state = decided(script("/api", cookies()), DEVELOPMENT, renewed(SESSION))
    assert isinstance(state, SignedIn)


FORMS = {
    "sec_fetch_site": {"sec_fetch_site": "same-origin"},
    "origin": {"origin_": ORIGIN},
    "both": {"sec_fetch_site": "same-origin", "origin_": "null"},
}


def form(method: str = "POST", origin_: str | None = None, **headers: str) -> Request:
    request = page("/notes", cookies(), method=method, **headers)
    pairs = [*request.headers, *([("origin", origin_)] if origin_ else [])]
    return Request(method, request.url, pairs)


@pytest.mark.parametrize("headers", FORMS.values(), ids=FORMS)
def test_a_form_of_the_same_origin_is_renewed_as_well(headers: dict[str, str]) -> None:
    state = decided(form(**headers), PRODUCTION, renewed(SESSION))
    assert isinstance(state, SignedIn)
    assert header_values(state, "set-cookie") == [SESSION]


@pytest.mark.parametrize(
    "request_",
    [
        form(),
        form(sec_fetch_site="cross-site"),
        form(sec_fetch_site="same-site", origin_=ORIGIN),
        form(sec_fetch_site="none"),
        form(origin_="https://evil.example"),
        form(origin_="null"),
        form(sec_fetch_site="same-origin", sec_fetch_dest="empty", accept="*/*"),
        form("PUT", sec_fetch_site="same-origin"),
        form("HEAD", sec_fetch_site="same-origin"),
    ],
)
def test_what_no_page_of_the_same_origin_posts_as_a_document_is_not_renewed(
    request_: Request,
) -> None:
    state, asked = asked_for(request_, PRODUCTION)
    assert isinstance(state, SignedOut)
    assert state.reason == "session-token-expired-refresh-non-eligible-non-get"
    assert asked == []


@pytest.mark.parametrize(
    "destination",
    [
        *("audio", "audioworklet", "font", "image", "json", "manifest", "paintworklet", "report"),
        *("script", "serviceworker", "sharedworker", "style", "track", "video", "worker", "xslt"),
    ],
)
def test_a_part_of_a_page_is_not_renewed(destination: str) -> None:
    request = page("/static/x", cookies(), sec_fetch_dest=destination, accept="text/css")
    state, asked = asked_for(request, PRODUCTION)
    assert isinstance(state, SignedOut)
    assert state.reason == "session-token-expired-refresh-non-eligible-subresource"
    assert header_values(state, "set-cookie") == []
    assert asked == []


@pytest.mark.parametrize("destination", ["document", "iframe", "empty", "", "websocket"])
def test_a_page_and_what_a_script_of_it_asks_for_is_renewed(destination: str) -> None:
    request = page("/", cookies(), sec_fetch_dest=destination)
    assert isinstance(decided(request, PRODUCTION, renewed(SESSION)), SignedIn)


NO_SESSION_TOKENS = {
    "JWT template": mint(header={"cat": "cl_B7d4PD222AAA"}),
    "M2M": m2m_jwt(),
    "machine's subject": mint({"sub": "mch_1"}),
    "OAuth": oauth_jwt(),
}


@pytest.mark.parametrize("token", NO_SESSION_TOKENS.values(), ids=NO_SESSION_TOKENS)
def test_an_answer_that_brings_no_session_token_renews_nothing(token: str) -> None:
    state = decided(page("/", cookies()), DEVELOPMENT, renewed(f"__session={token}; Path=/"))
    assert why(state) == "invalid-session-token"
    assert header_values(state, "set-cookie") == [
        "__clerk_redirect_count=1; SameSite=Lax; HttpOnly; Max-Age=2"
    ]


def test_the_request_for_it_says_who_asks_and_for_what() -> None:
    request = page("/notes?a=1", cookies(), x_custom="x", origin="https://app.example.com")
    _, asked = asked_for(request, DEVELOPMENT, renewed(SESSION))
    assert [(one.method, one.url) for one in asked] == [
        ("POST", "https://api.clerk.com/v1/sessions/sess_1/refresh")
    ]
    assert asked[0].headers.get("authorization") == f"Bearer {SECRET_KEY}"
    assert asked[0].headers.get("content-type") == "application/json"
    assert json.loads(asked[0].content) == {
        "format": "cookie",
        "expired_token": EXPIRED,
        "refresh_token": "refresh_1",
        "request_origin": "https://app.example.com",
        "request_headers": {
            "sec-fetch-dest": ["document"],
            "accept": ["text/html,*/*;q=0.8"],
            "x-custom": ["x"],
            "cookie": [cookie_header(cookies())],
        },
    }


def test_headers_of_one_name_are_told_as_one() -> None:
    pairs = [("X-Two", "a"), ("x-two", " b "), ("cookie", cookie_header(cookies()))]
    _, asked = asked_for(Request("GET", ORIGIN, pairs), DEVELOPMENT, renewed(SESSION))
    assert json.loads(asked[0].content)["request_headers"]["x-two"] == ["a, b"]


def test_the_origin_is_the_public_one() -> None:
    request = page("/", cookies(), x_forwarded_host="app.example", x_forwarded_proto="https")
    _, asked = asked_for(request, DEVELOPMENT, renewed(SESSION))
    assert json.loads(asked[0].content)["request_origin"] == "https://app.example"


def test_suffixed_cookies_are_asked_for_where_they_count() -> None:
    suffixed = {f"{name}_{SUFFIX}": value for name, value in browser_cookies(EXPIRED).items()}
    _, asked = asked_for(page("/", {**suffixed, **REFRESH}), DEVELOPMENT, renewed(SESSION))
    assert asked[0].url.endswith("/v1/sessions/sess_1/refresh?suffixed_cookies=true")
    assert "expired_token" in json.loads(asked[0].content)


def test_a_session_identifier_is_one_segment_of_the_path() -> None:
    token = mint({"exp": NOW - 60, "sid": "../users?a#b"})
    _, asked = asked_for(page("/", cookies(token)), DEVELOPMENT, renewed(SESSION))
    assert asked[0].url == "https://api.clerk.com/v1/sessions/..%2Fusers%3Fa%23b/refresh"


def test_an_expired_header_token_is_renewed_with_the_refresh_cookie() -> None:
    request = page("/api", REFRESH, authorization=f"Bearer {EXPIRED}")
    state, asked = asked_for(request, DEVELOPMENT, renewed(SESSION))
    assert isinstance(state, SignedIn)
    assert state.token == NEW
    assert json.loads(asked[0].content)["expired_token"] == EXPIRED


def test_of_two_tokens_that_of_the_cookie_is_the_one_to_renew() -> None:
    other = mint({"exp": NOW - 90, "sid": "sess_cookie"})
    request = page("/", cookies(other), authorization=f"Bearer {EXPIRED}")
    _, asked = asked_for(request, DEVELOPMENT, renewed(SESSION))
    assert asked[0].url.endswith("/sessions/sess_cookie/refresh")
    assert json.loads(asked[0].content)["expired_token"] == other


def test_the_last_of_several_session_cookies_counts_and_it_has_to_hold() -> None:
    first = f"__session={mint({'sub': 'user_first'})}"
    state = decided(page("/", cookies()), DEVELOPMENT, renewed(first, SESSION))
    assert state.auth("session_token").user_id == "user_renewed"
    state = decided(page("/", cookies()), DEVELOPMENT, renewed(SESSION, "__session=; Max-Age=0"))
    assert why(state) == "invalid-session-token"


@pytest.mark.parametrize("bad", ["a=b\r\nx: y", "a=\x00", "a=é", "a=\udc80", 7, None, ["a=b"]])
def test_a_directive_that_is_no_header_value_is_left_out(bad: object) -> None:
    state = decided(page("/", cookies()), DEVELOPMENT, renewed(bad, SESSION))
    assert isinstance(state, SignedIn)
    assert state.headers == (("set-cookie", SESSION),)


def test_the_renewed_token_is_verified_with_the_key_that_is_known_by_now() -> None:
    remote = settings(jwt_key=None)
    state = decided(page("/", cookies()), remote, key_set(), renewed(SESSION))
    assert isinstance(state, SignedIn)


# What is not renewed


@pytest.mark.parametrize("method", ["POST", "PUT", "HEAD", "OPTIONS"])
def test_only_a_get_request_is_renewed(method: str) -> None:
    state, asked = asked_for(page("/", cookies(), method=method), DEVELOPMENT)
    assert isinstance(state, SignedOut)
    assert state.reason == "session-token-expired-refresh-non-eligible-non-get"
    assert asked == []


def test_without_a_refresh_cookie_nothing_is_renewed() -> None:
    assert why(decided(page("/", browser_cookies(EXPIRED)))) == "non-eligible-no-refresh-cookie"


@pytest.mark.parametrize("name", ["__refresh", "__refresh_abcdefgh", f"__refresh_{SUFFIX}x"])
def test_a_refresh_cookie_without_this_instances_suffix_is_none(name: str) -> None:
    state = decided(page("/", {**browser_cookies(EXPIRED), name: "r"}))
    assert why(state) == "non-eligible-no-refresh-cookie"


def test_a_post_without_a_refresh_cookie_is_first_of_all_a_post() -> None:
    state = decided(page("/", browser_cookies(EXPIRED), method="POST"))
    assert state.reason == "session-token-expired-refresh-non-eligible-non-get"


def test_without_a_secret_key_nothing_can_be_renewed() -> None:
    state, asked = asked_for(page("/", cookies()), settings(secret_key=None))
    assert why(state) == "missing-api-client"
    assert asked == []


@pytest.mark.parametrize("sid", [ABSENT, None, "", ".", "..", 7, ["sess_1"], {}])
def test_a_session_without_a_name_cannot_be_renewed(sid: object) -> None:
    state, asked = asked_for(page("/", cookies(mint({"exp": NOW - 60, "sid": sid}))), DEVELOPMENT)
    assert why(state) == "expired-session-token-missing-sid-claim"
    assert asked == []


def test_a_cookie_that_cannot_be_read_beside_an_expired_header_token_is_not_renewed() -> None:
    request = page("/", cookies("broken"), authorization=EXPIRED)
    state, asked = asked_for(request, DEVELOPMENT)
    assert why(state) == "expired-session-token-decode-failed"
    assert asked == []


def test_a_forged_session_name_that_no_url_can_hold_ends_in_a_reason() -> None:
    header = '{"alg":"RS256","kid":"ins_key_1"}'
    forged = sign(header, '{"sid":"\\ud800"}', other_rsa_key())
    request = page("/", {"__session": forged, **REFRESH}, authorization=f"Bearer {EXPIRED}")
    assert why(decided(request, DEVELOPMENT, refused(404, "gone"))) == "gone"
    signed = mint({"exp": NOW - 60, "sid": "\ud800"})
    state, asked = asked_for(page("/", cookies(signed)), DEVELOPMENT, refused(404, "gone"))
    assert why(state) == "gone"
    assert asked[0].url == "https://api.clerk.com/v1/sessions/%3F/refresh"


@pytest.mark.parametrize(
    "token", [tampered(EXPIRED), mint({"exp": NOW - 60}, key=other_rsa_key()), "broken", "a.b.c"]
)
def test_only_a_token_of_this_instance_is_renewed(token: str) -> None:
    state, asked = asked_for(page("/", cookies(token)), DEVELOPMENT)
    assert isinstance(state, SignedOut)
    assert asked == []


@pytest.mark.parametrize("claims", [{"nbf": NOW + 60}, {"iat": NOW + 60}, {"exp": None}])
def test_only_what_has_expired_is_renewed(claims: dict[str, object]) -> None:
    state, asked = asked_for(page("/", cookies(mint(claims))), DEVELOPMENT)
    assert "refresh" not in (state.reason or "refresh")
    assert asked == []


def test_a_token_within_the_clock_skew_is_not_renewed() -> None:
    state, asked = asked_for(page("/", cookies(mint({"exp": NOW - 4}))), DEVELOPMENT)
    assert isinstance(state, SignedIn)
    assert asked == []


# What Clerk answers


@pytest.mark.parametrize(
    ("answer", "slug"),
    [
        (TransportError("refused"), "fetch-error"),
        (TransportError("late", code="timed-out"), "fetch-error"),
        (HttpResponse(200, [("content-type", "application/json")], b'{"coo'), "fetch-error"),
        (HttpResponse(502, [("content-type", "application/json")], b"<html>"), "fetch-error"),
        (refused(500, "unexpected_error"), "fetch-error"),
        (refused(404, "resource_not_found"), "resource_not_found"),
        (refused(401, "expired_refresh_token", "other"), "expired_refresh_token"),
        (refused(429, "too_many_requests"), "too_many_requests"),
        (refused(422, "an odd code, with spaces"), "an odd code, with spaces"),
        (refused(422, ""), "unexpected-sdk-error"),
        (refused(401), "unexpected-bapi-error"),
        (refused(422, "split\r\nset-cookie: a=b"), "unexpected-bapi-error"),
        (refused(422, "ключ"), "unexpected-bapi-error"),
        (refused(422, "x" * 5000), "unexpected-bapi-error"),
        (json_response({"errors": "none"}, 500), "unexpected-bapi-error"),
        (HttpResponse(500, (), b"<html>"), "unexpected-bapi-error"),
        (HttpResponse(503), "unexpected-bapi-error"),
        (HttpResponse(200, (), b"<html>"), "unexpected-sdk-error"),
        (renewed(), "unexpected-sdk-error"),
        (renewed("a=b\r\nc: d"), "unexpected-sdk-error"),
        (json_response({}), "unexpected-sdk-error"),
        (json_response({"cookies": None}), "unexpected-sdk-error"),
        (json_response({"cookies": SESSION}), "unexpected-sdk-error"),
        (json_response({"cookies": {"0": SESSION}}), "unexpected-sdk-error"),
        (json_response([SESSION]), "unexpected-sdk-error"),
        (json_response(7), "unexpected-sdk-error"),
        (renewed("other=1; Path=/"), "invalid-session-token"),
        (renewed("__session"), "invalid-session-token"),
        (renewed(f"__session={tampered(NEW)}"), "invalid-session-token"),
        (renewed(f"__session={mint(key=other_rsa_key())}"), "invalid-session-token"),
        (renewed(f"__session={EXPIRED}"), "invalid-session-token"),
        (renewed(f"__session={mint(header={'cat': 'cl_B7d4PD333AAA'})}"), "invalid-session-token"),
    ],
)
def test_an_answer_that_renews_nothing_leads_to_a_handshake_that_says_why(
    answer: HttpResponse | TransportError, slug: str
) -> None:
    state = decided(page("/", cookies()), DEVELOPMENT, answer)
    assert why(state) == slug
    assert header_values(state, "set-cookie")[0].startswith("__clerk_redirect_count=1;")
    assert len(header_values(state, "set-cookie")) == 1
    assert all(value.isascii() and value.isprintable() for _, value in state.headers)


@pytest.mark.parametrize(
    "answer",
    [
        renewed(),
        json_response({}),
        renewed("other=1; Path=/"),
        renewed(f"__session={tampered(NEW)}"),
        renewed(f"__session={mint(header={'cat': 'cl_B7d4PD222AAA'})}"),
    ],
)
def test_a_refresh_token_that_was_answered_without_a_session_is_not_sent_again(
    answer: HttpResponse,
) -> None:
    keyring = Keyring()
    first = decided(page("/", cookies()), DEVELOPMENT, answer, keyring=keyring)

    again = decided(page("/", cookies()), DEVELOPMENT, keyring=keyring)

    assert why(again) == why(first)


@pytest.mark.parametrize("using", [DEVELOPMENT, PRODUCTION])
def test_where_there_is_no_handshake_the_reason_is_told_all_the_same(using: Settings) -> None:
    answer = refused(404, "resource_not_found")
    state = decided(script("/api", cookies()), using, answer)
    assert isinstance(state, SignedOut)
    assert state.reason == "session-token-expired-refresh-resource_not_found"
    assert "expired" in state.message
    assert header_values(state, "set-cookie") == []


def test_a_header_token_that_is_not_renewed_leads_a_document_to_a_handshake() -> None:
    request = page("/", REFRESH, authorization=EXPIRED)
    assert why(decided(request, DEVELOPMENT, refused(404, "gone"))) == "gone"


def test_no_credential_is_told_in_a_reason_or_a_message() -> None:
    state = decided(page("/", cookies()), DEVELOPMENT, refused(404, "gone"))
    for text in (state.reason, state.message, repr(state)):
        assert text
        assert EXPIRED not in text
        assert "refresh_1" not in text
    assert "refresh_1" not in str(state.headers)
    assert SECRET_KEY not in str(state.headers)
