from __future__ import annotations

import asyncio
import dataclasses
import inspect
import json
import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from typing import Any, TypeAlias

import httpx
import pytest
from fastapi.encoders import jsonable_encoder

from clerk_core import (
    AsyncClerk,
    AsyncRequestAuth,
    Clerk,
    ClerkAPIError,
    ConfigurationError,
    Reason,
    Request,
    RequestAuth,
    TransportError,
    authenticate,
    run,
)
from clerk_core._authentication.tokens import keyring
from tests.integration.loopback import Connection, LoopbackServer, Received, respond_with
from tests.support import (
    HOST,
    PATIENCE,
    SECRET_KEY,
    FlightClaims,
    json_response,
    jwk,
    mint,
    other_rsa_key,
    public_pem,
    publishable_key,
    settings,
)

URL = "http://localhost:5000/"
PRIVATE = "of-no-concern-to-a-browser"
USER = {"id": "user_1", "first_name": "Ada", "private_metadata": {"note": PRIVATE}}

AnyClerk: TypeAlias = "Clerk | AsyncClerk"


def bearer(token: str) -> Request:
    return Request("GET", URL, [("authorization", f"Bearer {token}")])


def token(user_id: str = "user_1", **claims: object) -> str:
    """Return a session token that is valid now."""
    return mint({"sub": user_id, **times(), **claims})


def times() -> dict[str, object]:
    """Return the time claims of a token that is valid now."""
    now = int(time.time())
    return {"iat": now - 10, "nbf": now - 20, "exp": now + 600}


