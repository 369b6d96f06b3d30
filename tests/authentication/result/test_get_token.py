"""Getting a token: the one at hand, or a new one, as a flow to be run."""

from __future__ import annotations

import json

import pytest

from clerk_core import ClerkAPIError, SignedIn
from clerk_core._messages import HttpResponse
from clerk_core.errors import ConfigurationError, TransportError
from tests.authentication.result.support import TOKEN, auth_of, context, signed_in, signed_out
from tests.authentication.steps.support import bearing, decided
from tests.support import (
    ABSENT,
    SECRET_KEY,
    drive,
    json_response,
    mint,
    session_claims,
    settings,
    without_asking,
)

MINTED = json_response({"object": "token", "jwt": "a.new.token"})


def test_the_token_at_hand_is_given_without_asking() -> None:
    assert without_asking(auth_of().get_token_flow()) == TOKEN


def test_a_templates_token_is_asked_for() -> None:
    token, asked = drive(auth_of().get_token_flow(template="supabase"), MINTED)
    assert token == "a.new.token"
    assert [(one.method, one.url) for one in asked] == [
        ("POST", "https://api.clerk.com/v1/sessions/sess_1/tokens/supabase")
    ]
    assert asked[0].headers.get("authorization") == f"Bearer {SECRET_KEY}"
    assert json.loads(asked[0].content) == {}


def test_a_templates_token_may_have_a_lifetime() -> None:
    flow = auth_of().get_token_flow(template="supabase", expires_in_seconds=5)
    _, asked = drive(flow, MINTED)
    assert json.loads(asked[0].content) == {"expires_in_seconds": 5}


def test_a_session_token_with_a_lifetime_is_asked_for() -> None:
    token, asked = drive(auth_of().get_token_flow(expires_in_seconds=300), MINTED)
    assert token == "a.new.token"
    assert asked[0].url == "https://api.clerk.com/v1/sessions/sess_1/tokens"
    assert json.loads(asked[0].content) == {"expires_in_seconds": 300}


@pytest.mark.parametrize("template", ["../users", "a/b", "a?b", "ü"])
def test_a_template_is_one_segment_of_the_path(template: str) -> None:
    _, asked = drive(auth_of().get_token_flow(template=template), MINTED)
    assert asked[0].url.startswith("https://api.clerk.com/v1/sessions/sess_1/tokens/")
    assert asked[0].url.count("/") == 7
    assert "?" not in asked[0].url


@pytest.mark.parametrize("template", ["", ".", ".."])
def test_a_template_that_is_no_name_is_a_mistake(template: str) -> None:
    with pytest.raises(ValueError, match="template_name must be an identifier"):
        drive(auth_of().get_token_flow(template=template))


@pytest.mark.parametrize("sid", [ABSENT, None, 7, ""])
def test_a_token_of_no_session_has_nothing_to_give(sid: object) -> None:
    auth = auth_of({"sid": sid})
    assert without_asking(auth.get_token_flow()) is None
    assert without_asking(auth.get_token_flow(template="supabase")) is None
    assert without_asking(auth.get_token_flow(expires_in_seconds=5)) is None


def test_nobody_has_no_token() -> None:
    auth = signed_out().auth("session_token")
    assert without_asking(auth.get_token_flow()) is None
    assert without_asking(auth.get_token_flow(template="supabase", expires_in_seconds=5)) is None
    pending = signed_in({"sts": "pending"}).auth("session_token")
    assert without_asking(pending.get_token_flow()) is None


def test_an_answer_without_a_token_is_an_error() -> None:
    for answer in (json_response({}), json_response([]), json_response({"jwt": 7})):
        with pytest.raises(ClerkAPIError, match="contains no token"):
            drive(auth_of().get_token_flow(template="supabase"), answer)


def test_what_clerk_refuses_is_an_error_without_a_secret() -> None:
    refusal = json_response(
        {"errors": [{"code": "resource_not_found", "message": "no", "long_message": "No such."}]},
        404,
    )
    with pytest.raises(ClerkAPIError) as error:
        drive(auth_of().get_token_flow(template="supabase"), refusal)
    assert error.value.status == 404
    assert error.value.code == "resource_not_found"
    for text in (str(error.value), repr(error.value)):
        assert SECRET_KEY not in text
        assert TOKEN not in text


def test_a_failed_network_reaches_the_caller() -> None:
    with pytest.raises(TransportError):
        drive(auth_of().get_token_flow(template="supabase"), TransportError("No answer."))
    with pytest.raises(ClerkAPIError):
        drive(auth_of().get_token_flow(template="supabase"), HttpResponse(503))


def test_asking_for_a_template_without_a_secret_key_says_what_to_set() -> None:
    alone = settings(secret_key=None)
    state = context(using=alone).signed_in(TOKEN, session_claims())
    assert isinstance(state, SignedIn)
    assert without_asking(state.auth("session_token").get_token_flow()) == TOKEN
    with pytest.raises(ConfigurationError, match="CLERK_SECRET_KEY"):
        drive(state.auth("session_token").get_token_flow(template="supabase"))


def test_the_whole_way_from_a_request_to_a_token() -> None:
    token = mint()
    auth = decided(bearing(token)).auth("session_token")
    assert without_asking(auth.get_token_flow()) == token
    fetched, asked = drive(auth.get_token_flow(template="supabase"), MINTED)
    assert fetched == "a.new.token"
    assert asked[0].url.endswith("/sessions/sess_1/tokens/supabase")
