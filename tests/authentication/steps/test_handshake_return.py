"""The way back from a handshake: what the browser brings, and what is made of it."""

from __future__ import annotations

import pytest

from clerk_core import Handshake, Settings, SignedIn, SignedOut, run
from clerk_core._messages import HttpResponse, Request
from clerk_core.errors import TransportError
from tests.authentication.steps.support import (
    NAMELESS,
    PRODUCTION,
    SUFFIX,
    asked_for,
    browser_cookies,
    decided,
    deciding,
    handshake_token,
    header_values,
    m2m_jwt,
    oauth_jwt,
    page,
    signed,
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


def redeemed(*directives: object) -> HttpResponse:
    return json_response({"directives": list(directives)})


def test_a_nonce_is_redeemed_at_the_backend_api() -> None:
    token = mint()
    request = page("/notes?a=1&__clerk_handshake_nonce=n%2F1")
    state, asked = asked_for(request, settings(), redeemed(UAT, session(token)))
    assert [(one.method, one.url) for one in asked] == [
        ("GET", "https://api.clerk.com/v1/clients/handshake_payload?nonce=n%2F1")
    ]
    assert asked[0].headers.get("authorization") == f"Bearer {SECRET_KEY}"
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


def test_a_signed_handshake_needs_no_call() -> None:
    request = page(f"/?__clerk_handshake={handshake_token(UAT, session(mint()))}")
    state, asked = asked_for(request, settings(secret_key=None))
    assert asked == []
    assert isinstance(state, SignedIn)
    assert header_values(state, "set-cookie")[0] == UAT
    assert state.redirect == "http://localhost:5000/"


def test_of_a_nonce_and_a_signed_handshake_the_nonce_counts() -> None:
    token = handshake_token(session(mint({"sub": "user_signed"})))
    request = page(f"/?__clerk_handshake={token}&__clerk_handshake_nonce=n")
    state = decided(request, settings(), redeemed(session(mint())))
    assert state.auth("session_token").user_id == "user_1"


@pytest.mark.parametrize("name", ["__clerk_handshake", "__clerk_handshake_nonce"])
def test_in_production_it_comes_in_a_cookie_and_nothing_is_cleaned(name: str) -> None:
    directives = [UAT, session(mint())]
    is_nonce = name.endswith("nonce")
    cookies = {name: "n" if is_nonce else handshake_token(*directives)}
    answers = [redeemed(*directives)] if is_nonce else []
    state = decided(page("/notes", cookies), PRODUCTION, *answers)
    assert isinstance(state, SignedIn)
    assert state.redirect is None
    assert state.headers == (*(("set-cookie", one) for one in directives),)


@pytest.mark.parametrize("configured", [settings(), PRODUCTION], ids=["development", "production"])
@pytest.mark.parametrize("cookies", [(), (UAT,), (UAT, session(mint()))])
def test_a_handshake_grants_no_other_origin_access_to_the_response(
    configured: Settings, cookies: tuple[str, ...]
) -> None:
    request = page("/?__clerk_handshake_nonce=n")
    state = decided(request, configured, redeemed(*cookies))
    assert [name for name, _ in state.headers if name.startswith("access-control-")] == []


def test_a_nonce_is_not_waited_for_longer_than_a_few_seconds() -> None:
    _, asked = asked_for(page("/?__clerk_handshake_nonce=n"), settings(), HttpResponse(503))
    assert asked[0].timeout == 5


def test_every_credential_leaves_the_address_bar_and_nothing_else() -> None:
    request = page(
        "/p?x=1&__clerk_handshake_nonce=n&__clerk_help=h&__clerk_db_jwt=d&__clerk_handshake=t&y=%26"
    )
    state = decided(request, settings(), redeemed(session(mint())))
    assert state.redirect == "http://localhost:5000/p?x=1&y=%26"


def test_the_handshake_goes_before_an_unknown_development_browser_and_before_other_cookies() -> (
    None
):
    cookies = browser_cookies(mint({"sub": "user_before"}))
    request = page("/?__clerk_handshake_nonce=n&__clerk_db_jwt=d", cookies)
    state = decided(request, settings(), redeemed(session(mint())))
    assert state.auth("session_token").user_id == "user_1"


def test_a_handshake_that_ends_without_a_session_is_signed_out() -> None:
    gone = "__session=; Path=/; Max-Age=0"
    signed_out = "__client_uat=0; Path=/"
    request = page("/?__clerk_handshake_nonce=n")
    state = decided(request, settings(), redeemed(gone, signed_out))
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
        TransportError("No answer."),
    ],
)
def test_a_nonce_that_cannot_be_redeemed_signs_out_for_now(
    answer: HttpResponse | TransportError,
) -> None:
    state = decided(page("/?__clerk_handshake_nonce=n"), settings(), answer)
    assert isinstance(state, SignedOut)
    assert state.reason == "session-token-missing"
    assert header_values(state, "set-cookie") == []


def test_a_nonce_is_of_no_use_without_a_secret_key() -> None:
    state, asked = asked_for(page("/?__clerk_handshake_nonce=n"), settings(secret_key=None))
    assert asked == []
    assert isinstance(state, SignedOut)
    assert state.reason == "session-token-missing"


