"""One request: what is found out about it is found out once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_core import Keyring, RequestState
from clerk_core._authentication.request.token_kinds import AcceptsToken
from clerk_core._authentication.response.request_flows import Authenticator, RequestFlows
from clerk_core._authentication.result.auth import BaseSessionAuth, BaseSignedOutAuth
from clerk_core._authentication.result.machine_auth import BaseMachineAuth
from clerk_core._authentication.result.state import BaseAuth
from clerk_core._flow import Flow
from clerk_core._messages import Request, Response
from clerk_core._settings.settings import Settings
from clerk_core.errors import ConfigurationError, TransportError
from tests.authentication.steps.support import (
    DEVELOPMENT,
    bearing,
    browser_cookies,
    page,
    parameters,
    script,
)
from tests.support import (
    NOW,
    drive,
    json_response,
    key_set,
    mint,
    publishable_key,
    settings,
    without_asking,
)

USER = json_response({"object": "user", "id": "user_1", "first_name": "Ada"})
API_KEY = json_response({"id": "ak_1", "subject": "user_9"})
Tell = Callable[[RequestState], None]


def nothing(_: RequestState) -> None:
    """Tell nobody."""


def starting(
    request: Request, using: Settings = DEVELOPMENT, tell: Tell = nothing
) -> Flow[RequestFlows]:
    return RequestFlows.start(Authenticator(using, Keyring(), lambda: NOW, tell), request)


def visitor(request: Request, using: Settings = DEVELOPMENT, tell: Tell = nothing) -> RequestFlows:
    return without_asking(starting(request, using, tell))


def auth_of(
    flows: RequestFlows, accepts: AcceptsToken, *, pending_out: bool = True
) -> Flow[BaseAuth]:
    state = yield from flows.state(accepts)
    return state.auth(accepts, treat_pending_as_signed_out=pending_out)


def test_a_request_is_decided_once_and_told_once() -> None:
    told: list[RequestState] = []
    visited, asked = drive(
        starting(bearing(mint()), settings(jwt_key=None), told.append), key_set()
    )
    first = visited.session
    assert len(asked) == 1
    assert without_asking(visited.state()) is first
    assert without_asking(visited.state("session_token")) is first
    assert isinstance(without_asking(auth_of(visited, "session_token")), BaseSessionAuth)
    assert told == [first]


def test_the_response_gets_the_headers_of_the_session_or_of_a_program_that_is_let_in() -> None:
    visited = visitor(bearing("ak_x"))
    assert visited.headers == visited.session.headers != ()
    drive(auth_of(visited, "api_key"), API_KEY)
    assert visited.headers == ()


def test_the_reason_is_that_of_the_kinds_of_token_that_were_asked_for_last() -> None:
    visited = visitor(bearing(mint()))
    without_asking(visited.state())
    assert visited.headers == ()

    refused = without_asking(visited.refuse({}, "api_key"))

    assert refused is not None
    assert ("x-clerk-auth-reason", "token-type-mismatch") in visited.headers
    assert visited.session_state() is visited.session
    assert visited.headers == ()
    without_asking(visited.state("api_key"))
    assert ("x-clerk-auth-reason", "token-type-mismatch") in visited.headers


def test_the_cookies_are_the_sessions_whatever_is_asked_for_last() -> None:
    handshake = json_response({"directives": [f"__session={mint()}; Path=/", "__client_uat=1"]})
    production = settings(publishable_key=publishable_key("clerk.app.example", "live"))
    headers = [("cookie", "__clerk_handshake_nonce=n1"), ("accept", "text/html")]
    request = Request("GET", "https://app.example/", headers)
    visited, _ = drive(starting(request, production), handshake)
    cookies = [pair for pair in visited.headers if pair[0] == "set-cookie"]
    assert len(cookies) == 2

    without_asking(visited.refuse({}, "api_key"))

    assert [pair for pair in visited.headers if pair[0] == "set-cookie"] == cookies
    assert ("x-clerk-auth-reason", "No token in header") in visited.headers


def test_a_malformed_requirement_is_an_error_in_the_name_of_what_was_called() -> None:
    with pytest.raises(TypeError, match=r"^refuse\(\) got an unexpected keyword argument 'roles'"):
        without_asking(visitor(page("/")).refuse({"roles": "x"}))  # type: ignore[typeddict-unknown-key]


def test_a_redirects_headers_are_for_the_redirect_alone() -> None:
    visited = visitor(page())
    assert visited.session.redirect is not None
    assert visited.headers == ()


def test_each_accepted_kind_is_a_decision_of_its_own() -> None:
    told: list[RequestState] = []
    visited = visitor(bearing("ak_x"), DEVELOPMENT, told.append)
    machine, _ = drive(auth_of(visited, "api_key"), API_KEY)
    assert isinstance(machine, BaseMachineAuth)
    assert isinstance(without_asking(auth_of(visited, "session_token")), BaseSignedOutAuth)
    assert isinstance(without_asking(auth_of(visited, ["m2m_token"])), BaseSignedOutAuth)
    assert isinstance(without_asking(auth_of(visited, ("m2m_token",))), BaseSignedOutAuth)
    assert len(told) == 3
    assert isinstance(
        without_asking(auth_of(visited, ["api_key", "session_token"])), BaseMachineAuth
    )
    assert isinstance(without_asking(auth_of(visited, "any")), BaseMachineAuth)
    assert len(told) == 3


def test_a_pending_session_counts_where_it_is_asked_for() -> None:
    visited = visitor(bearing(mint({"sts": "pending"})))
    assert isinstance(without_asking(auth_of(visited, "session_token")), BaseSignedOutAuth)
    told = auth_of(visited, "session_token", pending_out=False)
    assert isinstance(without_asking(told), BaseSessionAuth)


def test_the_user_is_asked_for_once() -> None:
    visited = visitor(bearing(mint()))
    user, asked = drive(visited.current_user(), USER)
    assert user is not None
    assert user.id == "user_1"
    assert [one.url for one in asked] == ["https://api.clerk.com/v1/users/user_1"]
    assert without_asking(visited.current_user()) is user


def test_nobody_is_nobody_without_asking() -> None:
    for request in (bearing("nonsense"), page("/"), bearing(mint({"sts": "pending"}))):
        assert without_asking(visitor(request).current_user()) is None


def test_a_machines_user_is_not_the_visitor() -> None:
    visited = visitor(bearing("ak_x"))
    drive(visited.state("api_key"), API_KEY)
    assert without_asking(visited.current_user()) is None


def test_a_user_that_could_not_be_asked_for_is_asked_for_again() -> None:
    visited = visitor(bearing(mint()))
    with pytest.raises(TransportError):
        drive(visited.current_user(), TransportError("refused"))
    user, _ = drive(visited.current_user(), USER)
    assert user is not None


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (bearing(mint()), None),
        (bearing("nonsense"), 401),
        (page("/", {"__clerk_db_jwt": "dvb_1"}), 307),
        (script("/api", {"__clerk_db_jwt": "dvb_1"}), 401),
        (page("/", browser_cookies(mint())), None),
    ],
)
def test_a_visitor_is_refused_or_may_pass(request_: Request, status: int | None) -> None:
    refusal: Response | None = without_asking(visitor(request_).refuse({}))
    assert (refusal and refusal.status) == status


def test_a_visitor_without_the_permission_is_refused() -> None:
    refusal = without_asking(visitor(bearing(mint())).refuse({"role": "org:admin"}))
    assert refusal is not None
    assert refusal.status == 403


@pytest.mark.parametrize("accepts", ["api_key", ["session_token", "api_key"], "any"])
def test_a_program_may_pass_where_its_kind_of_token_is_accepted(accepts: AcceptsToken) -> None:
    refusal, asked = drive(visitor(bearing("ak_x")).refuse({}, accepts), API_KEY)
    assert refusal is None
    assert len(asked) == 1


@pytest.mark.parametrize("accepts", ["session_token", "m2m_token", ["m2m_token", "oauth_token"]])
def test_a_program_is_refused_without_asking_where_its_kind_is_not_accepted(
    accepts: AcceptsToken,
) -> None:
    refusal = without_asking(visitor(bearing("ak_x")).refuse({}, accepts))
    assert refusal is not None
    assert refusal.status == 401


def test_a_program_that_could_not_be_asked_about_is_told_to_try_again() -> None:
    for answer in (TransportError("refused"), json_response({}, 500)):
        refusal, _ = drive(visitor(bearing("ak_x")).refuse({}, "api_key"), answer)
        assert refusal is not None
        assert refusal.status == 503


def test_a_program_that_was_refused_for_one_kind_may_pass_for_another_at_one_call() -> None:
    visited = visitor(bearing("ak_x"))
    assert without_asking(visited.refuse({})) is not None
    assert drive(visited.refuse({}, "any"), API_KEY)[0] is None
    assert without_asking(visited.refuse({}, "api_key")) is None
    assert without_asking(visited.refuse({})) is not None


def test_a_kind_of_token_that_does_not_exist_lets_nobody_pass() -> None:
    for slip in ("session", ["api_key", "oauth"]):
        accepts: AcceptsToken = slip  # type: ignore[assignment]
        with pytest.raises(TypeError, match="accepts_token"):
            without_asking(visitor(bearing(mint())).refuse({}, accepts))


def test_the_way_to_the_sign_in_page_leads_back_here_or_where_it_is_told() -> None:
    visited = visitor(script("/api", {"__clerk_db_jwt": "dvb_1"}))
    for back, expected in ((None, "/api"), ("/orders?page=2", "/orders?page=2")):
        response = visited.redirect_to_sign_in(back)
        assert response.status == 302
        location = response.headers.get("location") or ""
        assert dict(parameters(location))["redirect_url"] == f"http://localhost:5000{expected}"


def test_the_way_to_the_sign_in_page_asks_nothing_that_is_known() -> None:
    visited, _ = drive(starting(bearing(mint()), settings(jwt_key=None)), key_set())
    assert visited.redirect_to_sign_in().status == 302


def test_a_decision_that_could_not_be_made_is_told_to_nobody() -> None:
    told: list[RequestState] = []
    using = settings(secret_key=None)
    with pytest.raises(ConfigurationError):
        without_asking(visitor(bearing("ak_x"), using, told.append).state("api_key"))
    assert [state.token_type for state in told] == ["session_token"]
