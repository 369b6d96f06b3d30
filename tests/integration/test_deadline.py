"""Deadlines apply per call, with several addresses, greenlets and threads."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpcore
import pytest

from clerk_core import AsyncClerk
from clerk_core._http.async_transport import AsyncSender
from clerk_core._http.deadline import Deadline, DeadlineBackend
from clerk_core._http.transport import Sender
from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core.errors import TransportError
from tests.integration.loopback import Connection, LoopbackServer, as_bytes, respond_with
from tests.support import SECRET_KEY

NAME = "api.two-addresses.example"
LONG = 60.0


def _resolve(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Resolve every host name to these addresses."""

    def getaddrinfo(host: str, port: int, *_: object, **__: object) -> list[Any]:
        return [
            (
                socket.AF_INET6 if ":" in address else socket.AF_INET,
                socket.SOCK_STREAM,
                socket.IPPROTO_TCP,
                "",
                (address, port, 0, 0) if ":" in address else (address, port),
            )
            for address in addresses
        ]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


class _Network:
    """A replacement for the backend of httpcore, which records (address, time-out).

    The value of an address is the number of the attempt that succeeds; None if none does.
    """

    def __init__(self, **answers: int | str | None) -> None:
        self.answers = answers
        self.tried: list[tuple[str, float]] = []

    def connect_tcp(self, address: str, port: int, timeout: float, *_: object) -> Any:
        self.tried.append((address, timeout))
        answer = self.answers[address]
        if answer == "refuses":
            raise httpcore.ConnectError("refused")
        if answer is None or sum(tried == address for tried, _ in self.tried) < int(answer):
            raise httpcore.ConnectTimeout("silent")
        return httpcore.MockStream([])


def _connect(network: _Network, seconds: float = LONG) -> list[tuple[str, float]]:
    backend = DeadlineBackend()
    backend._backend = network  # type: ignore[assignment]
    backend.connect_tcp(NAME, 443, Deadline(seconds))
    return network.tried


# --- several addresses ---------------------------------------------------------------------------


def test_silent_address_is_left_for_the_next_one_quickly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _resolve(monkeypatch, "silent", "other")

    assert _connect(_Network(silent=None, other=1)) == [("silent", 0.25), ("other", 0.25)]


def test_address_families_alternate(monkeypatch: pytest.MonkeyPatch) -> None:
    _resolve(monkeypatch, "2001:db8::1", "2001:db8::2", "2001:db8::1", "192.0.2.1", "192.0.2.2")
    answers: dict[str, Any] = {"2001:db8::1": None, "2001:db8::2": None, "192.0.2.1": None}

    tried = _connect(_Network(**answers, **{"192.0.2.2": 1}))

    assert [address for address, _ in tried] == [
        "2001:db8::1",
        "192.0.2.1",
        "2001:db8::2",
        "192.0.2.2",
    ]


def test_slow_addresses_are_retried_with_more_time(monkeypatch: pytest.MonkeyPatch) -> None:
    _resolve(monkeypatch, "first", "second")

    tried = _connect(_Network(first=3, second=None))

    assert tried == [
        ("first", 0.25),
        ("second", 0.25),
        ("first", 0.5),
        ("second", 0.5),
        ("first", 1.0),
    ]


def test_refusing_address_is_not_retried(monkeypatch: pytest.MonkeyPatch) -> None:
    _resolve(monkeypatch, "refuses", "slow", "silent")

    tried = _connect(_Network(refuses="refuses", slow=2, silent=None))

    assert [address for address, _ in tried] == ["refuses", "slow", "silent", "slow"]


def test_only_address_gets_all_remaining_time(monkeypatch: pytest.MonkeyPatch) -> None:
    _resolve(monkeypatch, "only", "only")
    ((_, alone),) = _connect(_Network(only=1))
    assert alone > LONG / 2

    _resolve(monkeypatch, "refuses", "last")
    *_, (_, last) = _connect(_Network(refuses="refuses", last=2))
    assert last > LONG / 2


def test_no_address_is_tried_after_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    _resolve(monkeypatch, "one", "two")
    network = _Network(one=None, two=None)

    with pytest.raises(httpcore.ReadTimeout):
        _connect(network, seconds=0)

    assert network.tried == []


def test_all_addresses_refusing_raises_connect_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _resolve(monkeypatch, "one", "two")

    with pytest.raises(httpcore.ConnectError, match="refused"):
        _connect(_Network(one="refuses", two="refuses"))


def test_name_without_an_address_raises_connect_error(monkeypatch: pytest.MonkeyPatch) -> None:
    _resolve(monkeypatch)

    with pytest.raises(httpcore.ConnectError, match="no address"):
        _connect(_Network())


