"""`accepts_token`: accepted token types, and requests with tokens of other types."""

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
    api_request,
    browser_cookies,
    m2m_jwt,
    oauth_jwt,
    page,
    state_and_requests,
    state_of,
)
from tests.support import json_response, mint, run_without_requests

MACHINES: tuple[MachineTokenType, ...] = ("api_key", "m2m_token", "oauth_token")
TOKENS: dict[TokenType, str] = {
    "session_token": mint(),
    "api_key": "ak_secret",
    "m2m_token": m2m_jwt(),
    "oauth_token": oauth_jwt(),
}
KINDS = tuple(TOKENS)
VERIFIED = json_response({"id": "ak_1", "subject": "user_1", "scopes": []})


def answers_for(kind: TokenType) -> tuple[HttpResponse, ...]:
    return (VERIFIED,) if kind == "api_key" else ()


@pytest.mark.parametrize("kind", KINDS)
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
def test_token_signs_in_exactly_if_its_type_is_accepted(
    accepts: AcceptsToken, kind: TokenType
) -> None:
    is_accepted = accepts == "any" or accepts == kind or (accepts not in KINDS and kind in accepts)
    answers = answers_for(kind) if is_accepted else ()
    state = state_of(api_request(f"Bearer {TOKENS[kind]}"), DEVELOPMENT, *answers, accepts=accepts)
    assert isinstance(state, SignedIn) is is_accepted
    if isinstance(state, SignedIn):
        assert state.token_type == kind
        assert state.auth(accepts).is_authenticated
        assert isinstance(
            state.auth(), BaseSessionAuth if kind == "session_token" else BaseMachineAuth
        )
    else:
        assert state.reason == "token-type-mismatch"
        assert state.message.startswith(f"The request carries {NAMES[kind]}, but only ")


@pytest.mark.parametrize("kind", MACHINES)
def test_missing_token_gives_signed_out_state_of_the_accepted_type(kind: MachineTokenType) -> None:
    for request in (page("/"), page("/", browser_cookies(mint()))):
        state, requests = state_and_requests(request, DEVELOPMENT, accepts=kind)
        assert isinstance(state, SignedOut)
        assert state.reason == "No token in header"
        assert state.token_type == kind
        assert state.redirect is None
        assert isinstance(state.auth(), BaseSignedOutAuth)
        assert requests == []


@pytest.mark.parametrize("kind", MACHINES)
@pytest.mark.parametrize("token", [mint(), "nonsense", "a.b.c", *TOKENS.values(), "mt_x", "oat_x"])
def test_other_token_gives_signed_out_state_of_the_accepted_type(
    kind: MachineTokenType, token: str
) -> None:
    if token == TOKENS[kind] or token.startswith(
        {"m2m_token": "mt_", "oauth_token": "oat_"}.get(kind, "-")
    ):
        return
    state, requests = state_and_requests(api_request(token), DEVELOPMENT, accepts=kind)
    assert isinstance(state, SignedOut)
    assert state.reason == "token-type-mismatch"
    assert state.token_type == kind
    auth = state.auth()
    assert isinstance(auth, BaseSignedOutAuth)
    assert auth.token_type == kind
    assert requests == []


@pytest.mark.parametrize(
    ("accepts", "request_"),
    [
        (["api_key"], page("/")),
        (["api_key", "m2m_token"], page("/", browser_cookies(mint()))),
        (["api_key"], api_request(mint())),
        (["session_token"], api_request("ak_x")),
        (["session_token", "oauth_token"], api_request(m2m_jwt())),
        ([], page("/")),
        ((), api_request(mint())),
    ],
)
def test_other_token_for_a_list_of_types_has_no_token_type(
    accepts: AcceptsToken, request_: Request
) -> None:
    state, requests = state_and_requests(request_, DEVELOPMENT, accepts=accepts)
    assert isinstance(state, SignedOut)
    sends_token = request_.headers.get("authorization") is not None
    assert state.reason == ("token-type-mismatch" if sends_token else "No token in header")
    assert state.token_type is None
    assert state.redirect is None
    auth = state.auth()
    assert isinstance(auth, BaseSignedOutAuth)
    assert auth.token_type is None
    assert auth.has(role="org:admin") is False
    assert run_without_requests(auth.get_token_flow()) is None
    assert requests == []


