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
# For everything that has to happen, on however slow a machine.
PATIENCE = 60.0

AnyClerk: TypeAlias = "Clerk | AsyncClerk"
Ask = Callable[[Any], Any]


def _waiting(url: str, ask: Ask, **given: Any) -> Any:
    with Clerk(**_options(url), **{"timeout": PATIENCE, **given}) as clerk:
        return ask(clerk)


def _awaiting(url: str, ask: Ask, **given: Any) -> Any:
    async def once() -> Any:
        async with AsyncClerk(**_options(url), **{"timeout": PATIENCE, **given}) as clerk:
            return await ask(clerk)

    return asyncio.run(once())


Call: TypeAlias = Callable[..., Any]


@pytest.fixture(params=[_waiting, _awaiting], ids=["sync", "async"])
def call(request: pytest.FixtureRequest) -> Call:
    """Makes a client of an API at a URL and asks it something."""
    chosen: Call = request.param
    return chosen


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses before repeats in seconds, none of which is waited."""
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("clerk_core._http.transport.time.sleep", waited.append)
    monkeypatch.setattr("clerk_core._http.async_transport.anyio.sleep", sleep)
    return waited


class Clock:
    """The time that deadlines are counted by; it stands still until it is moved."""

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
    """Each request gets the next answer, the last one for ever; a behaviour ends its connection."""
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


def reset_before_the_answer(connection: Connection) -> None:
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


# --- what is repeated ----------------------------------------------------------------------------


@pytest.mark.parametrize("ask", [get, replace, delete])
@pytest.mark.parametrize(
    "first",
    [FAILED, BUSY, LIMITED, HttpResponse(502), HttpResponse(504), reset_before_the_answer],
)
def test_what_may_be_done_twice_is_repeated(
    call: Call, ask: Ask, first: HttpResponse | Behaviour
) -> None:
    with LoopbackServer(in_turn(first, USER)) as server:
        assert call(server.url, ask).id == "user_1"

    assert len(server.received) == 2
    one, other = server.received
    assert (one.method, one.target, one.content) == (other.method, other.target, other.content)


def test_an_answer_that_broke_off_in_mid_body_is_asked_for_again(call: Call) -> None:
    with LoopbackServer(in_turn(reset_in_mid_body, USER)) as server:
        assert call(server.url, get).id == "user_1"

    assert len(server.received) == 2


@pytest.mark.parametrize("ask", [create, update])
@pytest.mark.parametrize(
    "answer", [FAILED, BUSY, LIMITED, HttpResponse(503, [("retry-after", "0")])]
)
def test_what_may_have_been_carried_out_is_not_repeated(
    call: Call, ask: Ask, answer: HttpResponse
) -> None:
    with LoopbackServer(respond_with(lambda _: answer)) as server:
        with pytest.raises(ClerkAPIError) as caught:
            call(server.url, ask)
        assert caught.value.status == answer.status

    assert len(server.received) == 1


@pytest.mark.parametrize("ask", [create, update])
@pytest.mark.parametrize("behave", [reset_before_the_answer, reset_in_mid_body])
def test_a_change_whose_connection_broke_is_not_repeated(
    call: Call, ask: Ask, behave: Behaviour
) -> None:
    with LoopbackServer(behave) as server:
        with pytest.raises(TransportError) as caught:
            call(server.url, ask)
        assert caught.value.code == "transport-failed"

    assert len(server.received) == 1


@pytest.mark.parametrize("ask", [create, update])
def test_a_change_that_the_rate_limit_refused_is_repeated_when_it_says(
    call: Call, ask: Ask
) -> None:
    refused = HttpResponse(429, [("retry-after", "0")])
    with LoopbackServer(in_turn(refused, USER)) as server:
        assert call(server.url, ask).id == "user_1"

    assert len(server.received) == 2


@pytest.mark.parametrize("ask", [get, create])
def test_a_connection_that_could_not_be_opened_is_tried_again(
    call: Call, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[LoopbackServer] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]

    def start(*_: object, **__: object) -> None:
        if not made:
            made.append(LoopbackServer(in_turn(USER), port))

    monkeypatch.setattr("clerk_core._http.sending.pause_before_repeat", _then(start))
    try:
        assert call(f"http://127.0.0.1:{port}", ask).id == "user_1"
        assert len(made[0].received) == 1
    finally:
        for server in made:
            server.__exit__(None, None, None)


def _then(do: Callable[[], None]) -> Callable[..., float | None]:
    """The policy, which lets something happen before the repeat."""

    def policy(*args: Any, **named: Any) -> float | None:
        pause = retries.pause_before_repeat(*args, **named)
        do()
        return pause

    return policy


# --- how often, and how long ---------------------------------------------------------------------


def test_an_api_that_is_down_is_asked_three_times_and_its_last_answer_raised(call: Call) -> None:
    with LoopbackServer(in_turn(LIMITED, BUSY, FAILED)) as server:
        with pytest.raises(ServerError) as caught:
            call(server.url, get)
        assert (caught.value.status, caught.value.trace_id) == (500, "t_1")

    assert len(server.received) == 3


def test_a_refused_connection_is_a_failure_in_the_end(call: Call) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(TransportError) as caught:
        call(f"http://127.0.0.1:{port}", create)

    assert caught.value.code == "transport-failed"


@pytest.mark.parametrize("repeats", [0, 1, 4])
def test_how_often_is_up_to_the_caller(call: Call, repeats: int) -> None:
    with (
        LoopbackServer(respond_with(lambda _: BUSY)) as server,
        pytest.raises(ServerError),
    ):
        call(server.url, get, retries=repeats)

    assert len(server.received) == repeats + 1


def test_the_pauses_are_waited(call: Call, pauses: list[float]) -> None:
    with LoopbackServer(respond_with(lambda _: BUSY)) as server, pytest.raises(ServerError):
        call(server.url, get)

    assert len(server.received) == 3
    first, second = pauses
    assert 0.125 <= first <= 0.25 <= second <= 0.5


@pytest.mark.parametrize("wait", ["seconds", "date"])
def test_the_time_that_the_answer_asks_for_is_waited(
    call: Call, wait: str, pauses: list[float]
) -> None:
    # On another day than this machine's: only what lies between the two counts.
    dates = [("date", "Thu, 01 Jan 1970 00:00:00 GMT")]
    asked = "7" if wait == "seconds" else "Thu, 01 Jan 1970 00:00:07 GMT"
    refused = HttpResponse(429, [("retry-after", asked), *dates])
    with LoopbackServer(in_turn(refused, USER)) as server:
        assert call(server.url, create).id == "user_1"

    assert len(server.received) == 2
    (pause,) = pauses
    assert 7.125 <= pause <= 7.25


def test_a_time_that_is_past_the_deadline_is_left_to_the_caller(call: Call) -> None:
    refused = HttpResponse(429, [JSON, ("retry-after", "60")], LIMITED.content)
    with LoopbackServer(respond_with(lambda _: refused)) as server:
        with pytest.raises(RateLimitedError) as caught:
            call(server.url, get)
        assert (caught.value.code, caught.value.retry_after) == ("too_many_requests", 60)

    assert len(server.received) == 1


def _answered(call: Call, ask: Ask, answer: Callable[[httpx.Request], httpx.Response]) -> Call:
    """Make the call over a transport that gives this answer."""
    return lambda **given: call(
        "http://clerk.test", ask, transport=httpx.MockTransport(answer), **given
    )


def test_all_attempts_are_under_one_deadline(call: Call, clock: Clock) -> None:
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
@pytest.mark.parametrize("ask", [get, create])
def test_what_took_all_the_time_is_not_repeated(call: Call, ask: Ask, behave: Behaviour) -> None:
    with LoopbackServer(behave) as server:
        with pytest.raises(TransportError) as caught:
            call(server.url, ask, timeout=0.5)
        assert caught.value.code == "timed-out"

        # On a slow machine the time is over before anything is sent.
        assert server.connections <= 1


def test_however_many_repeats_are_allowed_the_deadline_holds(call: Call, clock: Clock) -> None:
    asked: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(clock.now)
        clock.now += 10
        return httpx.Response(503)

    with pytest.raises(ServerError):
        _answered(call, get, answer)(timeout=35, retries=10**6)

    assert asked == [1000, 1010, 1020, 1030]


@pytest.fixture
def held_pause(monkeypatch: pytest.MonkeyPatch) -> tuple[asyncio.Event, asyncio.Event]:
    """The pauses of tasks: an event that one has begun, and one that ends them."""
    begun, ended = asyncio.Event(), asyncio.Event()

    async def sleep(seconds: float) -> None:
        begun.set()
        await ended.wait()

    monkeypatch.setattr("clerk_core._http.async_transport.anyio.sleep", sleep)
    return begun, ended


Held: TypeAlias = "tuple[asyncio.Event, asyncio.Event]"


def test_a_cancelled_pause_spoils_nothing(held_pause: Held) -> None:
    refused, (begun, _) = HttpResponse(429, [("retry-after", "5")]), held_pause

    async def cancel_and_ask_again(url: str) -> str:
        async with AsyncClerk(**_options(url), timeout=PATIENCE) as clerk:
            task = asyncio.create_task(clerk.users.get("user_1"))
            await begun.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return (await clerk.users.get("user_1")).id

    with LoopbackServer(in_turn(refused, USER)) as server:
        assert asyncio.run(cancel_and_ask_again(server.url)) == "user_1"

    assert len(server.received) == 2


def test_other_tasks_go_on_during_a_pause(held_pause: Held) -> None:
    refused, (begun, ended) = HttpResponse(429, [("retry-after", "2")]), held_pause

    async def ask_both(url: str) -> list[str]:
        async with AsyncClerk(**_options(url), timeout=PATIENCE) as clerk:
            waiting = asyncio.create_task(clerk.users.get("user_1"))
            await begun.wait()
            other = await clerk.users.get("user_1")
            assert not waiting.done()
            ended.set()
            return [other.id, (await waiting).id]

    with LoopbackServer(in_turn(refused, USER)) as server:
        assert asyncio.run(ask_both(server.url)) == ["user_1", "user_1"]


# --- what is not repeated ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (HttpResponse(200, [JSON], b'{"id": "user_1", "fir'), "broken-response"),
        (HttpResponse(200, [("content-type", "text/html")], b"<html>"), "unexpected-response"),
        (HttpResponse(404, [JSON]), "unexpected-response"),
        (HttpResponse(400, [("content-type", "text/html")], b"<html>"), "unexpected-response"),
    ],
)
def test_an_answer_that_cannot_be_read_is_an_error_and_not_asked_for_again(
    call: Call, answer: HttpResponse, code: str
) -> None:
    with LoopbackServer(respond_with(lambda _: answer)) as server:
        with pytest.raises(ClerkAPIError) as caught:
            call(server.url, get)
        assert (caught.value.status, caught.value.code) == (answer.status, code)

    assert len(server.received) == 1


def test_an_empty_answer_is_an_empty_user(call: Call) -> None:
    with LoopbackServer(respond_with(lambda _: HttpResponse(200, [JSON]))) as server:
        assert call(server.url, get).id == ""


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("ask", [get, create])
def test_a_redirect_is_an_error_and_takes_no_credentials_to_another_host(
    call: Call, ask: Ask, status: int
) -> None:
    with LoopbackServer(in_turn(USER)) as elsewhere:
        there = f"{elsewhere.url}/stolen".replace("127.0.0.1", "localhost")
        redirect = HttpResponse(status, [("location", there), ("retry-after", "0")])
        with LoopbackServer(respond_with(lambda _: redirect)) as server:
            with pytest.raises(ClerkAPIError) as caught:
                call(server.url, ask)
            assert caught.value.status == status

        assert len(server.received) == 1
        assert elsewhere.connections == 0


@pytest.mark.parametrize("answer", [BUSY, reset_before_the_answer])
def test_a_key_set_and_a_machine_token_are_asked_for_once(
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


def test_no_error_shows_the_secret_key(call: Call) -> None:
    with (
        LoopbackServer(reset_before_the_answer) as server,
        pytest.raises(TransportError) as caught,
    ):
        call(server.url, get)

    shown = "".join(traceback.format_exception(caught.value))
    assert SECRET_KEY not in shown
    # Nor is what failed before it part of it.
    assert "During handling" not in shown


# --- the same client with other limits -----------------------------------------------------------


def test_a_client_with_other_options_has_other_limits_and_the_first_keeps_its_own(
    call: Call,
) -> None:
    def ask_both(clerk: AnyClerk) -> Any:
        clerk.users  # noqa: B018 - a resource that was named before is not taken over
        return clerk.with_options(retries=0).users.get("user_1")

    with LoopbackServer(in_turn(BUSY, USER)) as server:
        with pytest.raises(ServerError):
            call(server.url, ask_both)
        assert len(server.received) == 1

    def ask_first(clerk: AnyClerk) -> Any:
        clerk.with_options(retries=0).users  # noqa: B018
        return clerk.users.get("user_1")

    with LoopbackServer(in_turn(BUSY, USER)) as server:
        assert call(server.url, ask_first).id == "user_1"


def test_a_timeout_of_its_own_is_the_deadline(call: Call) -> None:
    with (
        LoopbackServer(hang) as server,
        pytest.raises(TransportError, match=r"within 0\.3 seconds"),
    ):
        call(server.url, lambda clerk: get(clerk.with_options(timeout=0.3)))


def test_options_of_options_keep_what_they_do_not_name(call: Call) -> None:
    def ask(clerk: AnyClerk) -> Any:
        return get(clerk.with_options(retries=0).with_options(timeout=PATIENCE))

    with LoopbackServer(in_turn(BUSY, USER)) as server, pytest.raises(ServerError):
        call(server.url, ask)

    assert len(server.received) == 1


def test_the_connection_is_shared() -> None:
    def numbered(received: Received) -> HttpResponse:
        return HttpResponse(200, [JSON], b'{"id": "%d"}' % received.connection)

    async def ask(url: str) -> list[str]:
        async with AsyncClerk(**_options(url)) as clerk:
            other = clerk.with_options(timeout=PATIENCE)
            return [(await one.users.get("user_1")).id for one in (clerk, other)]

    with LoopbackServer(respond_with(numbered)) as server:
        with Clerk(**_options(server.url)) as clerk:
            other = clerk.with_options(timeout=PATIENCE)
            assert [one.users.get("user_1").id for one in (clerk, other)] == ["1", "1"]
        assert asyncio.run(ask(server.url)) == ["2", "2"]
        # Closed by the first, and opened again.
        assert other.users.get("user_1").id == "3"
        other.close()


def test_keys_settings_and_observers_are_shared() -> None:
    told: list[object] = []
    clerk = Clerk(**_options("http://localhost:1"), observers=[told.append])
    other = clerk.with_options(timeout=1, retries=7)

    assert type(other) is Clerk
    assert other is not clerk
    assert other.settings is clerk.settings
    assert other.authenticator.keyring is clerk.authenticator.keyring
    other.authenticate(Request("GET", "http://localhost/"))
    assert len(told) == 1


def test_a_client_that_shares_connections_has_limits_of_its_own() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(503)

    asked: list[httpx.Request] = []
    options = _options("http://clerk.test")
    sharing = Clerk(**options, transport=httpx.MockTransport(answer))
    other = Clerk(**options, sharing=sharing, retries=0)
    with pytest.raises(ServerError):
        other.users.get("user_1")

    assert len(asked) == 1


def test_a_given_transport_is_asked_again_too() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if len(asked) == 1:
            raise httpx.ConnectError("refused")
        return httpx.Response(200, json={"id": "user_1"})

    asked: list[httpx.Request] = []
    with Clerk(**_options("http://clerk.test"), transport=httpx.MockTransport(answer)) as clerk:
        assert clerk.users.create(first_name="Ada").id == "user_1"

    assert len(asked) == 2
