"""Installations: one client, or one per set of options, and validation of options."""

from __future__ import annotations

import asyncio
import threading
import time
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
REQUEST = Request("GET", "http://localhost/", [bearer("user_7", exp=int(time.time()) + 7200)])


@pytest.fixture(scope="module")
def backend() -> Iterator[Instance]:
    with Instance() as running:
        yield running


class SyncRunner:
    """Run a test with an `Installation`."""

    make = Installation

    def request_auth(self, installed: Any, request: Request = REQUEST) -> RequestAuth:
        request_auth: RequestAuth = installed.request_auth(request)
        return request_auth

    def get(self, value: Any) -> Any:
        return value

    def pools(self, client: Any) -> Any:
        return client._send._connections._pools


class AsyncRunner:
    """Run a test with an `AsyncInstallation`, in one event loop."""

    make = AsyncInstallation

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()

    def request_auth(self, installed: Any, request: Request = REQUEST) -> AsyncRequestAuth:
        return self.loop.run_until_complete(self._started(installed, request))

    async def _started(self, installed: AsyncInstallation, request: Request) -> AsyncRequestAuth:
        return await installed.request_auth(request)

    def get(self, value: Awaitable[Any]) -> Any:
        async def awaited() -> Any:
            return await value

        return self.loop.run_until_complete(awaited())

    def pools(self, client: Any) -> Any:
        async def of_this_loop() -> Any:
            return client._send._connections.pools()

        return self.get(of_this_loop())


@pytest.fixture(params=[SyncRunner, AsyncRunner], ids=["sync", "async"])
def runner(request: pytest.FixtureRequest) -> Iterator[Any]:
    made = request.param()
    yield made
    if isinstance(made, AsyncRunner):
        made.loop.close()


def test_one_client_serves_all_requests(runner: Any) -> None:
    installed = runner.make(**OPTIONS)

    first, second = runner.request_auth(installed), runner.request_auth(installed)

    assert first.client is second.client is installed.client
    assert first.auth().user_id == "user_7"


def test_installation_without_a_key_raises(runner: Any) -> None:
    with pytest.raises(ConfigurationError, match="CLERK_SECRET_KEY"):
        runner.make()


@pytest.mark.parametrize("unknown", ["nickname", "sharing", "observers"])
def test_unknown_option_raises_type_error(runner: Any, unknown: str) -> None:
    with pytest.raises(TypeError, match=unknown):
        runner.make(**OPTIONS, **{unknown: None})


@pytest.mark.parametrize("option", ["websocket_query", "websocket_subprotocol"])
def test_websocket_options_are_rejected_in_sync_installations(option: str) -> None:
    with pytest.raises(TypeError, match=option):
        Installation(**{**OPTIONS, option: "token"})
    with pytest.raises(TypeError, match=option):
        WsgiMiddleware(lambda environ, start_response: [], **{**OPTIONS, option: "token"})
    allowed: dict[str, Any] = {**OPTIONS, option: "token"}
    assert AsyncInstallation(**allowed).client


def test_error_for_an_unknown_option_hides_its_value(runner: Any) -> None:
    with pytest.raises(TypeError) as raised:
        runner.make(**OPTIONS, secretkey=OTHER_SECRET)

    assert OTHER_SECRET not in str(raised.value)


def test_timeout_applies_to_every_client(runner: Any) -> None:
    # Nothing answers at this address of a network for documentation (RFC 5737).
    nowhere: dict[str, Any] = {**OPTIONS, "api_url": "http://192.0.2.1", "timeout": 0.05}
    for options in (nowhere, {**nowhere, "options_for": lambda request: {}}):
        request_auth = runner.request_auth(runner.make(**options))
        with pytest.raises(TransportError):
            runner.get(request_auth.current_user())


def test_invalid_timeout_is_rejected_at_startup(runner: Any) -> None:
    with pytest.raises(ConfigurationError, match="timeout must be"):
        runner.make(timeout=0, options_for=lambda request: OPTIONS)


