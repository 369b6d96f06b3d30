"""One client for all requests, or one for each set of options; and options that are none."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import MappingProxyType
from typing import Any

import pytest
from fastapi.encoders import jsonable_encoder

from clerk_core import (
    AsgiMiddleware,
    AsyncRequestAuth,
    Clerk,
    ConfigurationError,
    HttpResponse,
    OrganizationSyncOptions,
    Request,
    RequestAuth,
    ServerError,
    TransportError,
    WsgiMiddleware,
)
from clerk_core._integration import installation as module
from clerk_core._integration.installation import AsyncInstallation, Installation
from clerk_core.testing._instance import Instance
from clerk_core.testing._tokens import (
    SECRET_KEY,
    bearer,
    other_rsa_key,
    public_pem,
    publishable_key,
)
from tests.integration.loopback import LoopbackServer, Received, respond_with
from tests.support import PATIENCE, jwk, key_set

OPTIONS: dict[str, Any] = {
    "publishable_key": publishable_key(),
    "secret_key": SECRET_KEY,
    "jwt_key": public_pem(),
}
OTHER_SECRET = "sk_test_vutsrqponmlkjihgfedcba9876543210"
NO_PEM = "-----BEGIN PUBLIC KEY-----\nnone\n-----END PUBLIC KEY-----"
REQUEST = Request("GET", "http://localhost/", [bearer("user_7")])


@pytest.fixture(scope="module")
def backend() -> Iterator[Instance]:
    with Instance() as running:
        yield running


class Waiting:
    """An installation for code that waits; a test is written once for both."""

    make = Installation

    def visit(self, installed: Any, request: Request = REQUEST) -> RequestAuth:
        visit: RequestAuth = installed.request_auth(request)
        return visit

    def do(self, value: Any) -> Any:
        return value

    def pools(self, client: Any) -> Any:
        return client._send._connections._pools


class Awaiting:
    """Likewise, for code that awaits: all of it in one event loop."""

    make = AsyncInstallation

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()

    def visit(self, installed: Any, request: Request = REQUEST) -> AsyncRequestAuth:
        return self.loop.run_until_complete(self._started(installed, request))

    async def _started(self, installed: AsyncInstallation, request: Request) -> AsyncRequestAuth:
        return await installed.request_auth(request)

    def do(self, value: Awaitable[Any]) -> Any:
        async def awaited() -> Any:
            return await value

        return self.loop.run_until_complete(awaited())

    def pools(self, client: Any) -> Any:
        async def of_this_loop() -> Any:
            return client._send._connections.pools()

        return self.do(of_this_loop())


@pytest.fixture(params=[Waiting, Awaiting], ids=["sync", "async"])
def face(request: pytest.FixtureRequest) -> Iterator[Any]:
    made = request.param()
    yield made
    if isinstance(made, Awaiting):
        made.loop.close()


def test_one_client_answers_for_all_requests(face: Any) -> None:
    installed = face.make(**OPTIONS)

    first, second = face.visit(installed), face.visit(installed)

    assert first.client is second.client is installed.client
    assert first.auth().user_id == "user_7"


def test_the_installation_is_refused_without_a_key(face: Any) -> None:
    with pytest.raises(ConfigurationError, match="CLERK_SECRET_KEY"):
        face.make()


@pytest.mark.parametrize("unknown", ["nickname", "sharing", "observers"])
def test_an_option_that_does_not_exist_is_a_type_error(face: Any, unknown: str) -> None:
    with pytest.raises(TypeError, match=unknown):
        face.make(**OPTIONS, **{unknown: None})


@pytest.mark.parametrize("option", ["websocket_query", "websocket_subprotocol"])
def test_where_nothing_awaits_there_are_no_websockets(option: str) -> None:
    with pytest.raises(TypeError, match=option):
        Installation(**{**OPTIONS, option: "token"})
    with pytest.raises(TypeError, match=option):
        WsgiMiddleware(lambda environ, start_response: [], **{**OPTIONS, option: "token"})
    allowed: dict[str, Any] = {**OPTIONS, option: "token"}
    assert AsyncInstallation(**allowed).client


def test_what_is_said_of_an_unknown_option_is_its_name_and_not_its_value(face: Any) -> None:
    with pytest.raises(TypeError) as raised:
        face.make(**OPTIONS, secretkey=OTHER_SECRET)

    assert OTHER_SECRET not in str(raised.value)


def test_the_timeout_is_that_of_every_client(face: Any) -> None:
    # Nothing answers at this address of a network for documentation (RFC 5737).
    nowhere: dict[str, Any] = {**OPTIONS, "api_url": "http://192.0.2.1", "timeout": 0.05}
    for options in (nowhere, {**nowhere, "options_for": lambda request: {}}):
        visit = face.visit(face.make(**options))
        with pytest.raises(TransportError):
            face.do(visit.current_user())


def test_a_timeout_that_no_call_can_keep_is_refused_at_the_start(face: Any) -> None:
    with pytest.raises(ConfigurationError, match="timeout must be"):
        face.make(timeout=0, options_for=lambda request: OPTIONS)


@pytest.mark.parametrize("retries", [0, 1])
def test_the_repeats_are_those_of_every_client(face: Any, retries: int) -> None:
    unavailable = respond_with(lambda received: HttpResponse(503))
    each: list[dict[str, Any]] = [{}, {"options_for": lambda request: {}}]
    for given in each:
        with LoopbackServer(unavailable) as server:
            installed = face.make(**{**OPTIONS, "api_url": server.url}, retries=retries, **given)
            with pytest.raises(ServerError):
                face.do(face.visit(installed).current_user())
            face.do(installed.close())
            assert len(server.received) == 1 + retries


# Options by request.


def test_options_by_request_go_over_those_of_all(face: Any) -> None:
    def options_for(request: Request) -> Any:
        return {"domain": request.headers.get("host"), "sign_up_url": None}

    installed = face.make(**OPTIONS, sign_in_url="/in", sign_up_url="/up", options_for=options_for)
    request = Request("GET", "http://localhost/", [("host", "a.example")])

    settings = face.visit(installed, request).client.settings

    assert settings.domain == "a.example"
    assert (settings.sign_in_url, settings.sign_up_url) == ("/in", "/up")


def test_options_by_request_may_be_all_that_there_are(face: Any) -> None:
    installed = face.make(options_for=lambda request: OPTIONS)

    assert face.visit(installed).auth().user_id == "user_7"


def test_the_client_of_the_same_options_is_made_once(face: Any) -> None:
    given: list[Any] = [
        {},
        {"domain": "a.example"},
        {"domain": "a.example", "api_version": "v1"},
        {"api_version": "v1", "domain": "a.example"},
        {"authorized_parties": ["http://a", "http://b"]},
        {"authorized_parties": ("http://a", "http://b")},
        {"authorized_parties": {"http://b", "http://a"}},
        {"authorized_parties": ["http://b", "http://a"]},
        {"organization_sync_options": OrganizationSyncOptions(("/a",))},
        {"organization_sync_options": OrganizationSyncOptions(("/b",))},
        {"organization_sync_options": MappingProxyType({"organization_patterns": ["/a"]})},
        MappingProxyType({"domain": "a.example"}),
    ]
    installed = face.make(**OPTIONS, options_for=lambda request: given[0])
    clients = []
    while given:
        clients.append(face.visit(installed).client)
        given.pop(0)

    same = [[other is client for other in clients].index(True) for client in clients]
    assert same == [0, 1, 2, 2, 4, 4, 4, 7, 8, 9, 10, 1]


def test_secrets_that_show_themselves_as_stars_are_told_apart(face: Any) -> None:
    class Hidden(str):
        __slots__ = ()

        def __repr__(self) -> str:
            return "'***'"

    keys = [Hidden(public_pem()), Hidden(public_pem(other_rsa_key()))]
    installed = face.make(options_for=lambda request: {"jwt_key": keys[0]})

    assert face.visit(installed).auth().user_id == "user_7"
    keys.pop(0)
    assert face.visit(installed).auth().user_id is None


def test_a_tenants_secret_key_takes_no_key_to_verify_with_from_the_others(face: Any) -> None:
    options = {"secret_key": OTHER_SECRET, "api_url": "http://127.0.0.1:9"}
    installed = face.make(
        **OPTIONS, machine_secret_key="ak_of_all", options_for=lambda request: options
    )

    visit = face.visit(installed)

    assert visit.client.settings.secret_key == OTHER_SECRET
    assert visit.client.settings.jwt_key is None
    assert visit.client.settings.machine_secret_key is None
    assert visit.auth().user_id is None


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        "sk_test_1",
        [("domain", "a.example")],
        {"authorized_parties": (party for party in ["http://a.example"])},
        {"domain": object()},
    ],
    ids=["nothing", "a text", "pairs", "a generator", "an object"],
)
def test_what_are_no_options_of_a_request_is_a_type_error(face: Any, wrong: Any) -> None:
    installed = face.make(**OPTIONS, options_for=lambda request: wrong)

    with pytest.raises(TypeError, match="options_for must return"):
        face.visit(installed)


@pytest.mark.parametrize("unknown", ["nickname", "timeout", "transport", "sharing", "observers"])
def test_an_option_of_a_request_that_does_not_exist_is_a_type_error(
    face: Any, unknown: str
) -> None:
    installed = face.make(**OPTIONS, options_for=lambda request: {unknown: "x"})

    with pytest.raises(TypeError, match=unknown):
        face.visit(installed)


def test_an_error_of_the_lookup_signs_nobody_in(face: Any) -> None:
    def options_for(request: Request) -> Any:
        raise LookupError("no such tenant")

    installed = face.make(**OPTIONS, options_for=options_for)

    with pytest.raises(LookupError, match="no such tenant"):
        face.visit(installed)


def test_a_malformed_key_of_one_tenant_is_no_harm_to_the_others(face: Any) -> None:
    options: list[Any] = [{"jwt_key": NO_PEM}, {}]
    installed = face.make(**OPTIONS, options_for=lambda request: options.pop(0))

    with pytest.raises(ConfigurationError) as raised:
        face.visit(installed)
    assert NO_PEM not in str(raised.value)
    assert face.visit(installed).auth().user_id == "user_7"


def test_which_client_it_is_cannot_be_told_without_a_request(face: Any) -> None:
    installed = face.make(**OPTIONS, options_for=lambda request: {})

    for _ in range(2):
        with pytest.raises(ConfigurationError, match="options_for"):
            _ = installed.client
        face.visit(installed)


class LooksUp:
    async def __call__(self, request: Request) -> Any:
        return {"domain": "a.example"}


async def looked_up(request: Request) -> Any:
    return {"domain": "a.example"}


def test_a_lookup_that_has_to_be_awaited_is_refused_where_nothing_awaits() -> None:
    with pytest.raises(TypeError, match="options_for"):
        Installation(**OPTIONS, options_for=looked_up)  # type: ignore[arg-type]
    # That this one does, only its answer tells.
    installed = Installation(**OPTIONS, options_for=LooksUp())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="options_for"):
        installed.request_auth(REQUEST)


@pytest.mark.parametrize("options_for", [looked_up, LooksUp()], ids=["function", "object"])
def test_a_lookup_is_awaited_where_that_is_possible(options_for: Any) -> None:
    face, installed = Awaiting(), AsyncInstallation(**OPTIONS, options_for=options_for)

    assert face.visit(installed).client.settings.domain == "a.example"
    face.loop.close()


# How many there are, and what they share.


def test_no_more_clients_are_kept_than_there_is_room_for(
    face: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_CLIENTS", 3)
    domain = ["a"]
    installed = face.make(**OPTIONS, options_for=lambda request: {"domain": domain[0]})

    def client_of(name: str) -> Any:
        domain[0] = name
        return face.visit(installed).client

    first = {name: client_of(name) for name in "abc"}
    assert all(client_of(name) is first[name] for name in "abc")
    client_of("d")
    assert client_of("b") is first["b"]
    assert client_of("a") is not first["a"]
    for number in range(10):
        client_of(f"tenant-{number}")
    assert len(installed._clients._made) == 3


def test_there_is_room_for_a_thousand_clients() -> None:
    assert module._MOST_CLIENTS == 1024


def test_all_clients_share_their_connections_and_closing_closes_them(
    face: Any, backend: Instance
) -> None:
    domain = ["a.example"]
    installed = face.make(**backend.options(), options_for=lambda request: {"domain": domain[0]})
    first = face.visit(installed)
    domain[0] = "b.example"
    second = face.visit(installed)
    assert first.client is not second.client

    users = [visit.current_user() for visit in (first, second)]
    assert [(face.do(user) if isinstance(face, Awaiting) else user).id for user in users] == [
        "user_7",
        "user_7",
    ]

    assert first.client._send is second.client._send
    assert len(face.pools(first.client)) == 1
    closed = installed.close()
    if isinstance(face, Awaiting):
        face.do(closed)
    assert len(face.pools(first.client)) == 0


def _user_at(face: Any, installed: Any, host: str, user_id: str = "user_1") -> str | None:
    request = Request("GET", f"http://{host}/", [("host", host), bearer(user_id)])
    found: str | None = face.visit(installed, request).auth().user_id
    return found


def test_a_thousand_invented_hosts_evict_no_keys_of_a_real_tenant(face: Any) -> None:
    answers = [key_set(), HttpResponse(429)]
    asked: list[str] = []

    def respond(received: Received) -> HttpResponse:
        asked.append(received.target)
        return answers.pop(0) if len(answers) > 1 else answers[0]

    with LoopbackServer(respond_with(respond)) as server:
        installed = face.make(
            **{**OPTIONS, "jwt_key": None, "api_url": server.url},
            options_for=lambda request: {"domain": request.headers.get("host")},
        )
        assert _user_at(face, installed, "tenant.example") == "user_1"
        evicted = face.visit(installed, Request("GET", "http://tenant.example/")).client
        for number in range(module._MOST_CLIENTS + 76):
            face.visit(installed, Request("GET", "http://x/", [("host", f"h{number}.example")]))

        assert _user_at(face, installed, "tenant.example", "user_2") == "user_2"
        assert face.visit(installed, Request("GET", "http://tenant.example/")).client is not evicted
        assert asked == ["/v1/jwks"]
        closed = installed.close()
        if isinstance(face, Awaiting):
            face.do(closed)


def test_the_key_set_of_one_secret_key_signs_nobody_in_under_another(face: Any) -> None:
    mine, theirs = key_set(), key_set(jwk(other_rsa_key()))
    secrets = {"a.example": SECRET_KEY, "b.example": OTHER_SECRET}

    def respond(received: Received) -> HttpResponse:
        is_mine = received.headers.get("authorization") == f"Bearer {SECRET_KEY}"
        return mine if is_mine else theirs

    with LoopbackServer(respond_with(respond)) as server:
        installed = face.make(
            publishable_key=publishable_key(),
            api_url=server.url,
            options_for=lambda request: {
                "publishable_key": publishable_key(),
                "secret_key": secrets[request.headers.get("host") or ""],
            },
        )
        # Both ways, and again: the token that one of them has verified is known by then.
        for host, user_id in [("a.example", "user_1"), ("b.example", None)] * 2:
            assert _user_at(face, installed, host) == user_id
        assert server.paths() == ["GET /v1/jwks"] * 2
        closed = installed.close()
        if isinstance(face, Awaiting):
            face.do(closed)


def test_closing_what_has_met_no_request_does_nothing(face: Any) -> None:
    closed = face.make(**OPTIONS, options_for=lambda request: {}).close()
    if isinstance(face, Awaiting):
        face.do(closed)


def _client(installed: Installation, number: int) -> Clerk:
    request = Request("GET", "http://localhost/", [("host", f"{number}.example")])
    return installed.request_auth(request).client


def _at_once(work: Callable[[int], Any], count: int = 8) -> list[Any]:
    start = threading.Barrier(count)

    def started(number: int) -> Any:
        start.wait(PATIENCE)
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(started, range(count)))


def test_threads_that_meet_the_same_options_get_the_same_client() -> None:
    for _ in range(20):
        installed = Installation(**OPTIONS, options_for=lambda request: {"domain": "a.example"})

        clients = _at_once(partial(_client, installed))

        assert len({id(client) for client in clients}) == 1


def test_threads_that_meet_other_options_share_their_connections() -> None:
    def options_for(request: Request) -> Any:
        return {"domain": request.headers.get("host")}

    for _ in range(20):
        installed = Installation(**OPTIONS, options_for=options_for)

        clients = _at_once(partial(_client, installed))

        assert len({id(client) for client in clients}) == 8
        assert len({id(client._send) for client in clients}) == 1


# What is seen of it.


def test_nothing_that_is_kept_shows_a_secret(face: Any) -> None:
    installed = face.make(
        **OPTIONS, options_for=lambda request: {"secret_key": OTHER_SECRET, "jwt_key": public_pem()}
    )
    visit = face.visit(installed)
    body = public_pem().splitlines()[1]

    shown = [repr(value) for value in (installed, installed._clients, visit, visit.client)]
    shown += [repr(vars(installed)), repr(vars(installed._clients))]
    shown += installed._clients._made
    for value in (installed, visit):
        with pytest.raises(ValueError, match="not iterable") as raised:
            jsonable_encoder(value)
        shown.append(str(raised.value))

    for text in shown:
        for secret in (SECRET_KEY, OTHER_SECRET, body, REQUEST.headers.get("authorization") or ""):
            assert secret not in text


def test_an_asgi_middleware_is_installed_as_any_other() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise NotImplementedError

    with pytest.raises(ConfigurationError):
        AsgiMiddleware(app)
    with pytest.raises(TypeError, match="nickname"):
        AsgiMiddleware(app, **{**OPTIONS, "nickname": "Ada"})