class Api:
    """A fake Backend API, which returns `answers` and records requests."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.answers: dict[str, object] = {
            "GET /v1/jwks": {"keys": [jwk()]},
            "GET /v1/users/user_1": USER,
            "GET /v1/users": [USER],
            "GET /v1/sessions/sess_1": {"id": "sess_1", "user_id": "user_1", "status": "active"},
            "POST /v1/sessions/sess_1/tokens/supabase": {"jwt": "templated"},
            "POST /v1/sessions/sess_1/tokens": {"jwt": "fresh"},
        }

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        path = f"{request.method} {request.url.path}"
        if path not in self.answers:
            return httpx.Response(404, json={"errors": [{"code": "resource_not_found"}]})
        return httpx.Response(200, json=self.answers[path])

    def paths(self) -> list[str]:
        return [f"{request.method} {request.url.path}" for request in self.requests]


def options(**over: Any) -> dict[str, Any]:
    return {
        "publishable_key": publishable_key(),
        "secret_key": SECRET_KEY,
        "jwt_key": public_pem(),
        **over,
    }


class SyncRunner:
    """Run a test with a `Clerk`."""

    kind = Clerk

    def make(self, transport: httpx.MockTransport | None = None, **over: Any) -> Clerk:
        return Clerk(transport=transport, **options(**over))

    def get(self, value: Any) -> Any:
        return value

    def request_auth(self, clerk: Any, request: Request) -> Any:
        return RequestAuth.authenticate(clerk, request)

    def close(self, clerk: Any) -> None:
        clerk.close()


class AsyncRunner:
    """Run a test with an `AsyncClerk`, in one event loop."""

    kind = AsyncClerk

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()

    def make(self, transport: httpx.MockTransport | None = None, **over: Any) -> AsyncClerk:
        return AsyncClerk(transport=transport, **options(**over))

    def request_auth(self, clerk: Any, request: Request) -> Any:
        return self.get(AsyncRequestAuth.authenticate(clerk, request))

    def get(self, value: Any) -> Any:
        assert inspect.isawaitable(value)

        async def await_it() -> Any:
            return await value

        return self.loop.run_until_complete(await_it())

    def close(self, clerk: Any) -> None:
        self.loop.run_until_complete(clerk.close())


Runner: TypeAlias = "SyncRunner | AsyncRunner"


@pytest.fixture(params=[SyncRunner, AsyncRunner], ids=["sync", "async"])
def runner(request: pytest.FixtureRequest) -> Iterator[Runner]:
    made: Runner = request.param()
    yield made
    if isinstance(made, AsyncRunner):
        made.loop.close()


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
def clerk(runner: Runner, api: Api) -> AnyClerk:
    return runner.make(httpx.MockTransport(api))


# --- authentication ------------------------------------------------------------------------------


def test_request_with_a_session_token_is_signed_in(
    runner: Runner, clerk: AnyClerk, api: Api
) -> None:
    state = runner.get(clerk.authenticate(bearer(token("user_7"))))

    assert state.status == "signed-in"
    assert state.auth().user_id == "user_7"
    assert state.auth().session_id == "sess_1"
    assert api.requests == []


def test_request_without_a_token_is_signed_out(runner: Runner, clerk: AnyClerk) -> None:
    state = runner.get(clerk.authenticate(Request("POST", URL)))

    assert state.status == "signed-out"
    assert state.auth().user_id is None


def test_page_without_a_dev_browser_is_redirected_to_a_handshake(
    runner: Runner, clerk: AnyClerk
) -> None:
    state = runner.get(clerk.authenticate(Request("GET", URL, [("accept", "text/html")])))

    assert state.status == "handshake"
    assert state.redirect.startswith(f"https://{HOST}/v1/client/handshake?")


def test_authentication_uses_the_current_time(runner: Runner, clerk: AnyClerk) -> None:
    now = int(time.time())
    expired = token(exp=now - 60)
    early = token(nbf=now + 3600)

    assert not runner.get(clerk.authenticate(bearer(expired))).is_authenticated
    assert not runner.get(clerk.authenticate(bearer(early))).is_authenticated
    assert runner.get(clerk.authenticate(bearer(token(exp=now + 600)))).is_authenticated


def test_key_set_is_fetched_once_for_many_requests(runner: Runner, api: Api) -> None:
    clerk = runner.make(httpx.MockTransport(api), jwt_key=None)

    for number in range(5):
        state = runner.get(clerk.authenticate(bearer(token(f"user_{number}"))))
        assert state.auth().user_id == f"user_{number}"

    assert api.paths() == ["GET /v1/jwks"]


@pytest.fixture
def wait_for_eight(monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackServer]:
    """Yield an API that returns the key set when eight requests wait for it."""
    monkeypatch.setattr(keyring, "FETCH_DEADLINE", PATIENCE)
    claims = FlightClaims(monkeypatch, 8)

    def slow_key_set(received: Received) -> Any:
        assert claims.all_claimed.wait(PATIENCE)
        return json_response({"keys": [jwk()]})

    with LoopbackServer(respond_with(slow_key_set)) as server:
        yield server


def test_concurrent_threads_fetch_the_key_set_once(wait_for_eight: LoopbackServer) -> None:
    given = options(jwt_key=None, api_url=wait_for_eight.url, timeout=PATIENCE)
    with Clerk(**given) as clerk:
        requests = [bearer(token(f"user_{number}")) for number in range(8)]
        with ThreadPoolExecutor(8) as pool:
            states = list(pool.map(clerk.authenticate, requests))

    assert [state.auth().user_id for state in states] == [f"user_{n}" for n in range(8)]
    assert wait_for_eight.paths() == ["GET /v1/jwks"]


def test_concurrent_tasks_fetch_the_key_set_once(wait_for_eight: LoopbackServer) -> None:
    given = options(jwt_key=None, api_url=wait_for_eight.url, timeout=PATIENCE)

    async def all_at_once() -> list[str | None]:
        async with AsyncClerk(**given) as clerk:
            requests = [bearer(token(f"user_{number}")) for number in range(8)]
            states = await asyncio.gather(*map(clerk.authenticate, requests))
            return [state.auth().user_id for state in states]

    assert asyncio.run(all_at_once()) == [f"user_{n}" for n in range(8)]
    assert wait_for_eight.paths() == ["GET /v1/jwks"]


def test_unreachable_api_gives_a_signed_out_state(runner: Runner) -> None:
    def unreachable(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route to host")

    clerk = runner.make(httpx.MockTransport(unreachable), jwt_key=None)

    state = runner.get(clerk.authenticate(bearer(token())))

    assert state.status == "signed-out"
    assert state.reason == Reason.JWK_REMOTE_FAILED_TO_LOAD


def test_tokens_of_another_instance_are_rejected(runner: Runner) -> None:
    other = runner.make(httpx.MockTransport(Api()), jwt_key=None, secret_key="sk_test_other")

    def no_keys(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"keys": [jwk(kid="ins_other")]})

    stranger = runner.make(httpx.MockTransport(no_keys), jwt_key=None)
    credential = bearer(token())

    assert runner.get(other.authenticate(credential)).is_authenticated
    assert not runner.get(stranger.authenticate(credential)).is_authenticated


# --- machine tokens ------------------------------------------------------------------------------


def verification(**fields: object) -> dict[str, object]:
    """Return the verification response of a valid machine token."""
    return {"id": "id_1", "subject": "user_1", "scopes": ["read"], "claims": {"a": 1}, **fields}


MACHINES: list[tuple[str, str, str, str, dict[str, object]]] = [
    ("api_key", "ak_1", "/api_keys/verify", "secret", verification(name="Reports")),
    ("m2m_token", "mt_1", "/m2m_tokens/verify", "token", verification(subject="mch_1")),
    (
        "oauth_token",
        "oat_1",
        "/oauth_applications/access_tokens/verify",
        "access_token",
        verification(client_id="client_1"),
    ),
]


@pytest.mark.parametrize(("kind", "credential", "path", "field", "answer"), MACHINES)
def test_opaque_machine_token_is_verified_with_one_call(
    runner: Runner,
    api: Api,
    kind: str,
    credential: str,
    path: str,
    field: str,
    answer: dict[str, object],
) -> None:
    api.answers[f"POST {path}"] = answer
    clerk = runner.make(httpx.MockTransport(api))

    accepted: list[Any] = [kind, "any", ["session_token", kind]]
    for accepts in accepted:
        api.requests.clear()
        state = runner.get(clerk.authenticate(bearer(credential), accepts_token=accepts))
        auth = state.auth(accepts)
        assert (state.status, state.token_type, auth.token_type) == ("signed-in", kind, kind)
        assert (auth.id, auth.subject, auth.scopes) == ("id_1", answer["subject"], ("read",))
        assert runner.get(clerk.run(auth.get_token_flow())) == credential
        assert api.paths() == [f"POST {path}"]
        assert json.loads(api.requests[0].content) == {field: credential}
        assert api.requests[0].headers["authorization"] == f"Bearer {SECRET_KEY}"


@pytest.mark.parametrize("credential", ["ak_1", "mt_1", "oat_1"])
def test_machine_token_is_not_verified_where_a_session_is_expected(
    runner: Runner, clerk: AnyClerk, api: Api, credential: str
) -> None:
    accepted: list[Any] = ["session_token", ["session_token"], []]
    for accepts in accepted:
        state = runner.get(clerk.authenticate(bearer(credential), accepts_token=accepts))
        assert state.status == "signed-out"
    assert api.requests == []


def test_machine_token_of_another_type_is_not_verified(
    runner: Runner, clerk: AnyClerk, api: Api
) -> None:
    state = runner.get(clerk.authenticate(bearer("ak_1"), accepts_token="m2m_token"))
    assert (state.reason, state.token_type) == (Reason.TOKEN_TYPE_MISMATCH, "m2m_token")

    state = runner.get(clerk.authenticate(bearer("ak_1"), accepts_token=["m2m_token"]))
    assert (state.reason, state.token_type) == (Reason.TOKEN_TYPE_MISMATCH, None)
    assert api.requests == []


def test_session_signs_in_where_any_token_is_accepted(runner: Runner, clerk: AnyClerk) -> None:
    accepted: list[Any] = ["any", ["api_key", "session_token"], ("session_token",)]
    for accepts in accepted:
        state = runner.get(clerk.authenticate(bearer(token("user_7")), accepts_token=accepts))
        assert state.auth(accepts).user_id == "user_7"
        assert not state.auth("api_key").is_authenticated


def test_m2m_token_is_verified_with_the_machine_secret_key(runner: Runner, api: Api) -> None:
    api.answers["POST /m2m_tokens/verify"] = verification(subject="mch_1")
    api.answers["POST /api_keys/verify"] = verification()
    clerk = runner.make(httpx.MockTransport(api), machine_secret_key="ak_of_the_machine")

    runner.get(clerk.authenticate(bearer("mt_1"), accepts_token="any"))
    runner.get(clerk.authenticate(bearer("ak_1"), accepts_token="any"))

    keys = [request.headers["authorization"] for request in api.requests]
    assert keys == ["Bearer ak_of_the_machine", f"Bearer {SECRET_KEY}"]


def test_machine_token_without_a_secret_key_raises_configuration_error(
    runner: Runner, api: Api
) -> None:
    clerk = runner.make(httpx.MockTransport(api), secret_key=None)

    with pytest.raises(ConfigurationError, match="CLERK_SECRET_KEY"):
        runner.get(clerk.authenticate(bearer("ak_1"), accepts_token="any"))
    assert api.requests == []


def test_machine_jwt_is_verified_without_a_call(runner: Runner, clerk: AnyClerk, api: Api) -> None:
    m2m = mint({**times(), "sub": "mch_1", "scopes": "a b"}, {"cat": "cl_B7d4PD333AAA"})
    oauth = mint({**times(), "scope": "a b", "client_id": "c_1"}, {"typ": "at+jwt"})

    machine = runner.get(clerk.authenticate(bearer(m2m), accepts_token="m2m_token")).auth()
    program = runner.get(clerk.authenticate(bearer(oauth), accepts_token="oauth_token")).auth()

    assert (machine.machine_id, machine.scopes) == ("mch_1", ("a", "b"))
    assert (program.user_id, program.client_id) == ("user_1", "c_1")
    assert api.requests == []


def test_framework_encoders_reveal_no_machine_token(runner: Runner, api: Api) -> None:
    api.answers["POST /api_keys/verify"] = verification()
    clerk = runner.make(httpx.MockTransport(api))
    state = runner.get(clerk.authenticate(bearer("ak_secret_of_a_program"), accepts_token="any"))

    for value in (state, state.auth("any")):
        texts = [repr(value), str(value.debug()), *_json_by_frameworks(value)]
        assert "ak_secret_of_a_program" not in " ".join(texts)
        assert SECRET_KEY not in " ".join(texts)


# --- calls of the Backend API --------------------------------------------------------------------


def test_users_and_sessions_are_fetched(runner: Runner, clerk: AnyClerk, api: Api) -> None:
    user = runner.get(clerk.users.get("user_1"))
    listed = runner.get(clerk.users.list(limit=1))
    session = runner.get(clerk.sessions.get("sess_1"))

    assert (user.id, user.first_name) == ("user_1", "Ada")
    assert listed == [user]
    assert session.user_id == "user_1"
    assert api.paths() == ["GET /v1/users/user_1", "GET /v1/users", "GET /v1/sessions/sess_1"]
    assert {request.headers["authorization"] for request in api.requests} == {
        f"Bearer {SECRET_KEY}"
    }


def test_error_response_raises_clerk_api_error(runner: Runner, clerk: AnyClerk) -> None:
    with pytest.raises(ClerkAPIError) as caught:
        runner.get(clerk.users.get("user_unknown"))

    assert (caught.value.status, caught.value.code) == (404, "resource_not_found")
    assert SECRET_KEY not in str(caught.value)


def test_unreachable_api_raises_transport_error(runner: Runner) -> None:
    def unreachable(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(f"refused {request.headers['authorization']}")

    clerk = runner.make(httpx.MockTransport(unreachable))

    with pytest.raises(TransportError) as caught:
        runner.get(clerk.users.get("user_1"))
    assert SECRET_KEY not in f"{caught.value} {caught.value!r}"


def test_timeout_applies_to_every_call(runner: Runner) -> None:
    def hang(connection: Connection) -> None:
        connection.wait()

    with LoopbackServer(hang) as server:
        clerk = runner.make(api_url=server.url, timeout=0.2)
        with pytest.raises(TransportError) as caught:
            runner.get(clerk.users.get("user_1"))
        runner.close(clerk)

    assert caught.value.code == "timed-out"


def test_template_token_is_fetched(runner: Runner, clerk: AnyClerk, api: Api) -> None:
    auth = runner.request_auth(clerk, bearer(token())).auth()

    assert runner.get(auth.get_token(template="supabase")) == "templated"
    assert api.paths() == ["POST /v1/sessions/sess_1/tokens/supabase"]


def test_token_with_a_lifetime_is_fetched(runner: Runner, clerk: AnyClerk, api: Api) -> None:
    auth = runner.request_auth(clerk, bearer(token())).auth()

    assert runner.get(auth.get_token(expires_in_seconds=30)) == "fresh"
    assert json.loads(api.requests[0].content) == {"expires_in_seconds": 30}


def test_token_of_the_request_is_returned_without_a_call(
    runner: Runner, clerk: AnyClerk, api: Api
) -> None:
    credential = token()
    auth = runner.request_auth(clerk, bearer(credential)).auth()

    assert runner.get(auth.get_token()) == credential
    assert api.requests == []


def test_signed_out_auth_has_no_token(runner: Runner, clerk: AnyClerk, api: Api) -> None:
    auth = runner.request_auth(clerk, Request("GET", URL)).auth()

    assert runner.get(auth.get_token()) is None
    assert runner.get(auth.get_token(template="supabase")) is None
    assert api.requests == []


def test_async_clerk_works_in_consecutive_event_loops() -> None:
    async def first_name() -> str | None:
        user = await shared.users.get("user_1")
        await shared.close()
        return user.first_name

    with LoopbackServer(respond_with(lambda _: json_response(USER))) as server:
        shared = AsyncClerk(**options(api_url=server.url))
        assert [asyncio.run(first_name()), asyncio.run(first_name())] == ["Ada", "Ada"]
        assert server.connections == 2


# --- opening and closing -------------------------------------------------------------------------


class _Closable(httpx.MockTransport):
    closed = 0

    def close(self) -> None:
        self.closed += 1

    async def aclose(self) -> None:
        self.closed += 1


def test_context_manager_closes_the_client() -> None:
    transport = _Closable(Api())

    with Clerk(transport=transport, **options()) as clerk:
        assert clerk.users.get("user_1").id == "user_1"
        assert transport.closed == 0

    assert transport.closed == 1


def test_async_context_manager_closes_the_client() -> None:
    transport = _Closable(Api())

    async def use() -> None:
        async with AsyncClerk(transport=transport, **options()) as clerk:
            assert (await clerk.users.get("user_1")).id == "user_1"
            assert transport.closed == 0

    asyncio.run(use())

    assert transport.closed == 1


def test_aclose_closes_the_async_client() -> None:
    transport = _Closable(Api())

    async def use() -> None:
        async with aclosing(AsyncClerk(transport=transport, **options())) as clerk:
            assert (await clerk.users.get("user_1")).id == "user_1"

    asyncio.run(use())

    assert transport.closed == 1


def test_context_manager_closes_and_propagates_errors() -> None:
    transport = _Closable(Api())

    def fail() -> None:
        with Clerk(transport=transport, **options()):
            raise LookupError("mine")

    async def fail_async() -> None:
        async with AsyncClerk(transport=transport, **options()) as clerk:
            await clerk.users.get("user_1")
            raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        fail()
    with pytest.raises(LookupError, match="mine"):
        asyncio.run(fail_async())
    assert transport.closed == 2


def test_closed_client_still_authenticates(runner: Runner, clerk: AnyClerk) -> None:
    runner.close(clerk)

    assert runner.get(clerk.authenticate(bearer(token()))).is_authenticated


def test_closed_client_opens_new_connections(runner: Runner) -> None:
    with LoopbackServer(respond_with(lambda _: json_response(USER))) as server:
        clerk = runner.make(api_url=server.url)
        runner.get(clerk.users.get("user_1"))
        runner.close(clerk)
        assert runner.get(clerk.users.get("user_1")).id == "user_1"
        runner.close(clerk)


# --- settings ------------------------------------------------------------------------------------

Make = Callable[..., AnyClerk]


@pytest.fixture(params=[Clerk, AsyncClerk])
def make(request: pytest.FixtureRequest) -> Make:
    made: Make = request.param
    return made


@pytest.mark.parametrize(
    ("given", "variable"),
    [
        ({}, "CLERK_SECRET_KEY"),
        ({"publishable_key": publishable_key()}, "CLERK_SECRET_KEY"),
        ({"secret_key": publishable_key()}, "CLERK_SECRET_KEY"),
        ({"secret_key": "sk_test_ü"}, "CLERK_SECRET_KEY"),
        ({"secret_key": SECRET_KEY, "publishable_key": "pk_nonsense"}, "CLERK_PUBLISHABLE_KEY"),
        ({"secret_key": SECRET_KEY, "publishable_key": SECRET_KEY}, "CLERK_PUBLISHABLE_KEY"),
        ({"jwt_key": "no key"}, "CLERK_JWT_KEY"),
        ({"secret_key": SECRET_KEY, "proxy_url": "clerk.example"}, "CLERK_PROXY_URL"),
    ],
)
def test_invalid_setting_raises_and_names_the_variable(
    make: Make, given: dict[str, str], variable: str
) -> None:
    with pytest.raises(ConfigurationError, match=variable) as caught:
        make(**given)

    assert SECRET_KEY not in f"{caught.value} {caught.value!r}"


def test_unknown_option_raises_type_error(make: Make) -> None:
    with pytest.raises(TypeError, match="secret"):
        make(secret=SECRET_KEY)


def test_settings_are_read_from_the_environment(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLERK_SECRET_KEY", SECRET_KEY)
    monkeypatch.setenv("CLERK_PUBLISHABLE_KEY", publishable_key())
    monkeypatch.setenv("CLERK_API_URL", "http://localhost:4000")
    monkeypatch.setenv("CLERK_SIGN_IN_URL", "/sign-in")

    settings = make().settings

    assert settings.secret_key == SECRET_KEY
    assert settings.publishable_key == publishable_key()
    assert settings.api_url == "http://localhost:4000"
    assert settings.sign_in_url == "/sign-in"


def test_option_overrides_the_environment(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLERK_SECRET_KEY", "sk_test_of_the_environment")
    monkeypatch.setenv("CLERK_API_URL", "http://localhost:4000")

    settings = make(secret_key=SECRET_KEY, api_url=None).settings

    assert settings.secret_key == SECRET_KEY
    assert settings.api_url == "http://localhost:4000"


def test_pem_in_the_environment_may_have_literal_backslash_n(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLERK_JWT_KEY", public_pem().replace("\n", "\\n"))

    clerk = runner.make(jwt_key=None, secret_key=None, publishable_key=None)

    assert runner.get(clerk.authenticate(bearer(token()))).is_authenticated


def test_call_without_a_secret_key_raises_configuration_error(runner: Runner) -> None:
    clerk = runner.make(secret_key=None)

    with pytest.raises(ConfigurationError, match="CLERK_SECRET_KEY"):
        runner.get(clerk.users.get("user_1"))


def test_client_without_a_publishable_key_can_call_the_api(
    runner: Runner, api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    clerk = runner.make(httpx.MockTransport(api), publishable_key=None)

    runner.get(clerk.users.get("user_1"))

    assert caplog.records == []


def test_first_request_without_a_publishable_key_is_logged(
    runner: Runner, api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    clerk = runner.make(httpx.MockTransport(api), publishable_key=None)

    runner.get(clerk.authenticate(bearer(token())))

    (record,) = caplog.records
    assert (record.name, record.levelname) == ("clerk_core", "WARNING")
    assert "CLERK_PUBLISHABLE_KEY" in record.getMessage()
    assert SECRET_KEY not in record.getMessage()


def test_missing_publishable_key_is_logged_once(
    runner: Runner, api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    clerk = runner.make(httpx.MockTransport(api), publishable_key=None)

    runner.get(clerk.authenticate(bearer(token())))
    runner.get(clerk.authenticate(bearer(token())))

    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_client_with_all_keys_logs_nothing(make: Make, caplog: pytest.LogCaptureFixture) -> None:
    make(**options())

    assert caplog.records == []


def test_misspelled_variable_is_logged_with_a_suggestion(
    make: Make, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("CLERK_AUTHORISED_PARTIES", "https://a.example")
    monkeypatch.setenv("CLERK_SECERT_KEY", "sk_test_hidden")
    monkeypatch.setenv("CLERK_ADMIN_ROLE", "org:admin")

    first = make(**options())
    make(**options(), sharing=first)

    texts = [record.getMessage() for record in caplog.records]
    assert [text.split()[0] for text in texts] == ["CLERK_AUTHORISED_PARTIES", "CLERK_SECERT_KEY"]
    assert "authorized_parties=" in texts[0]
    assert "Did you mean CLERK_SECRET_KEY?" in texts[1]
    assert "hidden" not in "".join(texts)


def test_mixed_development_and_production_keys_are_logged(
    make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    make(**options(publishable_key=publishable_key(kind="live")))

    (record,) = caplog.records
    assert "CLERK_PUBLISHABLE_KEY and CLERK_SECRET_KEY of one instance" in record.getMessage()


WRONG_LIMITS: list[tuple[str, object]] = [
    *[("timeout", value) for value in ("10", True, float("nan"), float("inf"), -1, 0)],
    *[("retries", value) for value in ("2", True, 1.5, -1)],
]


@pytest.mark.parametrize(("name", "value"), WRONG_LIMITS)
def test_invalid_timeout_or_retries_raises(make: Make, name: str, value: object) -> None:
    limit: dict[str, Any] = {name: value}
    with pytest.raises(ConfigurationError, match=f"{name} must be") as caught:
        make(**options(), **limit)
    assert caught.value.code == f"{name}-invalid"
    with pytest.raises(ConfigurationError, match=f"{name} must be"):
        make(**options()).with_options(**limit)


def looping_request(url: str = URL, **cookies: str) -> Request:
    """Return a page request of a browser that was redirected to Clerk three times in a row."""
    carried = {"__clerk_redirect_count": "3", **cookies}
    cookie = "; ".join(f"{name}={value}" for name, value in carried.items())
    return Request("GET", url, [("accept", "text/html"), ("cookie", cookie)])


def test_redirect_loop_is_logged_once_a_minute(
    runner: Runner,
    clerk: AnyClerk,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    visit = looping_request(__session=token(), __client_uat="0")
    started = time.time()
    for seconds, warnings in ((0, 1), (30, 1), (61, 2)):
        monkeypatch.setattr("time.time", lambda now=started + seconds: now)

        assert not runner.get(clerk.authenticate(visit)).is_authenticated
        assert len(caplog.records) == warnings
    assert "the publishable key and the secret key belong to the same instance" in caplog.text
    assert "dev-browser-missing" in caplog.text


def test_invalid_secret_key_is_logged_once_a_minute(
    runner: Runner, caplog: pytest.LogCaptureFixture
) -> None:
    unknown = {"errors": [{"code": "clerk_key_invalid"}]}
    transport = httpx.MockTransport(lambda request: httpx.Response(401, json=unknown))
    clerk = runner.make(transport, jwt_key=None)
    for _ in range(3):
        state = runner.get(clerk.authenticate(bearer(token())))
        assert state.reason == Reason.SECRET_KEY_INVALID

    assert len(caplog.records) == 1
    assert "Copy CLERK_SECRET_KEY" in caplog.text
    assert SECRET_KEY not in caplog.text


def test_satellite_with_its_own_sign_in_page_is_logged(
    runner: Runner, caplog: pytest.LogCaptureFixture
) -> None:
    clerk = runner.make(is_satellite=True, domain="s.example", sign_in_url=f"{URL}/in")
    page = Request("GET", f"{URL}?__clerk_synced=false", [("sec-fetch-dest", "document")])

    assert not runner.get(clerk.authenticate(page)).is_authenticated
    assert "Set CLERK_SIGN_IN_URL" in caplog.text


def test_signed_out_browser_is_not_logged_as_a_loop(
    runner: Runner, clerk: AnyClerk, api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    gone = {"directives": ["__session=; Max-Age=0", "__client_uat=0"]}
    api.answers["GET /v1/clients/handshake_payload"] = gone
    back = looping_request(f"{URL}?__clerk_handshake_nonce=n0nce")

    assert runner.get(clerk.authenticate(back)).reason == Reason.SESSION_TOKEN_MISSING
    assert caplog.records == []


# --- secrets -------------------------------------------------------------------------------------


def test_repr_shows_only_the_publishable_key(make: Make) -> None:
    clerk = make(**options())
    text = " ".join(map(repr, [clerk, clerk.settings, clerk.users, clerk.sessions]))

    assert publishable_key() in repr(clerk)
    assert type(clerk).__name__ in repr(clerk)
    assert SECRET_KEY not in text
    assert "BEGIN PUBLIC KEY" not in text


def test_repr_says_if_there_is_no_publishable_key(make: Make) -> None:
    assert "no publishable key" in repr(make(secret_key=SECRET_KEY))


def test_repr_of_states_hides_tokens(runner: Runner, clerk: AnyClerk) -> None:
    shown_token = token()
    state = runner.get(clerk.authenticate(bearer(shown_token)))
    text = f"{state!r} {state.auth()!r} {state.credentials!r}"

    assert "user_1" in text
    assert shown_token not in text
    assert SECRET_KEY not in text


def test_framework_encoders_reveal_no_secret_of_a_state(runner: Runner, clerk: AnyClerk) -> None:
    credential = token()
    state = runner.get(clerk.authenticate(bearer(credential)))

    for value in (state, state.auth()):
        for text in _json_by_frameworks(value):
            assert SECRET_KEY not in text
            assert credential not in text


def test_framework_encoders_reveal_no_secret_of_a_flow_result() -> None:
    credential = token()
    flow = authenticate(bearer(credential), settings(), now=time.time())
    state = run(flow, lambda request: json_response({}))

    for value in (state, state.auth()):
        for text in _json_by_frameworks(value):
            assert SECRET_KEY not in text
            assert credential not in text


def test_framework_encoders_reveal_no_private_metadata(runner: Runner, clerk: AnyClerk) -> None:
    user = runner.get(clerk.users.get("user_1"))

    assert user.private_metadata == {"note": PRIVATE}
    assert not any(PRIVATE in text for text in _json_by_frameworks(user))


def _json_by_frameworks(value: Any) -> list[str]:
    """Return the encodings of a value by frameworks; some reject it."""
    texts = []
    for encode in (dataclasses.asdict, jsonable_encoder):
        try:
            texts.append(repr(encode(value)))
        except (TypeError, ValueError):
            continue
    return texts


def test_log_reveals_no_key_nonce_or_session(
    runner: Runner, clerk: AnyClerk, api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    session = token()
    caplog.set_level(logging.DEBUG)
    api.answers["GET /v1/clients/handshake_payload"] = {"directives": [f"__session={session}"]}
    page = Request("GET", f"{URL}?__clerk_handshake_nonce=n0nce", [("accept", "text/html")])

    assert runner.get(clerk.authenticate(page)).is_authenticated
    runner.get(clerk.users.get("user_1"))

    assert api.paths() == ["GET /v1/clients/handshake_payload", "GET /v1/users/user_1"]
    for secret in (SECRET_KEY, "n0nce", session, PRIVATE):
        assert secret not in caplog.text


# Observers and shared connections


class RecordingObserver:
    """An observer that records states and whose repr would reveal tokens."""

    def __init__(self) -> None:
        self.states: list[Any] = []

    def __call__(self, state: Any) -> None:
        self.states.append(state)

    def __repr__(self) -> str:
        return f"RecordingObserver({[state.token for state in self.states]})"


def test_every_observer_gets_every_state_once(runner: Runner, api: Api) -> None:
    first, second = RecordingObserver(), RecordingObserver()
    clerk = runner.make(httpx.MockTransport(api), observers=[first, second])

    states = [
        runner.get(clerk.authenticate(bearer(credential))) for credential in (token(), "nonsense")
    ]

    assert first.states == second.states == states
    runner.close(clerk)


def test_failing_observer_is_logged_and_does_not_affect_others(
    runner: Runner, api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    class Fails(RecordingObserver):
        def __call__(self, state: Any) -> None:
            super().__call__(state)
            raise LookupError(state.token)

    def also_fails(state: Any) -> None:
        raise RuntimeError(state.token)

    last, credential = RecordingObserver(), token()
    clerk = runner.make(httpx.MockTransport(api), observers=[Fails(), also_fails, last])

    state = runner.get(clerk.authenticate(bearer(credential)))

    assert state.auth().user_id == "user_1"
    assert last.states == [state]
    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]
    assert "raised LookupError" in caplog.text
    assert "Fails" in caplog.text
    assert "also_fails" in caplog.text
    assert credential not in caplog.text
    assert "Traceback" not in caplog.text
    runner.close(clerk)


def test_keyboard_interrupt_in_an_observer_is_raised(runner: Runner, api: Api) -> None:
    def stopped(state: Any) -> None:
        raise KeyboardInterrupt

    clerk = runner.make(httpx.MockTransport(api), observers=[stopped])
    with pytest.raises(KeyboardInterrupt):
        runner.get(clerk.authenticate(bearer("nonsense")))
    runner.close(clerk)


def test_sharing_clients_use_the_same_connections(runner: Runner, api: Api) -> None:
    transport = httpx.MockTransport(api)
    first = runner.make(transport)
    sharing: Any = first
    second = runner.make(sharing=sharing, secret_key="sk_test_vutsrqponmlkjihgfedcba9876543210")

    assert runner.get(second.users.get("user_1")).first_name == "Ada"
    assert runner.get(first.users.get("user_1")).first_name == "Ada"

    keys = [request.headers["authorization"] for request in api.requests]
    assert keys == ["Bearer sk_test_vutsrqponmlkjihgfedcba9876543210", f"Bearer {SECRET_KEY}"]
    runner.close(first)


def test_sharing_clients_do_not_share_keys(runner: Runner, api: Api) -> None:
    first = runner.make(httpx.MockTransport(api), jwt_key=None)
    sharing: Any = first
    second = runner.make(sharing=sharing, jwt_key=public_pem(other_rsa_key()))

    assert runner.get(first.authenticate(bearer(token()))).auth().user_id == "user_1"
    assert runner.get(second.authenticate(bearer(token()))).auth().user_id is None
    assert api.paths() == ["GET /v1/jwks"]
    runner.close(first)
