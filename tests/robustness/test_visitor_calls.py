"""Requests of arbitrary visitors cause few API calls and never delay signed-in users."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import pytest

from clerk_core import AsyncClerk, Clerk, Keyring, Request, authenticate
from clerk_core._api import visitor_calls as limits
from clerk_core._messages import HttpRequest, HttpResponse
from tests.authentication.steps.support import SUFFIX, api_request, browser_cookies, page, script
from tests.robustness.conftest import DecideWith
from tests.robustness.entry_points import Api, Clock, local_options
from tests.support import NOW, PATIENCE, FlightClaims, json_response, mint, settings

EXPIRED = mint({"exp": int(NOW) - 60})
RENEWED = json_response({"cookies": [f"__session={mint()}; Path=/"]})
UNKNOWN = json_response({"errors": [{"code": "resource_not_found", "message": "m"}]}, 404)


def with_nonce(nonce: object = "x") -> Request:
    return page(f"/any/path?__clerk_handshake_nonce={nonce}")


def with_refresh(refresh_token: object = "made-up", token: str = EXPIRED) -> Request:
    return script("/api", browser_cookies(token, **{f"__refresh_{SUFFIX}": str(refresh_token)}))


def with_api_key(key: object = "x") -> Request:
    return api_request(f"Bearer ak_{key}")


Attack = Callable[..., Request]
ATTACKS: dict[str, tuple[Attack, str]] = {
    "nonce": (with_nonce, "session_token"),
    "refresh token": (with_refresh, "session_token"),
    "machine token": (with_api_key, "api_key"),
}


@pytest.fixture(params=list(ATTACKS))
def attack(request: pytest.FixtureRequest) -> tuple[Attack, str]:
    return ATTACKS[request.param]


def test_rejections_are_cached(
    decide_with: DecideWith, api: Api, clock: Clock, attack: tuple[Attack, str]
) -> None:
    decide, (attack_request, accepts) = decide_with(**local_options()), attack
    api.respond = lambda target: UNKNOWN

    states = [decide(attack_request(), accepts_token=accepts) for _ in range(60)]

    assert len(api.requests) == 1
    assert {state.reason for state in states} == {states[0].reason}
    clock.now += limits.REFUSED_FOR
    assert decide(attack_request(), accepts_token=accepts).reason == states[0].reason
    assert len(api.requests) == 2


@pytest.mark.parametrize(
    "answer",
    [
        HttpResponse(429, [("retry-after", "30")]),
        HttpResponse(503, [("retry-after", "30")]),
        HttpResponse(503),
        HttpResponse(502),
    ],
)
def test_overloaded_api_is_not_called_for_a_while(
    decide_with: DecideWith,
    api: Api,
    clock: Clock,
    attack: tuple[Attack, str],
    answer: HttpResponse,
) -> None:
    decide, (attack_request, accepts) = decide_with(**local_options()), attack
    api.respond = lambda target: answer
    numbers = count()

    for _ in range(20):
        assert not decide(attack_request(next(numbers)), accepts_token=accepts).is_authenticated
    assert len(api.requests) == 1

    clock.now += 30
    assert not decide(attack_request(next(numbers)), accepts_token=accepts).is_authenticated
    assert len(api.requests) == 2


def test_rate_limited_nonces_do_not_block_refreshes(decide_with: DecideWith, api: Api) -> None:
    decide = decide_with(**local_options())
    answers = {"GET": HttpResponse(429, [("retry-after", "30")]), "POST": RENEWED}
    api.respond = lambda target: answers[target.partition(" ")[0]]

    assert not decide(with_nonce()).is_authenticated
    assert decide(with_refresh()).is_authenticated


# --- an API that hangs ---------------------------------------------------------------------------

HANGING_CALLS: dict[str, Callable[[int], Request]] = {
    "one nonce": lambda number: with_nonce(),
    "many nonces": with_nonce,
    "one refresh token": lambda number: with_refresh(),
    "many refresh tokens": with_refresh,
}


@pytest.mark.parametrize("attack_request", HANGING_CALLS.values(), ids=HANGING_CALLS)
def test_signed_in_user_does_not_wait_for_hanging_calls_of_others(
    api: Api,
    clock: Clock,
    attack_request: Callable[[int], Request],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # No call ends before it is released.
    monkeypatch.setattr(limits, "DEADLINE", 2 * PATIENCE)
    release, begun = threading.Event(), threading.Semaphore(0)

    def hang(target: str) -> HttpResponse:
        begun.release()
        release.wait(PATIENCE)
        return HttpResponse(503)

    api.respond = hang
    with (
        api.serve() as server,
        Clerk(**local_options(api_url=server.url, timeout=2 * PATIENCE)) as clerk,
        ThreadPoolExecutor(4) as pool,
    ):
        attacks = [pool.submit(clerk.authenticate, attack_request(number)) for number in range(8)]
        assert begun.acquire(timeout=PATIENCE)
        user = pool.submit(clerk.authenticate, api_request(f"Bearer {mint()}"))
        assert user.result(PATIENCE).is_authenticated
        release.set()
        assert not any(one.result(PATIENCE).is_authenticated for one in attacks)
    assert len(api.requests) <= limits.FEW_CALLS


def test_tasks_wait_at_most_the_deadline_and_make_few_calls(
    api: Api, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "DEADLINE", 2.0)
    release = threading.Event()

    def hang(target: str) -> HttpResponse:
        release.wait(PATIENCE)
        return HttpResponse(503)

    api.respond = hang

    async def all_at_once(url: str) -> list[Any]:
        async with AsyncClerk(**local_options(api_url=url)) as clerk:
            calls = [clerk.authenticate(with_nonce(number)) for number in range(200)]
            return await asyncio.wait_for(asyncio.gather(*calls), PATIENCE)

    with api.serve() as server:
        states = asyncio.run(all_at_once(server.url))
        release.set()
    assert {state.reason for state in states} == {"session-token-missing"}
    assert len(api.requests) <= limits.MAX_CALLS


# --- one concurrent refresh per session ----------------------------------------------------------


@pytest.fixture
def wait_for_twenty(monkeypatch: pytest.MonkeyPatch, api: Api) -> FlightClaims:
    """Delay API responses until twenty requests wait."""
    monkeypatch.setattr(limits, "SHORT_DEADLINE", PATIENCE)
    monkeypatch.setattr(limits, "DEADLINE", PATIENCE)
    claims = FlightClaims(monkeypatch, 20)

    def renew(target: str) -> HttpResponse:
        assert claims.all_claimed.wait(PATIENCE)
        return RENEWED

    api.respond = renew
    return claims


def test_threads_of_one_expired_session_share_one_refresh(
    api: Api, clock: Clock, wait_for_twenty: FlightClaims
) -> None:
    with (
        api.serve() as server,
        Clerk(**local_options(api_url=server.url, timeout=PATIENCE)) as clerk,
        ThreadPoolExecutor(20) as pool,
    ):
        states = list(pool.map(clerk.authenticate, [with_refresh()] * 20))

    assert api.requests == ["POST /v1/sessions/sess_1/refresh"]
    assert all(state.is_authenticated for state in states)
    assert len({state.headers for state in states}) == 1


def test_tasks_of_one_expired_session_share_one_refresh(
    api: Api, clock: Clock, wait_for_twenty: FlightClaims
) -> None:
    async def all_at_once(url: str) -> list[Any]:
        async with AsyncClerk(**local_options(api_url=url, timeout=PATIENCE)) as clerk:
            return await asyncio.gather(*(clerk.authenticate(with_refresh()) for _ in range(20)))

    with api.serve() as server:
        states = asyncio.run(all_at_once(server.url))

    assert api.requests == ["POST /v1/sessions/sess_1/refresh"]
    assert all(state.is_authenticated for state in states)


def refreshing(
    request: Request, keyring: Keyring, **over: Any
) -> tuple[HttpRequest, Any]:  # the flow is kept, or it would end
    flow = authenticate(request, settings(**over), now=NOW, keyring=keyring)
    return next(flow), flow


def expired(**claims: object) -> str:
    return mint({"exp": int(NOW) - 60, **claims})


def of_origin(**headers: str) -> Request:
    cookies = browser_cookies(EXPIRED, **{f"__refresh_{SUFFIX}": "made-up"})
    return page("/", cookies, **headers)


@pytest.mark.parametrize(
    ("other", "over"),
    [
        (with_refresh("another"), {}),
        (with_refresh(token=expired(sid="sess_2")), {}),
        (with_refresh(token=expired(sub="user_2")), {}),
        (of_origin(x_forwarded_host="other.example"), {}),
        (with_refresh(), {"secret_key": "sk_test_of_another_tenant"}),
        (with_refresh(), {"api_url": "https://api.another.example"}),
    ],
)
def test_refresh_is_not_shared_across_sessions_users_origins_or_tenants(
    other: Request, over: dict[str, Any]
) -> None:
    keyring = Keyring(blocking=False)
    first, same, another = (
        refreshing(request, keyring, **options)
        for request, options in ((with_refresh(), {}), (of_origin(), {}), (other, over))
    )
    assert first[0].flight is not None
    assert same[0].flight is first[0].flight
    assert another[0].flight is not first[0].flight


def test_refreshed_session_can_be_refreshed_again(decide_with: DecideWith, api: Api) -> None:
    decide = decide_with(**local_options())
    api.respond = lambda target: RENEWED
    for _ in range(3):
        assert decide(with_refresh()).is_authenticated
    assert len(api.requests) == 3