@pytest.mark.parametrize("retries", [0, 1])
def test_retries_apply_to_every_client(runner: Any, retries: int) -> None:
    unavailable = respond_with(lambda received: HttpResponse(503))
    each: list[dict[str, Any]] = [{}, {"options_for": lambda request: {}}]
    for given in each:
        with LoopbackServer(unavailable) as server:
            installed = runner.make(**{**OPTIONS, "api_url": server.url}, retries=retries, **given)
            with pytest.raises(ServerError):
                runner.get(runner.request_auth(installed).current_user())
            runner.get(installed.close())
            assert len(server.received) == 1 + retries


# Options by request


def test_options_by_request_override_common_options(runner: Any) -> None:
    def options_for(request: Request) -> Any:
        return {"domain": request.headers.get("host"), "sign_up_url": None}

    installed = runner.make(
        **OPTIONS, sign_in_url="/in", sign_up_url="/up", options_for=options_for
    )
    request = Request("GET", "http://localhost/", [("host", "a.example")])

    settings = runner.request_auth(installed, request).client.settings

    assert settings.domain == "a.example"
    assert (settings.sign_in_url, settings.sign_up_url) == ("/in", "/up")


def test_options_by_request_may_be_the_only_options(runner: Any) -> None:
    installed = runner.make(options_for=lambda request: OPTIONS)

    assert runner.request_auth(installed).auth().user_id == "user_7"


def test_same_options_share_a_client(runner: Any) -> None:
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
    installed = runner.make(**OPTIONS, options_for=lambda request: given[0])
    clients = []
    while given:
        clients.append(runner.request_auth(installed).client)
        given.pop(0)

    same = [[other is client for other in clients].index(True) for client in clients]
    assert same == [0, 1, 2, 2, 4, 4, 6, 7, 8, 9, 10, 1]


def test_options_are_compared_by_value_not_repr(runner: Any) -> None:
    class Hidden(str):
        __slots__ = ()

        def __repr__(self) -> str:
            return "'***'"

    keys = [Hidden(public_pem()), Hidden(public_pem(other_rsa_key()))]
    installed = runner.make(options_for=lambda request: {"jwt_key": keys[0]})

    assert runner.request_auth(installed).auth().user_id == "user_7"
    keys.pop(0)
    assert runner.request_auth(installed).auth().user_id is None


def test_tenant_secret_key_is_not_combined_with_other_keys(runner: Any) -> None:
    options = {"secret_key": OTHER_SECRET, "api_url": "http://127.0.0.1:9"}
    installed = runner.make(
        **OPTIONS, machine_secret_key="ak_of_all", options_for=lambda request: options
    )

    request_auth = runner.request_auth(installed)

    assert request_auth.client.settings.secret_key == OTHER_SECRET
    assert request_auth.client.settings.jwt_key is None
    assert request_auth.client.settings.machine_secret_key is None
    assert request_auth.auth().user_id is None


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        "sk_test_1",
        [("domain", "a.example")],
        {"authorized_parties": (party for party in ["http://a.example"])},
        {"domain": object()},
    ],
    ids=["None", "str", "pairs", "generator", "object"],
)
def test_invalid_options_by_request_raise_type_error(runner: Any, wrong: Any) -> None:
    installed = runner.make(**OPTIONS, options_for=lambda request: wrong)

    with pytest.raises(TypeError, match="options_for must return"):
        runner.request_auth(installed)


@pytest.mark.parametrize("unknown", ["nickname", "timeout", "transport", "sharing", "observers"])
def test_unknown_option_by_request_raises_type_error(runner: Any, unknown: str) -> None:
    installed = runner.make(**OPTIONS, options_for=lambda request: {unknown: "x"})

    with pytest.raises(TypeError, match=unknown):
        runner.request_auth(installed)


