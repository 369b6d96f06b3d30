from __future__ import annotations

import asyncio
import socket
import traceback
from collections.abc import Callable
from typing import Any, TypeAlias

import httpx
import pytest

from clerk_core import AsyncClerk, Clerk, ClerkAPIError, Request, TransportError
from clerk_core._api import retries
from clerk_core._messages import HttpResponse
from clerk_core.errors import RateLimitedError, ServerError
from tests.integration.loopback import (
    Behaviour,
    Connection,
    LoopbackServer,
    Received,
    as_bytes,
    head,
    respond_with,
)
from tests.support import SECRET_KEY, mint, publishable_key

JSON = ("content-type", "application/json")
USER = HttpResponse(200, [JSON], b'{"id": "user_1"}')
FAILED = HttpResponse(500, [JSON], b'{"errors": [{"code": "internal"}], "clerk_trace_id": "t_1"}')
BUSY = HttpResponse(503)
LIMITED = HttpResponse(429, [JSON], b'{"errors": [{"code": "too_many_requests"}]}')
# Seconds; long enough for slow machines.
PATIENCE = 60.0

AnyClerk: TypeAlias = "Clerk | AsyncClerk"
ApiCall = Callable[[Any], Any]


def _waiting(url: str, operation: ApiCall, **given: Any) -> Any:
    with Clerk(**_options(url), **{"timeout": PATIENCE, **given}) as clerk:
        return operation(clerk)


def _awaiting(url: str, operation: ApiCall, **given: Any) -> Any:
    async def once() -> Any:
        async with AsyncClerk(**_options(url), **{"timeout": PATIENCE, **given}) as clerk:
            return await operation(clerk)

    return asyncio.run(once())


Call: TypeAlias = Callable[..., Any]


