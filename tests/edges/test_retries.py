from __future__ import annotations

import asyncio
import socket
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.utils import formatdate
from typing import Any, TypeAlias

import httpx
import pytest

from clerk_core import AsyncClerk, Clerk, ClerkAPIError, Request, TransportError
from clerk_core.backend import retries
from clerk_core.backend.errors import RateLimitedError, ServerError
from clerk_core.words.messages import HttpResponse
from tests.edges.loopback import (
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
# Far above what the tests need on a busy machine, and far below the deadline of 10 seconds.
SOON = 4.0

AnyClerk: TypeAlias = "Clerk | AsyncClerk"
Ask = Callable[[Any], Any]


def _waiting(url: str, ask: Ask, **given: Any) -> Any:
    with Clerk(**_options(url), **given) as clerk:
        return ask(clerk)


def _awaiting(url: str, ask: Ask, **given: Any) -> Any:
    async def once() -> Any:
        async with AsyncClerk(**_options(url), **given) as clerk:
            return await ask(clerk)

    return asyncio.run(once())


Call: TypeAlias = Callable[..., Any]


@pytest.fixture(params=[_waiting, _awaiting], ids=["sync", "async"])
def call(request: pytest.FixtureRequest) -> Call:
    """Makes a client of an API at a URL and asks it something."""
    chosen: Call = request.param
    return chosen


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retries, "_FIRST_PAUSE", 0.04)


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


@contextmanager
def within(seconds: float, at_least: float = 0) -> Iterator[None]:
    started = time.monotonic()
    yield
    assert at_least <= time.monotonic() - started < seconds


# --- what is repeated ----------------------------------------------------------------------------


@pytest.mark.parametrize("ask", [get, replace, delete])
@pytest.mark.parametrize(
    "first",
    [FAILED, BUSY, LIMITED, HttpResponse(502), HttpResponse(504), reset_before_the_answer],
)
def test_what_may_be_done_twice_is_repeated(
    call: Call, ask: Ask, first: HttpResponse | Behaviour
) -> None:
    with LoopbackServer(in_turn(first, USER)) as server, within(SOON):
        assert call(server.url, ask).id == "user_1"

    assert len(server.received) == 2
    one, other = server.received
    assert (one.method, one.target, one.content) == (other.method, other.target, other.content)


def test_an_answer_that_broke_off_in_mid_body_is_asked_for_again(call: Call) -> None:
    with LoopbackServer(in_turn(reset_in_mid_body, USER)) as server, within(SOON):
        assert call(server.url, get).id == "user_1"

    assert len(server.received) == 2


@pytest.mark.parametrize("ask", [create, update])
@pytest.mark.parametrize(
    "answer", [FAILED, BUSY, LIMITED, HttpResponse(503, [("retry-after", "0")])]
)
def test_what_may_have_been_carried_out_is_not_repeated(
    call: Call, ask: Ask, answer: HttpResponse
) -> None:
    with LoopbackServer(respond_with(lambda _: answer)) as server, within(SOON):
        with pytest.raises(ClerkAPIError) as caught:
            call(server.url, ask)
        assert caught.value.status == answer.status

    assert len(server.received) == 1


@pytest.mark.parametrize("ask", [create, update])
@pytest.mark.parametrize("behave", [reset_before_the_answer, reset_in_mid_body])
def test_a_change_whose_connection_broke_is_not_repeated(
    call: Call, ask: Ask, behave: Behaviour
) -> None:
    with LoopbackServer(behave) as server, within(SOON):
        with pytest.raises(TransportError) as caught:
            call(server.url, ask)
        assert caught.value.code == "transport-failed"

    assert len(server.received) == 1


@pytest.mark.parametrize("ask", [create, update])
def test_a_change_that_the_rate_limit_refused_is_repeated_when_it_says(
    call: Call, ask: Ask
) -> None:
    refused = HttpResponse(429, [("retry-after", "0")])
    with LoopbackServer(in_turn(refused, USER)) as server, within(SOON):
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

    monkeypatch.setattr("clerk_core.edges.sending.pause_before_repeat", _then(start))
    try:
        with within(SOON):
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
    with LoopbackServer(in_turn(LIMITED, BUSY, FAILED)) as server, within(SOON):
        with pytest.raises(ServerError) as caught:
            call(server.url, get)
        assert (caught.value.status, caught.value.trace_id) == (500, "t_1")

    assert len(server.received) == 3