def test_directives_that_are_no_header_values_are_dropped() -> None:
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
    state = decided(request, settings(), redeemed(*bad, session(token)))
    assert isinstance(state, SignedIn)
    assert header_values(state, "set-cookie") == [session(token)]
    by_token = page(f"/?__clerk_handshake={handshake_token(*bad, session(token))}")
    assert header_values(decided(by_token), "set-cookie") == [session(token)]


def test_a_session_token_in_a_directive_that_is_dropped_signs_nobody_in() -> None:
    request = page("/?__clerk_handshake_nonce=n")
    state = decided(request, settings(), redeemed(f"{session(mint())}\r\nx: y"))
    assert isinstance(state, SignedOut)
    assert state.reason == "session-token-missing"


def test_every_cookie_whose_name_begins_with_session_brings_the_session() -> None:
    request = page("/?__clerk_handshake_nonce=n")
    for name in ("__session", f"__session_{SUFFIX}", "__session_abcdefgh", "__sessionid"):
        state = decided(request, settings(), redeemed(f"{name}={mint()}; Path=/"))
        assert isinstance(state, SignedIn)
    for name in ("x__session", "_session", "__Session", "__client", ""):
        state = decided(request, settings(), redeemed(f"{name}={mint()}; Path=/"))
        assert isinstance(state, SignedOut)
        assert state.reason == "session-token-missing"


def test_of_two_session_cookies_the_last_counts_as_in_a_browser() -> None:
    request = page("/?__clerk_handshake_nonce=n")
    first = session(mint({"sub": "user_first"}))
    state = decided(request, settings(), redeemed(first, session(mint())))
    assert state.auth("session_token").user_id == "user_1"
    taken_back = redeemed(first, "__session=; Max-Age=0")
    assert isinstance(decided(request, settings(), taken_back), SignedOut)


SKEWED = [{"exp": NOW - DAY / 2}, {"nbf": NOW + DAY / 2}, {"iat": NOW + DAY / 2}]


@pytest.mark.parametrize("claims", SKEWED)
def test_in_development_a_wrong_clock_does_not_break_a_handshake(claims: dict[str, object]) -> None:
    request = page("/?__clerk_handshake_nonce=n")
    state = decided(request, settings(), redeemed(session(mint(claims))))
    assert isinstance(state, SignedIn)
    assert state.redirect == "http://localhost:5000/"


@pytest.mark.parametrize("claims", [{"exp": NOW - 2 * DAY}, {"nbf": NOW + 2 * DAY}])
def test_in_development_a_clock_that_is_days_off_is_not_forgiven(claims: dict[str, object]) -> None:
    request = page("/?__clerk_handshake_nonce=n")
    state = decided(request, settings(), redeemed(session(mint(claims))))
    assert isinstance(state, Handshake)
    assert header_values(state, "set-cookie") == [
        "__clerk_redirect_count=1; SameSite=Lax; HttpOnly; Max-Age=2"
    ]


@pytest.mark.parametrize("claims", SKEWED)
def test_in_production_a_wrong_clock_is_not_forgiven(claims: dict[str, object]) -> None:
    cookies = {"__clerk_handshake_nonce": "n"}
    state = decided(page("/", cookies), PRODUCTION, redeemed(session(mint(claims))))
    assert isinstance(state, SignedOut)
    assert state.reason == "session-token-and-uat-missing"


def test_a_day_of_skew_forgives_no_forgery() -> None:
    request = page("/?__clerk_handshake_nonce=n")
    forged = tampered(mint({"exp": NOW - 60}))
    state = decided(request, settings(), redeemed(session(forged)))
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
def test_a_session_that_does_not_hold_is_neither_taken_in_nor_set(token: str, kind: str) -> None:
    using = settings(authorized_parties="http://localhost:5000")
    if kind == "live":
        using = settings(
            authorized_parties="http://localhost:5000", publishable_key=PRODUCTION.publishable_key
        )
    request = page("/", {"__clerk_handshake": handshake_token(UAT, session(token))})
    state = decided(request, using)
    assert not isinstance(state, SignedIn)
    assert UAT not in header_values(state, "set-cookie")


def test_in_development_a_handshake_of_other_keys_tells_what_to_do() -> None:
    token = sign('{"alg":"RS256"}', '{"handshake":[]}', other_rsa_key())
    state = decided(page(f"/?__clerk_handshake={token}"))
    assert isinstance(state, SignedOut)
    assert state.reason == "token-invalid-signature"
    assert "another instance's key" in state.message
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
def test_in_development_a_handshake_that_does_not_hold_ends_there(token: str, reason: str) -> None:
    state = decided(page(f"/?__clerk_handshake={token}"))
    assert isinstance(state, SignedOut)
    assert state.reason == reason
    assert state.message
    assert state.redirect is None


