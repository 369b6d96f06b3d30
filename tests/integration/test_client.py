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
    Claims,
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
    """A session token that holds now."""
    return mint({"sub": user_id, **times(), **claims})


def times() -> dict[str, object]:
    """The claims of a token that holds now."""
    now = int(time.time())
    return {"iat": now - 10, "nbf": now - 20, "exp": now + 600}


class Api:
    """A Backend API without a socket: it answers from `answers` and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[httpx.Request] = []
        self.answers: dict[str, object] = {
            "GET /v1/jwks": {"keys": [jwk()]},
            "GET /v1/users/user_1": USER,
            "GET /v1/users": [USER],
            "GET /v1/sessions/sess_1": {"id": "sess_1", "user_id": "user_1", "status": "active"},
            "POST /v1/sessions/sess_1/tokens/supabase": {"jwt": "templated"},
            "POST /v1/sessions/sess_1/tokens": {"jwt": "fresh"},
        }

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        path = f"{request.method} {request.url.path}"
        if path not in self.answers:
            return httpx.Response(404, json={"errors": [{"code": "resource_not_found"}]})
        return httpx.Response(200, json=self.answers[path])

    def paths(self) -> list[str]:
        return [f"{request.method} {request.url.path}" for request in self.asked]


def options(**over: Any) -> dict[str, Any]:
    return {
        "publishable_key": publishable_key(),
        "secret_key": SECRET_KEY,
        "jwt_key": public_pem(),
        **over,
    }


class Waiting:
    """A `Clerk`, for a test that is written once for both."""

    kind = Clerk

    def make(self, transport: httpx.MockTransport | None = None, **over: Any) -> Clerk:
        return Clerk(transport=transport, **options(**over))

    def get(self, value: Any) -> Any:
        return value

    def request_auth(self, clerk: Any, request: Request) -> Any:
        return RequestAuth.authenticate(clerk, request)

    def close(self, clerk: Any) -> None:
        clerk.close()


class Awaiting:
    """An `AsyncClerk`, likewise: every call in the one event loop of the test."""

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


Face: TypeAlias = "Waiting | Awaiting"


@pytest.fixture(params=[Waiting, Awaiting], ids=["sync", "async"])
def face(request: pytest.FixtureRequest) -> Iterator[Face]:
    made: Face = request.param()
    yield made
    if isinstance(made, Awaiting):
        made.loop.close()


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
def clerk(face: Face, api: Api) -> AnyClerk:
    return face.make(httpx.MockTransport(api))


# --- who is asking -------------------------------------------------------------------------------


def test_a_request_with_a_session_token_is_signed_in(face: Face, clerk: AnyClerk, api: Api) -> None:
    state = face.get(clerk.authenticate(bearer(token("user_7"))))

    assert state.status == "signed-in"
    assert state.auth().user_id == "user_7"
    assert state.auth().session_id == "sess_1"
    assert api.asked == []


def test_a_request_without_one_is_signed_out(face: Face, clerk: AnyClerk) -> None:
    state = face.get(clerk.authenticate(Request("POST", URL)))

    assert state.status == "signed-out"
    assert state.auth().user_id is None


def test_a_page_of_a_browser_that_is_not_known_yet_is_sent_to_a_handshake(
    face: Face, clerk: AnyClerk
) -> None:
    state = face.get(clerk.authenticate(Request("GET", URL, [("accept", "text/html")])))

    assert state.status == "handshake"
    assert state.redirect.startswith(f"https://{HOST}/v1/client/handshake?")


def test_the_present_is_the_real_time(face: Face, clerk: AnyClerk) -> None:
    now = int(time.time())
    expired = token(exp=now - 60)
    early = token(nbf=now + 3600)

    assert not face.get(clerk.authenticate(bearer(expired))).is_authenticated
    assert not face.get(clerk.authenticate(bearer(early))).is_authenticated
    assert face.get(clerk.authenticate(bearer(token(exp=now + 600)))).is_authenticated


def test_the_key_set_is_fetched_once_for_many_requests(face: Face, api: Api) -> None:
    clerk = face.make(httpx.MockTransport(api), jwt_key=None)

    for number in range(5):
        state = face.get(clerk.authenticate(bearer(token(f"user_{number}"))))
        assert state.auth().user_id == f"user_{number}"

    assert api.paths() == ["GET /v1/jwks"]


@pytest.fixture
def eight(monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackServer]:
    """An API that gives the key set when eight requests wait for it."""
    monkeypatch.setattr(keyring, "FETCH_DEADLINE", PATIENCE)
    claims = Claims(monkeypatch, 8)

    def slow_key_set(received: Received) -> Any:
        assert claims.all_are_here.wait(PATIENCE)
        return json_response({"keys": [jwk()]})

    with LoopbackServer(respond_with(slow_key_set)) as server:
        yield server


def test_threads_that_start_together_fetch_the_key_set_once(eight: LoopbackServer) -> None:
    given = options(jwt_key=None, api_url=eight.url, timeout=PATIENCE)
    with Clerk(**given) as clerk:
        requests = [bearer(token(f"user_{number}")) for number in range(8)]
        with ThreadPoolExecutor(8) as pool:
            states = list(pool.map(clerk.authenticate, requests))

    assert [state.auth().user_id for state in states] == [f"user_{n}" for n in range(8)]
    assert eight.paths() == ["GET /v1/jwks"]


def test_tasks_that_start_together_fetch_the_key_set_once(eight: LoopbackServer) -> None:
    given = options(jwt_key=None, api_url=eight.url, timeout=PATIENCE)

    async def all_at_once() -> list[str | None]:
        async with AsyncClerk(**given) as clerk:
            requests = [bearer(token(f"user_{number}")) for number in range(8)]
            states = await asyncio.gather(*map(clerk.authenticate, requests))
            return [state.auth().user_id for state in states]

    assert asyncio.run(all_at_once()) == [f"user_{n}" for n in range(8)]
    assert eight.paths() == ["GET /v1/jwks"]


def test_an_api_that_cannot_be_reached_signs_nobody_in_and_raises_nothing(face: Face) -> None:
    def unreachable(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route to host")

    clerk = face.make(httpx.MockTransport(unreachable), jwt_key=None)

    state = face.get(clerk.authenticate(bearer(token())))

    assert state.status == "signed-out"
    assert state.reason == Reason.JWK_REMOTE_FAILED_TO_LOAD


def test_two_instances_do_not_take_each_others_tokens(face: Face) -> None:
    other = face.make(httpx.MockTransport(Api()), jwt_key=None, secret_key="sk_test_other")

    def no_keys(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"keys": [jwk(kid="ins_other")]})

    stranger = face.make(httpx.MockTransport(no_keys), jwt_key=None)
    shown = bearer(token())

    assert face.get(other.authenticate(shown)).is_authenticated
    assert not face.get(stranger.authenticate(shown)).is_authenticated


# --- machines ------------------------------------------------------------------------------------


def verified(**fields: object) -> dict[str, object]:
    """What the Backend API says of a good machine token."""
    return {"id": "id_1", "subject": "user_1", "scopes": ["read"], "claims": {"a": 1}, **fields}


MACHINES: list[tuple[str, str, str, str, dict[str, object]]] = [
    ("api_key", "ak_1", "/api_keys/verify", "secret", verified(name="Reports")),
    ("m2m_token", "mt_1", "/m2m_tokens/verify", "token", verified(subject="mch_1")),
    (
        "oauth_token",
        "oat_1",
        "/oauth_applications/access_tokens/verify",
        "access_token",
        verified(client_id="client_1"),
    ),
]


@pytest.mark.parametrize(("kind", "shown", "path", "field", "answer"), MACHINES)
def test_an_opaque_machine_token_is_verified_by_one_call(
    face: Face, api: Api, kind: str, shown: str, path: str, field: str, answer: dict[str, object]
) -> None:
    api.answers[f"POST {path}"] = answer
    clerk = face.make(httpx.MockTransport(api))

    accepted: list[Any] = [kind, "any", ["session_token", kind]]
    for accepts in accepted:
        api.asked.clear()
        state = face.get(clerk.authenticate(bearer(shown), accepts_token=accepts))
        auth = state.auth(accepts)
        assert (state.status, state.token_type, auth.token_type) == ("signed-in", kind, kind)
        assert (auth.id, auth.subject, auth.scopes) == ("id_1", answer["subject"], ("read",))
        assert face.get(clerk.run(auth.get_token_flow())) == shown
        assert api.paths() == [f"POST {path}"]
        assert json.loads(api.asked[0].content) == {field: shown}
        assert api.asked[0].headers["authorization"] == f"Bearer {SECRET_KEY}"


@pytest.mark.parametrize("shown", ["ak_1", "mt_1", "oat_1"])
def test_a_machine_token_is_not_asked_about_where_a_session_is_expected(
    face: Face, clerk: AnyClerk, api: Api, shown: str
) -> None:
    accepted: list[Any] = ["session_token", ["session_token"], []]
    for accepts in accepted:
        state = face.get(clerk.authenticate(bearer(shown), accepts_token=accepts))
        assert state.status == "signed-out"
    assert api.asked == []


def test_a_machine_token_of_another_kind_is_not_asked_about(
    face: Face, clerk: AnyClerk, api: Api
) -> None:
    state = face.get(clerk.authenticate(bearer("ak_1"), accepts_token="m2m_token"))
    assert (state.reason, state.token_type) == (Reason.TOKEN_TYPE_MISMATCH, "m2m_token")

    state = face.get(clerk.authenticate(bearer("ak_1"), accepts_token=["m2m_token"]))
    assert (state.reason, state.token_type) == (Reason.TOKEN_TYPE_MISMATCH, None)
    assert api.asked == []


def test_a_session_signs_in_where_any_token_is_accepted(face: Face, clerk: AnyClerk) -> None:
    accepted: list[Any] = ["any", ["api_key", "session_token"], ("session_token",)]
    for accepts in accepted:
        state = face.get(clerk.authenticate(bearer(token("user_7")), accepts_token=accepts))
        assert state.auth(accepts).user_id == "user_7"
        assert not state.auth("api_key").is_authenticated


def test_an_m2m_token_is_asked_about_with_the_machine_secret_key(face: Face, api: Api) -> None:
    api.answers["POST /m2m_tokens/verify"] = verified(subject="mch_1")
    api.answers["POST /api_keys/verify"] = verified()
    clerk = face.make(httpx.MockTransport(api), machine_secret_key="ak_of_the_machine")

    face.get(clerk.authenticate(bearer("mt_1"), accepts_token="any"))
    face.get(clerk.authenticate(bearer("ak_1"), accepts_token="any"))

    keys = [request.headers["authorization"] for request in api.asked]
    assert keys == ["Bearer ak_of_the_machine", f"Bearer {SECRET_KEY}"]


def test_with_a_jwt_key_alone_a_machine_token_says_what_to_set(face: Face, api: Api) -> None:
    clerk = face.make(httpx.MockTransport(api), secret_key=None)

    with pytest.raises(ConfigurationError, match="CLERK_SECRET_KEY"):
        face.get(clerk.authenticate(bearer("ak_1"), accepts_token="any"))
    assert api.asked == []


def test_a_machine_token_that_is_a_jwt_is_verified_without_a_call(
    face: Face, clerk: AnyClerk, api: Api
) -> None:
    m2m = mint({**times(), "sub": "mch_1", "scopes": "a b"}, {"cat": "cl_B7d4PD333AAA"})
    oauth = mint({**times(), "scope": "a b", "client_id": "c_1"}, {"typ": "at+jwt"})

    machine = face.get(clerk.authenticate(bearer(m2m), accepts_token="m2m_token")).auth()
    program = face.get(clerk.authenticate(bearer(oauth), accepts_token="oauth_token")).auth()

    assert (machine.machine_id, machine.scopes) == ("mch_1", ("a", "b"))
    assert (program.user_id, program.client_id) == ("user_1", "c_1")
    assert api.asked == []


def test_no_framework_can_turn_a_machine_into_json_with_its_token_in_it(
    face: Face, api: Api
) -> None:
    api.answers["POST /api_keys/verify"] = verified()
    clerk = face.make(httpx.MockTransport(api))
    state = face.get(clerk.authenticate(bearer("ak_secret_of_a_program"), accepts_token="any"))

    for value in (state, state.auth("any")):
        shown = [repr(value), str(value.debug()), *_json_by_frameworks(value)]
        assert "ak_secret_of_a_program" not in " ".join(shown)
        assert SECRET_KEY not in " ".join(shown)


# --- calls of the Backend API --------------------------------------------------------------------


def test_users_and_sessions_are_asked_for(face: Face, clerk: AnyClerk, api: Api) -> None:
    user = face.get(clerk.users.get("user_1"))
    listed = face.get(clerk.users.list(limit=1))
    session = face.get(clerk.sessions.get("sess_1"))

    assert (user.id, user.first_name) == ("user_1", "Ada")
    assert listed == [user]
    assert session.user_id == "user_1"
    assert api.paths() == ["GET /v1/users/user_1", "GET /v1/users", "GET /v1/sessions/sess_1"]
    assert {request.headers["authorization"] for request in api.asked} == {f"Bearer {SECRET_KEY}"}


def test_a_refusal_of_the_api_is_raised(face: Face, clerk: AnyClerk) -> None:
    with pytest.raises(ClerkAPIError) as caught:
        face.get(clerk.users.get("user_unknown"))

    assert (caught.value.status, caught.value.code) == (404, "resource_not_found")
    assert SECRET_KEY not in str(caught.value)


def test_an_unreachable_api_is_raised(face: Face) -> None:
    def unreachable(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(f"refused {request.headers['authorization']}")

    clerk = face.make(httpx.MockTransport(unreachable))

    with pytest.raises(TransportError) as caught:
        face.get(clerk.users.get("user_1"))
    assert SECRET_KEY not in f"{caught.value} {caught.value!r}"


def test_the_timeout_is_the_deadline_of_every_call(face: Face) -> None:
    def hang(connection: Connection) -> None:
        connection.wait()

    with LoopbackServer(hang) as server:
        clerk = face.make(api_url=server.url, timeout=0.2)
        with pytest.raises(TransportError) as caught:
            face.get(clerk.users.get("user_1"))
        face.close(clerk)

    assert caught.value.code == "timed-out"


def test_a_token_for_a_template_is_fetched(face: Face, clerk: AnyClerk, api: Api) -> None:
    auth = face.request_auth(clerk, bearer(token())).auth()

    assert face.get(auth.get_token(template="supabase")) == "templated"
    assert api.paths() == ["POST /v1/sessions/sess_1/tokens/supabase"]


def test_a_token_with_a_lifetime_is_fetched(face: Face, clerk: AnyClerk, api: Api) -> None:
    auth = face.request_auth(clerk, bearer(token())).auth()

    assert face.get(auth.get_token(expires_in_seconds=30)) == "fresh"
    assert json.loads(api.asked[0].content) == {"expires_in_seconds": 30}


def test_the_token_at_hand_is_given_without_a_call(face: Face, clerk: AnyClerk, api: Api) -> None:
    shown = token()
    auth = face.request_auth(clerk, bearer(shown)).auth()

    assert face.get(auth.get_token()) == shown
    assert api.asked == []


def test_nobody_has_no_token(face: Face, clerk: AnyClerk, api: Api) -> None:
    auth = face.request_auth(clerk, Request("GET", URL)).auth()

    assert face.get(auth.get_token()) is None
    assert face.get(auth.get_token(template="supabase")) is None
    assert api.asked == []


def test_one_async_clerk_serves_several_event_loops_one_after_another() -> None:
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


def test_a_context_manager_closes_at_its_end() -> None:
    transport = _Closable(Api())

    with Clerk(transport=transport, **options()) as clerk:
        assert clerk.users.get("user_1").id == "user_1"
        assert transport.closed == 0

    assert transport.closed == 1


def test_an_async_context_manager_closes_at_its_end() -> None:
    transport = _Closable(Api())

    async def use() -> None:
        async with AsyncClerk(transport=transport, **options()) as clerk:
            assert (await clerk.users.get("user_1")).id == "user_1"
            assert transport.closed == 0

    asyncio.run(use())

    assert transport.closed == 1


def test_an_async_client_closes_as_async_libraries_name_it() -> None:
    transport = _Closable(Api())

    async def use() -> None:
        async with aclosing(AsyncClerk(transport=transport, **options())) as clerk:
            assert (await clerk.users.get("user_1")).id == "user_1"

    asyncio.run(use())

    assert transport.closed == 1


def test_a_context_manager_closes_and_lets_an_error_through() -> None:
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


def test_a_closed_clerk_still_decides_who_is_asking(face: Face, clerk: AnyClerk) -> None:
    face.close(clerk)

    assert face.get(clerk.authenticate(bearer(token()))).is_authenticated


def test_a_closed_clerk_opens_new_connections_when_it_is_used_again(face: Face) -> None:
    with LoopbackServer(respond_with(lambda _: json_response(USER))) as server:
        clerk = face.make(api_url=server.url)
        face.get(clerk.users.get("user_1"))
        face.close(clerk)
        assert face.get(clerk.users.get("user_1")).id == "user_1"
        face.close(clerk)


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
def test_a_wrong_setting_stops_the_application_when_it_starts_and_names_the_variable(
    make: Make, given: dict[str, str], variable: str
) -> None:
    with pytest.raises(ConfigurationError, match=variable) as caught:
        make(**given)

    assert SECRET_KEY not in f"{caught.value} {caught.value!r}"


def test_an_option_that_does_not_exist_is_refused(make: Make) -> None:
    with pytest.raises(TypeError, match="secret"):
        make(secret=SECRET_KEY)


def test_the_environment_is_read(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLERK_SECRET_KEY", SECRET_KEY)
    monkeypatch.setenv("CLERK_PUBLISHABLE_KEY", publishable_key())
    monkeypatch.setenv("CLERK_API_URL", "http://localhost:4000")
    monkeypatch.setenv("CLERK_SIGN_IN_URL", "/sign-in")

    settings = make().settings

    assert settings.secret_key == SECRET_KEY
    assert settings.publishable_key == publishable_key()
    assert settings.api_url == "http://localhost:4000"
    assert settings.sign_in_url == "/sign-in"


def test_an_option_goes_before_the_environment(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLERK_SECRET_KEY", "sk_test_of_the_environment")
    monkeypatch.setenv("CLERK_API_URL", "http://localhost:4000")

    settings = make(secret_key=SECRET_KEY, api_url=None).settings

    assert settings.secret_key == SECRET_KEY
    assert settings.api_url == "http://localhost:4000"


def test_a_line_break_of_a_pem_survives_the_environment(
    face: Face, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLERK_JWT_KEY", public_pem().replace("\n", "\\n"))

    clerk = face.make(jwt_key=None, secret_key=None, publishable_key=None)

    assert face.get(clerk.authenticate(bearer(token()))).is_authenticated


def test_without_a_secret_key_a_call_says_what_to_set(face: Face) -> None:
    clerk = face.make(secret_key=None)

    with pytest.raises(ConfigurationError, match="CLERK_SECRET_KEY"):
        face.get(clerk.users.get("user_1"))


def test_a_client_that_authenticates_nobody_needs_no_publishable_key(
    face: Face, api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    clerk = face.make(httpx.MockTransport(api), publishable_key=None)

    face.get(clerk.users.get("user_1"))

    assert caplog.records == []


def test_without_a_publishable_key_the_first_request_says_what_to_set(
    face: Face, api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    clerk = face.make(httpx.MockTransport(api), publishable_key=None)

    face.get(clerk.authenticate(bearer(token())))

    (record,) = caplog.records
    assert (record.name, record.levelname) == ("clerk_core", "WARNING")
    assert "CLERK_PUBLISHABLE_KEY" in record.getMessage()
    assert SECRET_KEY not in record.getMessage()


def test_requests_add_no_warning(face: Face, api: Api, caplog: pytest.LogCaptureFixture) -> None:
    clerk = face.make(httpx.MockTransport(api), publishable_key=None)

    face.get(clerk.authenticate(bearer(token())))
    face.get(clerk.authenticate(bearer(token())))

    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_with_all_keys_there_is_nothing_to_warn_of(
    make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    make(**options())

    assert caplog.records == []


def test_a_misspelled_variable_is_warned_of_with_the_nearest_name(
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


def test_keys_of_development_and_production_together_are_warned_of(
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
def test_a_limit_that_no_call_can_keep_is_refused(make: Make, name: str, value: object) -> None:
    limit: dict[str, Any] = {name: value}
    with pytest.raises(ConfigurationError, match=f"{name} must be") as caught:
        make(**options(), **limit)
    assert caught.value.code == f"{name}-invalid"
    with pytest.raises(ConfigurationError, match=f"{name} must be"):
        make(**options()).with_options(**limit)


def in_a_loop(url: str = URL, **cookies: str) -> Request:
    """A page asked for by a browser that was sent to Clerk three times in two seconds."""
    carried = {"__clerk_redirect_count": "3", **cookies}
    cookie = "; ".join(f"{name}={value}" for name, value in carried.items())
    return Request("GET", url, [("accept", "text/html"), ("cookie", cookie)])


def test_a_browser_that_goes_round_in_circles_is_told_of_once_a_minute(
    face: Face, clerk: AnyClerk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    visit = in_a_loop(__session=token(), __client_uat="0")
    started = time.time()
    for seconds, warnings in ((0, 1), (30, 1), (61, 2)):
        monkeypatch.setattr("clerk_core._client.time.time", lambda now=started + seconds: now)

        assert not face.get(clerk.authenticate(visit)).is_authenticated
        assert len(caplog.records) == warnings
    assert "the publishable key and the secret key are of one instance" in caplog.text
    assert "dev-browser-missing" in caplog.text


def test_a_secret_key_that_clerk_does_not_know_is_told_of_once_a_minute(
    face: Face, caplog: pytest.LogCaptureFixture
) -> None:
    unknown = {"errors": [{"code": "clerk_key_invalid"}]}
    transport = httpx.MockTransport(lambda request: httpx.Response(401, json=unknown))
    clerk = face.make(transport, jwt_key=None)
    for _ in range(3):
        state = face.get(clerk.authenticate(bearer(token())))
        assert state.reason == Reason.SECRET_KEY_INVALID

    assert len(caplog.records) == 1
    assert "Copy CLERK_SECRET_KEY" in caplog.text
    assert SECRET_KEY not in caplog.text


def test_a_satellite_whose_sign_in_page_is_its_own_is_told_of(
    face: Face, caplog: pytest.LogCaptureFixture
) -> None:
    clerk = face.make(is_satellite=True, domain="s.example", sign_in_url=f"{URL}/in")
    page = Request("GET", f"{URL}?__clerk_synced=false", [("sec-fetch-dest", "document")])

    assert not face.get(clerk.authenticate(page)).is_authenticated
    assert "Set CLERK_SIGN_IN_URL" in caplog.text


def test_a_browser_that_clerk_says_is_signed_out_is_no_circle(
    face: Face, clerk: AnyClerk, api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    gone = {"directives": ["__session=; Max-Age=0", "__client_uat=0"]}
    api.answers["GET /v1/clients/handshake_payload"] = gone
    back = in_a_loop(f"{URL}?__clerk_handshake_nonce=n0nce")

    assert face.get(clerk.authenticate(back)).reason == Reason.SESSION_TOKEN_MISSING
    assert caplog.records == []


# --- secrets -------------------------------------------------------------------------------------


def test_a_repr_shows_the_publishable_key_and_no_other(make: Make) -> None:
    clerk = make(**options())
    shown = " ".join(map(repr, [clerk, clerk.settings, clerk.users, clerk.sessions]))

    assert publishable_key() in repr(clerk)
    assert type(clerk).__name__ in repr(clerk)
    assert SECRET_KEY not in shown
    assert "BEGIN PUBLIC KEY" not in shown


def test_a_repr_without_a_publishable_key_says_so(make: Make) -> None:
    assert "no publishable key" in repr(make(secret_key=SECRET_KEY))


def test_a_repr_of_what_became_of_a_request_shows_no_token(face: Face, clerk: AnyClerk) -> None:
    shown_token = token()
    state = face.get(clerk.authenticate(bearer(shown_token)))
    shown = f"{state!r} {state.auth()!r} {state.credentials!r}"

    assert "user_1" in shown
    assert shown_token not in shown
    assert SECRET_KEY not in shown


def test_no_framework_can_turn_what_became_of_a_request_into_json_with_a_secret_in_it(
    face: Face, clerk: AnyClerk
) -> None:
    shown = token()
    state = face.get(clerk.authenticate(bearer(shown)))

    for value in (state, state.auth()):
        for text in _json_by_frameworks(value):
            assert SECRET_KEY not in text
            assert shown not in text


def test_no_framework_can_turn_the_value_of_a_flow_into_json_with_a_secret_in_it() -> None:
    shown = token()
    flow = authenticate(bearer(shown), settings(), now=time.time())
    state = run(flow, lambda request: json_response({}))

    for value in (state, state.auth()):
        for text in _json_by_frameworks(value):
            assert SECRET_KEY not in text
            assert shown not in text


def test_no_framework_can_turn_a_user_into_json_with_private_metadata_in_it(
    face: Face, clerk: AnyClerk
) -> None:
    user = face.get(clerk.users.get("user_1"))

    assert user.private_metadata == {"note": PRIVATE}
    assert not any(PRIVATE in text for text in _json_by_frameworks(user))


def _json_by_frameworks(value: Any) -> list[str]:
    """What frameworks make of a value that a view returns: some refuse it, which is well."""
    texts = []
    for encode in (dataclasses.asdict, jsonable_encoder):
        try:
            texts.append(repr(encode(value)))
        except (TypeError, ValueError):
            continue
    return texts


def test_the_log_shows_no_key_no_nonce_and_no_session(
    face: Face, clerk: AnyClerk, api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    session = token()
    caplog.set_level(logging.DEBUG)
    api.answers["GET /v1/clients/handshake_payload"] = {"directives": [f"__session={session}"]}
    page = Request("GET", f"{URL}?__clerk_handshake_nonce=n0nce", [("accept", "text/html")])

    assert face.get(clerk.authenticate(page)).is_authenticated
    face.get(clerk.users.get("user_1"))

    assert api.paths() == ["GET /v1/clients/handshake_payload", "GET /v1/users/user_1"]
    for secret in (SECRET_KEY, "n0nce", session, PRIVATE):
        assert secret not in caplog.text


# Observers, and clients that share their connections.


class Keeps:
    """An observer that keeps what it is told, and would show it."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def __call__(self, state: Any) -> None:
        self.told.append(state)

    def __repr__(self) -> str:
        return f"Keeps({[state.token for state in self.told]})"


