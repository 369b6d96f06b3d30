"""Request states: attributes, classes, immutability and safe repr."""

from __future__ import annotations

from enum import Enum
from typing import get_type_hints

import pytest

from clerk_core import EXPLANATIONS, Handshake, Reason, RequestState, SignedIn, SignedOut
from clerk_core._authentication.result.state import debug_headers
from clerk_core._messages import Request
from tests.authentication.result.support import TOKEN, context, in_handshake, signed_in, signed_out


def test_signed_in_state_has_no_reason() -> None:
    state = signed_in()
    assert state.status == "signed-in"
    assert state.is_authenticated is True
    assert state.token_type == "session_token"
    assert state.token == TOKEN
    assert state.reason is None
    assert state.message is None
    assert state.headers == ()
    assert state.redirect is None


def test_signed_out_state_has_reason_and_message() -> None:
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


def test_reason_is_plain_text() -> None:
    state = context().signed_out(Reason.TOKEN_EXPIRED)
    assert type(state.reason) is str
    assert not isinstance(state.reason, Enum)
    assert all(type(value) is str for _, value in state.headers)


def test_handshake_state_has_a_redirect_and_no_user() -> None:
    state = in_handshake()
    assert state.status == "handshake"
    assert state.is_authenticated is False
    assert state.redirect == "https://happy-hippo-1.clerk.accounts.dev/v1/client/handshake"
    assert state.auth("session_token").is_authenticated is False
    assert state.auth("session_token").user_id is None


@pytest.mark.parametrize("reason", list(Reason), ids=str)
def test_every_reason_is_a_valid_header_value(reason: Reason) -> None:
    for _, value in debug_headers("signed-out", str(reason), EXPLANATIONS[reason]):
        assert value.isascii()
        assert value.isprintable()
    assert EXPLANATIONS[reason].endswith(".")


def test_empty_message_adds_no_header() -> None:
    assert debug_headers("signed-out", "r", "") == (
        ("x-clerk-auth-status", "signed-out"),
        ("x-clerk-auth-reason", "r"),
    )


def test_repr_of_states_hides_credentials() -> None:
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


def test_states_are_immutable() -> None:
    for state in (signed_in(), signed_out(), in_handshake()):
        for name in ("headers", "credentials", "reason", "token"):
            with pytest.raises(AttributeError):
                setattr(state, name, None)


def test_states_have_distinct_classes() -> None:
    assert isinstance(signed_in(), SignedIn)
    assert isinstance(signed_out(), SignedOut)
    assert isinstance(in_handshake(), Handshake)
    assert not isinstance(in_handshake(), SignedOut)


def test_request_state_can_be_used_as_a_type_hint() -> None:
    # Frameworks evaluate annotations when an application starts.
    def view(state: RequestState) -> None: ...

    assert get_type_hints(view).keys() == {"state", "return"}
