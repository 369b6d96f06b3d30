"""Resolving a handshake: nonces, signed tokens, cookies, clock skew, invalid payloads."""

from __future__ import annotations

import pytest

from clerk_core import Handshake, Settings, SignedIn, SignedOut, run
from clerk_core._messages import HttpResponse, Request
from clerk_core.errors import TransportError
from tests.authentication.steps.support import (
    NAMELESS,
    PRODUCTION,
    SUFFIX,
    authentication_flow,
    browser_cookies,
    handshake_token,
    header_values,
    m2m_jwt,
    oauth_jwt,
    page,
    signed,
    state_and_requests,
    state_of,
)
from tests.support import (
    NOW,
    SECRET_KEY,
    json_response,
    mint,
    other_rsa_key,
    settings,
    sign,
    tampered,
)

UAT = "__client_uat=1799999990; Path=/; SameSite=Strict"
DAY = 86_400


def session(token: str) -> str:
    return f"__session={token}; Path=/; SameSite=Lax"


def payload(*directives: object) -> HttpResponse:
    return json_response({"directives": list(directives)})


def test_nonce_is_redeemed_at_the_backend_api() -> None:
    token = mint()
    request = page("/notes?a=1&__clerk_handshake_nonce=n%2F1")
    state, requests = state_and_requests(request, settings(), payload(UAT, session(token)))
    assert [(one.method, one.url) for one in requests] == [
        ("GET", "https://api.clerk.com/v1/clients/handshake_payload?nonce=n%2F1")
    ]
    assert requests[0].headers.get("authorization") == f"Bearer {SECRET_KEY}"
    assert isinstance(state, SignedIn)
    assert state.token == token
    assert state.auth("session_token").user_id == "user_1"
    assert state.headers == (
        ("set-cookie", UAT),
        ("set-cookie", session(token)),
        ("location", "http://localhost:5000/notes?a=1"),
        ("cache-control", "no-store"),
    )
    assert state.redirect == "http://localhost:5000/notes?a=1"


def test_signed_handshake_needs_no_request() -> None:
    request = page(f"/?__clerk_handshake={handshake_token(UAT, session(mint()))}")
    state, requests = state_and_requests(request, settings(secret_key=None))
    assert requests == []
    assert isinstance(state, SignedIn)
    assert header_values(state, "set-cookie")[0] == UAT
    assert state.redirect == "http://localhost:5000/"


def test_nonce_takes_precedence_over_a_signed_handshake() -> None:
    token = handshake_token(session(mint({"sub": "user_signed"})))
    request = page(f"/?__clerk_handshake={token}&__clerk_handshake_nonce=n")
    state = state_of(request, settings(), payload(session(mint())))
    assert state.auth("session_token").user_id == "user_1"


@pytest.mark.parametrize("name", ["__clerk_handshake", "__clerk_handshake_nonce"])
def test_production_handshake_comes_in_a_cookie_without_a_redirect(name: str) -> None:
    directives = [UAT, session(mint())]
    is_nonce = name.endswith("nonce")
    cookies = {name: "n" if is_nonce else handshake_token(*directives)}
    answers = [payload(*directives)] if is_nonce else []
    state = state_of(page("/notes", cookies), PRODUCTION, *answers)
    assert isinstance(state, SignedIn)
    assert state.redirect is None
    assert state.headers == (*(("set-cookie", one) for one in directives),)


@pytest.mark.parametrize("configured", [settings(), PRODUCTION], ids=["development", "production"])
@pytest.mark.parametrize("cookies", [(), (UAT,), (UAT, session(mint()))])
def test_handshake_response_has_no_cors_headers(
    configured: Settings, cookies: tuple[str, ...]
) -> None:
    request = page("/?__clerk_handshake_nonce=n")
    state = state_of(request, configured, payload(*cookies))
    assert [name for name, _ in state.headers if name.startswith("access-control-")] == []


def test_redeeming_a_nonce_has_a_short_timeout() -> None:
    _, requests = state_and_requests(
        page("/?__clerk_handshake_nonce=n"), settings(), HttpResponse(503)
    )
    assert requests[0].timeout == 5


def test_credentials_are_removed_from_the_url() -> None:
    request = page(
        "/p?x=1&__clerk_handshake_nonce=n&__clerk_help=h&__clerk_db_jwt=d&__clerk_handshake=t&y=%26"
    )
    state = state_of(request, settings(), payload(session(mint())))
    assert state.redirect == "http://localhost:5000/p?x=1&y=%26"


def test_handshake_takes_precedence_over_dev_browser_and_cookies() -> None:
    cookies = browser_cookies(mint({"sub": "user_before"}))
    request = page("/?__clerk_handshake_nonce=n&__clerk_db_jwt=d", cookies)
    state = state_of(request, settings(), payload(session(mint())))
    assert state.auth("session_token").user_id == "user_1"


