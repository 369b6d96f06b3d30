"""`RequestAuth` and `AsyncRequestAuth`: one request with its client."""

from __future__ import annotations

import asyncio
import copy
import pickle
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from clerk_core import (
    AsyncClerk,
    AsyncRequestAuth,
    Clerk,
    ClerkAPIError,
    Request,
    RequestAuth,
    Response,
    TransportError,
)
from clerk_core._integration.request_functions import (
    AsyncConnectionFunctions,
    AsyncRequestFunctions,
    RequestFunctions,
)
from clerk_core.testing._instance import Instance
from clerk_core.testing._tokens import (
    ADMIN,
    PAGE,
    SECRET_KEY,
    bearer,
    browser_cookies,
    cookie,
    public_pem,
    publishable_key,
    show,
    token,
)

OPTIONS: dict[str, Any] = {
    "publishable_key": publishable_key(),
    "secret_key": SECRET_KEY,
    "jwt_key": public_pem(),
}
URL = "http://localhost/notes"
SIGNED_OUT = cookie({"__clerk_db_jwt": "dvb_1", "__client_uat": "0"})


def request(*headers: tuple[str, str]) -> Request:
    return Request("GET", URL, headers)


@pytest.fixture(scope="module")
def running() -> Iterator[Instance]:
    with Instance() as instance:
        yield instance


@pytest.fixture
def backend(running: Instance) -> Instance:
    running.forget()
    return running


class SyncRunner:
    """Run a test with a `RequestAuth`."""

    def request_auth(self, *headers: tuple[str, str], **over: Any) -> RequestAuth:
        return RequestAuth.authenticate(Clerk(**{**OPTIONS, **over}), request(*headers))

    def get(self, value: Any) -> Any:
        return value

    def functions(self, request_auth: Any) -> Any:
        return RequestFunctions(lambda: request_auth)


