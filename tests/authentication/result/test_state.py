"""States: what became of a request, told apart by tags, and safe to print."""

from __future__ import annotations

from enum import Enum
from typing import get_type_hints

import pytest

from clerk_core import EXPLANATIONS, Handshake, Reason, RequestState, SignedIn, SignedOut
from clerk_core._authentication.result.state import debug_headers
from clerk_core._messages import Request
from tests.authentication.result.support import TOKEN, context, in_handshake, signed_in, signed_out


def test_a_signed_in_state_has_nobody_to_explain_to() -> None:
    state = signed_in()
    assert state.status == "signed-in"
    assert state.is_authenticated is True
    assert state.token_type == "session_token"
    assert state.token == TOKEN
    assert state.reason is None
    assert state.message is None
    assert state.headers == ()
    assert state.redirect is None


def test_a_signed_out_state_says_why() -> None:
    state = context().signed_out(Reason.TOKEN_EXPIRED, "Too late.", (("set-cookie", "a=b"),))
    assert state.status == "signed-out"
    assert state.is_authenticated is False
    assert state.token is None
    assert state.reason == "token-expired"
    assert state.message == "Too late."
    assert state.headers == (
        ("set-cookie", "a=b"),
        ("x-clerk-auth-status", "signed-out"),
        ("x-clerk-auth-reason", "token-expired"),
        ("x-clerk-auth-message", "Too late."),
    )
    assert state.redirect is None
    assert state.auth("session_token").is_authenticated is False
    assert state.auth("session_token", treat_pending_as_signed_out=False).is_authenticated is False


def test_a_reason_is_plain_text() -> None:
    state = context().signed_out(Reason.TOKEN_EXPIRED)
    assert type(state.reason) is str
    assert not isinstance(state.reason, Enum)
    assert all(type(value) is str for _, value in state.headers)


def test_a_handshake_knows_where_to_go_and_nobody_yet() -> None:
    state = in_handshake()
    assert state.status == "handshake"
    assert state.is_authenticated is False
    assert state.redirect == "https://happy-hippo-1.clerk.accounts.dev/v1/client/handshake"
    assert state.auth("session_token").is_authenticated is False
    assert state.auth("session_token").user_id is None


@pytest.mark.parametrize("reason", list(Reason), ids=str)
def test_every_reason_can_stand_in_a_header(reason: Reason) -> None:
    for _, value in debug_headers("signed-out", str(reason), EXPLANATIONS[reason]):
        assert value.isascii()
        assert value.isprintable()
    assert EXPLANATIONS[reason].endswith(".")


def test_an_empty_message_makes_no_header() -> None:
    assert debug_headers("signed-out", "r", "") == (
        ("x-clerk-auth-status", "signed-out"),
        ("x-clerk-auth-reason", "r"),
    )


def test_no_state_shows_a_credential_when_printed() -> None:
    request = Request(
        "GET",
        "http://localhost:5000/?__clerk_db_jwt=dvb_secret",
        [("cookie", "__session=cookie_secret"), ("authorization", "Bearer header_secret")],
    )
    states: list[RequestState] = [
        signed_in({"email": "ada@example.com"}, request),
        signed_out(request),
        in_handshake(request),
    ]
    assert [repr(state) for state in states] == [
        "SignedIn(user_1)",
        "SignedOut(session-token-missing)",
        "Handshake(dev-browser-missing)",
    ]
    for text in (repr(context(request)), *(repr(state.credentials) for state in states)):
        assert "secret" not in text
        assert "sk_test_" not in text


def test_a_state_is_frozen() -> None:
    for state in (signed_in(), signed_out(), in_handshake()):
        for name in ("headers", "credentials", "reason", "token"):
            with pytest.raises(AttributeError):
                setattr(state, name, None)


def test_the_states_are_told_apart_by_their_class() -> None:
    assert isinstance(signed_in(), SignedIn)
    assert isinstance(signed_out(), SignedOut)
    assert isinstance(in_handshake(), Handshake)
    assert not isinstance(in_handshake(), SignedOut)


def test_a_type_can_be_written_with_the_name_of_the_states() -> None:
    # Frameworks evaluate annotations when an application starts.
    def view(state: RequestState) -> None: ...

    assert get_type_hints(view).keys() == {"state", "return"}
