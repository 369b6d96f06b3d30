"""An expired session is refreshed during the request, or a handshake gives the reason."""

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
    browser_cookies,
    cookie_header,
    header_values,
    location,
    m2m_jwt,
    oauth_jwt,
    page,
    parameters,
    script,
    state_and_requests,
    state_of,
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


def refreshed(*directives: object) -> HttpResponse:
    return json_response({"object": "session_cookies", "cookies": list(directives)})


def error_response(status: int, *codes: str) -> HttpResponse:
    errors = [{"code": code, "message": "m", "long_message": "l"} for code in codes]
    return json_response({"errors": errors}, status)


def refresh_error(state: State) -> str:
    """Return the reason of a failed refresh, which is the same in state, header and URL."""
    assert isinstance(state, Handshake)
    assert header_values(state, "x-clerk-auth-reason") == [state.reason]
    assert dict(parameters(location(state)))["__clerk_hs_reason"] == state.reason
    before, _, slug = state.reason.partition("-refresh-")
    assert before == "session-token-expired"
    return slug


SESSION = f"__session={NEW}; Path=/; SameSite=Lax"


# Success


def test_expired_session_is_refreshed_and_cookies_are_set() -> None:
    directives = [SESSION, f"__session_{SUFFIX}={NEW}; Path=/", "__client_uat=5; Path=/"]
    for using in (DEVELOPMENT, PRODUCTION):
        state = state_of(page("/", cookies()), using, refreshed(*directives))
        assert isinstance(state, SignedIn)
        assert state.headers == tuple(("set-cookie", value) for value in directives)
        assert state.token == NEW
        assert state.auth("session_token").user_id == "user_renewed"
        assert state.redirect is None


def test_script_request_is_refreshed() -> None:
    state = state_of(script("/api", cookies()), DEVELOPMENT, refreshed(SESSION))
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
def test_same_origin_form_is_refreshed(headers: dict[str, str]) -> None:
    state = state_of(form(**headers), PRODUCTION, refreshed(SESSION))
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
def test_other_post_requests_are_not_refreshed(
    request_: Request,
) -> None:
    state, requests = state_and_requests(request_, PRODUCTION)
    assert isinstance(state, SignedOut)
    assert state.reason == "session-token-expired-refresh-non-eligible-non-get"
    assert requests == []


@pytest.mark.parametrize(
    "destination",
    [
        *("audio", "audioworklet", "font", "image", "json", "manifest", "paintworklet", "report"),
        *("script", "serviceworker", "sharedworker", "style", "track", "video", "worker", "xslt"),
    ],
)
def test_subresource_request_is_not_refreshed(destination: str) -> None:
    request = page("/static/x", cookies(), sec_fetch_dest=destination, accept="text/css")
    state, requests = state_and_requests(request, PRODUCTION)
    assert isinstance(state, SignedOut)
    assert state.reason == "session-token-expired-refresh-non-eligible-subresource"
    assert header_values(state, "set-cookie") == []
    assert requests == []


@pytest.mark.parametrize("destination", ["document", "iframe", "empty", "", "websocket"])
def test_page_and_fetch_requests_are_refreshed(destination: str) -> None:
    request = page("/", cookies(), sec_fetch_dest=destination)
    assert isinstance(state_of(request, PRODUCTION, refreshed(SESSION)), SignedIn)


OTHER_TOKENS = {
    "JWT template": mint(header={"cat": "cl_B7d4PD222AAA"}),
    "M2M": m2m_jwt(),
    "machine's subject": mint({"sub": "mch_1"}),
    "OAuth": oauth_jwt(),
}


@pytest.mark.parametrize("token", OTHER_TOKENS.values(), ids=OTHER_TOKENS)
def test_refresh_with_another_token_type_is_rejected(token: str) -> None:
    state = state_of(page("/", cookies()), DEVELOPMENT, refreshed(f"__session={token}; Path=/"))
    assert refresh_error(state) == "invalid-session-token"
    assert header_values(state, "set-cookie") == [
        "__clerk_redirect_count=1; SameSite=Lax; HttpOnly; Max-Age=2"
    ]