@contextmanager
def _full_queue(address: str, port: int) -> Iterator[None]:
    """Listen with a full queue, so that connections are neither accepted nor refused."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex((address, port))
        yield
        for one in waiting:
            one.close()


def _get(url: str) -> HttpResponse:
    sender = Sender(LONG)
    try:
        return sender(HttpRequest("GET", url))
    finally:
        sender.close()


def _get_async(url: str) -> HttpResponse:
    async def get() -> HttpResponse:
        sender = AsyncSender(LONG)
        try:
            return await sender(HttpRequest("GET", url))
        finally:
            await sender.close()

    return asyncio.run(get())


@pytest.mark.skipif(sys.platform != "linux", reason="127.0.0.2 and full queues are Linux's")
@pytest.mark.parametrize("get", [_get, _get_async], ids=["sync", "async"])
def test_second_address_is_used_if_the_first_does_not_respond(
    get: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        LoopbackServer(respond_with(lambda _: HttpResponse(200))) as server,
        _full_queue("127.0.0.2", server.port),
    ):
        _resolve(monkeypatch, "127.0.0.2", "127.0.0.1")
        # If the first address got all the time, the call would time out after a minute.
        assert get(f"http://{NAME}:{server.port}/").status == 200


@pytest.mark.skipif(sys.platform != "linux", reason="full queues are Linux's")
def test_operations_run_as_tasks_time_out_while_they_connect() -> None:
    async def errors(port: int) -> list[object]:
        options: Any = {"secret_key": SECRET_KEY, "api_url": f"http://127.0.0.1:{port}"}
        async with AsyncClerk(**options, timeout=0.5) as clerk:
            calls = [clerk.users.get(f"user_{number}") for number in range(3)]
            return list(await asyncio.gather(*calls, return_exceptions=True))

    with LoopbackServer(respond_with(lambda _: HttpResponse(200))) as server:
        port = server.port
    with _full_queue("127.0.0.1", port):
        raised = asyncio.run(errors(port))

    assert [getattr(error, "code", error) for error in raised] == ["timed-out"] * 3


# --- calls that run at the same time -------------------------------------------------------------

# Created before the patch, like an application loaded by gunicorn with --preload.
_LATE_PATCH = """
import sys
from clerk_core._http.transport import Sender
from clerk_core.errors import TransportError
from clerk_core._messages import HttpRequest

sender, url = Sender(60.0), sys.argv[1]

from gevent import monkey, spawn
monkey.patch_all()

def get(path, timeout):
    try:
        return sender(HttpRequest("GET", f"{url}/{path}", timeout=timeout)).status
    except TransportError as error:
        return error.code

calls = [spawn(get, path, timeout) for path, timeout in SHORT_AND_LONG]
# The short call ends while the long one is still waiting for its response.
short = [call for call, (path, _) in zip(calls, SHORT_AND_LONG) if path == "never"][0]
ended = short.get()
get("release", 60.0)
print(ended, *(call.get() for call in calls if call is not short))
"""


@pytest.mark.parametrize("first", ["short", "long"])
def test_greenlets_keep_their_own_deadlines(first: str) -> None:
    released = threading.Event()

    def behave(connection: Connection) -> None:
        while (received := connection.receive()) is not None:
            if received.target == "/never":
                connection.wait(LONG)
                return
            if received.target == "/release":
                released.set()
            if received.target == "/held":
                assert released.wait(LONG)
            connection.send(as_bytes(HttpResponse(200)))

    calls = [("never", 2.0), ("held", LONG)]
    script = _LATE_PATCH.replace("SHORT_AND_LONG", repr(calls if first == "short" else calls[::-1]))
    with LoopbackServer(behave) as server:
        command = [sys.executable, "-c", script, server.url]
        done = subprocess.run(command, capture_output=True, text=True, timeout=LONG, check=True)

    assert done.stdout.split() == ["timed-out", "200"]


def test_threads_keep_their_own_deadlines() -> None:
    released = threading.Event()
    statuses: list[int] = []

    def behave(connection: Connection) -> None:
        if connection.receive() is not None and released.wait(LONG):
            connection.send(as_bytes(HttpResponse(200)))

    with LoopbackServer(behave) as server:
        sender = Sender(LONG)
        patient = threading.Thread(
            target=lambda: statuses.append(sender(HttpRequest("GET", server.url)).status)
        )
        patient.start()
        with pytest.raises(TransportError) as caught:
            sender(HttpRequest("GET", server.url, timeout=1.0))
        released.set()
        patient.join(LONG)
        sender.close()

    assert caught.value.code == "timed-out"
    assert statuses == [200]