def test_handshake_without_a_session_is_signed_out() -> None:
    gone = "__session=; Path=/; Max-Age=0"
    signed_out = "__client_uat=0; Path=/"
    request = page("/?__clerk_handshake_nonce=n")
    state = state_of(request, settings(), payload(gone, signed_out))
    assert isinstance(state, SignedOut)
    assert state.reason == "session-token-missing"
    assert header_values(state, "set-cookie") == [gone, signed_out]
    assert state.redirect == "http://localhost:5000/"
    assert header_values(state, "x-clerk-auth-reason") == ["session-token-missing"]


@pytest.mark.parametrize(
    "answer",
    [
        HttpResponse(404, (), b'{"errors":[{"code":"resource_not_found"}]}'),
        HttpResponse(500, (), b"<h1>oops</h1>"),
        HttpResponse(429),
        HttpResponse(200, (), b"not json"),
        HttpResponse(200),
        json_response([]),
        json_response({"directives": "x"}),
        json_response({}),
        TransportError("No response."),
    ],
)
def test_failed_nonce_redemption_is_signed_out(
    answer: HttpResponse | TransportError,
) -> None:
    state = state_of(page("/?__clerk_handshake_nonce=n"), settings(), answer)
    assert isinstance(state, SignedOut)
    assert state.reason == "session-token-missing"
    assert header_values(state, "set-cookie") == []


def test_nonce_is_not_redeemed_without_a_secret_key() -> None:
    state, requests = state_and_requests(
        page("/?__clerk_handshake_nonce=n"), settings(secret_key=None)
    )
    assert requests == []
    assert isinstance(state, SignedOut)
    assert state.reason == "session-token-missing"


def test_directives_that_are_invalid_header_values_are_dropped() -> None:
    token = mint()
    bad = [
        "a=b\r\nset-cookie: evil=1",
        "a=b\nx",
        "a=\x00",
        "a=\x7f",
        "a=é",
        "a=\udc80",
        7,
        None,
        {"a": "b"},
        ["a=b"],
    ]
    request = page("/?__clerk_handshake_nonce=n")
    state = state_of(request, settings(), payload(*bad, session(token)))
    assert isinstance(state, SignedIn)
    assert header_values(state, "set-cookie") == [session(token)]
    by_token = page(f"/?__clerk_handshake={handshake_token(*bad, session(token))}")
    assert header_values(state_of(by_token), "set-cookie") == [session(token)]


def test_session_token_in_a_dropped_directive_does_not_sign_in() -> None:
    request = page("/?__clerk_handshake_nonce=n")
    state = state_of(request, settings(), payload(f"{session(mint())}\r\nx: y"))
    assert isinstance(state, SignedOut)
    assert state.reason == "session-token-missing"


def test_session_is_read_from_every_cookie_with_the_session_prefix() -> None:
    request = page("/?__clerk_handshake_nonce=n")
    for name in ("__session", f"__session_{SUFFIX}", "__session_abcdefgh", "__sessionid"):
        state = state_of(request, settings(), payload(f"{name}={mint()}; Path=/"))
        assert isinstance(state, SignedIn)
    for name in ("x__session", "_session", "__Session", "__client", ""):
        state = state_of(request, settings(), payload(f"{name}={mint()}; Path=/"))
        assert isinstance(state, SignedOut)
        assert state.reason == "session-token-missing"


def test_last_of_two_session_cookies_is_used() -> None:
    request = page("/?__clerk_handshake_nonce=n")
    first = session(mint({"sub": "user_first"}))
    state = state_of(request, settings(), payload(first, session(mint())))
    assert state.auth("session_token").user_id == "user_1"
    taken_back = payload(first, "__session=; Max-Age=0")
    assert isinstance(state_of(request, settings(), taken_back), SignedOut)


SKEWED = [{"exp": NOW - DAY / 2}, {"nbf": NOW + DAY / 2}, {"iat": NOW + DAY / 2}]


@pytest.mark.parametrize("claims", SKEWED)
def test_clock_skew_of_hours_is_accepted_in_development(claims: dict[str, object]) -> None:
    request = page("/?__clerk_handshake_nonce=n")
    state = state_of(request, settings(), payload(session(mint(claims))))
    assert isinstance(state, SignedIn)
    assert state.redirect == "http://localhost:5000/"


@pytest.mark.parametrize("claims", [{"exp": NOW - 2 * DAY}, {"nbf": NOW + 2 * DAY}])
def test_clock_skew_of_days_is_rejected_in_development(claims: dict[str, object]) -> None:
    request = page("/?__clerk_handshake_nonce=n")
    state = state_of(request, settings(), payload(session(mint(claims))))
    assert isinstance(state, Handshake)
    assert header_values(state, "set-cookie") == [
        "__clerk_redirect_count=1; SameSite=Lax; HttpOnly; Max-Age=2"
    ]