@pytest.mark.parametrize("accepts", ["any", ["session_token"], ["api_key", "session_token"]])
def test_cookies_are_read_if_sessions_are_accepted(accepts: AcceptsToken) -> None:
    assert isinstance(state_of(page("/", browser_cookies(mint())), accepts=accepts), SignedIn)
    assert isinstance(state_of(page("/"), accepts=accepts), Handshake)


def test_malformed_token_counts_as_session_token_if_sessions_are_accepted() -> None:
    for accepts in ("any", ["session_token", "api_key"]):
        state = state_of(api_request("nonsense"), accepts=accepts)  # type: ignore[arg-type]
        assert state.reason == "token-invalid"
        assert isinstance(state.auth(), BaseSignedOutAuth)


def test_jwt_template_token_is_never_accepted() -> None:
    token = mint(header={"cat": "cl_B7d4PD222AAA"})
    for accepts in ("any", "session_token", "m2m_token", list(KINDS)):
        state = state_of(api_request(token), accepts=accepts)
        assert state.reason == "token-type-mismatch"


def test_other_authorization_scheme_is_ignored() -> None:
    for value in ("Basic ak_secret", "bearer ak_secret", "Token ak_x"):
        assert state_of(api_request(value), accepts="api_key").reason == "No token in header"


@pytest.mark.parametrize(
    "accepts", ["session", "", "API_KEY", "anything", ["api_key", "any"], [None], [["api_key"]]]
)
def test_unknown_token_type_raises_type_error(accepts: object) -> None:
    for request in (page("/"), api_request(mint()), api_request("ak_secret")):
        with pytest.raises(TypeError, match="accepts_token") as error:
            state_of(request, accepts=accepts)  # type: ignore[arg-type]
        assert "ak_secret" not in str(error.value)


# Auth objects by token type


def test_state_returns_auth_object_of_the_accepted_type() -> None:
    state = state_of(api_request("ak_secret"), DEVELOPMENT, VERIFIED, accepts="any")
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


def test_session_state_is_signed_out_for_machine_types() -> None:
    state = state_of(api_request(mint()), accepts="any")
    assert isinstance(state.auth("session_token"), BaseSessionAuth)
    for kind in MACHINES:
        assert isinstance(state.auth(kind), BaseSignedOutAuth)
    assert isinstance(state.auth(["api_key", "m2m_token"]), BaseSignedOutAuth)


def test_signed_out_state_is_signed_out_for_every_type() -> None:
    state = state_of(page("/", {"__clerk_db_jwt": "dvb_1"}))
    assert isinstance(state.auth(), BaseSignedOutAuth)
    assert isinstance(state.auth("session_token"), BaseSignedOutAuth)
    assert isinstance(state.auth("api_key"), BaseSignedOutAuth)
    assert isinstance(state.auth(["session_token", "api_key"]), BaseSignedOutAuth)
    invalid = state_of(page("/"), accepts=["api_key"])
    assert isinstance(invalid.auth("session_token"), BaseSignedOutAuth)
    assert isinstance(invalid.auth("any"), BaseSignedOutAuth)
    assert isinstance(invalid.auth(["session_token"]), BaseSignedOutAuth)


def test_pending_session_is_returned_on_request() -> None:
    state = state_of(api_request(mint({"sts": "pending"})), accepts="any")
    assert isinstance(state.auth(), BaseSignedOutAuth)
    assert state.auth("session_token").session_status == "pending"
    auth = state.auth("session_token", treat_pending_as_signed_out=False)
    assert isinstance(auth, BaseSessionAuth)
    assert isinstance(state.auth("api_key", treat_pending_as_signed_out=False), BaseSignedOutAuth)
