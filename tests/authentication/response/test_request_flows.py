"""The flows of one request, whose results are computed once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_core import Keyring, RequestState
from clerk_core._authentication.request.token_kinds import AcceptsToken
from clerk_core._authentication.response.request_flows import Authenticator, RequestFlows
from clerk_core._authentication.result.access import SIGNED_IN, Access
from clerk_core._authentication.result.auth import BaseSessionAuth, BaseSignedOutAuth
from clerk_core._authentication.result.machine_auth import BaseMachineAuth
from clerk_core._authentication.result.state import BaseAuth
from clerk_core._authentication.steps.memory import ResultMemory
from clerk_core._flow import Flow
from clerk_core._messages import Request, Response
from clerk_core._settings.settings import Settings
from clerk_core.errors import ConfigurationError, TransportError
from tests.authentication.steps.support import (
    DEVELOPMENT,
    api_request,
    browser_cookies,
    page,
    script,
)
from tests.support import (
    NOW,
    drive,
    json_response,
    key_set,
    mint,
    publishable_key,
    run_without_requests,
    settings,
)

USER = json_response({"object": "user", "id": "user_1", "first_name": "Ada"})
API_KEY = json_response({"id": "ak_1", "subject": "user_9"})
Observe = Callable[[RequestState], None]


def ignore(_: RequestState) -> None:
    """Ignore the state."""


def start_flow(
    request: Request, using: Settings = DEVELOPMENT, observe: Observe = ignore
) -> Flow[RequestFlows]:
    made = Authenticator(using, Keyring(), ResultMemory(), lambda: NOW, observe)
    return RequestFlows.start(made, request)


def flows_of(
    request: Request, using: Settings = DEVELOPMENT, observe: Observe = ignore
) -> RequestFlows:
    return run_without_requests(start_flow(request, using, observe))


def auth_of(
    flows: RequestFlows, accepts: AcceptsToken, *, pending_out: bool = True
) -> Flow[BaseAuth]:
    state = yield from flows.state(accepts)
    return state.auth(accepts, treat_pending_as_signed_out=pending_out)


def test_request_is_authenticated_and_observed_once() -> None:
    observed: list[RequestState] = []
    flows, requests = drive(
        start_flow(api_request(mint()), settings(jwt_key=None), observed.append), key_set()
    )
    first = flows.session
    assert len(requests) == 1
    assert run_without_requests(flows.state()) is first
    assert run_without_requests(flows.state("session_token")) is first
    assert isinstance(run_without_requests(auth_of(flows, "session_token")), BaseSessionAuth)
    assert observed == [first]


def test_response_headers_are_those_of_the_session_or_admitted_machine() -> None:
    flows = flows_of(api_request("ak_x"))
    assert flows.headers == flows.session.headers != ()
    drive(auth_of(flows, "api_key"), API_KEY)
    assert flows.headers == ()


def test_reason_header_is_that_of_the_last_accepted_types() -> None:
    flows = flows_of(api_request(mint()))
    run_without_requests(flows.state())
    assert flows.headers == ()

    refused = run_without_requests(flows.refuse(Access("api_key", (), {})))

    assert refused is not None
    assert ("x-clerk-auth-reason", "token-type-mismatch") in flows.headers
    assert flows.session_state() is flows.session
    assert flows.headers == ()
    run_without_requests(flows.state("api_key"))
    assert ("x-clerk-auth-reason", "token-type-mismatch") in flows.headers


def test_cookies_are_those_of_the_session_for_any_accepted_types() -> None:
    handshake = json_response({"directives": [f"__session={mint()}; Path=/", "__client_uat=1"]})
    production = settings(publishable_key=publishable_key("clerk.app.example", "live"))
    headers = [("cookie", "__clerk_handshake_nonce=n1"), ("accept", "text/html")]
    request = Request("GET", "https://app.example/", headers)
    flows, _ = drive(start_flow(request, production), handshake)
    cookies = [pair for pair in flows.headers if pair[0] == "set-cookie"]
    assert len(cookies) == 2

    run_without_requests(flows.refuse(Access("api_key", (), {})))

    assert [pair for pair in flows.headers if pair[0] == "set-cookie"] == cookies
    assert ("x-clerk-auth-reason", "No token in header") in flows.headers


def test_redirect_headers_are_only_for_the_redirect() -> None:
    flows = flows_of(page())
    assert flows.session.redirect is not None
    assert flows.headers == ()


def test_each_accepted_type_is_authenticated_separately() -> None:
    observed: list[RequestState] = []
    flows = flows_of(api_request("ak_x"), DEVELOPMENT, observed.append)
    machine, _ = drive(auth_of(flows, "api_key"), API_KEY)
    assert isinstance(machine, BaseMachineAuth)
    assert isinstance(run_without_requests(auth_of(flows, "session_token")), BaseSignedOutAuth)
    assert isinstance(run_without_requests(auth_of(flows, ["m2m_token"])), BaseSignedOutAuth)
    assert isinstance(run_without_requests(auth_of(flows, ("m2m_token",))), BaseSignedOutAuth)
    assert len(observed) == 3
    assert isinstance(
        run_without_requests(auth_of(flows, ["api_key", "session_token"])), BaseMachineAuth
    )
    assert isinstance(run_without_requests(auth_of(flows, "any")), BaseMachineAuth)
    assert len(observed) == 3


def test_pending_session_is_returned_on_request() -> None:
    flows = flows_of(api_request(mint({"sts": "pending"})))
    assert isinstance(run_without_requests(auth_of(flows, "session_token")), BaseSignedOutAuth)
    pending = auth_of(flows, "session_token", pending_out=False)
    assert isinstance(run_without_requests(pending), BaseSessionAuth)


def test_current_user_is_fetched_once() -> None:
    flows = flows_of(api_request(mint()))
    user, requests = drive(flows.current_user(), USER)
    assert user is not None
    assert user.id == "user_1"
    assert [one.url for one in requests] == ["https://api.clerk.com/v1/users/user_1"]
    assert run_without_requests(flows.current_user()) is user


def test_signed_out_request_has_no_user_and_sends_nothing() -> None:
    for request in (api_request("nonsense"), page("/"), api_request(mint({"sts": "pending"}))):
        assert run_without_requests(flows_of(request).current_user()) is None


def test_machine_token_has_no_current_user() -> None:
    flows = flows_of(api_request("ak_x"))
    drive(flows.state("api_key"), API_KEY)
    assert run_without_requests(flows.current_user()) is None


def test_failed_fetch_of_the_user_is_repeated() -> None:
    flows = flows_of(api_request(mint()))
    with pytest.raises(TransportError):
        drive(flows.current_user(), TransportError("refused"))
    user, _ = drive(flows.current_user(), USER)
    assert user is not None


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (api_request(mint()), None),
        (api_request("nonsense"), 401),
        (page("/", {"__clerk_db_jwt": "dvb_1"}), 307),
        (script("/api", {"__clerk_db_jwt": "dvb_1"}), 401),
        (page("/", browser_cookies(mint())), None),
    ],
)
def test_request_is_refused_or_admitted(request_: Request, status: int | None) -> None:
    refusal: Response | None = run_without_requests(flows_of(request_).refuse(SIGNED_IN))
    assert (refusal and refusal.status) == status


def test_user_without_the_permission_is_refused() -> None:
    refusal = run_without_requests(
        flows_of(api_request(mint())).refuse(Access("session_token", (), {"role": "org:admin"}))
    )
    assert refusal is not None
    assert refusal.status == 403


@pytest.mark.parametrize("accepts", ["api_key", ["session_token", "api_key"], "any"])
def test_machine_token_of_an_accepted_type_is_admitted(accepts: AcceptsToken) -> None:
    refusal, requests = drive(
        flows_of(api_request("ak_x")).refuse(Access(accepts, (), {})), API_KEY
    )
    assert refusal is None
    assert len(requests) == 1


@pytest.mark.parametrize("accepts", ["session_token", "m2m_token", ["m2m_token", "oauth_token"]])
def test_machine_token_of_another_type_is_refused_without_a_call(
    accepts: AcceptsToken,
) -> None:
    refusal = run_without_requests(flows_of(api_request("ak_x")).refuse(Access(accepts, (), {})))
    assert refusal is not None
    assert refusal.status == 401


def test_unverifiable_machine_token_gives_503() -> None:
    for answer in (TransportError("refused"), json_response({}, 500)):
        refusal, _ = drive(flows_of(api_request("ak_x")).refuse(Access("api_key", (), {})), answer)
        assert refusal is not None
        assert refusal.status == 503


def test_machine_token_is_verified_once_for_several_accepted_types() -> None:
    flows = flows_of(api_request("ak_x"))
    assert run_without_requests(flows.refuse(SIGNED_IN)) is not None
    assert drive(flows.refuse(Access("any", (), {})), API_KEY)[0] is None
    assert run_without_requests(flows.refuse(Access("api_key", (), {}))) is None
    assert run_without_requests(flows.refuse(SIGNED_IN)) is not None


def test_unknown_token_type_raises_type_error() -> None:
    for invalid in ("session", ["api_key", "oauth"]):
        accepts: AcceptsToken = invalid  # type: ignore[assignment]
        with pytest.raises(TypeError, match="accepts_token"):
            run_without_requests(flows_of(api_request(mint())).refuse(Access(accepts, (), {})))


def test_failed_authentication_is_not_observed() -> None:
    observed: list[RequestState] = []
    using = settings(secret_key=None)
    with pytest.raises(ConfigurationError):
        run_without_requests(flows_of(api_request("ak_x"), using, observed.append).state("api_key"))
    assert [state.token_type for state in observed] == ["session_token"]
