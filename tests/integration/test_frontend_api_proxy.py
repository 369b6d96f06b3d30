"""The Frontend API proxy on real servers: streams, limits, and clients and upstreams that fail."""

from __future__ import annotations

import asyncio
import hashlib
import http.client
import resource
import socket
import struct
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from io import BytesIO
from typing import Any, TypeAlias, cast

import pytest
import uvicorn
from aiohttp import web
from werkzeug.middleware.proxy_fix import ProxyFix

from clerk_core import (
    AsgiMiddleware,
    ConfigurationError,
    Options,
    Request,
    TransportError,
    WsgiMiddleware,
    wsgi,
)
from clerk_core._messages import HttpResponse
from clerk_core.adapters import Installation
from clerk_core.aiohttp import install
from clerk_core.asgi import Receive, Scope, Send
from clerk_core.local import _loopback
from clerk_core.testing._clients import Loop
from tests.integration.loopback import Connection, LoopbackServer, respond_with
from tests.support import publishable_key

_PATIENCE = 20.0
_CHUNK = bytes(range(256)) * 256
_CHUNKS = 800
"""Of 64 KiB: 50 MiB."""
_ENVIRON = {
    "REQUEST_METHOD": "GET",
    "PATH_INFO": "/__clerk/v1/client",
    "HTTP_HOST": "a",
    "wsgi.url_scheme": "http",
    "wsgi.input": BytesIO(),
}
_UPLOAD = b"POST /__clerk/v1/client HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\nhalf"

Serve: TypeAlias = Callable[..., AbstractContextManager[int]]


def options(upstream: LoopbackServer | str, **over: Any) -> dict[str, Any]:
    url = upstream if isinstance(upstream, str) else upstream.url
    keys = {"publishable_key": publishable_key(), "secret_key": "sk_test_1"}
    return {**keys, "frontend_api_proxy": True, "fapi_url": url, **over}


@contextmanager
def serve_asgi(**given: Any) -> Iterator[int]:
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        AsgiMiddleware(_only_lifespan, **given), log_config=None, timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(_PATIENCE)
        listener.close()


@contextmanager
def serve_wsgi(**given: Any) -> Iterator[int]:
    def app(environ: object, start_response: object) -> list[bytes]:
        raise AssertionError("the application was asked")

    middleware = WsgiMiddleware(app, **given)
    with closing(middleware), _loopback.LoopbackServer(middleware) as server:
        yield int(server.url.rpartition(":")[2])


@contextmanager
def serve_aiohttp(**given: Any) -> Iterator[int]:
    app = web.Application()
    install(app, **given)
    loop, runner = Loop(), web.AppRunner(app, access_log=None)
    listener = socket.create_server(("127.0.0.1", 0))

    async def start() -> None:
        await runner.setup()
        await web.SockSite(runner, listener).start()

    loop.run(start())
    try:
        yield listener.getsockname()[1]
    finally:
        loop.run(runner.cleanup())
        loop.close()


@pytest.fixture(params=[serve_asgi, serve_wsgi, serve_aiohttp], ids=["asgi", "wsgi", "aiohttp"])
def serve(request: pytest.FixtureRequest) -> Serve:
    made: Serve = request.param
    return made


def connect(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)


def exchange(port: int, request: bytes) -> bytes:
    """Return what the server sends for these bytes until it closes the connection."""
    with socket.create_connection(("127.0.0.1", port), _PATIENCE) as connection:
        connection.sendall(request)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
    return received