def test_error_of_options_for_is_raised(runner: Any) -> None:
    def options_for(request: Request) -> Any:
        raise LookupError("no such tenant")

    installed = runner.make(**OPTIONS, options_for=options_for)

    with pytest.raises(LookupError, match="no such tenant"):
        runner.request_auth(installed)


def test_malformed_key_of_one_tenant_does_not_affect_others(runner: Any) -> None:
    options: list[Any] = [{"jwt_key": NO_PEM}, {}]
    installed = runner.make(**OPTIONS, options_for=lambda request: options.pop(0))

    with pytest.raises(ConfigurationError) as raised:
        runner.request_auth(installed)
    assert NO_PEM not in str(raised.value)
    assert runner.request_auth(installed).auth().user_id == "user_7"


def test_client_is_unknown_without_a_request(runner: Any) -> None:
    installed = runner.make(**OPTIONS, options_for=lambda request: {})

    for _ in range(2):
        with pytest.raises(ConfigurationError, match="options_for"):
            _ = installed.client
        runner.request_auth(installed)


class AsyncLookup:
    async def __call__(self, request: Request) -> Any:
        return {"domain": "a.example"}


async def async_lookup(request: Request) -> Any:
    return {"domain": "a.example"}


def test_async_options_for_is_rejected_in_sync_installations() -> None:
    with pytest.raises(TypeError, match="options_for"):
        Installation(**OPTIONS, options_for=async_lookup)  # type: ignore[arg-type]
    # Whether this one is asynchronous shows only when it is called.
    installed = Installation(**OPTIONS, options_for=AsyncLookup())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="options_for"):
        installed.request_auth(REQUEST)


@pytest.mark.parametrize("options_for", [async_lookup, AsyncLookup()], ids=["function", "object"])
def test_async_options_for_is_awaited(options_for: Any) -> None:
    runner, installed = AsyncRunner(), AsyncInstallation(**OPTIONS, options_for=options_for)

    assert runner.request_auth(installed).client.settings.domain == "a.example"
    runner.loop.close()


# Number of clients, and shared connections


def test_clients_share_connections_that_close_together(runner: Any, backend: Instance) -> None:
    domain = ["a.example"]
    installed = runner.make(**backend.options(), options_for=lambda request: {"domain": domain[0]})
    first = runner.request_auth(installed)
    domain[0] = "b.example"
    second = runner.request_auth(installed)
    assert first.client is not second.client

    users = [request_auth.current_user() for request_auth in (first, second)]
    assert [
        (runner.get(user) if isinstance(runner, AsyncRunner) else user).id for user in users
    ] == [
        "user_7",
        "user_7",
    ]

    assert first.client._send is second.client._send
    assert len(runner.pools(first.client)) == 1
    closed = installed.close()
    if isinstance(runner, AsyncRunner):
        runner.get(closed)
    assert len(runner.pools(first.client)) == 0


def _user_at(runner: Any, installed: Any, host: str, user_id: str = "user_1") -> str | None:
    request = Request("GET", f"http://{host}/", [("host", host), bearer(user_id)])
    found: str | None = runner.request_auth(installed, request).auth().user_id
    return found