def test_every_observer_is_told_every_state_once(face: Face, api: Api) -> None:
    first, second = Keeps(), Keeps()
    clerk = face.make(httpx.MockTransport(api), observers=[first, second])

    states = [face.get(clerk.authenticate(bearer(shown))) for shown in (token(), "nonsense")]

    assert first.told == second.told == states
    face.close(clerk)


def test_an_observer_that_fails_breaks_nothing_and_is_named_in_the_log(
    face: Face, api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    class Fails(Keeps):
        def __call__(self, state: Any) -> None:
            super().__call__(state)
            raise LookupError(state.token)

    def also_fails(state: Any) -> None:
        raise RuntimeError(state.token)

    last, shown = Keeps(), token()
    clerk = face.make(httpx.MockTransport(api), observers=[Fails(), also_fails, last])

    state = face.get(clerk.authenticate(bearer(shown)))

    assert state.auth().user_id == "user_1"
    assert last.told == [state]
    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]
    assert "LookupError in" in caplog.text
    assert "Fails" in caplog.text
    assert "also_fails" in caplog.text
    assert shown not in caplog.text
    assert "Traceback" not in caplog.text
    face.close(clerk)


def test_an_observer_cannot_swallow_the_end_of_the_process(face: Face, api: Api) -> None:
    def stopped(state: Any) -> None:
        raise KeyboardInterrupt

    clerk = face.make(httpx.MockTransport(api), observers=[stopped])
    with pytest.raises(KeyboardInterrupt):
        face.get(clerk.authenticate(bearer("nonsense")))
    face.close(clerk)


def test_a_client_sends_over_the_connections_of_the_one_that_it_shares_with(
    face: Face, api: Api
) -> None:
    transport = httpx.MockTransport(api)
    first = face.make(transport)
    sharing: Any = first
    second = face.make(sharing=sharing, secret_key="sk_test_vutsrqponmlkjihgfedcba9876543210")

    assert face.get(second.users.get("user_1")).first_name == "Ada"
    assert face.get(first.users.get("user_1")).first_name == "Ada"

    shown = [request.headers["authorization"] for request in api.asked]
    assert shown == ["Bearer sk_test_vutsrqponmlkjihgfedcba9876543210", f"Bearer {SECRET_KEY}"]
    face.close(first)


def test_clients_that_share_their_connections_share_no_keys(face: Face, api: Api) -> None:
    first = face.make(httpx.MockTransport(api), jwt_key=None)
    sharing: Any = first
    second = face.make(sharing=sharing, jwt_key=public_pem(other_rsa_key()))

    assert face.get(first.authenticate(bearer(token()))).auth().user_id == "user_1"
    assert face.get(second.authenticate(bearer(token()))).auth().user_id is None
    assert api.paths() == ["GET /v1/jwks"]
    face.close(first)