def large_exchange(connection: Connection) -> None:
    """Read a body chunk by chunk, then send another one with the hash of the first."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += connection.receive_bytes(1)
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    hashed = hashlib.sha256()
    while length:
        chunk = connection.receive_bytes(min(length, 65536))
        length -= len(chunk)
        hashed.update(chunk)
    connection.send(
        b"HTTP/1.1 200 OK\r\nx-hash: %s\r\ncontent-length: %d\r\n\r\n"
        % (hashed.hexdigest().encode(), len(_CHUNK) * _CHUNKS)
    )
    for _ in range(_CHUNKS):
        connection.send(_CHUNK)


def test_fifty_megabytes_go_both_ways_unchanged_in_little_memory(serve: Serve) -> None:
    expected = hashlib.sha256()
    for _ in range(_CHUNKS):
        expected.update(_CHUNK)

    with LoopbackServer(large_exchange) as upstream, serve(**options(upstream)) as port:
        tracemalloc.start()
        try:
            with closing(connect(port)) as connection:
                connection.putrequest("POST", "/__clerk/v1/me/profile_image")
                connection.putheader("content-length", str(len(_CHUNK) * _CHUNKS))
                connection.endheaders()
                for _ in range(_CHUNKS):
                    connection.send(_CHUNK)
                response = connection.getresponse()
                received = hashlib.sha256()
                while chunk := response.read(65536):
                    received.update(chunk)
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

    assert response.getheader("x-hash") == expected.hexdigest()
    assert received.hexdigest() == expected.hexdigest()
    # A server and its client keep some chunks in their own buffers.
    assert most < 16 * 1024 * 1024


def test_chunked_body_is_forwarded(serve: Serve) -> None:
    received: list[bytes] = []

    def behave(connection: Connection) -> None:
        head = b""
        while not head.endswith(b"0\r\n\r\n"):
            head += connection.receive_bytes(1)
        received.append(head)
        connection.send(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")

    with (
        LoopbackServer(behave) as upstream,
        serve(**options(upstream)) as port,
        closing(connect(port)) as connection,
    ):
        connection.request("POST", "/__clerk/v1/client", iter([b"a=1", b"&b=2"]))
        response = connection.getresponse()
        assert (response.status, response.read()) == (200, b"ok")

    assert b"transfer-encoding: chunked" in received[0].lower()
    assert b"a=1" in received[0]


def test_frontend_api_that_hangs_is_a_timeout(serve: Serve) -> None:
    def hang(connection: Connection) -> None:
        connection.receive()
        connection.wait()

    with (
        LoopbackServer(hang) as upstream,
        serve(**options(upstream, timeout=0.3)) as port,
        closing(connect(port)) as connection,
    ):
        connection.request("GET", "/__clerk/v1/client")
        response = connection.getresponse()
        assert response.status == 504
        assert b"proxy_request_timeout" in response.read()


@pytest.mark.parametrize("serve", [serve_asgi, serve_aiohttp], ids=["asgi", "aiohttp"])
def test_response_that_breaks_off_is_not_completed(serve: Serve) -> None:
    def break_off(connection: Connection) -> None:
        connection.receive()
        connection.send(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n")

    with LoopbackServer(break_off) as upstream, serve(**options(upstream)) as port:
        received = exchange(
            port, b"GET /__clerk/v1/client HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"
        )

    assert b"200 OK" in received
    assert not received.endswith(b"0\r\n\r\n")
    assert b"Traceback" not in received


def test_response_that_breaks_off_is_an_exception_to_a_wsgi_server() -> None:
    def break_off(connection: Connection) -> None:
        connection.receive()
        connection.send(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf")

    with LoopbackServer(break_off) as upstream:
        installation = Installation(**options(upstream))
        response = wsgi.answer_from_endpoints(
            installation, dict(_ENVIRON), lambda *_: BytesIO().write
        )
        assert response is not None
        with closing(installation), pytest.raises(TransportError, match="is incomplete"):
            list(response)


def test_upload_that_turns_out_too_long_is_refused(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clerk_core._http.streams.MAX_BYTES", 100_000)

    with (
        LoopbackServer(read_all) as upstream,
        serve(**options(upstream)) as port,
        closing(connect(port)) as connection,
    ):
        connection.request("POST", "/__clerk/v1/client", iter([bytes(60_000)] * 2))
        response = connection.getresponse()
        assert response.status == 413
        assert b"request_body_too_large" in response.read()


def read_all(connection: Connection) -> None:
    while connection.receive_bytes(1024):
        pass


def test_upload_that_breaks_off_is_not_blamed_on_the_frontend_api(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    with LoopbackServer(read_all) as upstream, serve(**options(upstream)) as port:
        for reset in (False, True):
            with socket.create_connection(("127.0.0.1", port), _PATIENCE) as client:
                client.sendall(_UPLOAD)
                if reset:
                    linger = struct.pack("ii", 1, 0)
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            assert upstream.closed.acquire(timeout=_PATIENCE)

    assert "clerk_core" not in {one.name for one in caplog.records}


@pytest.mark.parametrize("serve", [serve_asgi, serve_aiohttp], ids=["asgi", "aiohttp"])
def test_upload_that_stalls_does_not_hold_a_connection(serve: Serve) -> None:
    with LoopbackServer(read_all) as upstream, serve(**options(upstream, timeout=0.3)) as port:
        with socket.create_connection(("127.0.0.1", port), _PATIENCE) as client:
            client.sendall(_UPLOAD)
            assert b" 408 " in client.recv(1000)
        assert upstream.closed.acquire(timeout=_PATIENCE)


def test_response_that_the_server_refuses_to_start_is_closed() -> None:
    def refuse(*_: object) -> Any:
        raise ValueError

    def keep_open(connection: Connection) -> None:
        connection.receive()
        connection.send(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n")
        connection.receive()

    with (
        LoopbackServer(keep_open) as upstream,
        closing(Installation(**options(upstream))) as installation,
    ):
        with pytest.raises(ValueError):  # noqa: PT011
            wsgi.answer_from_endpoints(installation, dict(_ENVIRON), refuse)
        assert upstream.closed.acquire(timeout=_PATIENCE)


@pytest.mark.parametrize(
    "messages", [[], [{"type": "http.request", "body": b"", "more_body": False}]]
)
def test_middleware_around_gets_a_response_for_a_client_that_went_away(
    messages: list[dict[str, Any]],
) -> None:
    """Starlette's `BaseHTTPMiddleware` raises an exception if there is none."""

    async def visit(url: str) -> list[Any]:
        sent: list[Any] = []
        waiting = [*messages, {"type": "http.disconnect"}]

        async def receive() -> Any:
            return waiting.pop(0)

        async def send(message: Any) -> None:
            sent.append(message)

        middleware = AsgiMiddleware(_only_lifespan, **options(url))
        scope = {"type": "http", "method": "GET", "path": "/__clerk/v1/client", "headers": []}
        await middleware(scope, receive, send)
        await middleware.close()
        return sent

    with LoopbackServer(read_all) as upstream:
        assert [one.get("status") for one in asyncio.run(visit(upstream.url))] == [400, None]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_body_without_a_length_is_refused(method: str) -> None:
    """HTTP/2 allows it."""
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"a=1", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    async def visit(url: str) -> None:
        middleware = AsgiMiddleware(_only_lifespan, **options(url))
        scope = {"type": "http", "method": method, "path": "/__clerk/v1/client", "headers": []}
        await middleware(scope, receive, send)
        await middleware.close()

    with LoopbackServer(read_all) as upstream:
        asyncio.run(visit(upstream.url))
    assert sent[0]["status"] == 400