def test_a_refused_connection_is_a_failure_in_the_end(call: Call) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with within(SOON), pytest.raises(TransportError) as caught:
        call(f"http://127.0.0.1:{port}", create)

    assert caught.value.code == "transport-failed"


@pytest.mark.parametrize("repeats", [0, 1, 4])
def test_how_often_is_up_to_the_caller(call: Call, repeats: int) -> None:
    with (
        LoopbackServer(respond_with(lambda _: BUSY)) as server,
        within(SOON),
        pytest.raises(ServerError),
    ):
        call(server.url, get, retries=repeats)

    assert len(server.received) == repeats + 1


def test_the_pauses_are_waited(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retries, "_FIRST_PAUSE", 0.2)
    with LoopbackServer(respond_with(lambda _: BUSY)) as server:
        slowly = within(SOON, at_least=0.3)
        with slowly, pytest.raises(ServerError):
            call(server.url, get)

    assert len(server.received) == 3


@pytest.mark.parametrize("wait", ["seconds", "date"])
def test_the_time_that_the_answer_asks_for_is_waited(call: Call, wait: str) -> None:
    now = time.time()
    # On another day than this machine's: only what lies between the two counts.
    dates = [("date", formatdate(now - 99999, usegmt=True))]
    asked = "1" if wait == "seconds" else formatdate(now - 99998, usegmt=True)
    refused = HttpResponse(429, [("retry-after", asked), *dates])
    with LoopbackServer(in_turn(refused, USER)) as server, within(SOON, at_least=1):
        assert call(server.url, create).id == "user_1"

    assert len(server.received) == 2


def test_a_time_that_is_past_the_deadline_is_left_to_the_caller(call: Call) -> None:
    refused = HttpResponse(429, [JSON, ("retry-after", "60")], LIMITED.content)
    with LoopbackServer(respond_with(lambda _: refused)) as server, within(SOON):
        with pytest.raises(RateLimitedError) as caught:
            call(server.url, get)
        assert (caught.value.code, caught.value.retry_after) == ("too_many_requests", 60)

    assert len(server.received) == 1


@pytest.mark.parametrize("behave", [hang, drip])
def test_all_attempts_are_under_one_deadline(call: Call, behave: Behaviour) -> None:
    with LoopbackServer(in_turn(BUSY, reset_before_the_answer, behave)) as server:
        with within(1.8, at_least=0.7), pytest.raises(TransportError) as caught:
            call(server.url, get, timeout=0.8)
        assert caught.value.code == "timed-out"
        assert "within 0.8 seconds" in str(caught.value)


@pytest.mark.parametrize("behave", [hang, drip])
@pytest.mark.parametrize("ask", [get, create])
def test_what_took_all_the_time_is_not_repeated(call: Call, ask: Ask, behave: Behaviour) -> None:
    with LoopbackServer(behave) as server:
        with within(4), pytest.raises(TransportError) as caught:
            call(server.url, ask, timeout=0.5)
        assert caught.value.code == "timed-out"

        assert len(server.received) == 1


def test_however_many_repeats_are_allowed_the_deadline_holds(call: Call) -> None:
    with LoopbackServer(respond_with(lambda _: BUSY)) as server:
        with within(4), pytest.raises(ServerError):
            call(server.url, get, timeout=0.6, retries=10**6)

        assert 2 <= len(server.received) < 12


def test_a_cancelled_pause_ends_at_once_and_spoils_nothing() -> None:
    refused = HttpResponse(429, [("retry-after", "5")])

    async def cancel_and_ask_again(url: str) -> str:
        async with AsyncClerk(**_options(url)) as clerk:
            task = asyncio.ensure_future(clerk.users.get("user_1"))
            while not server.received:
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.1)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return (await clerk.users.get("user_1")).id

    with LoopbackServer(in_turn(refused, USER)) as server, within(2):
        assert asyncio.run(cancel_and_ask_again(server.url)) == "user_1"

    assert len(server.received) == 2