class AsyncRunner:
    """Run a test with an `AsyncRequestAuth`."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()

    def request_auth(self, *headers: tuple[str, str], **over: Any) -> AsyncRequestAuth:
        clerk = AsyncClerk(**{**OPTIONS, **over})
        request_auth: AsyncRequestAuth = self.get(
            AsyncRequestAuth.authenticate(clerk, request(*headers))
        )
        return request_auth

    def get(self, value: Any) -> Any:
        async def awaited() -> Any:
            return await value if isinstance(value, Awaitable) else value

        return self.loop.run_until_complete(awaited())

    def functions(self, request_auth: Any) -> Any:
        return AsyncRequestFunctions(lambda: request_auth)


@pytest.fixture(params=[SyncRunner, AsyncRunner], ids=["sync", "async"])
def runner(request: pytest.FixtureRequest) -> Iterator[Any]:
    made = request.param()
    yield made
    if isinstance(made, AsyncRunner):
        made.loop.close()


def test_request_auth_identifies_the_user(runner: Any) -> None:
    request_auth = runner.request_auth(bearer("user_7"))

    assert request_auth.auth().user_id == "user_7"
    assert request_auth.state.status == "signed-in"
    assert request_auth.headers == ()
    assert request_auth.redirect is None


def test_signed_out_request_has_reason_headers(runner: Any) -> None:
    request_auth = runner.request_auth()

    assert not request_auth.auth().is_authenticated
    assert ("x-clerk-auth-reason", "dev-browser-missing") in request_auth.headers


def test_session_is_available_without_awaiting(runner: Any) -> None:
    request_auth = runner.request_auth(bearer("user_7", sts="pending"))

    assert request_auth.auth().user_id is None
    assert request_auth.auth(treat_pending_as_signed_out=False).user_id == "user_7"
    assert request_auth.auth(accepts_token="session_token").session_status == "pending"


def test_only_machine_tokens_have_to_be_awaited() -> None:
    runner = AsyncRunner()
    request_auth = runner.request_auth(bearer("user_7"))

    several = request_auth.auth(accepts_token=["session_token", "api_key"])

    assert isinstance(several, Awaitable)
    assert runner.get(several).user_id == "user_7"
    runner.loop.close()


def test_redirect_replaces_the_response_of_the_application(runner: Any) -> None:
    request_auth = runner.request_auth(PAGE)

    response = request_auth.redirect

    assert response is not None
    assert response.status == 307
    assert request_auth.headers == ()
    assert request_auth.state.status == "handshake"


def test_machine_token_is_verified_once(runner: Any, backend: Instance) -> None:
    request_auth = runner.request_auth(show("ak_1"), **backend.options())

    subjects = [
        runner.get(request_auth.auth(accepts_token=kind)).subject
        for kind in ("api_key", ["api_key"], ("session_token", "api_key"), "any")
    ]

    assert subjects == ["user_9"] * 4
    assert backend.calls == ["POST /api_keys/verify"]
    assert not request_auth.auth().is_authenticated


def test_accepted_types_may_be_a_list_that_changes_later(runner: Any, backend: Instance) -> None:
    request_auth, kinds = runner.request_auth(show("ak_1"), **backend.options()), ["m2m_token"]
    assert not runner.get(request_auth.auth(accepts_token=kinds)).is_authenticated

    kinds[0] = "api_key"

    assert runner.get(request_auth.auth(accepts_token=kinds)).is_authenticated
    assert not runner.get(request_auth.auth(accepts_token=["m2m_token"])).is_authenticated


@pytest.mark.parametrize("kind", ["session", "api-key", ["api_key", "oauth"], ""])
def test_unknown_token_type_raises_type_error(runner: Any, kind: Any) -> None:
    request_auth = runner.request_auth(bearer("user_7"))

    with pytest.raises(TypeError, match="accepts_token"):
        runner.get(request_auth.auth(accepts_token=kind))


def test_current_user_is_fetched_once(runner: Any, backend: Instance) -> None:
    request_auth = runner.request_auth(bearer("user_7"), **backend.options())

    users = [runner.get(request_auth.current_user()) for _ in range(3)]

    assert users[0].id == "user_7"
    assert users[0] is users[1] is users[2]
    assert backend.calls == ["GET /v1/users/user_7"]


def test_error_of_the_backend_api_is_raised(runner: Any, backend: Instance) -> None:
    wrong = {**backend.options(), "secret_key": "sk_test_vutsrqponmlkjihgfedcba9876543210"}
    with pytest.raises(ClerkAPIError):
        runner.get(runner.request_auth(bearer("user_7"), **wrong).current_user())
    nowhere = {**backend.options(), "api_url": "http://127.0.0.1:9"}
    with pytest.raises(TransportError):
        runner.get(runner.request_auth(bearer("user_7"), **nowhere).current_user())


def test_requests_without_access_are_refused(runner: Any) -> None:
    def status(*headers: tuple[str, str], **required: Any) -> int | None:
        refused: Response | None = runner.get(runner.request_auth(*headers).refuse(**required))
        return None if refused is None else refused.status

    assert status(bearer()) is None
    assert status(bearer(**ADMIN), role="org:admin") is None
    assert status(bearer(), role="org:admin") == 403
    assert status() == 401
    assert status(PAGE, SIGNED_OUT) == 307


def test_machine_tokens_are_admitted_if_their_type_is_accepted(
    runner: Any, backend: Instance
) -> None:
    def refused(shown: str, accepts: Any = "session_token", **required: Any) -> int | None:
        request_auth = runner.request_auth(show(shown), **backend.options())
        response: Response | None = runner.get(
            request_auth.refuse(accepts_token=accepts, **required)
        )
        return None if response is None else response.status

    assert refused("ak_1", "api_key") is None
    assert refused("ak_1", ["session_token", "api_key"]) is None
    assert refused("ak_1") == 401
    assert refused("ak_1", "m2m_token") == 401
    # Machines have scopes but no roles, permissions or plans.
    assert refused("ak_1", ["session_token", "api_key"], role="org:admin") == 403
    assert refused("ak_1", "api_key", scopes="read") is None
    assert refused("ak_1", "api_key", scopes=["read", "write"]) == 403
    with pytest.raises(TypeError, match="only sessions have it"):
        refused("ak_1", "api_key", role="org:admin")
    with pytest.raises(TypeError, match="only machine tokens have them"):
        refused("ak_1", scopes="read")


def test_redirect_to_sign_in_has_a_return_url(runner: Any) -> None:
    request_auth = runner.request_auth()

    here, there = (
        (request_auth.redirect_to_sign_in()),
        (request_auth.redirect_to_sign_in("/orders")),
    )

    assert here.status == there.status == 302
    assert (here.headers.get("location") or "").endswith("=http%3A%2F%2Flocalhost%2Fnotes")
    assert (there.headers.get("location") or "").endswith("=http%3A%2F%2Flocalhost%2Forders")
    with pytest.raises(ValueError, match="return_back_url"):
        (request_auth.redirect_to_sign_in("javascript:alert(1)"))


def test_request_auth_hides_secrets_and_cannot_be_copied_or_pickled(runner: Any) -> None:
    session = token()
    request_auth = runner.request_auth(cookie(browser_cookies(session)))

    for value in (
        request_auth,
        request_auth.state,
        request_auth.auth(),
        request_auth.client,
        request_auth.client.settings,
    ):
        for secret in (SECRET_KEY, session, public_pem().splitlines()[1], "dvb_1"):
            assert secret not in repr(value)
    with pytest.raises(TypeError):
        copy.deepcopy(request_auth)
    with pytest.raises((TypeError, AttributeError, pickle.PicklingError)):
        pickle.dumps(request_auth)


# Functions for adapters


def test_functions_use_the_current_request(runner: Any, backend: Instance) -> None:
    request_auth = runner.request_auth(bearer("user_7"), **backend.options())
    functions = runner.functions(request_auth)

    assert functions.auth().user_id == "user_7"
    assert runner.get(functions.auth(accepts_token="any")).user_id == "user_7"
    assert runner.get(functions.current_user()).id == "user_7"
    pending = runner.functions(runner.request_auth(bearer("user_7", sts="pending")))
    assert pending.auth().user_id is None
    assert pending.auth(treat_pending_as_signed_out=False).user_id == "user_7"


def test_functions_use_the_given_request(backend: Instance) -> None:
    runner = AsyncRunner()
    auths = {
        name: runner.request_auth(bearer(name), **backend.options())
        for name in ("user_7", "user_8")
    }
    find: Callable[[str], AsyncRequestAuth] = auths.__getitem__
    functions = AsyncConnectionFunctions(find)

    for name, request_auth in auths.items():
        assert functions.auth(name).user_id == name
        assert runner.get(functions.auth(name, accepts_token="any")).user_id == name
        user = runner.get(functions.current_user(name))
        assert user.id == name
        assert functions.clerk_client(name) is request_auth.client
    with pytest.raises(KeyError):
        functions.auth("user_9")
    runner.loop.close()


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([cookie(browser_cookies(token()))], True),
        # Browsers send the password of a site whatever page makes the request.
        ([cookie(browser_cookies(token())), ("authorization", "Basic YTpi")], True),
        ([cookie(browser_cookies(token())), bearer()], False),
        ([bearer()], False),
        ([SIGNED_OUT], False),
        ([], False),
    ],
    ids=["cookies", "password", "both", "header", "signed out", "nothing"],
)
def test_request_knows_whether_cookies_sign_in(
    headers: list[tuple[str, str]], expected: bool
) -> None:
    clerk = Clerk(**OPTIONS)

    assert RequestAuth.authenticate(clerk, request(*headers)).is_from_cookies is expected