@pytest.mark.parametrize("claims", SKEWED)
def test_clock_skew_is_rejected_in_production(claims: dict[str, object]) -> None:
    cookies = {"__clerk_handshake_nonce": "n"}
    state = state_of(page("/", cookies), PRODUCTION, payload(session(mint(claims))))
    assert isinstance(state, SignedOut)
    assert state.reason == "session-token-and-uat-missing"


def test_clock_skew_does_not_accept_a_forged_token() -> None:
    request = page("/?__clerk_handshake_nonce=n")
    forged = tampered(mint({"exp": NOW - 60}))
    state = state_of(request, settings(), payload(session(forged)))
    assert not isinstance(state, SignedIn)


@pytest.mark.parametrize(
    "token",
    [
        tampered(mint()),
        mint(key=other_rsa_key()),
        mint({"azp": "https://evil.example"}),
        mint({"sub": 7}),
        mint(header={"cat": "cl_B7d4PD333AAA"}),
        "nonsense",
    ],
)
@pytest.mark.parametrize("kind", ["test", "live"])
def test_invalid_session_is_neither_accepted_nor_set(token: str, kind: str) -> None:
    using = settings(authorized_parties="http://localhost:5000")
    if kind == "live":
        using = settings(
            authorized_parties="http://localhost:5000", publishable_key=PRODUCTION.publishable_key
        )
    request = page("/", {"__clerk_handshake": handshake_token(UAT, session(token))})
    state = state_of(request, using)
    assert not isinstance(state, SignedIn)
    assert UAT not in header_values(state, "set-cookie")


def test_development_handshake_of_other_keys_explains_the_cause() -> None:
    token = sign('{"alg":"RS256"}', '{"handshake":[]}', other_rsa_key())
    state = state_of(page(f"/?__clerk_handshake={token}"))
    assert isinstance(state, SignedOut)
    assert state.reason == "token-invalid-signature"
    assert "key of another instance" in state.message
    assert "cookies" in state.message
    assert header_values(state, "x-clerk-auth-message") == [state.message]
    assert state.redirect is None


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        ("nonsense", "token-invalid"),
        (handshake_token(cat="cl_B7d4PD222AAA"), "token-invalid"),
        (handshake_token(cat="cl_B7d4PD333AAA"), "token-invalid"),
        (handshake_token(alg="none"), "token-invalid-algorithm"),
    ],
)
def test_invalid_development_handshake_is_signed_out(token: str, reason: str) -> None:
    state = state_of(page(f"/?__clerk_handshake={token}"))
    assert isinstance(state, SignedOut)
    assert state.reason == reason
    assert state.message
    assert state.redirect is None


def test_production_handshake_of_another_application_is_ignored() -> None:
    of_another = sign('{"alg":"RS256"}', '{"handshake":["a=b"]}', other_rsa_key())
    cookies = browser_cookies(mint(), __clerk_db_jwt="", __clerk_handshake=of_another)
    state = state_of(page("/", cookies), PRODUCTION)
    assert isinstance(state, SignedIn)
    assert state.headers == ()
    doubtful = {"__client_uat": "5", "__clerk_handshake": of_another}
    assert isinstance(state_of(page("/", doubtful), PRODUCTION), Handshake)


def test_jwt_template_token_is_rejected_as_handshake() -> None:
    written = {"handshake": [session(mint({"sub": "user_evil"})), "evil=1"]}
    token = signed(written, cat="cl_B7d4PD222AAA")
    for using in (settings(), PRODUCTION):
        state = state_of(page("/", {"__clerk_handshake": token}), using)
        assert not isinstance(state, SignedIn)
        assert "evil=1" not in header_values(state, "set-cookie")


@pytest.mark.parametrize("handshake", [None, "x", 7, {}, [], [7, None]])
def test_handshake_without_directives_is_signed_out(handshake: object) -> None:
    state = state_of(page(f"/?__clerk_handshake={signed({'handshake': handshake})}"))
    assert isinstance(state, SignedOut)
    assert state.reason == "session-token-missing"


def other_requests(query: str, **cookies: str) -> list[Request]:
    return [
        page(f"/transfer?{query}", cookies, method="POST"),
        page(f"/transfer?{query}", cookies, method="POST", sec_fetch_site="same-origin"),
        page(f"/transfer?{query}", cookies, method="HEAD"),
        page(f"/transfer?{query}", cookies, method="DELETE"),
        page(f"/transfer?{query}", cookies, sec_fetch_dest="empty", sec_fetch_mode="cors"),
        page(f"/transfer?{query}", cookies, sec_fetch_dest="image"),
        page(f"/transfer?{query}", cookies, sec_fetch_dest="websocket"),
        page(f"/transfer?{query}", cookies, sec_fetch_dest="", accept="*/*"),
    ]


