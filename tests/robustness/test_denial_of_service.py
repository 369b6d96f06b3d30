"""Key fetching withstands floods of forged tokens and outages of the API."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import pairwise
from typing import Any

import httpx
import pytest

from clerk_core import (
    AsyncClerk,
    Clerk,
    Keyring,
    Request,
    TransportError,
    authenticate,
    run,
    run_async,
)
from clerk_core._authentication.tokens import keyring as limits
from clerk_core._messages import HttpRequest, HttpResponse
from tests.authentication.steps.support import api_request, browser_cookies, page
from tests.integration.loopback import Connection, LoopbackServer
from tests.robustness.conftest import DecideWith
from tests.robustness.entry_points import (
    DAY,
    JWKS,
    Api,
    Clock,
    Decide,
    State,
    local_options,
    options,
    token_at,
)
from tests.support import (
    KID,
    NOW,
    PATIENCE,
    SECRET_KEY,
    FlightClaims,
    base64url,
    json_response,
    jwk,
    key_set,
    mint,
    other_rsa_key,
    settings,
    tampered,
)

REMOTE = settings(jwt_key=None)
CLAIMS_AND_SIGNATURE = mint().partition(".")[2]
OUTAGES: list[HttpResponse | TransportError] = [
    HttpResponse(503),
    HttpResponse(429, [("retry-after", "60")]),
    HttpResponse(200, (), b"<html>maintenance</html>"),
    HttpResponse(200, [("content-type", "application/json")], b'{"keys": ['),
]


def bearer(token: str) -> Request:
    return api_request(f"Bearer {token}")


def forged_request(kid: object) -> Request:
    """Return a request with a forged token that names this key."""
    header = f'{{"alg":"RS256","kid":"{kid}","typ":"JWT"}}'.encode()
    return bearer(f"{base64url(header)}.{CLAIMS_AND_SIGNATURE}")


# --- unknown keys and forgeries ------------------------------------------------------------------


def test_unknown_kids_cause_one_fetch(decide: Decide, api: Api) -> None:
    for number in range(50):
        state = decide(forged_request(f"ins_{number}"))
        assert (state.status, state.reason) == ("signed-out", "jwk-kid-mismatch")

    assert api.requests == [JWKS]


@pytest.mark.parametrize(
    ("answer", "pause"),
    [(key_set(), limits.COOL_DOWN), *((outage, limits.RETRY_AFTER) for outage in OUTAGES)],
)
def test_random_kids_cause_at_most_one_fetch_per_cool_down(
    answer: HttpResponse, pause: float
) -> None:
    keyring, fetched_at, now = Keyring(), list[float](), NOW
    run(authenticate(bearer(mint()), REMOTE, now=now, keyring=keyring), lambda _: key_set())
    forgeries = [forged_request(f"ins_{number:x}") for number in range(10_000)]

    def send(request: HttpRequest) -> HttpResponse:
        fetched_at.append(now)
        return answer

    for forgery in forgeries:
        now += 0.005
        state = run(authenticate(forgery, REMOTE, now=now, keyring=keyring), send)
        assert not state.is_authenticated

    assert len(fetched_at) >= 4
    assert all(later - at >= pause for at, later in pairwise(fetched_at))
    known = authenticate(bearer(mint()), REMOTE, now=NOW + 50, keyring=keyring)
    assert run(known, send).is_authenticated


def test_forgeries_with_a_known_kid_do_not_evict_the_key(decide: Decide, api: Api) -> None:
    assert decide(bearer(mint())).is_authenticated
    api.respond = lambda target: HttpResponse(429)

    for number in range(50):
        forged = mint({"sub": f"user_{number}"}, key=other_rsa_key())
        assert decide(bearer(forged)).reason == "token-invalid-signature"

    assert decide(bearer(mint({"sub": "user_7"}))).auth().user_id == "user_7"
    assert api.requests == [JWKS]


def test_unknown_kids_during_rate_limiting_lock_no_user_out(
    decide: Decide, api: Api, clock: Clock
) -> None:
    assert decide(bearer(mint())).is_authenticated
    api.respond = lambda target: HttpResponse(429)
    clock.now += limits.COOL_DOWN + 1

    for number in range(50):
        assert not decide(forged_request(f"ins_{number}")).is_authenticated
        assert decide(bearer(tampered(mint()))).reason == "token-invalid-signature"
        assert decide(bearer(mint({"sub": f"user_{number}"}))).is_authenticated

    assert api.requests == [JWKS, JWKS]


def test_known_kid_does_not_wait_for_the_fetch_of_an_unknown_kid() -> None:
    keyring, later = Keyring(), NOW + limits.COOL_DOWN
    run(authenticate(bearer(mint()), REMOTE, now=NOW, keyring=keyring), lambda _: key_set())
    forger = authenticate(forged_request("ins_unknown"), REMOTE, now=later, keyring=keyring)
    assert next(forger).url.endswith("/jwks")

    def never(request: HttpRequest) -> HttpResponse:
        raise AssertionError(request)

    user = authenticate(bearer(mint()), REMOTE, now=later, keyring=keyring)
    assert run(user, never).is_authenticated
    forger.close()


# --- single flight -------------------------------------------------------------------------------


Wait = Callable[[int], None]


@pytest.fixture
def wait_for(api: Api, monkeypatch: pytest.MonkeyPatch) -> Wait:
    """Return a function that delays API responses until `expected` requests wait."""
    monkeypatch.setattr(limits, "FETCH_DEADLINE", PATIENCE)

    def wait(expected: int) -> None:
        claims = FlightClaims(monkeypatch, expected)

        def respond(target: str) -> HttpResponse:
            assert claims.all_claimed.wait(PATIENCE)
            return key_set()

        api.respond = respond

    return wait


def _threads(decide: Callable[[Request], Any]) -> list[str | None]:
    def one(number: int) -> str | None:
        user_id: str | None = decide(bearer(mint({"sub": f"user_{number}"}))).auth().user_id
        return user_id

    with ThreadPoolExecutor(40) as pool:
        return list(pool.map(one, range(40)))


async def _tasks(decide: Callable[[Request], Coroutine[Any, Any, Any]]) -> list[str | None]:
    requests = [bearer(mint({"sub": f"user_{number}"})) for number in range(40)]
    states = await asyncio.gather(*map(decide, requests))
    return [state.auth().user_id for state in states]


ALL_USERS = [f"user_{number}" for number in range(40)]


def test_threads_share_the_first_fetch_with_run(api: Api, wait_for: Wait) -> None:
    wait_for(40)
    keyring = Keyring()

    def decide(request: Request) -> Any:
        return run(authenticate(request, REMOTE, now=NOW, keyring=keyring), api.send)

    assert _threads(decide) == ALL_USERS
    assert api.requests == [JWKS]


def test_threads_share_the_first_fetch_with_clerk(api: Api, clock: Clock, wait_for: Wait) -> None:
    wait_for(40)
    with api.serve() as server, Clerk(**options(api_url=server.url), timeout=PATIENCE) as clerk:
        assert _threads(clerk.authenticate) == ALL_USERS
    assert api.requests == [JWKS]


def test_tasks_share_the_first_fetch_with_run_async(api: Api, wait_for: Wait) -> None:
    wait_for(40)
    keyring = Keyring()

    async def send(request: HttpRequest) -> HttpResponse:
        return await asyncio.to_thread(api.send, request)

    async def decide(request: Request) -> Any:
        return await run_async(authenticate(request, REMOTE, now=NOW, keyring=keyring), send)

    assert asyncio.run(_tasks(decide)) == ALL_USERS
    assert api.requests == [JWKS]


def test_tasks_share_the_first_fetch_with_async_clerk(
    api: Api, clock: Clock, wait_for: Wait
) -> None:
    wait_for(40)

    async def all_at_once(url: str) -> list[str | None]:
        async with AsyncClerk(**options(api_url=url), timeout=PATIENCE) as clerk:
            return await _tasks(clerk.authenticate)

    with api.serve() as server:
        assert asyncio.run(all_at_once(server.url)) == ALL_USERS
    assert api.requests == [JWKS]


def test_threads_and_tasks_of_one_keyring_share_the_first_fetch(api: Api, wait_for: Wait) -> None:
    wait_for(80)
    keyring = Keyring()

    def decide(request: Request) -> Any:
        return run(authenticate(request, REMOTE, now=NOW, keyring=keyring), api.send)

    async def send(request: HttpRequest) -> HttpResponse:
        return await asyncio.to_thread(api.send, request)

    async def decide_async(request: Request) -> Any:
        return await run_async(authenticate(request, REMOTE, now=NOW, keyring=keyring), send)

    with ThreadPoolExecutor(1) as pool:
        tasks = pool.submit(lambda: asyncio.run(_tasks(decide_async)))
        assert _threads(decide) == tasks.result(PATIENCE) == ALL_USERS
    assert api.requests == [JWKS]


# --- outages when keys expire --------------------------------------------------------------------


@pytest.mark.parametrize("outage", OUTAGES)
def test_failed_refresh_of_expired_keys_signs_no_user_out(
    decide: Decide, api: Api, clock: Clock, outage: HttpResponse
) -> None:
    assert decide(bearer(mint())).is_authenticated
    api.respond = lambda target: outage
    clock.now += limits.FRESH_FOR

    for number in range(20):
        token = token_at(clock.now, sub=f"user_{number}")
        assert decide(bearer(token)).auth().user_id == f"user_{number}"
        assert decide(page("/", browser_cookies(token))).is_authenticated

    assert api.requests == [JWKS, JWKS]


@pytest.mark.parametrize("outage", [OUTAGES[0], TransportError("Refused.")])
def test_outage_of_a_day_signs_no_user_out_and_limits_attempts(
    outage: HttpResponse | TransportError, api: Api
) -> None:
    keyring = Keyring()
    tried_at: list[float] = []

    def decided_at(now: float) -> Any:
        before = len(api.requests)
        flow = authenticate(bearer(token_at(now)), REMOTE, now=now, keyring=keyring)
        state = run(flow, api.send)
        tried_at.extend([now] * (len(api.requests) - before))
        return state

    assert decided_at(NOW).is_authenticated
    api.respond = lambda target: outage
    for minute in range(0, DAY // 60, 5):
        for seconds in (0, 1, 2, 4):
            assert decided_at(NOW + minute * 60 + seconds).is_authenticated

    assert all(b - a >= limits.RETRY_AFTER for a, b in pairwise(tried_at))
    assert decided_at(NOW + DAY - 1).is_authenticated
    assert decided_at(NOW + DAY + 10).reason == "jwk-remote-failed-to-load"
    api.respond = lambda target: key_set()
    assert decided_at(NOW + DAY + 20).is_authenticated


def test_only_one_request_refreshes_keys_with_a_short_deadline() -> None:
    keyring, later = Keyring(), NOW + limits.FRESH_FOR
    run(authenticate(bearer(mint()), REMOTE, now=NOW, keyring=keyring), lambda _: key_set())
    token = bearer(token_at(later))

    def never(request: HttpRequest) -> HttpResponse:
        raise AssertionError(request)

    trying = authenticate(token, REMOTE, now=later, keyring=keyring)
    request = next(trying)
    assert request.timeout == limits.REFRESH_DEADLINE < limits.FETCH_DEADLINE
    for _ in range(50):
        other = authenticate(token, REMOTE, now=later + 1, keyring=keyring)
        assert run(other, never).is_authenticated
    with pytest.raises(StopIteration) as end:
        trying.throw(TransportError("No response."))
    assert end.value.value.is_authenticated


def test_overdue_refresh_is_taken_over_by_one_request() -> None:
    keyring, later = Keyring(), NOW + limits.FRESH_FOR
    run(authenticate(bearer(mint()), REMOTE, now=NOW, keyring=keyring), lambda _: key_set())
    # A custom sender may ignore the deadline.
    stuck = authenticate(bearer(token_at(later)), REMOTE, now=later, keyring=keyring)
    next(stuck)
    much_later = later + 10 * limits.REFRESH_DEADLINE
    others = [
        authenticate(bearer(token_at(much_later)), REMOTE, now=much_later, keyring=keyring)
        for _ in range(5)
    ]

    trying = [next(other, None) for other in others]

    assert len([request for request in trying if request is not None]) == 1


def test_hanging_refresh_blocks_one_thread(
    api: Api, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The refresh does not end before it is released.
    monkeypatch.setattr(limits, "REFRESH_DEADLINE", 2 * PATIENCE)
    release = threading.Event()

    def hang(target: str) -> HttpResponse:
        release.wait(PATIENCE)
        return HttpResponse(503)

    with (
        api.serve() as server,
        Clerk(**options(api_url=server.url), timeout=2 * PATIENCE) as clerk,
        ThreadPoolExecutor(20) as pool,
    ):
        assert clerk.authenticate(bearer(mint())).is_authenticated
        clock.now += limits.FRESH_FOR
        api.respond = hang
        token = bearer(token_at(clock.now))
        states = as_completed([pool.submit(clerk.authenticate, token) for _ in range(20)], PATIENCE)

        # All threads except the one that sends the request.
        assert all(next(states).result().is_authenticated for _ in range(19))
        release.set()
        assert next(states).result().is_authenticated

    assert api.requests == [JWKS, JWKS]


# --- rotation ------------------------------------------------------------------------------------


def test_rotated_key_replaces_the_old_one(decide: Decide, api: Api, clock: Clock) -> None:
    assert decide(bearer(mint())).is_authenticated
    api.respond = lambda target: key_set(jwk(other_rsa_key(), "ins_key_2"))
    clock.now += limits.COOL_DOWN

    new = mint(header={"kid": "ins_key_2"}, key=other_rsa_key())
    assert decide(bearer(new)).is_authenticated
    assert decide(bearer(mint())).reason == "jwk-kid-mismatch"
    assert api.requests == [JWKS, JWKS]


def test_key_replaced_under_the_same_kid_is_used_after_a_refresh(
    decide: Decide, api: Api, clock: Clock
) -> None:
    old = mint({"exp": int(NOW) + 600})
    assert decide(bearer(old)).is_authenticated
    api.respond = lambda target: key_set(jwk(other_rsa_key(), KID))
    clock.now += limits.FRESH_FOR

    new = mint({"exp": int(NOW) + 600}, key=other_rsa_key())
    assert decide(bearer(new)).is_authenticated
    assert decide(bearer(old)).reason == "token-invalid-signature"
    assert api.requests == [JWKS, JWKS]


# --- an API that cannot be reached ---------------------------------------------------------------


def hang(connection: Connection) -> None:
    connection.receive()
    connection.wait()


def drip(connection: Connection) -> None:
    connection.receive()
    connection.drip(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n" + b" " * 100_000, 0.05)


@pytest.mark.parametrize("behave", [hang, drip])
def test_threads_share_one_deadline_while_the_api_hangs(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, behave: Callable[[Connection], None]
) -> None:
    monkeypatch.setattr(limits, "FETCH_DEADLINE", 0.5)
    with LoopbackServer(behave) as server, Clerk(**options(api_url=server.url)) as clerk:
        with ThreadPoolExecutor(20) as pool:
            states = list(pool.map(clerk.authenticate, [bearer(mint())] * 20))
        states += [clerk.authenticate(forged_request(f"ins_{number}")) for number in range(50)]

        assert {state.reason for state in states} == {"jwk-remote-failed-to-load"}
        # On a slow machine the deadline may pass before any connection.
        assert server.connections <= 1


@pytest.mark.parametrize("behave", [hang, drip])
def test_tasks_share_one_deadline_while_the_api_hangs(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, behave: Callable[[Connection], None]
) -> None:
    monkeypatch.setattr(limits, "FETCH_DEADLINE", 0.5)

    async def all_at_once(url: str) -> list[Any]:
        async with AsyncClerk(**options(api_url=url)) as clerk:
            states = await asyncio.gather(*(clerk.authenticate(bearer(mint())) for _ in range(20)))
            return [*states, *[await clerk.authenticate(forged_request(n)) for n in range(50)]]

    with LoopbackServer(behave) as server:
        states = asyncio.run(all_at_once(server.url))
        assert {state.reason for state in states} == {"jwk-remote-failed-to-load"}
        assert server.connections <= 1


def test_sender_that_never_returns_costs_waiting_requests_one_deadline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "FETCH_DEADLINE", 0.3)
    keyring, release, sent = Keyring(), threading.Event(), threading.Semaphore(0)

    def send(request: HttpRequest) -> HttpResponse:
        sent.release()
        assert release.wait(PATIENCE)
        return key_set()

    def decide() -> Any:
        return run(authenticate(bearer(mint()), REMOTE, now=NOW, keyring=keyring), send)

    with ThreadPoolExecutor(10) as pool:
        first = pool.submit(decide)
        assert sent.acquire(timeout=PATIENCE)
        others = [pool.submit(decide) for _ in range(8)]
        reasons = {other.result(PATIENCE).reason for other in others}
        release.set()
        assert first.result(PATIENCE).is_authenticated

    assert reasons == {"jwk-remote-failed-to-load"}
    # Nobody else has sent anything.
    assert not sent.acquire(blocking=False)


def decided_by(
    kind: type[Clerk | AsyncClerk],
    request: Request,
    given: dict[str, Any],
    *,
    timeout: float,
    **accepting: Any,
) -> State:
    """Return the state of a request from a new client with this time-out."""
    if kind is Clerk:
        with Clerk(timeout=timeout, **given) as clerk:
            return clerk.authenticate(request, **accepting)

    async def decided() -> State:
        async with AsyncClerk(timeout=timeout, **given) as clerk:
            return await clerk.authenticate(request, **accepting)

    return asyncio.run(decided())


@pytest.mark.parametrize("kind", [Clerk, AsyncClerk])
@pytest.mark.parametrize(("timeout", "limit"), [(0.25, 0.25), (60.0, limits.FETCH_DEADLINE)])
def test_client_timeout_limits_the_key_set_fetch(
    kind: type[Clerk | AsyncClerk], clock: Clock, timeout: float, limit: float
) -> None:
    timeouts: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response:
        timeouts.append(request.extensions["timeout"]["read"])
        raise httpx.ReadTimeout("")

    given = options(transport=httpx.MockTransport(answer))
    state = decided_by(kind, bearer(mint()), given, timeout=timeout)

    assert state.reason == "jwk-remote-failed-to-load"
    (read_timeout,) = timeouts
    assert 0 < read_timeout <= limit


API_CALLS: dict[str, tuple[Request, dict[str, Any], str | None]] = {
    "key set": (bearer(mint()), {}, "jwk-remote-failed-to-load"),
    "api key": (bearer("ak_1"), {"accepts_token": "api_key"}, "unexpected-error"),
    "m2m token": (bearer("mt_1"), {"accepts_token": "m2m_token"}, "unexpected-error"),
    "oauth token": (bearer("oat_1"), {"accepts_token": "any"}, "unexpected-error"),
    "handshake": (page("/?__clerk_handshake_nonce=n"), {}, "session-token-missing"),
    "refresh": (
        page(
            "/",
            browser_cookies(
                mint({"exp": int(NOW) - 60}),
                **{f"__refresh_{REMOTE.cookie_suffix}": "r"},
            ),
        ),
        {},
        "session-token-expired-refresh-fetch-error",
    ),
}


@pytest.mark.parametrize("name", API_CALLS)
def test_unreachable_api_gives_a_signed_out_state(
    decide_with: DecideWith, api: Api, clock: Clock, name: str
) -> None:
    request, accepting, reason = API_CALLS[name]
    api.respond = lambda target: TransportError("Refused.")
    # Nothing listens on port 9.
    given = options if name == "key set" else local_options
    decide = decide_with(**given(api_url="http://127.0.0.1:9"))

    state = decide(request, **accepting)

    assert (state.is_authenticated, state.reason) == (False, reason)
    assert SECRET_KEY not in f"{state!r} {state.headers}"


@pytest.mark.parametrize("name", [name for name in API_CALLS if name != "key set"])
@pytest.mark.parametrize("kind", [Clerk, AsyncClerk])
def test_hanging_api_gives_a_signed_out_state_at_the_deadline(
    name: str, kind: type[Clerk | AsyncClerk], clock: Clock
) -> None:
    request, accepting, reason = API_CALLS[name]
    with LoopbackServer(hang) as server:
        given = local_options(api_url=server.url)
        state = decided_by(kind, request, given, timeout=0.3, **accepting)

        assert (state.is_authenticated, state.reason) == (False, reason)
        # On a slow machine the deadline may pass before the request is sent.
        assert server.connections <= 1


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
@pytest.mark.parametrize("token", ["ak_1", "mt_1", "oat_1"])
def test_outage_is_not_reported_as_an_invalid_machine_token(
    decide_with: DecideWith, api: Api, status: int, token: str
) -> None:
    decide = decide_with(**local_options())
    api.respond = lambda target: json_response({"errors": [{"code": "too_many_requests"}]}, status)

    state = decide(bearer(token), accepts_token="any")

    assert (state.is_authenticated, state.reason) == (False, "unexpected-error")
    assert len(api.requests) == 1
