from __future__ import annotations

import asyncio
import gc
import gzip
import os
import select
import signal
import socket
import ssl
import threading
import traceback
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from clerk_core._http.async_transport import AsyncSender
from clerk_core._http.sending import MAX_BYTES
from clerk_core._http.transport import Sender
from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core.errors import ConfigurationError, TransportError
from tests.integration.loopback import (
    Behaviour,
    Connection,
    LoopbackServer,
    Received,
    as_bytes,
    head,
    respond_with,
)

SECRET = "sk_test_never_to_be_shown"
# Seconds; for calls without a response. Nothing depends on what happens before.
DEADLINE = 0.5
# Seconds; long enough for slow machines.
PATIENCE = 30.0

Call = Callable[..., HttpResponse]


def _sync(request: HttpRequest, *, timeout: float = PATIENCE) -> HttpResponse:
    sender = Sender(timeout)
    try:
        return sender(request)
    finally:
        sender.close()


def _async(request: HttpRequest, *, timeout: float = PATIENCE) -> HttpResponse:
    async def once() -> HttpResponse:
        sender = AsyncSender(timeout)
        try:
            return await sender(request)
        finally:
            await sender.close()

    return asyncio.run(once())


@pytest.fixture(params=[_sync, _async], ids=["sync", "async"])
def call(request: pytest.FixtureRequest) -> Call:
    """Return a function that sends one request over new connections."""
    chosen: Call = request.param
    return chosen


def _request(url: str, timeout: float | None = None) -> HttpRequest:
    headers = [("authorization", f"Bearer {SECRET}"), ("x-own", "1")]
    target = f"{url}/v1/thing?nonce={SECRET}"
    return HttpRequest("POST", target, headers, SECRET.encode(), timeout=timeout)


def _answer(received: Received) -> HttpResponse:
    return HttpResponse(200, [("x-served-by", str(received.connection))], received.target.encode())


def _error_of(call: Call, request: HttpRequest, *, timeout: float = PATIENCE) -> TransportError:
    """Return the error of a call, and check that it reveals nothing that was sent."""
    with pytest.raises(TransportError) as caught:
        call(request, timeout=timeout)
    shown = "".join(traceback.format_exception(caught.value))
    for text in (shown, str(caught.value), repr(caught.value)):
        assert SECRET not in text
    return caught.value


# --- responses -----------------------------------------------------------------------------------


def test_response_is_returned_completely(call: Call) -> None:
    body = bytes(range(256)) * 4096
    headers = [("x-own", "1"), ("set-cookie", "a=1"), ("set-cookie", "b=2")]

    with LoopbackServer(respond_with(lambda _: HttpResponse(418, headers, body))) as server:
        answer = call(_request(server.url))

    assert answer.status == 418
    assert answer.headers.get_all("set-cookie") == ["a=1", "b=2"]
    assert answer.content == body


def test_request_is_sent_unchanged(call: Call) -> None:
    with LoopbackServer(respond_with(_answer)) as server:
        call(_request(server.url))

    (received,) = server.received
    assert (received.method, received.target) == ("POST", f"/v1/thing?nonce={SECRET}")
    assert received.headers.get("authorization") == f"Bearer {SECRET}"
    assert received.headers.get("x-own") == "1"
    assert received.content == SECRET.encode()


def test_compressed_response_is_decompressed(call: Call) -> None:
    packed = HttpResponse(200, [("content-encoding", "gzip")], gzip.compress(b'{"id": "user_1"}'))

    with LoopbackServer(respond_with(lambda _: packed)) as server:
        assert call(_request(server.url)).content == b'{"id": "user_1"}'


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "compress"])
def test_unrequested_content_encoding_is_rejected(call: Call, coding: str) -> None:
    packed = HttpResponse(200, [("content-encoding", coding)], gzip.compress(gzip.compress(b"{}")))

    with LoopbackServer(respond_with(lambda _: packed)) as server:
        assert _error_of(call, _request(server.url)).code == "transport-failed"


