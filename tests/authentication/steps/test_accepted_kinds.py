"""Which kinds of token a request may show, and who it is when it shows another."""

from __future__ import annotations

import pytest

from clerk_core import Handshake, SignedIn, SignedOut
from clerk_core._authentication.request.token_kinds import (
    NAMES,
    AcceptsToken,
    MachineTokenType,
    TokenType,
)
from clerk_core._authentication.result.auth import BaseSessionAuth, BaseSignedOutAuth
from clerk_core._authentication.result.machine_auth import BaseMachineAuth
from clerk_core._messages import HttpResponse, Request
from tests.authentication.steps.support import (
    DEVELOPMENT,
    asked_for,
    bearing,
    browser_cookies,
    decided,
    m2m_jwt,
    oauth_jwt,
    page,
)
from tests.support import json_response, mint, without_asking

MACHINES: tuple[MachineTokenType, ...] = ("api_key", "m2m_token", "oauth_token")
TOKENS: dict[TokenType, str] = {
    "session_token": mint(),
    "api_key": "ak_secret",
    "m2m_token": m2m_jwt(),
    "oauth_token": oauth_jwt(),
}
KINDS = tuple(TOKENS)
VOUCHED = json_response({"id": "ak_1", "subject": "user_1", "scopes": []})


def answers_for(kind: TokenType) -> tuple[HttpResponse, ...]:
    return (VOUCHED,) if kind == "api_key" else ()


@pytest.mark.parametrize("shown", KINDS)
@pytest.mark.parametrize(
    "accepts",
    [
        *KINDS,
        "any",
        *([kind] for kind in KINDS),
        ["session_token", "api_key"],
        ("m2m_token", "oauth_token"),
        list(KINDS),
        [],
    ],
    ids=str,
)
def test_a_token_signs_in_exactly_where_its_kind_is_accepted(
    accepts: AcceptsToken, shown: TokenType
) -> None:
    is_accepted = (
        accepts == "any" or accepts == shown or (accepts not in KINDS and shown in accepts)
    )
    answers = answers_for(shown) if is_accepted else ()
    state = decided(bearing(f"Bearer {TOKENS[shown]}"), DEVELOPMENT, *answers, accepts=accepts)
    assert isinstance(state, SignedIn) is is_accepted
    if isinstance(state, SignedIn):
        assert state.token_type == shown
        assert state.auth(accepts).is_authenticated
        assert isinstance(
            state.auth(), BaseSessionAuth if shown == "session_token" else BaseMachineAuth
        )
    else:
        assert state.reason == "token-type-mismatch"
        assert state.message.startswith(f"The request carries {NAMES[shown]}, and only ")


@pytest.mark.parametrize("kind", MACHINES)
def test_one_machine_kind_and_no_header_is_that_kind_of_nobody(kind: MachineTokenType) -> None:
    for request in (page("/"), page("/", browser_cookies(mint()))):
        state, asked = asked_for(request, DEVELOPMENT, accepts=kind)
        assert isinstance(state, SignedOut)
        assert state.reason == "No token in header"
        assert state.token_type == kind
        assert state.redirect is None
        assert isinstance(state.auth(), BaseSignedOutAuth)
        assert asked == []


@pytest.mark.parametrize("kind", MACHINES)
@pytest.mark.parametrize("token", [mint(), "nonsense", "a.b.c", *TOKENS.values(), "mt_x", "oat_x"])
def test_one_machine_kind_and_another_token_is_that_kind_of_nobody(
    kind: MachineTokenType, token: str
) -> None:
    if token == TOKENS[kind] or token.startswith(
        {"m2m_token": "mt_", "oauth_token": "oat_"}.get(kind, "-")
    ):
        return
    state, asked = asked_for(bearing(token), DEVELOPMENT, accepts=kind)
    assert isinstance(state, SignedOut)
    assert state.reason == "token-type-mismatch"
    assert state.token_type == kind
    auth = state.auth()
    assert isinstance(auth, BaseSignedOutAuth)
    assert auth.token_type == kind
    assert asked == []


@pytest.mark.parametrize(
    ("accepts", "request_"),
    [
        (["api_key"], page("/")),
        (["api_key", "m2m_token"], page("/", browser_cookies(mint()))),
        (["api_key"], bearing(mint())),
        (["session_token"], bearing("ak_x")),
        (["session_token", "oauth_token"], bearing(m2m_jwt())),
        ([], page("/")),
        ((), bearing(mint())),
    ],
)
def test_a_kind_outside_the_list_is_of_no_kind_at_all(
    accepts: AcceptsToken, request_: Request
) -> None:
    state, asked = asked_for(request_, DEVELOPMENT, accepts=accepts)
    assert isinstance(state, SignedOut)
    sends_token = request_.headers.get("authorization") is not None
    assert state.reason == ("token-type-mismatch" if sends_token else "No token in header")
    assert state.token_type is None
    assert state.redirect is None
    auth = state.auth()
    assert isinstance(auth, BaseSignedOutAuth)
    assert auth.token_type is None
    assert auth.has(role="org:admin") is False
    assert without_asking(auth.get_token_flow()) is None
    assert asked == []