@pytest.mark.parametrize("using", [settings(), PRODUCTION])
def test_handshake_is_resolved_only_for_a_get_navigation(using: Settings) -> None:
    theirs = handshake_token(session(mint({"sub": "user_evil"})), UAT)
    attacks = [
        *other_requests(f"__clerk_handshake={theirs}"),
        *other_requests("", __clerk_handshake=theirs),
        *other_requests("__clerk_handshake_nonce=n"),
        *other_requests("", __clerk_handshake_nonce="n"),
    ]
    for request in attacks:
        state, requests = state_and_requests(request, using)
        assert not state.is_authenticated
        assert header_values(state, "set-cookie") == []
        assert requests == []
    assert state_of(page(f"/?__clerk_handshake={theirs}"), using).is_authenticated


@pytest.mark.parametrize("using", [settings(), PRODUCTION])
def test_other_requests_ignore_the_handshake_and_keep_their_session(using: Settings) -> None:
    theirs = handshake_token(session(mint({"sub": "user_evil"})), UAT)
    mine = browser_cookies(mint())
    for request in other_requests(f"__clerk_handshake={theirs}", **mine):
        state = state_of(request, using)
        assert isinstance(state, SignedIn)
        assert state.auth("session_token").user_id == "user_1"
        assert state.headers == ()


OTHER_TOKENS = {
    "JWT template": mint(header={"cat": "cl_B7d4PD222AAA"}),
    "M2M": m2m_jwt(),
    "machine's subject": mint({"sub": "mch_1"}),
    "OAuth": oauth_jwt(),
}


@pytest.mark.parametrize("token", OTHER_TOKENS.values(), ids=OTHER_TOKENS)
@pytest.mark.parametrize("using", [settings(), PRODUCTION])
def test_handshake_with_another_token_type_does_not_sign_in(token: str, using: Settings) -> None:
    signed_handshake = handshake_token(session(token), UAT)
    states = [
        state_of(page(f"/?__clerk_handshake={signed_handshake}"), using),
        state_of(page("/?__clerk_handshake_nonce=n"), using, payload(session(token), UAT)),
    ]
    for state in states:
        assert not state.is_authenticated
        assert UAT not in header_values(state, "set-cookie")


def test_signed_handshake_is_ignored_without_a_publishable_key() -> None:
    token = handshake_token(session(mint()), "evil=1")
    state, requests = state_and_requests(page(f"/?__clerk_handshake={token}"), NAMELESS)
    assert isinstance(state, SignedOut)
    assert header_values(state, "set-cookie") == []
    assert requests == []


def test_nonce_is_ignored_without_a_publishable_key() -> None:
    state, requests = state_and_requests(page("/?__clerk_handshake_nonce=n"), NAMELESS)
    assert isinstance(state, SignedOut)
    assert requests == []


@pytest.mark.parametrize("octets", ["%FF", "%ED%B2%80", "%C3", "%00"])
@pytest.mark.parametrize("name", ["__clerk_handshake", "__clerk_handshake_nonce", "__clerk_db_jwt"])
def test_undecodable_query_does_not_crash(name: str, octets: str) -> None:
    answers = [HttpResponse(404)] if name.endswith("nonce") else []
    state = state_of(page(f"/?{name}={octets}"), settings(), *answers)
    assert not isinstance(state, SignedIn)


SURROGATE = "\udc80"
UNDECODABLE = {
    "in a cookie": page("/", browser_cookies(f"x{SURROGATE}", __client_uat="")),
    "in the development browser's cookie": page(
        "/", {"__clerk_db_jwt": SURROGATE, "__client_uat": "5"}
    ),
    "in a nonce": page("/", {"__clerk_handshake_nonce": SURROGATE}),
    "in a handshake": page("/", {"__clerk_handshake": SURROGATE}),
    "in the header": page("/", authorization=f"Bearer {SURROGATE}"),
    "in the path": page(f"/{SURROGATE}"),
    "in the query": page(f"/?__clerk_handshake={SURROGATE}"),
    "in the host": page("/", host=SURROGATE),
}


@pytest.mark.parametrize("request_", UNDECODABLE.values(), ids=UNDECODABLE)
def test_undecodable_request_does_not_crash(request_: Request) -> None:
    # Some servers hand such octets over as lone surrogates, which no encoding can hold.
    state = run(authentication_flow(request_), lambda _: HttpResponse(404))
    assert not state.is_authenticated