def test_unknown_hosts_do_not_evict_keys_of_a_tenant(
    runner: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clerk_core._integration.clients.MAX_CLIENTS", 64)
    answers = [key_set(), HttpResponse(429)]
    requests: list[str] = []

    def respond(received: Received) -> HttpResponse:
        requests.append(received.target)
        return answers.pop(0) if len(answers) > 1 else answers[0]

    with LoopbackServer(respond_with(respond)) as server:
        installed = runner.make(
            **{**OPTIONS, "jwt_key": None, "api_url": server.url},
            options_for=lambda request: {"domain": request.headers.get("host")},
        )
        assert _user_at(runner, installed, "tenant.example") == "user_1"
        evicted = runner.request_auth(installed, Request("GET", "http://tenant.example/")).client
        for number in range(64):
            runner.request_auth(
                installed, Request("GET", "http://x/", [("host", f"h{number}.example")])
            )

        assert _user_at(runner, installed, "tenant.example", "user_2") == "user_2"
        assert (
            runner.request_auth(installed, Request("GET", "http://tenant.example/")).client
            is not evicted
        )
        assert requests == ["/v1/jwks"]
        closed = installed.close()
        if isinstance(runner, AsyncRunner):
            runner.get(closed)


def test_key_sets_are_separate_per_secret_key(runner: Any) -> None:
    mine, theirs = key_set(), key_set(jwk(other_rsa_key()))
    secrets = {"a.example": SECRET_KEY, "b.example": OTHER_SECRET}

    def respond(received: Received) -> HttpResponse:
        is_mine = received.headers.get("authorization") == f"Bearer {SECRET_KEY}"
        return mine if is_mine else theirs

    with LoopbackServer(respond_with(respond)) as server:
        installed = runner.make(
            publishable_key=publishable_key(),
            api_url=server.url,
            options_for=lambda request: {
                "publishable_key": publishable_key(),
                "secret_key": secrets[request.headers.get("host") or ""],
            },
        )
        # In both orders and repeatedly, because verified tokens are cached.
        for host, user_id in [("a.example", "user_1"), ("b.example", None)] * 2:
            assert _user_at(runner, installed, host) == user_id
        assert server.paths() == ["GET /v1/jwks"] * 2
        closed = installed.close()
        if isinstance(runner, AsyncRunner):
            runner.get(closed)


def test_closing_an_unused_installation_does_nothing(runner: Any) -> None:
    closed = runner.make(**OPTIONS, options_for=lambda request: {}).close()
    if isinstance(runner, AsyncRunner):
        runner.get(closed)


def _client(installed: Installation, number: int) -> Clerk:
    request = Request("GET", "http://localhost/", [("host", f"{number}.example")])
    return installed.request_auth(request).client


def _concurrently(work: Callable[[int], Any], count: int = 8) -> list[Any]:
    start = threading.Barrier(count)

    def started(number: int) -> Any:
        start.wait(PATIENCE)
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(started, range(count)))


def test_concurrent_threads_with_the_same_options_share_a_client() -> None:
    for _ in range(20):
        installed = Installation(**OPTIONS, options_for=lambda request: {"domain": "a.example"})

        clients = _concurrently(partial(_client, installed))

        assert len({id(client) for client in clients}) == 1


def test_concurrent_threads_with_other_options_share_connections() -> None:
    def options_for(request: Request) -> Any:
        return {"domain": request.headers.get("host")}

    for _ in range(20):
        installed = Installation(**OPTIONS, options_for=options_for)

        clients = _concurrently(partial(_client, installed))

        assert len({id(client) for client in clients}) == 8
        assert len({id(client._send) for client in clients}) == 1


# Secrets


def test_repr_of_installations_and_clients_hides_secrets(runner: Any) -> None:
    installed = runner.make(
        **OPTIONS, options_for=lambda request: {"secret_key": OTHER_SECRET, "jwt_key": public_pem()}
    )
    request_auth = runner.request_auth(installed)
    body = public_pem().splitlines()[1]

    texts = [
        repr(value) for value in (installed, installed._clients, request_auth, request_auth.client)
    ]
    texts += [repr(vars(installed)), repr(vars(installed._clients))]
    for value in (installed, request_auth):
        with pytest.raises(ValueError, match="not iterable") as raised:
            jsonable_encoder(value)
        texts.append(str(raised.value))

    for text in texts:
        for secret in (SECRET_KEY, OTHER_SECRET, body, REQUEST.headers.get("authorization") or ""):
            assert secret not in text


def test_asgi_middleware_validates_its_options() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise NotImplementedError

    with pytest.raises(ConfigurationError):
        AsgiMiddleware(app)
    with pytest.raises(TypeError, match="nickname"):
        AsgiMiddleware(app, **{**OPTIONS, "nickname": "Ada"})