@pytest.mark.parametrize("accepts", ["any", ["session_token"], ["api_key", "session_token"]])
def test_where_sessions_are_accepted_cookies_are_read(accepts: AcceptsToken) -> None:
    assert isinstance(decided(page("/", browser_cookies(mint())), accepts=accepts), SignedIn)
    assert isinstance(decided(page("/"), accepts=accepts), Handshake)


def test_a_broken_token_is_taken_for_a_sessions_where_any_is_accepted() -> None:
    for accepts in ("any", ["session_token", "api_key"]):
        state = decided(bearing("nonsense"), accepts=accepts)  # type: ignore[arg-type]
        assert state.reason == "token-invalid"
        assert isinstance(state.auth(), BaseSignedOutAuth)


def test_a_jwt_templates_token_is_accepted_nowhere() -> None:
    token = mint(header={"cat": "cl_B7d4PD222AAA"})
    for accepts in ("any", "session_token", "m2m_token", list(KINDS)):
        state = decided(bearing(token), accepts=accepts)
        assert state.reason == "token-type-mismatch"


def test_another_scheme_shows_no_token() -> None:
    for value in ("Basic ak_secret", "bearer ak_secret", "Token ak_x"):
        assert decided(bearing(value), accepts="api_key").reason == "No token in header"


@pytest.mark.parametrize(
    "accepts", ["session", "", "API_KEY", "anything", ["api_key", "any"], [None], [["api_key"]]]
)
def test_a_kind_that_does_not_exist_is_a_mistake_and_lets_nobody_in(accepts: object) -> None:
    for request in (page("/"), bearing(mint()), bearing("ak_secret")):
        with pytest.raises(TypeError, match="accepts_token") as error:
            decided(request, accepts=accepts)  # type: ignore[arg-type]
        assert "ak_secret" not in str(error.value)


# Asking a state for a kind


def test_a_state_gives_the_auth_object_of_the_kind_that_is_asked_for() -> None:
    state = decided(bearing("ak_secret"), DEVELOPMENT, VOUCHED, accepts="any")
    assert isinstance(state.auth(), BaseMachineAuth)
    assert isinstance(state.auth("any"), BaseMachineAuth)
    assert isinstance(state.auth("api_key"), BaseMachineAuth)
    assert isinstance(state.auth(["session_token", "api_key"]), BaseMachineAuth)
    assert isinstance(state.auth("session_token"), BaseSignedOutAuth)
    assert isinstance(state.auth(["session_token"]), BaseSignedOutAuth)
    assert isinstance(state.auth([]), BaseSignedOutAuth)
    nobody = state.auth("m2m_token")
    assert isinstance(nobody, BaseSignedOutAuth)
    assert nobody.token_type == "m2m_token"


def test_a_session_is_no_machine() -> None:
    state = decided(bearing(mint()), accepts="any")
    assert isinstance(state.auth("session_token"), BaseSessionAuth)
    for kind in MACHINES:
        assert isinstance(state.auth(kind), BaseSignedOutAuth)
    assert isinstance(state.auth(["api_key", "m2m_token"]), BaseSignedOutAuth)


def test_nobody_is_nobody_of_the_kind_that_is_asked_for() -> None:
    state = decided(page("/", {"__clerk_db_jwt": "dvb_1"}))
    assert isinstance(state.auth(), BaseSignedOutAuth)
    assert isinstance(state.auth("session_token"), BaseSignedOutAuth)
    assert isinstance(state.auth("api_key"), BaseSignedOutAuth)
    assert isinstance(state.auth(["session_token", "api_key"]), BaseSignedOutAuth)
    invalid = decided(page("/"), accepts=["api_key"])
    assert isinstance(invalid.auth("session_token"), BaseSignedOutAuth)
    assert isinstance(invalid.auth("any"), BaseSignedOutAuth)
    assert isinstance(invalid.auth(["session_token"]), BaseSignedOutAuth)


def test_a_pending_session_counts_when_it_is_asked_for() -> None:
    state = decided(bearing(mint({"sts": "pending"})), accepts="any")
    assert isinstance(state.auth(), BaseSignedOutAuth)
    assert state.auth("session_token").session_status == "pending"
    told = state.auth("session_token", treat_pending_as_signed_out=False)
    assert isinstance(told, BaseSessionAuth)
    assert isinstance(state.auth("api_key", treat_pending_as_signed_out=False), BaseSignedOutAuth)