def test_in_production_another_applications_handshake_is_as_if_it_were_not_there() -> None:
    of_another = sign('{"alg":"RS256"}', '{"handshake":["a=b"]}', other_rsa_key())
    cookies = browser_cookies(mint(), __clerk_db_jwt="", __clerk_handshake=of_another)
    state = decided(page("/", cookies), PRODUCTION)
    assert isinstance(state, SignedIn)
    assert state.headers == ()
    doubtful = {"__client_uat": "5", "__clerk_handshake": of_another}
    assert isinstance(decided(page("/", doubtful), PRODUCTION), Handshake)


def test_a_token_from_a_jwt_template_is_no_handshake() -> None:
    written = {"handshake": [session(mint({"sub": "user_evil"})), "evil=1"]}
    token = signed(written, cat="cl_B7d4PD222AAA")
    for using in (settings(), PRODUCTION):
        state = decided(page("/", {"__clerk_handshake": token}), using)
        assert not isinstance(state, SignedIn)
        assert "evil=1" not in header_values(state, "set-cookie")


@pytest.mark.parametrize("handshake", [None, "x", 7, {}, [], [7, None]])
def test_a_handshake_with_no_directives_is_signed_out(handshake: object) -> None:
    state = decided(page(f"/?__clerk_handshake={signed({'handshake': handshake})}"))
    assert isinstance(state, SignedOut)
    assert state.reason == "session-token-missing"


def requests_that_do_not_navigate(query: str, **cookies: str) -> list[Request]:
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
def test_a_handshake_is_resolved_on_a_get_navigation_only(using: Settings) -> None:
    theirs = handshake_token(session(mint({"sub": "user_evil"})), UAT)
    attacks = [
        *requests_that_do_not_navigate(f"__clerk_handshake={theirs}"),
        *requests_that_do_not_navigate("", __clerk_handshake=theirs),
        *requests_that_do_not_navigate("__clerk_handshake_nonce=n"),
        *requests_that_do_not_navigate("", __clerk_handshake_nonce="n"),
    ]
    for request in attacks:
        state, asked = asked_for(request, using)
        assert not state.is_authenticated
        assert header_values(state, "set-cookie") == []
        assert asked == []
    assert decided(page(f"/?__clerk_handshake={theirs}"), using).is_authenticated


@pytest.mark.parametrize("using", [settings(), PRODUCTION])
def test_a_request_that_does_not_navigate_goes_on_with_its_own_session(using: Settings) -> None:
    theirs = handshake_token(session(mint({"sub": "user_evil"})), UAT)
    mine = browser_cookies(mint())
    for request in requests_that_do_not_navigate(f"__clerk_handshake={theirs}", **mine):
        state = decided(request, using)
        assert isinstance(state, SignedIn)
        assert state.auth("session_token").user_id == "user_1"
        assert state.headers == ()


NO_SESSION_TOKENS = {
    "JWT template": mint(header={"cat": "cl_B7d4PD222AAA"}),
    "M2M": m2m_jwt(),
    "machine's subject": mint({"sub": "mch_1"}),
    "OAuth": oauth_jwt(),
}


@pytest.mark.parametrize("token", NO_SESSION_TOKENS.values(), ids=NO_SESSION_TOKENS)
@pytest.mark.parametrize("using", [settings(), PRODUCTION])
def test_a_handshake_that_brings_no_session_token_signs_nobody_in(
    token: str, using: Settings
) -> None:
    signed_handshake = handshake_token(session(token), UAT)
    states = [
        decided(page(f"/?__clerk_handshake={signed_handshake}"), using),
        decided(page("/?__clerk_handshake_nonce=n"), using, redeemed(session(token), UAT)),
    ]
    for state in states:
        assert not state.is_authenticated
        assert UAT not in header_values(state, "set-cookie")


def test_without_a_publishable_key_no_handshake_is_taken_in() -> None:
    token = handshake_token(session(mint()), "evil=1")
    state, asked = asked_for(page(f"/?__clerk_handshake={token}"), NAMELESS)
    assert isinstance(state, SignedOut)
    assert header_values(state, "set-cookie") == []
    assert asked == []


def test_without_a_publishable_key_no_nonce_is_redeemed() -> None:
    state, asked = asked_for(page("/?__clerk_handshake_nonce=n"), NAMELESS)
    assert isinstance(state, SignedOut)
    assert asked == []


@pytest.mark.parametrize("octets", ["%FF", "%ED%B2%80", "%C3", "%00"])
@pytest.mark.parametrize("name", ["__clerk_handshake", "__clerk_handshake_nonce", "__clerk_db_jwt"])
def test_octets_that_are_no_text_in_the_query_break_nothing(name: str, octets: str) -> None:
    answers = [HttpResponse(404)] if name.endswith("nonce") else []
    state = decided(page(f"/?{name}={octets}"), settings(), *answers)
    assert not isinstance(state, SignedIn)


SURROGATE = "\udc80"
PLACES = {
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


@pytest.mark.parametrize("request_", PLACES.values(), ids=PLACES)
def test_octets_that_a_server_could_not_decode_break_nothing(request_: Request) -> None:
    # Some servers hand such octets over as lone surrogates, which no encoding can hold.
    state = run(deciding(request_), lambda _: HttpResponse(404))
    assert not state.is_authenticated