@pytest.fixture(params=[_waiting, _awaiting], ids=["sync", "async"])
def call(request: pytest.FixtureRequest) -> Call:
    """Return a function that creates a client for a URL and makes a call."""
    chosen: Call = request.param
    return chosen


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Record the pauses before retries in seconds, without waiting."""
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("clerk_core._http.transport.time.sleep", waited.append)
    monkeypatch.setattr("clerk_core._http.async_transport.anyio.sleep", sleep)
    return waited


class Clock:
    """The clock for deadlines, whose time changes only when a test sets it."""

    now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr("clerk_core._http.sending.time", made)
    return made


def _options(url: str) -> dict[str, Any]:
    return {"publishable_key": publishable_key(), "secret_key": SECRET_KEY, "api_url": url}


def get(clerk: Any) -> Any:
    return clerk.users.get("user_1")


def create(clerk: Any) -> Any:
    return clerk.users.create(first_name="Ada")


def update(clerk: Any) -> Any:
    return clerk.users.update("user_1", first_name="Ada")


def replace(clerk: Any) -> Any:
    return clerk.users.replace_metadata("user_1", public_metadata={})


def delete(clerk: Any) -> Any:
    return clerk.users.delete("user_1")


def in_turn(*answers: HttpResponse | Behaviour) -> Behaviour:
    """Return a behaviour that sends answers in order, repeating the last one."""
    rest = list(answers)

    def behave(connection: Connection) -> None:
        while True:
            chosen = rest.pop(0) if len(rest) > 1 else rest[0]
            if not isinstance(chosen, HttpResponse):
                chosen(connection)
                return
            if connection.receive() is None:
                rest.insert(0, chosen)
                return
            connection.send(as_bytes(chosen))

    return behave


def reset_before_response(connection: Connection) -> None:
    connection.receive()
    connection.reset()


def reset_in_mid_body(connection: Connection) -> None:
    connection.receive()
    connection.send(head(200, [JSON], 100) + b'{"id"')
    connection.wait(0.05)
    connection.reset()


def hang(connection: Connection) -> None:
    connection.receive()
    connection.wait()


def drip(connection: Connection) -> None:
    connection.receive()
    connection.send(head(200, [JSON], 600))
    connection.drip(b" " * 600, 0.05)


# --- retried calls -------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", [get, replace, delete])
@pytest.mark.parametrize(
    "first",
    [FAILED, BUSY, LIMITED, HttpResponse(502), HttpResponse(504), reset_before_response],
)
def test_idempotent_call_is_retried(
    call: Call, operation: ApiCall, first: HttpResponse | Behaviour
) -> None:
    with LoopbackServer(in_turn(first, USER)) as server:
        assert call(server.url, operation).id == "user_1"

    assert len(server.received) == 2
    one, other = server.received
    assert (one.method, one.target, one.content) == (other.method, other.target, other.content)


def test_call_with_a_truncated_response_is_retried(call: Call) -> None:
    with LoopbackServer(in_turn(reset_in_mid_body, USER)) as server:
        assert call(server.url, get).id == "user_1"

    assert len(server.received) == 2


@pytest.mark.parametrize("operation", [create, update])
@pytest.mark.parametrize(
    "answer", [FAILED, BUSY, LIMITED, HttpResponse(503, [("retry-after", "0")])]
)
def test_possibly_processed_call_is_not_retried(
    call: Call, operation: ApiCall, answer: HttpResponse
) -> None:
    with LoopbackServer(respond_with(lambda _: answer)) as server:
        with pytest.raises(ClerkAPIError) as caught:
            call(server.url, operation)
        assert caught.value.status == answer.status

    assert len(server.received) == 1


@pytest.mark.parametrize("operation", [create, update])
@pytest.mark.parametrize("behave", [reset_before_response, reset_in_mid_body])
def test_change_with_a_broken_connection_is_not_retried(
    call: Call, operation: ApiCall, behave: Behaviour
) -> None:
    with LoopbackServer(behave) as server:
        with pytest.raises(TransportError) as caught:
            call(server.url, operation)
        assert caught.value.code == "transport-failed"

    assert len(server.received) == 1


@pytest.mark.parametrize("operation", [create, update])
def test_rate_limited_change_is_retried_after_retry_after(call: Call, operation: ApiCall) -> None:
    refused = HttpResponse(429, [("retry-after", "0")])
    with LoopbackServer(in_turn(refused, USER)) as server:
        assert call(server.url, operation).id == "user_1"

    assert len(server.received) == 2


@pytest.mark.parametrize("operation", [get, create])
def test_failed_connection_is_retried(
    call: Call, operation: ApiCall, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[LoopbackServer] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]

    def start(*_: object, **__: object) -> None:
        if not made:
            made.append(LoopbackServer(in_turn(USER), port))

    monkeypatch.setattr("clerk_core._http.sending.delay_before_retry", _then(start))
    try:
        assert call(f"http://127.0.0.1:{port}", operation).id == "user_1"
        assert len(made[0].received) == 1
    finally:
        for server in made:
            server.__exit__(None, None, None)


def _then(do: Callable[[], None]) -> Callable[..., float | None]:
    """Return the retry policy with an action before each retry."""

    def policy(*args: Any, **named: Any) -> float | None:
        pause = retries.delay_before_retry(*args, **named)
        do()
        return pause

    return policy


# --- number of retries, pauses and deadlines -----------------------------------------------------


def test_last_error_is_raised_after_three_attempts(call: Call) -> None:
    with LoopbackServer(in_turn(LIMITED, BUSY, FAILED)) as server:
        with pytest.raises(ServerError) as caught:
            call(server.url, get)
        assert (caught.value.status, caught.value.trace_id) == (500, "t_1")

    assert len(server.received) == 3


def test_refused_connection_raises_after_retries(call: Call) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(TransportError) as caught:
        call(f"http://127.0.0.1:{port}", create)

    assert caught.value.code == "transport-failed"


@pytest.mark.parametrize("repeats", [0, 1, 4])
def test_number_of_retries_is_configurable(call: Call, repeats: int) -> None:
    with (
        LoopbackServer(respond_with(lambda _: BUSY)) as server,
        pytest.raises(ServerError),
    ):
        call(server.url, get, retries=repeats)

    assert len(server.received) == repeats + 1


def test_pauses_precede_retries(call: Call, pauses: list[float]) -> None:
    with LoopbackServer(respond_with(lambda _: BUSY)) as server, pytest.raises(ServerError):
        call(server.url, get)

    assert len(server.received) == 3
    first, second = pauses
    assert 0.125 <= first <= 0.25 <= second <= 0.5


@pytest.mark.parametrize("wait", ["seconds", "date"])
def test_retry_after_is_respected(call: Call, wait: str, pauses: list[float]) -> None:
    # On another day than this machine's: only what lies between the two counts.
    dates = [("date", "Thu, 01 Jan 1970 00:00:00 GMT")]
    value = "7" if wait == "seconds" else "Thu, 01 Jan 1970 00:00:07 GMT"
    refused = HttpResponse(429, [("retry-after", value), *dates])
    with LoopbackServer(in_turn(refused, USER)) as server:
        assert call(server.url, create).id == "user_1"

    assert len(server.received) == 2
    (pause,) = pauses
    assert 7.125 <= pause <= 7.25


def test_retry_after_past_the_deadline_is_raised(call: Call) -> None:
    refused = HttpResponse(429, [JSON, ("retry-after", "60")], LIMITED.content)
    with LoopbackServer(respond_with(lambda _: refused)) as server:
        with pytest.raises(RateLimitedError) as caught:
            call(server.url, get)
        assert (caught.value.code, caught.value.retry_after) == ("too_many_requests", 60)

    assert len(server.received) == 1


def _answered(
    call: Call, operation: ApiCall, answer: Callable[[httpx.Request], httpx.Response]
) -> Call:
    """Return a call over a transport with this answer."""
    return lambda **given: call(
        "http://clerk.test", operation, transport=httpx.MockTransport(answer), **given
    )


def test_all_attempts_share_one_deadline(call: Call, clock: Clock) -> None:
    limits: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response:
        limits.append(round(request.extensions["timeout"]["read"], 3))
        clock.now += 3
        if len(limits) == 3:
            raise httpx.ReadTimeout("")
        return httpx.Response(503)

    with pytest.raises(TransportError, match="within 20 seconds") as caught:
        _answered(call, get, answer)(timeout=20)

    assert caught.value.code == "timed-out"
    assert limits == [20, 17, 14]


@pytest.mark.parametrize("behave", [hang, drip])
@pytest.mark.parametrize("operation", [get, create])
def test_timed_out_call_is_not_retried(call: Call, operation: ApiCall, behave: Behaviour) -> None:
    with LoopbackServer(behave) as server:
        with pytest.raises(TransportError) as caught:
            call(server.url, operation, timeout=0.5)
        assert caught.value.code == "timed-out"

        # On a slow machine the deadline may pass before the request is sent.
        assert server.connections <= 1


def test_deadline_limits_any_number_of_retries(call: Call, clock: Clock) -> None:
    times: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response:
        times.append(clock.now)
        clock.now += 10
        return httpx.Response(503)

    with pytest.raises(ServerError):
        _answered(call, get, answer)(timeout=35, retries=10**6)

    assert times == [1000, 1010, 1020, 1030]


@pytest.fixture
def held_pause(monkeypatch: pytest.MonkeyPatch) -> tuple[asyncio.Event, asyncio.Event]:
    """Return an event for the beginning of a pause, and one that ends the pause."""
    begun, ended = asyncio.Event(), asyncio.Event()

    async def sleep(seconds: float) -> None:
        begun.set()
        await ended.wait()

    monkeypatch.setattr("clerk_core._http.async_transport.anyio.sleep", sleep)
    return begun, ended


Held: TypeAlias = "tuple[asyncio.Event, asyncio.Event]"


def test_cancelled_pause_does_not_affect_the_next_call(held_pause: Held) -> None:
    refused, (begun, _) = HttpResponse(429, [("retry-after", "5")]), held_pause

    async def cancel_and_call_again(url: str) -> str:
        async with AsyncClerk(**_options(url), timeout=PATIENCE) as clerk:
            task = asyncio.create_task(clerk.users.get("user_1"))
            await begun.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return (await clerk.users.get("user_1")).id

    with LoopbackServer(in_turn(refused, USER)) as server:
        assert asyncio.run(cancel_and_call_again(server.url)) == "user_1"

    assert len(server.received) == 2


def test_other_tasks_continue_during_a_pause(held_pause: Held) -> None:
    refused, (begun, ended) = HttpResponse(429, [("retry-after", "2")]), held_pause

    async def call_both(url: str) -> list[str]:
        async with AsyncClerk(**_options(url), timeout=PATIENCE) as clerk:
            waiting = asyncio.create_task(clerk.users.get("user_1"))
            await begun.wait()
            other = await clerk.users.get("user_1")
            assert not waiting.done()
            ended.set()
            return [other.id, (await waiting).id]

    with LoopbackServer(in_turn(refused, USER)) as server:
        assert asyncio.run(call_both(server.url)) == ["user_1", "user_1"]


# --- calls that are not retried ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (HttpResponse(200, [JSON], b'{"id": "user_1", "fir'), "broken-response"),
        (HttpResponse(200, [("content-type", "text/html")], b"<html>"), "unexpected-response"),
        (HttpResponse(404, [JSON]), "unexpected-response"),
        (HttpResponse(400, [("content-type", "text/html")], b"<html>"), "unexpected-response"),
    ],
)
def test_unreadable_response_raises_without_a_retry(
    call: Call, answer: HttpResponse, code: str
) -> None:
    with LoopbackServer(respond_with(lambda _: answer)) as server:
        with pytest.raises(ClerkAPIError) as caught:
            call(server.url, get)
        assert (caught.value.status, caught.value.code) == (answer.status, code)

    assert len(server.received) == 1


def test_empty_response_is_an_empty_user(call: Call) -> None:
    with LoopbackServer(respond_with(lambda _: HttpResponse(200, [JSON]))) as server:
        assert call(server.url, get).id == ""


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("operation", [get, create])
def test_redirect_raises_and_sends_no_credentials_to_another_host(
    call: Call, operation: ApiCall, status: int
) -> None:
    with LoopbackServer(in_turn(USER)) as elsewhere:
        there = f"{elsewhere.url}/stolen".replace("127.0.0.1", "localhost")
        redirect = HttpResponse(status, [("location", there), ("retry-after", "0")])
        with LoopbackServer(respond_with(lambda _: redirect)) as server:
            with pytest.raises(ClerkAPIError) as caught:
                call(server.url, operation)
            assert caught.value.status == status

        assert len(server.received) == 1
        assert elsewhere.connections == 0


@pytest.mark.parametrize("answer", [BUSY, reset_before_response])
def test_key_set_and_machine_token_calls_are_not_retried(
    call: Call, answer: HttpResponse | Behaviour
) -> None:
    def judge(clerk: Any) -> Any:
        bearer = [("authorization", f"Bearer {mint()}")]
        return clerk.authenticate(Request("GET", "http://localhost/", bearer))

    def judge_machine(clerk: Any) -> Any:
        bearer = [("authorization", "Bearer ak_1")]
        request = Request("GET", "http://localhost/", bearer)
        return clerk.authenticate(request, accepts_token="api_key")

    with LoopbackServer(in_turn(answer)) as server:
        assert call(server.url, judge).status == "signed-out"
        assert server.paths() == ["GET /v1/jwks"]
        assert call(server.url, judge_machine).status == "signed-out"
        assert server.paths()[1:] == ["POST /api_keys/verify"]


def test_errors_hide_the_secret_key(call: Call) -> None:
    with (
        LoopbackServer(reset_before_response) as server,
        pytest.raises(TransportError) as caught,
    ):
        call(server.url, get)

    shown = "".join(traceback.format_exception(caught.value))
    assert SECRET_KEY not in shown
    # Earlier failed attempts are not part of the error.
    assert "During handling" not in shown


# --- clients with other options ------------------------------------------------------------------


def test_with_options_does_not_change_the_original_client(
    call: Call,
) -> None:
    def call_both(clerk: AnyClerk) -> Any:
        clerk.users  # noqa: B018 - a loaded resource is not copied
        return clerk.with_options(retries=0).users.get("user_1")

    with LoopbackServer(in_turn(BUSY, USER)) as server:
        with pytest.raises(ServerError):
            call(server.url, call_both)
        assert len(server.received) == 1

    def call_first(clerk: AnyClerk) -> Any:
        clerk.with_options(retries=0).users  # noqa: B018
        return clerk.users.get("user_1")

    with LoopbackServer(in_turn(BUSY, USER)) as server:
        assert call(server.url, call_first).id == "user_1"


def test_with_options_sets_the_timeout(call: Call) -> None:
    with (
        LoopbackServer(hang) as server,
        pytest.raises(TransportError, match=r"within 0\.3 seconds"),
    ):
        call(server.url, lambda clerk: get(clerk.with_options(timeout=0.3)))


def test_with_options_keeps_other_options(call: Call) -> None:
    def operation(clerk: AnyClerk) -> Any:
        return get(clerk.with_options(retries=0).with_options(timeout=PATIENCE))

    with LoopbackServer(in_turn(BUSY, USER)) as server, pytest.raises(ServerError):
        call(server.url, operation)

    assert len(server.received) == 1


def test_with_options_shares_connections() -> None:
    def numbered(received: Received) -> HttpResponse:
        return HttpResponse(200, [JSON], b'{"id": "%d"}' % received.connection)

    async def operation(url: str) -> list[str]:
        async with AsyncClerk(**_options(url)) as clerk:
            other = clerk.with_options(timeout=PATIENCE)
            return [(await one.users.get("user_1")).id for one in (clerk, other)]

    with LoopbackServer(respond_with(numbered)) as server:
        with Clerk(**_options(server.url)) as clerk:
            other = clerk.with_options(timeout=PATIENCE)
            assert [one.users.get("user_1").id for one in (clerk, other)] == ["1", "1"]
        assert asyncio.run(operation(server.url)) == ["2", "2"]
        # The first client closed it; it is opened again.
        assert other.users.get("user_1").id == "3"
        other.close()


def test_with_options_shares_keys_settings_and_observers() -> None:
    states: list[object] = []
    clerk = Clerk(**_options("http://localhost:1"), observers=[states.append])
    other = clerk.with_options(timeout=1, retries=7)

    assert type(other) is Clerk
    assert other is not clerk
    assert other.settings is clerk.settings
    assert other.authenticator.keyring is clerk.authenticator.keyring
    other.authenticate(Request("GET", "http://localhost/"))
    assert len(states) == 1


def test_sharing_client_has_its_own_retries() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(503)

    requests: list[httpx.Request] = []
    options = _options("http://clerk.test")
    sharing = Clerk(**options, transport=httpx.MockTransport(answer))
    other = Clerk(**options, sharing=sharing, retries=0)
    with pytest.raises(ServerError):
        other.users.get("user_1")

    assert len(requests) == 1


def test_custom_transport_is_retried() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        if len(requests) == 1:
            raise httpx.ConnectError("refused")
        return httpx.Response(200, json={"id": "user_1"})

    requests: list[httpx.Request] = []
    with Clerk(**_options("http://clerk.test"), transport=httpx.MockTransport(answer)) as clerk:
        assert clerk.users.create(first_name="Ada").id == "user_1"

    assert len(requests) == 2