def test_refresh_request_has_token_origin_and_headers() -> None:
    request = page("/notes?a=1", cookies(), x_custom="x", origin="https://app.example.com")
    _, requests = state_and_requests(request, DEVELOPMENT, refreshed(SESSION))
    assert [(one.method, one.url) for one in requests] == [
        ("POST", "https://api.clerk.com/v1/sessions/sess_1/refresh")
    ]
    assert requests[0].headers.get("authorization") == f"Bearer {SECRET_KEY}"
    assert requests[0].headers.get("content-type") == "application/json"
    assert json.loads(requests[0].content) == {
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


def test_repeated_request_headers_are_joined() -> None:
    pairs = [("X-Two", "a"), ("x-two", " b "), ("cookie", cookie_header(cookies()))]
    _, requests = state_and_requests(Request("GET", ORIGIN, pairs), DEVELOPMENT, refreshed(SESSION))
    assert json.loads(requests[0].content)["request_headers"]["x-two"] == ["a, b"]


def test_request_origin_is_the_public_one() -> None:
    request = page("/", cookies(), x_forwarded_host="app.example", x_forwarded_proto="https")
    _, requests = state_and_requests(request, DEVELOPMENT, refreshed(SESSION))
    assert json.loads(requests[0].content)["request_origin"] == "https://app.example"


def test_suffixed_cookies_are_requested_if_used() -> None:
    suffixed = {f"{name}_{SUFFIX}": value for name, value in browser_cookies(EXPIRED).items()}
    _, requests = state_and_requests(
        page("/", {**suffixed, **REFRESH}), DEVELOPMENT, refreshed(SESSION)
    )
    assert requests[0].url.endswith("/v1/sessions/sess_1/refresh?suffixed_cookies=true")
    assert "expired_token" in json.loads(requests[0].content)


def test_session_id_is_escaped_to_one_path_segment() -> None:
    token = mint({"exp": NOW - 60, "sid": "../users?a#b"})
    _, requests = state_and_requests(page("/", cookies(token)), DEVELOPMENT, refreshed(SESSION))
    assert requests[0].url == "https://api.clerk.com/v1/sessions/..%2Fusers%3Fa%23b/refresh"


def test_expired_header_token_is_refreshed_with_the_refresh_cookie() -> None:
    request = page("/api", REFRESH, authorization=f"Bearer {EXPIRED}")
    state, requests = state_and_requests(request, DEVELOPMENT, refreshed(SESSION))
    assert isinstance(state, SignedIn)
    assert state.token == NEW
    assert json.loads(requests[0].content)["expired_token"] == EXPIRED


def test_cookie_token_is_refreshed_instead_of_the_header_token() -> None:
    other = mint({"exp": NOW - 90, "sid": "sess_cookie"})
    request = page("/", cookies(other), authorization=f"Bearer {EXPIRED}")
    _, requests = state_and_requests(request, DEVELOPMENT, refreshed(SESSION))
    assert requests[0].url.endswith("/sessions/sess_cookie/refresh")
    assert json.loads(requests[0].content)["expired_token"] == other


def test_last_session_cookie_is_used_and_verified() -> None:
    first = f"__session={mint({'sub': 'user_first'})}"
    state = state_of(page("/", cookies()), DEVELOPMENT, refreshed(first, SESSION))
    assert state.auth("session_token").user_id == "user_renewed"
    state = state_of(page("/", cookies()), DEVELOPMENT, refreshed(SESSION, "__session=; Max-Age=0"))
    assert refresh_error(state) == "invalid-session-token"


@pytest.mark.parametrize("bad", ["a=b\r\nx: y", "a=\x00", "a=é", "a=\udc80", 7, None, ["a=b"]])
def test_directive_that_is_an_invalid_header_value_is_dropped(bad: object) -> None:
    state = state_of(page("/", cookies()), DEVELOPMENT, refreshed(bad, SESSION))
    assert isinstance(state, SignedIn)
    assert state.headers == (("set-cookie", SESSION),)


def test_refreshed_token_is_verified_with_the_fetched_key() -> None:
    remote = settings(jwt_key=None)
    state = state_of(page("/", cookies()), remote, key_set(), refreshed(SESSION))
    assert isinstance(state, SignedIn)


# Requests that are not refreshed


@pytest.mark.parametrize("method", ["POST", "PUT", "HEAD", "OPTIONS"])
def test_only_get_requests_are_refreshed(method: str) -> None:
    state, requests = state_and_requests(page("/", cookies(), method=method), DEVELOPMENT)
    assert isinstance(state, SignedOut)
    assert state.reason == "session-token-expired-refresh-non-eligible-non-get"
    assert requests == []


def test_session_is_not_refreshed_without_a_refresh_cookie() -> None:
    assert (
        refresh_error(state_of(page("/", browser_cookies(EXPIRED))))
        == "non-eligible-no-refresh-cookie"
    )


@pytest.mark.parametrize("name", ["__refresh", "__refresh_abcdefgh", f"__refresh_{SUFFIX}x"])
def test_refresh_cookie_without_the_instance_suffix_is_ignored(name: str) -> None:
    state = state_of(page("/", {**browser_cookies(EXPIRED), name: "r"}))
    assert refresh_error(state) == "non-eligible-no-refresh-cookie"


def test_post_without_a_refresh_cookie_has_the_reason_of_its_method() -> None:
    state = state_of(page("/", browser_cookies(EXPIRED), method="POST"))
    assert state.reason == "session-token-expired-refresh-non-eligible-non-get"


def test_session_is_not_refreshed_without_a_secret_key() -> None:
    state, requests = state_and_requests(page("/", cookies()), settings(secret_key=None))
    assert refresh_error(state) == "missing-api-client"
    assert requests == []


@pytest.mark.parametrize("sid", [ABSENT, None, "", ".", "..", 7, ["sess_1"], {}])
def test_session_without_an_id_is_not_refreshed(sid: object) -> None:
    state, requests = state_and_requests(
        page("/", cookies(mint({"exp": NOW - 60, "sid": sid}))), DEVELOPMENT
    )
    assert refresh_error(state) == "expired-session-token-missing-sid-claim"
    assert requests == []


def test_malformed_cookie_with_an_expired_header_token_is_not_refreshed() -> None:
    request = page("/", cookies("broken"), authorization=EXPIRED)
    state, requests = state_and_requests(request, DEVELOPMENT)
    assert refresh_error(state) == "expired-session-token-decode-failed"
    assert requests == []


def test_unencodable_session_id_gives_a_reason() -> None:
    header = '{"alg":"RS256","kid":"ins_key_1"}'
    forged = sign(header, '{"sid":"\\ud800"}', other_rsa_key())
    request = page("/", {"__session": forged, **REFRESH}, authorization=f"Bearer {EXPIRED}")
    assert refresh_error(state_of(request, DEVELOPMENT, error_response(404, "gone"))) == "gone"
    signed = mint({"exp": NOW - 60, "sid": "\ud800"})
    state, requests = state_and_requests(
        page("/", cookies(signed)), DEVELOPMENT, error_response(404, "gone")
    )
    assert refresh_error(state) == "gone"
    assert requests[0].url == "https://api.clerk.com/v1/sessions/%3F/refresh"


@pytest.mark.parametrize(
    "token", [tampered(EXPIRED), mint({"exp": NOW - 60}, key=other_rsa_key()), "broken", "a.b.c"]
)
def test_only_tokens_of_this_instance_are_refreshed(token: str) -> None:
    state, requests = state_and_requests(page("/", cookies(token)), DEVELOPMENT)
    assert isinstance(state, SignedOut)
    assert requests == []


@pytest.mark.parametrize("claims", [{"nbf": NOW + 60}, {"iat": NOW + 60}, {"exp": None}])
def test_only_expired_tokens_are_refreshed(claims: dict[str, object]) -> None:
    state, requests = state_and_requests(page("/", cookies(mint(claims))), DEVELOPMENT)
    assert "refresh" not in (state.reason or "refresh")
    assert requests == []


def test_token_within_the_clock_skew_is_not_refreshed() -> None:
    state, requests = state_and_requests(page("/", cookies(mint({"exp": NOW - 4}))), DEVELOPMENT)
    assert isinstance(state, SignedIn)
    assert requests == []


# Responses of the API


@pytest.mark.parametrize(
    ("answer", "slug"),
    [
        (TransportError("refused"), "fetch-error"),
        (TransportError("late", code="timed-out"), "fetch-error"),
        (HttpResponse(200, [("content-type", "application/json")], b'{"coo'), "fetch-error"),
        (HttpResponse(502, [("content-type", "application/json")], b"<html>"), "fetch-error"),
        (error_response(500, "unexpected_error"), "fetch-error"),
        (error_response(404, "resource_not_found"), "resource_not_found"),
        (error_response(401, "expired_refresh_token", "other"), "expired_refresh_token"),
        (error_response(429, "too_many_requests"), "too_many_requests"),
        (error_response(422, "an odd code, with spaces"), "an odd code, with spaces"),
        (error_response(422, ""), "unexpected-sdk-error"),
        (error_response(401), "unexpected-bapi-error"),
        (error_response(422, "split\r\nset-cookie: a=b"), "unexpected-bapi-error"),
        (error_response(422, "ключ"), "unexpected-bapi-error"),
        (error_response(422, "x" * 5000), "unexpected-bapi-error"),
        (json_response({"errors": "none"}, 500), "unexpected-bapi-error"),
        (HttpResponse(500, (), b"<html>"), "unexpected-bapi-error"),
        (HttpResponse(503), "unexpected-bapi-error"),
        (HttpResponse(200, (), b"<html>"), "unexpected-sdk-error"),
        (refreshed(), "unexpected-sdk-error"),
        (refreshed("a=b\r\nc: d"), "unexpected-sdk-error"),
        (json_response({}), "unexpected-sdk-error"),
        (json_response({"cookies": None}), "unexpected-sdk-error"),
        (json_response({"cookies": SESSION}), "unexpected-sdk-error"),
        (json_response({"cookies": {"0": SESSION}}), "unexpected-sdk-error"),
        (json_response([SESSION]), "unexpected-sdk-error"),
        (json_response(7), "unexpected-sdk-error"),
        (refreshed("other=1; Path=/"), "invalid-session-token"),
        (refreshed("__session"), "invalid-session-token"),
        (refreshed(f"__session={tampered(NEW)}"), "invalid-session-token"),
        (refreshed(f"__session={mint(key=other_rsa_key())}"), "invalid-session-token"),
        (refreshed(f"__session={EXPIRED}"), "invalid-session-token"),
        (
            refreshed(f"__session={mint(header={'cat': 'cl_B7d4PD333AAA'})}"),
            "invalid-session-token",
        ),
    ],
)
def test_failed_refresh_starts_a_handshake_with_its_reason(
    answer: HttpResponse | TransportError, slug: str
) -> None:
    state = state_of(page("/", cookies()), DEVELOPMENT, answer)
    assert refresh_error(state) == slug
    assert header_values(state, "set-cookie")[0].startswith("__clerk_redirect_count=1;")
    assert len(header_values(state, "set-cookie")) == 1
    assert all(value.isascii() and value.isprintable() for _, value in state.headers)


@pytest.mark.parametrize(
    "answer",
    [
        refreshed(),
        json_response({}),
        refreshed("other=1; Path=/"),
        refreshed(f"__session={tampered(NEW)}"),
        refreshed(f"__session={mint(header={'cat': 'cl_B7d4PD222AAA'})}"),
    ],
)
def test_rejected_refresh_token_is_not_sent_again(
    answer: HttpResponse,
) -> None:
    keyring = Keyring()
    first = state_of(page("/", cookies()), DEVELOPMENT, answer, keyring=keyring)

    again = state_of(page("/", cookies()), DEVELOPMENT, keyring=keyring)

    assert refresh_error(again) == refresh_error(first)


@pytest.mark.parametrize("using", [DEVELOPMENT, PRODUCTION])
def test_failed_refresh_without_a_handshake_has_its_reason(using: Settings) -> None:
    answer = error_response(404, "resource_not_found")
    state = state_of(script("/api", cookies()), using, answer)
    assert isinstance(state, SignedOut)
    assert state.reason == "session-token-expired-refresh-resource_not_found"
    assert "expired" in state.message
    assert header_values(state, "set-cookie") == []


def test_failed_refresh_of_a_header_token_starts_a_handshake() -> None:
    request = page("/", REFRESH, authorization=EXPIRED)
    assert refresh_error(state_of(request, DEVELOPMENT, error_response(404, "gone"))) == "gone"


def test_reason_and_message_reveal_no_credential() -> None:
    state = state_of(page("/", cookies()), DEVELOPMENT, error_response(404, "gone"))
    for text in (state.reason, state.message, repr(state)):
        assert text
        assert EXPIRED not in text
        assert "refresh_1" not in text
    assert "refresh_1" not in str(state.headers)
    assert SECRET_KEY not in str(state.headers)