def test_other_tasks_go_on_during_a_pause() -> None:
    refused = HttpResponse(429, [("retry-after", "2")])

    async def ask_both(url: str) -> float:
        async with AsyncClerk(**_options(url)) as clerk:
            waiting = asyncio.ensure_future(clerk.users.get("user_1"))
            while not server.received:
                await asyncio.sleep(0.01)
            started = time.monotonic()
            await clerk.users.get("user_1")
            took = time.monotonic() - started
            await waiting
            return took

    with LoopbackServer(in_turn(refused, USER)) as server:
        assert asyncio.run(ask_both(server.url)) < 1.7


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
    with LoopbackServer(respond_with(lambda _: answer)) as server, within(SOON):
        with pytest.raises(ClerkAPIError) as caught:
            call(server.url, get)
        assert (caught.value.status, caught.value.code) == (answer.status, code)

    assert len(server.received) == 1


def test_an_empty_answer_is_an_empty_user(call: Call) -> None:
    with LoopbackServer(respond_with(lambda _: HttpResponse(200, [JSON]))) as server, within(SOON):
        assert call(server.url, get).id == ""


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("ask", [get, create])
def test_a_redirect_is_an_error_and_takes_no_credentials_to_another_host(
    call: Call, ask: Ask, status: int
) -> None:
    with LoopbackServer(in_turn(USER)) as elsewhere:
        there = f"{elsewhere.url}/stolen".replace("127.0.0.1", "localhost")
        redirect = HttpResponse(status, [("location", there), ("retry-after", "0")])
        with LoopbackServer(respond_with(lambda _: redirect)) as server, within(SOON):
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

    with LoopbackServer(in_turn(answer)) as server, within(SOON):
        assert call(server.url, judge).status == "signed-out"
        assert server.paths() == ["GET /v1/jwks"]
        assert call(server.url, judge_machine).status == "signed-out"
        assert server.paths()[1:] == ["POST /api_keys/verify"]


def test_no_error_shows_the_secret_key(call: Call) -> None:
    with (
        LoopbackServer(reset_before_the_answer) as server,
        within(SOON),
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

    with LoopbackServer(in_turn(BUSY, USER)) as server, within(SOON):
        with pytest.raises(ServerError):
            call(server.url, ask_both)
        assert len(server.received) == 1

    def ask_first(clerk: AnyClerk) -> Any:
        clerk.with_options(retries=0).users  # noqa: B018
        return clerk.users.get("user_1")

    with LoopbackServer(in_turn(BUSY, USER)) as server, within(SOON):
        assert call(server.url, ask_first).id == "user_1"


def test_a_timeout_of_its_own_is_the_deadline(call: Call) -> None:
    with (
        LoopbackServer(hang) as server,
        within(4),
        pytest.raises(TransportError, match=r"within 0\.3 seconds"),
    ):
        call(server.url, lambda clerk: get(clerk.with_options(timeout=0.3)))


def test_options_of_options_keep_what_they_do_not_name(call: Call) -> None:
    def ask(clerk: AnyClerk) -> Any:
        return get(clerk.with_options(retries=0).with_options(timeout=5))

    with LoopbackServer(in_turn(BUSY, USER)) as server, within(SOON), pytest.raises(ServerError):
        call(server.url, ask)

    assert len(server.received) == 1


def test_the_connection_is_shared() -> None:
    def numbered(received: Received) -> HttpResponse:
        return HttpResponse(200, [JSON], b'{"id": "%d"}' % received.connection)

    async def ask(url: str) -> list[str]:
        async with AsyncClerk(**_options(url)) as clerk:
            other = clerk.with_options(timeout=5)
            return [(await one.users.get("user_1")).id for one in (clerk, other)]

    with LoopbackServer(respond_with(numbered)) as server:
        with Clerk(**_options(server.url)) as clerk:
            other = clerk.with_options(timeout=5)
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
    assert other._keyring is clerk._keyring
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