def test_response_that_is_too_long_is_broken_off(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clerk_core._http.streams.MAX_BYTES", 100_000)
    long = respond_with(lambda _: HttpResponse(200, [], bytes(300_000)))

    with (
        LoopbackServer(long) as upstream,
        serve(**options(upstream)) as port,
        closing(connect(port)) as connection,
    ):
        connection.request("GET", "/__clerk/v1/client")
        with pytest.raises((http.client.IncompleteRead, ConnectionError)):
            connection.getresponse().read()


def test_client_that_goes_away_ends_the_response(serve: Serve) -> None:
    sent = threading.Event()

    def endless(connection: Connection) -> None:
        connection.receive()
        connection.send(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.send(_CHUNK)
            sent.set()

    with LoopbackServer(endless) as upstream, serve(**options(upstream)) as port:
        with socket.create_connection(("127.0.0.1", port), _PATIENCE) as client:
            client.sendall(b"GET /__clerk/v1/client HTTP/1.1\r\nhost: a\r\n\r\n")
            assert sent.wait(_PATIENCE)
            client.recv(100)
        assert upstream.closed.acquire(timeout=_PATIENCE)


@pytest.mark.parametrize("serve", [serve_asgi], ids=["asgi"])
def test_client_that_goes_away_ends_the_wait_for_the_response(serve: Serve) -> None:
    asked = threading.Event()

    def hang(connection: Connection) -> None:
        connection.receive()
        asked.set()
        connection.receive()

    with LoopbackServer(hang) as upstream, serve(**options(upstream)) as port:
        with socket.create_connection(("127.0.0.1", port), _PATIENCE) as client:
            client.sendall(b"GET /__clerk/v1/client HTTP/1.1\r\nhost: a\r\n\r\n")
            assert asked.wait(_PATIENCE)
        assert upstream.closed.acquire(timeout=_PATIENCE)


@pytest.mark.parametrize(
    ("trusted", "address"), [(1, "203.0.113.9"), (0, "198.51.100.1")], ids=["trusted", "unknown"]
)
def test_address_that_proxy_fix_found_is_not_overridden_by_headers(
    trusted: int, address: str
) -> None:
    answers = respond_with(lambda _: HttpResponse(200, [], b"{}"))
    environ = {
        **_ENVIRON,
        "REMOTE_ADDR": "10.0.0.1",
        "HTTP_X_REAL_IP": "198.51.100.1",
        "HTTP_X_FORWARDED_FOR": "198.51.100.2, 203.0.113.9",
    }

    with (
        LoopbackServer(answers) as upstream,
        closing(WsgiMiddleware(lambda *_: [], **options(upstream))) as middleware,
    ):
        fixed = ProxyFix(middleware, x_for=trusted)
        with closing(cast("Any", fixed(environ, lambda *_: BytesIO().write))) as response:
            assert b"".join(response) == b"{}"

    assert upstream.received[0].headers.get("x-forwarded-for") == address


def test_status_that_is_not_registered_is_passed_on(serve: Serve) -> None:
    odd = respond_with(lambda _: HttpResponse(520, [], b"odd"))

    with (
        LoopbackServer(odd) as upstream,
        serve(**options(upstream)) as port,
        closing(connect(port)) as connection,
    ):
        connection.request("GET", "/__clerk/v1/client")
        response = connection.getresponse()
        assert (response.status, response.read()) == (520, b"odd")


def test_head_has_no_body_and_the_connection_goes_on(serve: Serve) -> None:
    def behave(connection: Connection) -> None:
        while connection.receive() is not None:
            connection.send(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n")

    with LoopbackServer(behave) as upstream, serve(**options(upstream)) as port:
        for _ in range(2):
            with closing(connect(port)) as connection:
                connection.request("HEAD", "/__clerk/v1/client")
                response = connection.getresponse()
                assert (response.status, response.read()) == (200, b"")


def test_headers_are_forwarded_byte_by_byte_in_both_directions(serve: Serve) -> None:
    """Cloudflare, for example, adds the name of the city in UTF-8."""
    received: list[bytes] = []

    def behave(connection: Connection) -> None:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += connection.receive_bytes(1)
        received.append(head)
        connection.send(b"HTTP/1.1 200 OK\r\nx-city: \xe6\x9d\xb1\r\ncontent-length: 0\r\n\r\n")

    with LoopbackServer(behave) as upstream, serve(**options(upstream)) as port:
        answered = exchange(
            port,
            b"GET /__clerk/v1/client HTTP/1.1\r\nhost: a\r\nconnection: close\r\n"
            b"cf-ipcity: S\xc3\xa3o Paulo\r\n\r\n",
        )

    assert answered.startswith(b"HTTP/1.1 200")
    assert b"x-city: \xe6\x9d\xb1\r\n" in answered
    assert b": S\xc3\xa3o Paulo\r\n" in received[0]


def test_response_without_a_body_leaves_the_connection_usable(serve: Serve) -> None:
    def behave(connection: Connection) -> None:
        while connection.receive() is not None:
            connection.send(b"HTTP/1.1 304 Not Modified\r\ncontent-length: 20\r\n\r\n")

    with (
        LoopbackServer(behave) as upstream,
        serve(**options(upstream)) as port,
        closing(connect(port)) as connection,
    ):
        for _ in range(2):
            connection.request("GET", "/__clerk/npm/@clerk/clerk-js@6/dist/clerk.browser.js")
            response = connection.getresponse()
            assert (response.status, response.read()) == (304, b"")


@pytest.mark.parametrize(
    "target",
    [
        "http://evil.example/__clerk/v1/client",
        "https://evil.example/v1/client",
        "//evil.example/__clerk/v1/client",
        "/__clerk/http://evil.example/v1",
        "/__clerk/v1/%2e%2e/%2e%2e/admin",
        "/__clerk/v1/..%2f..%2fadmin",
        "/__clerk/v1/../../admin",
        "/__clerk@evil.example/v1/client",
    ],
)
def test_no_target_leads_elsewhere(serve: Serve, target: str) -> None:
    answers = respond_with(lambda _: HttpResponse(200, [], b"{}"))

    with LoopbackServer(answers) as upstream:
        with serve(**options(upstream, skip="/(.*)")) as port:
            exchange(
                port,
                f"GET {target} HTTP/1.1\r\nhost: app.example\r\nconnection: close\r\n\r\n".encode(),
            )
        # An absolute target whose path is that of the proxy may be forwarded: to Clerk alone.
        assert {one.target for one in upstream.received} <= {"/v1/client"}
        assert all(
            one.headers.get("host") == f"127.0.0.1:{upstream.port}" for one in upstream.received
        )


@pytest.mark.parametrize(
    "headers",
    [
        b"content-length: 4\r\ntransfer-encoding: chunked\r\n",
        b"content-length: 4\r\ncontent-length: 40\r\n",
        b"transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n",
        b"transfer-encoding: \x0bchunked\r\n",
        b"content-length: 0x4\r\n",
    ],
)
def test_smuggled_request_is_not_forwarded(serve: Serve, headers: bytes) -> None:
    answers = respond_with(lambda _: HttpResponse(200, [], b"{}"))
    smuggled = b"GET /v1/smuggled HTTP/1.1\r\nhost: a\r\n\r\n"

    with LoopbackServer(answers) as upstream:
        with serve(**options(upstream)) as port:
            head = b"POST /__clerk/v1/client HTTP/1.1\r\nhost: a\r\nconnection: close\r\n"
            exchange(port, head + headers + b"\r\n0\r\n\r\n" + smuggled)
        assert not [one for one in upstream.received if "smuggled" in one.target]


def test_thousand_calls_are_forwarded_at_the_same_time() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))

    assert asyncio.run(_thousand_calls(1000)) == [200] * 1000


async def _thousand_calls(count: int) -> list[int]:
    all_here, here = asyncio.Event(), 0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal here
        await reader.readuntil(b"\r\n\r\n")
        here += 1
        if here == count:
            all_here.set()
        await all_here.wait()
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok")
        await writer.drain()
        writer.close()

    async def visit() -> int:
        sent: list[Any] = []
        waiting = [{"type": "http.request", "body": b"", "more_body": False}]
        ended = asyncio.Event()

        async def receive() -> Any:
            if waiting:
                return waiting.pop()
            await ended.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "method": "GET",
            "scheme": "http",
            "path": "/__clerk/v1/client",
            "query_string": b"",
            "headers": [(b"host", b"app.example")],
        }
        await middleware(scope, receive, send)
        assert b"".join(one.get("body", b"") for one in sent) == b"ok"
        return int(sent[0]["status"])

    server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=2048)
    port = server.sockets[0].getsockname()[1]
    middleware = AsgiMiddleware(_only_lifespan, **options(f"http://127.0.0.1:{port}", timeout=60))
    statuses = await asyncio.gather(*(visit() for _ in range(count)))
    await middleware.close()
    server.close()
    await server.wait_closed()
    return statuses