def test_response_of_the_maximum_size_is_returned(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clerk_core._http.sending.MAX_BYTES", 100_000)

    with LoopbackServer(respond_with(lambda _: HttpResponse(200, [], b"x" * 100_000))) as server:
        assert len(call(_request(server.url)).content) == 100_000


@pytest.mark.parametrize("length", ["content-length", "no content-length", "compressed"])
def test_too_large_response_is_rejected(call: Call, length: str) -> None:
    much = MAX_BYTES + 1

    def send_much(connection: Connection) -> None:
        connection.receive()
        if length == "compressed":
            packed = gzip.compress(bytes(much))
            connection.send(head(200, [("content-encoding", "gzip")], len(packed)) + packed)
        elif length == "content-length":
            connection.send(head(200, [], much))
            connection.send(bytes(much))
        else:
            connection.send(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n")
            connection.send(bytes(much))

    with LoopbackServer(send_much) as server:
        error = _error_of(call, _request(server.url))
        assert error.code == "answer-too-long"
        assert f"POST {server.url}/v1/thing" in str(error)
        assert "67108864 bytes" in str(error)


def test_response_without_a_body_is_empty(call: Call) -> None:
    with LoopbackServer(respond_with(lambda _: HttpResponse(204))) as server:
        assert call(_request(server.url)).content == b""


def test_redirect_is_returned_and_not_followed(call: Call) -> None:
    with LoopbackServer(respond_with(_answer)) as elsewhere:
        there = f"{elsewhere.url}/stolen".replace("127.0.0.1", "localhost")
        redirect = HttpResponse(307, [("location", there)])
        with LoopbackServer(respond_with(lambda _: redirect)) as server:
            answer = call(_request(server.url))

        assert (answer.status, answer.headers.get("location")) == (307, there)
        assert elsewhere.received == []
        assert elsewhere.connections == 0


# --- failures ------------------------------------------------------------------------------------


def _hang(connection: Connection) -> None:
    connection.receive()
    connection.wait()


def _drip_body(connection: Connection) -> None:
    connection.receive()
    connection.send(head(200, [], 60))
    connection.drip(b"x" * 60, 0.05)


def _drip_headers(connection: Connection) -> None:
    connection.receive()
    connection.drip(head(200, [("x-padding", "x" * 30)], 0), 0.05)


def _drip_chunked_body(connection: Connection) -> None:
    connection.receive()
    connection.send(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
    connection.drip(b"40\r\n" + b"x" * 64 + b"\r\n0\r\n\r\n", 0.05)


def _reset_during_body(connection: Connection) -> None:
    connection.receive()
    connection.send(head(200, [], 100) + b"x" * 10)
    connection.wait(0.05)
    connection.reset()


def _end_during_body(connection: Connection) -> None:
    connection.receive()
    connection.send(head(200, [], 100) + b"x" * 10)


def _end_without_response(connection: Connection) -> None:
    connection.receive()


def _send_nonsense(connection: Connection) -> None:
    connection.receive()
    connection.send(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")


def _send_broken_gzip(connection: Connection) -> None:
    connection.receive()
    connection.send(head(200, [("content-encoding", "gzip")], 8) + b"not gzip")


@pytest.mark.parametrize("behave", [_hang, _drip_body, _drip_headers, _drip_chunked_body])
def test_endless_response_times_out(call: Call, behave: Behaviour) -> None:
    with LoopbackServer(behave) as server:
        error = _error_of(call, _request(server.url), timeout=DEADLINE)
        assert error.code == "timed-out"
        assert f"POST {server.url}/v1/thing" in str(error)
        assert "0.5 seconds" in str(error)


def test_deadline_applies_to_the_whole_response(call: Call) -> None:
    def drip_slowly(connection: Connection) -> None:
        connection.receive()
        connection.send(head(200, [], 30))
        # Each byte is in time; the complete response takes fifteen times the deadline.
        connection.drip(b"x" * 30, DEADLINE / 2)

    with LoopbackServer(drip_slowly) as server:
        assert _error_of(call, _request(server.url), timeout=DEADLINE).code == "timed-out"


def test_request_timeout_overrides_the_sender_timeout(call: Call) -> None:
    with LoopbackServer(_hang) as server:
        error = _error_of(call, _request(server.url, timeout=DEADLINE), timeout=PATIENCE)

    assert error.code == "timed-out"
    assert "within 0.5 seconds" in str(error)


def test_server_that_reads_nothing_times_out(call: Call) -> None:
    def read_nothing(connection: Connection) -> None:
        connection.wait()

    with LoopbackServer(read_nothing) as server:
        request = HttpRequest("POST", server.url, [], b"x" * 50_000_000)
        error = _error_of(call, request, timeout=DEADLINE)

    assert error.code == "timed-out"


@pytest.mark.parametrize(
    "behave",
    [
        _reset_during_body,
        _end_during_body,
        _end_without_response,
        _send_nonsense,
        _send_broken_gzip,
    ],
)
def test_truncated_or_invalid_response_raises_transport_error(
    call: Call, behave: Behaviour
) -> None:
    with LoopbackServer(behave) as server:
        error = _error_of(call, _request(server.url))
        assert error.code == "transport-failed"
        assert f"POST {server.url}/v1/thing failed" in str(error)


def test_refused_connection_raises_transport_error(call: Call) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    assert _error_of(call, _request(f"http://127.0.0.1:{port}")).code == "transport-failed"


@pytest.mark.parametrize(
    "url", ["api.clerk.example", "ftp://api.clerk.example", "http://", "http://[::1", "http://a:b"]
)
def test_get_of_invalid_url_raises_transport_error(call: Call, url: str) -> None:
    assert _error_of(call, _request(url)).code == "transport-failed"


def test_error_hides_the_password_of_the_url(call: Call) -> None:
    with LoopbackServer(_end_without_response) as server:
        with_password = server.url.replace("http://", f"http://proxy:{SECRET}@")
        assert _error_of(call, _request(with_password)).code == "transport-failed"


def test_error_hides_an_invalid_header(call: Call) -> None:
    with LoopbackServer(respond_with(_answer)) as server:
        request = HttpRequest("GET", server.url, [("authorization", f"Bearer {SECRET}\n")])
        assert _error_of(call, request).code == "transport-failed"


def test_timed_out_call_does_not_affect_the_next_one() -> None:
    def drip_or_answer(connection: Connection) -> None:
        received = connection.receive()
        if received is not None and received.content:
            connection.send(head(200, [], 600))
            connection.drip(b"x" * 600, 0.05)
        elif received is not None:
            connection.send(as_bytes(_answer(received)))

    with LoopbackServer(drip_or_answer) as server:
        sender = Sender(PATIENCE)
        with pytest.raises(TransportError):
            sender(_request(server.url, timeout=DEADLINE))
        assert sender(HttpRequest("GET", f"{server.url}/next")).content == b"/next"
        sender.close()


def test_cancelled_call_does_not_affect_the_next_one() -> None:
    received = threading.Event()

    def hang_once(connection: Connection) -> None:
        if not received.is_set():
            connection.receive()
            received.set()
            connection.wait()
        respond_with(_answer)(connection)

    async def cancel_and_call() -> HttpResponse:
        sender = AsyncSender(PATIENCE)
        calling = asyncio.ensure_future(sender(_request(server.url)))
        assert await asyncio.to_thread(received.wait, PATIENCE)
        calling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await calling
        try:
            return await sender(_request(server.url))
        finally:
            await sender.close()

    with LoopbackServer(hang_once) as server:
        assert asyncio.run(cancel_and_call()).headers.get("x-served-by") == "2"


# --- connections ---------------------------------------------------------------------------------


def test_sync_calls_reuse_the_connection() -> None:
    with LoopbackServer(respond_with(_answer)) as server:
        sender = Sender(PATIENCE)
        served_by = [sender(_request(server.url)).headers.get("x-served-by") for _ in range(5)]
        sender.close()

    assert served_by == ["1"] * 5
    assert server.connections == 1


def test_async_calls_reuse_the_connection() -> None:
    async def five() -> list[str | None]:
        sender = AsyncSender(PATIENCE)
        answers = [await sender(_request(server.url)) for _ in range(5)]
        await sender.close()
        return [answer.headers.get("x-served-by") for answer in answers]

    with LoopbackServer(respond_with(_answer)) as server:
        assert asyncio.run(five()) == ["1"] * 5


def test_connection_closed_by_the_server_is_replaced() -> None:
    def serve_once(connection: Connection) -> None:
        received = connection.receive()
        assert received is not None
        connection.send(head(200, [], 2) + b"ok")

    with LoopbackServer(serve_once) as server:
        sender = Sender(PATIENCE)
        assert sender(_request(server.url)).content == b"ok"
        assert server.closed.acquire(timeout=PATIENCE)
        assert sender(_request(server.url)).content == b"ok"
        sender.close()


def test_cookies_of_the_server_are_not_sent_back() -> None:
    setting = HttpResponse(200, [("set-cookie", "__client=of-somebody-else; Path=/")])

    async def twice() -> None:
        sender = AsyncSender(PATIENCE)
        await sender(_request(server.url))
        await sender(_request(server.url))
        await sender.close()

    with LoopbackServer(respond_with(lambda _: setting)) as server:
        sender = Sender(PATIENCE)
        sender(_request(server.url))
        sender(_request(server.url))
        sender.close()
        asyncio.run(twice())

    assert [received.headers.get("cookie") for received in server.received] == [None] * 4


def test_threads_sharing_a_sender_get_their_own_responses() -> None:
    def own_answer(number: int) -> bool:
        request = HttpRequest("GET", f"{server.url}/{number}")
        return sender(request).content == f"/{number}".encode()

    with LoopbackServer(respond_with(_answer)) as server:
        sender = Sender(PATIENCE)
        with ThreadPoolExecutor(8) as pool:
            assert all(pool.map(own_answer, range(80)))
        sender.close()

    assert server.connections <= 8


def test_tasks_sharing_a_sender_get_their_own_responses() -> None:
    async def own_answer(sender: AsyncSender, number: int) -> bool:
        answer = await sender(HttpRequest("GET", f"{server.url}/{number}"))
        return answer.content == f"/{number}".encode()

    async def all_at_once() -> bool:
        sender = AsyncSender(PATIENCE)
        answers = await asyncio.gather(*(own_answer(sender, number) for number in range(40)))
        await sender.close()
        return all(answers)

    with LoopbackServer(respond_with(_answer)) as server:
        assert asyncio.run(all_at_once())


def test_sender_works_in_consecutive_event_loops() -> None:
    async def once() -> str | None:
        answer = await sender(_request(server.url))
        await sender.close()
        return answer.headers.get("x-served-by")

    with LoopbackServer(respond_with(_answer)) as server:
        sender = AsyncSender(PATIENCE)
        assert [asyncio.run(once()), asyncio.run(once())] == ["1", "2"]


# asyncio warns about connections that a loop leaves open.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_unclosed_sender_works_in_the_next_event_loop() -> None:
    async def once() -> str | None:
        return (await sender(_request(server.url))).headers.get("x-served-by")

    async def call_twice_and_close() -> list[str | None]:
        served_by = [await once(), await once()]
        await sender.close()
        return served_by

    with LoopbackServer(respond_with(_answer)) as server:
        sender = AsyncSender(PATIENCE)
        assert asyncio.run(once()) == "1"
        assert asyncio.run(call_twice_and_close()) == ["2", "2"]
    # Collect now, while the warning is expected.
    gc.collect()


def test_sender_works_in_event_loops_of_several_threads() -> None:
    async def ten() -> set[str | None]:
        answers = [await sender(_request(server.url)) for _ in range(10)]
        await sender.close()
        return {answer.headers.get("x-served-by") for answer in answers}

    with LoopbackServer(respond_with(_answer)) as server:
        sender = AsyncSender(PATIENCE)
        with ThreadPoolExecutor(4) as pool:
            used = list(pool.map(lambda _: asyncio.run(ten()), range(4)))

    assert [len(connections) for connections in used] == [1] * 4
    assert len(set.union(*used)) == 4


def test_senders_in_one_event_loop_are_independent() -> None:
    def transport(name: str) -> httpx.MockTransport:
        return httpx.MockTransport(lambda _: httpx.Response(200, content=name.encode()))

    async def call_both() -> tuple[bytes, bytes]:
        first, second = (
            AsyncSender(PATIENCE, transport("first")),
            AsyncSender(PATIENCE, transport("second")),
        )
        answers = await first(_request("http://a.test")), await second(_request("http://a.test"))
        await first.close()
        await second.close()
        return answers[0].content, answers[1].content

    assert asyncio.run(call_both()) == (b"first", b"second")


def test_closed_sender_opens_new_connections() -> None:
    with LoopbackServer(respond_with(_answer)) as server:
        sender = Sender(PATIENCE)
        sender(_request(server.url))
        sender.close()
        assert sender(_request(server.url)).headers.get("x-served-by") == "2"
        sender.close()


def test_closed_async_sender_opens_new_connections() -> None:
    async def close_between() -> str | None:
        sender = AsyncSender(PATIENCE)
        await sender(_request(server.url))
        await sender.close()
        answer = await sender(_request(server.url))
        await sender.close()
        return answer.headers.get("x-served-by")

    with LoopbackServer(respond_with(_answer)) as server:
        assert asyncio.run(close_between()) == "2"


def test_closing_repeatedly_does_nothing() -> None:
    async def close_twice() -> None:
        sender = AsyncSender(PATIENCE)
        await sender.close()
        await sender.close()

    sender = Sender(PATIENCE)
    sender.close()
    sender.close()
    asyncio.run(close_twice())


# --- certificates --------------------------------------------------------------------------------


class _Certificates:
    """Certificates whose reading blocks until released; `read_by` lists reading threads."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.read_by: list[int] = []
        self.released = threading.Event()
        monkeypatch.setattr("clerk_core._http.connections.tls_context", self._read)
        monkeypatch.setattr("clerk_core._http.async_transport.tls_context", self._read)

    def _read(self) -> ssl.SSLContext:
        self.read_by.append(threading.get_ident())
        # A blocked event loop could not release them.
        assert self.released.wait(PATIENCE)
        return ssl.create_default_context()

    async def wait_until_read(self) -> None:
        while not self.read_by:
            await asyncio.sleep(0.01)


def test_certificates_are_read_once_without_blocking_the_event_loop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    certificates = _Certificates(monkeypatch)

    async def call_concurrently() -> None:
        sender = AsyncSender(PATIENCE)
        responses = asyncio.gather(*(sender(_request(server.url)) for _ in range(5)))
        await certificates.wait_until_read()
        certificates.released.set()
        await responses
        await sender.close()
        # A closed sender keeps them.
        await sender(_request(server.url))
        await sender.close()

    with LoopbackServer(respond_with(_answer)) as server:
        asyncio.run(call_concurrently())

    assert len(certificates.read_by) == 1
    assert certificates.read_by != [threading.get_ident()]


def test_cancelled_task_does_not_stop_reading_certificates(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    certificates = _Certificates(monkeypatch)

    async def cancel_one() -> int:
        sender = AsyncSender(PATIENCE)
        first, second = (asyncio.ensure_future(sender(_request(server.url))) for _ in range(2))
        await certificates.wait_until_read()
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        certificates.released.set()
        answer = await second
        await sender.close()
        return answer.status

    with LoopbackServer(respond_with(_answer)) as server:
        assert asyncio.run(cancel_one()) == 200

    assert len(certificates.read_by) == 1


def test_unused_sender_reads_no_certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    certificates = _Certificates(monkeypatch)
    Sender(PATIENCE).close()
    asyncio.run(AsyncSender(PATIENCE).close())

    assert certificates.read_by == []


def test_unreadable_certificates_raise_configuration_error(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> ssl.SSLContext:
        raise OSError(SECRET)

    monkeypatch.setattr(httpx, "create_ssl_context", fail)

    with pytest.raises(ConfigurationError, match="SSL_CERT_FILE") as caught:
        call(_request("https://127.0.0.1:1"))
    assert SECRET not in str(caught.value)


# --- forks ---------------------------------------------------------------------------------------

forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")


def _in_child(do: Callable[[], str], patience: float = PATIENCE) -> str:
    """Return the result of a function in a forked child process."""
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the server runs other threads
        pid = os.fork()
    if pid == 0:
        try:
            said = do()
        except BaseException as error:
            said = repr(error)
        os.write(writing, said.encode())
        os._exit(0)
    try:
        ready, _, _ = select.select([reading], [], [], patience)
        return os.read(reading, 4096).decode() if ready else "nothing"
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(reading)
        os.close(writing)


@forks
def test_forked_child_uses_its_own_connection() -> None:
    with LoopbackServer(respond_with(_answer)) as server:
        sender = Sender(PATIENCE)

        def served_by() -> str:
            return sender(_request(server.url)).headers.get("x-served-by") or ""

        assert served_by() == "1"
        assert _in_child(lambda: f"{served_by()} {served_by()}") == "2 2"
        assert served_by() == "1"
        sender.close()


@forks
def test_forked_child_can_run_its_own_event_loop() -> None:
    async def once() -> str:
        answer = await sender(_request(server.url))
        await sender.close()
        return answer.headers.get("x-served-by") or ""

    with LoopbackServer(respond_with(_answer)) as server:
        sender = AsyncSender(PATIENCE)
        assert asyncio.run(once()) == "1"
        assert _in_child(lambda: asyncio.run(once())) == "2"
        assert asyncio.run(once()) == "3"


@forks
def test_fork_during_a_call_leaves_both_processes_working() -> None:
    begun, released = threading.Event(), threading.Event()

    def hold_first_request(received: Received) -> HttpResponse:
        if not begun.is_set():
            begun.set()
            assert released.wait(PATIENCE)
        return _answer(received)

    with LoopbackServer(respond_with(hold_first_request)) as server:
        sender = Sender(PATIENCE)
        with ThreadPoolExecutor(1) as pool:
            under_way = pool.submit(sender, _request(server.url))
            assert begun.wait(PATIENCE)
            assert _in_child(lambda: str(sender(_request(server.url)).status)) == "200"
            released.set()
            assert under_way.result(PATIENCE).headers.get("x-served-by") == "1"
        sender.close()
