"""`get_token()`: the token of the request, or a new one from the Backend API."""

from __future__ import annotations

import json

import pytest

from clerk_core import ClerkAPIError, SignedIn
from clerk_core._messages import HttpResponse
from clerk_core.errors import ConfigurationError, TransportError
from tests.authentication.result.support import TOKEN, auth_of, context, signed_in, signed_out
from tests.authentication.steps.support import api_request, state_of
from tests.support import (
    ABSENT,
    SECRET_KEY,
    drive,
    json_response,
    mint,
    run_without_requests,
    session_claims,
    settings,
)

MINTED = json_response({"object": "token", "jwt": "a.new.token"})


def test_token_of_the_request_is_returned_without_a_call() -> None:
    assert run_without_requests(auth_of().get_token_flow()) == TOKEN


def test_template_token_is_fetched() -> None:
    token, requests = drive(auth_of().get_token_flow(template="supabase"), MINTED)
    assert token == "a.new.token"
    assert [(one.method, one.url) for one in requests] == [
        ("POST", "https://api.clerk.com/v1/sessions/sess_1/tokens/supabase")
    ]
    assert requests[0].headers.get("authorization") == f"Bearer {SECRET_KEY}"
    assert json.loads(requests[0].content) == {}


def test_template_token_may_have_a_lifetime() -> None:
    flow = auth_of().get_token_flow(template="supabase", expires_in_seconds=5)
    _, requests = drive(flow, MINTED)
    assert json.loads(requests[0].content) == {"expires_in_seconds": 5}


def test_session_token_with_a_lifetime_is_fetched() -> None:
    token, requests = drive(auth_of().get_token_flow(expires_in_seconds=300), MINTED)
    assert token == "a.new.token"
    assert requests[0].url == "https://api.clerk.com/v1/sessions/sess_1/tokens"
    assert json.loads(requests[0].content) == {"expires_in_seconds": 300}


@pytest.mark.parametrize("template", ["../users", "a/b", "a?b", "ü"])
def test_template_name_is_escaped_to_one_path_segment(template: str) -> None:
    _, requests = drive(auth_of().get_token_flow(template=template), MINTED)
    assert requests[0].url.startswith("https://api.clerk.com/v1/sessions/sess_1/tokens/")
    assert requests[0].url.count("/") == 7
    assert "?" not in requests[0].url


@pytest.mark.parametrize("template", ["", ".", ".."])
def test_invalid_template_name_raises_value_error(template: str) -> None:
    with pytest.raises(ValueError, match="template_name must be an identifier"):
        drive(auth_of().get_token_flow(template=template))


@pytest.mark.parametrize("sid", [ABSENT, None, 7, ""])
def test_token_without_a_session_id_gives_none(sid: object) -> None:
    auth = auth_of({"sid": sid})
    assert run_without_requests(auth.get_token_flow()) is None
    assert run_without_requests(auth.get_token_flow(template="supabase")) is None
    assert run_without_requests(auth.get_token_flow(expires_in_seconds=5)) is None


def test_signed_out_auth_has_no_token() -> None:
    auth = signed_out().auth("session_token")
    assert run_without_requests(auth.get_token_flow()) is None
    assert (
        run_without_requests(auth.get_token_flow(template="supabase", expires_in_seconds=5)) is None
    )
    pending = signed_in({"sts": "pending"}).auth("session_token")
    assert run_without_requests(pending.get_token_flow()) is None


def test_response_without_a_token_raises_clerk_api_error() -> None:
    for answer in (json_response({}), json_response([]), json_response({"jwt": 7})):
        with pytest.raises(ClerkAPIError, match="contains no token"):
            drive(auth_of().get_token_flow(template="supabase"), answer)


def test_error_response_raises_without_a_secret() -> None:
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


def test_network_failure_reaches_the_caller() -> None:
    with pytest.raises(TransportError):
        drive(auth_of().get_token_flow(template="supabase"), TransportError("No response."))
    with pytest.raises(ClerkAPIError):
        drive(auth_of().get_token_flow(template="supabase"), HttpResponse(503))


def test_template_token_without_a_secret_key_raises_configuration_error() -> None:
    alone = settings(secret_key=None)
    state = context(using=alone).signed_in(TOKEN, session_claims())
    assert isinstance(state, SignedIn)
    assert run_without_requests(state.auth("session_token").get_token_flow()) == TOKEN
    with pytest.raises(ConfigurationError, match="CLERK_SECRET_KEY"):
        drive(state.auth("session_token").get_token_flow(template="supabase"))


def test_token_is_fetched_for_an_authenticated_request() -> None:
    token = mint()
    auth = state_of(api_request(token)).auth("session_token")
    assert run_without_requests(auth.get_token_flow()) == token
    fetched, requests = drive(auth.get_token_flow(template="supabase"), MINTED)
    assert fetched == "a.new.token"
    assert requests[0].url.endswith("/sessions/sess_1/tokens/supabase")