async def _only_lifespan(scope: Scope, receive: Receive, send: Send) -> None:
    assert scope["type"] == "lifespan", "the application was asked"
    for step in ("startup", "shutdown"):
        await receive()
        await send({"type": f"lifespan.{step}.complete"})


class TestConfiguration:
    @pytest.mark.parametrize("path", ["__clerk", "/", "/a/", "/a?b", "", "https://a.example/b"])
    def test_path_must_be_one_of_the_application(self, path: str) -> None:
        with pytest.raises(ConfigurationError, match="path of this application"):
            Installation(**options("http://127.0.0.1:1", frontend_api_proxy=path))

    def test_proxy_url_must_lead_to_the_proxy(self) -> None:
        with pytest.raises(ConfigurationError, match="proxy_url does not lead"):
            Installation(**options("http://127.0.0.1:1", proxy_url="https://clerk.app.example"))

    def test_path_follows_from_the_proxy_url(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CLERK_PROXY_URL", "https://app.example/auth/")

        made = Installation(**options("http://127.0.0.1:1"))

        assert made.endpoints is not None
        assert made.endpoints.may_match("/auth/v1/client")

    def test_proxy_url_follows_from_the_path(self) -> None:
        made = Installation(**options("http://127.0.0.1:1", frontend_api_proxy="/auth"))

        assert made.client.settings.proxy_url == "/auth"

    def test_proxy_needs_the_secret_key(self) -> None:
        given = options("http://127.0.0.1:1", secret_key=None, machine_secret_key="ak_1")

        with pytest.raises(ConfigurationError, match="frontend_api_proxy needs the secret key"):
            Installation(**given)

    def test_option_is_a_bool_or_a_path(self) -> None:
        with pytest.raises(TypeError, match="frontend_api_proxy must be a bool or a str"):
            Installation(**options("http://127.0.0.1:1", frontend_api_proxy=1))

    def test_option_can_be_off(self) -> None:
        given = options("http://127.0.0.1:1", frontend_api_proxy=False)

        assert Installation(**given).endpoints is None

    def test_options_of_a_tenant_are_not_asked_for_other_paths(self) -> None:
        asked: list[str] = []

        def options_for(request: Request) -> Options:
            asked.append(request.url)
            return {"publishable_key": publishable_key(), "secret_key": "sk_test_1"}

        keys = {"publishable_key": None, "secret_key": None}
        given = options("http://127.0.0.1:1", options_for=options_for, **keys)
        installation = Installation(**given)
        assert installation.endpoints is not None

        request = Request("GET", "http://a.example/x/__clerk/v1/client")
        assert installation.endpoints.answer(request, None) is None
        assert asked == []

    def test_each_tenant_is_forwarded_with_its_own_key(self) -> None:
        answers = respond_with(lambda _: HttpResponse(200, [], b"{}"))
        keys = {"a.example": "sk_test_a", "b.example": "sk_test_b"}

        with LoopbackServer(answers) as upstream:
            given = options(upstream, secret_key=None, publishable_key=None)
            given["options_for"] = lambda request: {
                "publishable_key": publishable_key(),
                "secret_key": keys[request.headers.get("host")],
            }
            with serve_wsgi(**given) as port:
                for host in keys:
                    with closing(connect(port)) as connection:
                        connection.request("GET", "/__clerk/v1/client", headers={"host": host})
                        assert connection.getresponse().status == 200
            sent = [one.headers.get("clerk-secret-key") for one in upstream.received]

        assert sent == ["sk_test_a", "sk_test_b"]
