"""Where keys are fetched on the way: how often, of which instance, and what an outage does."""

from __future__ import annotations

import asyncio
import threading

import pytest

from clerk_core import Keyring, SignedIn, SignedOut, authenticate, run, run_async
from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core.errors import ConfigurationError, TransportError
from tests.authentication.steps.support import bearing, browser_cookies, decided, deciding, page
from tests.support import (
    KID,
    NOW,
    PATIENCE,
    SECRET_KEY,
    json_response,
    jwk,
    key_set,
    mint,
    other_rsa_key,
    publishable_key,
    settings,
    tampered,
)

REMOTE = settings(jwt_key=None)
OUTAGE = TransportError("No answer.")


def test_the_key_set_is_asked_for_by_hand() -> None:
    flow = deciding(bearing(mint()), REMOTE)
    request = next(flow)
    assert (request.method, request.url) == ("GET", "https://api.clerk.com/v1/jwks")
    assert request.headers.get("authorization") == f"Bearer {SECRET_KEY}"
    assert request.timeout is not None
    with pytest.raises(StopIteration) as end:
        flow.send(key_set())
    assert isinstance(end.value.value, SignedIn)


def test_the_cookies_token_is_verified_with_the_same_keys() -> None:
    assert isinstance(decided(page("/", browser_cookies(mint())), REMOTE, key_set()), SignedIn)


def test_a_kept_keyring_asks_once_for_many_requests() -> None:
    keyring = Keyring()
    decided(bearing(mint()), REMOTE, key_set(), keyring=keyring)
    for number in range(50):
        token = mint({"sub": f"user_{number}"})
        assert isinstance(decided(bearing(token), REMOTE, keyring=keyring), SignedIn)


def test_an_unknown_key_is_asked_for_once_in_a_while() -> None:
    keyring = Keyring()
    decided(bearing(mint()), REMOTE, key_set(), keyring=keyring)
    for number in range(50):
        token = mint(header={"kid": f"ins_{number}"})
        state = decided(bearing(token), REMOTE, keyring=keyring)
        assert state.reason == "jwk-kid-mismatch"
    later = decided(bearing(token), REMOTE, key_set(), keyring=keyring, now=NOW + 11)
    assert later.reason == "jwk-kid-mismatch"


def test_forgeries_take_nobodys_key_away() -> None:
    keyring = Keyring()
    decided(bearing(mint()), REMOTE, key_set(), keyring=keyring)
    for _ in range(50):
        state = decided(bearing(tampered(mint())), REMOTE, keyring=keyring)
        assert state.reason == "token-invalid-signature"
    assert isinstance(decided(bearing(mint()), REMOTE, keyring=keyring), SignedIn)


@pytest.mark.parametrize("answer", [OUTAGE, HttpResponse(503), HttpResponse(429)])
def test_an_outage_signs_nobody_out_whose_key_is_known(
    answer: HttpResponse | TransportError,
) -> None:
    keyring = Keyring()
    decided(bearing(mint()), REMOTE, key_set(), keyring=keyring)
    later = NOW + 600
    token = mint({"iat": int(later), "exp": int(later) + 60})
    state = decided(bearing(token), REMOTE, answer, keyring=keyring, now=later)
    assert isinstance(state, SignedIn)
    assert isinstance(decided(bearing(token), REMOTE, keyring=keyring, now=later + 1), SignedIn)


@pytest.mark.parametrize(
    "answer",
    [OUTAGE, HttpResponse(500), HttpResponse(200, (), b"<html>"), json_response({"keys": 7})],
)
def test_an_outage_at_the_first_request_is_a_reason_and_no_error(
    answer: HttpResponse | TransportError,
) -> None:
    state = decided(bearing(mint()), REMOTE, answer)
    assert isinstance(state, SignedOut)
    assert state.reason == "jwk-remote-failed-to-load"
    assert SECRET_KEY not in repr(state.headers)


def test_a_secret_key_that_clerk_does_not_know_is_a_reason() -> None:
    refused = json_response({"errors": [{"code": "clerk_key_invalid", "message": ""}]}, 401)
    state = decided(bearing(mint()), REMOTE, refused)
    assert state.reason == "secret-key-invalid"


def test_a_token_of_another_instance_with_the_same_kid_is_refused() -> None:
    keyring = Keyring()
    theirs = settings(
        jwt_key=None,
        secret_key="sk_test_another",
        publishable_key=publishable_key("other-1.clerk.accounts.dev"),
    )
    decided(bearing(mint()), REMOTE, key_set(), keyring=keyring)
    their_keys = key_set(jwk(other_rsa_key(), KID))
    state = decided(bearing(mint()), theirs, their_keys, keyring=keyring)
    assert state.reason == "token-invalid-signature"
    their_token = mint(key=other_rsa_key())
    assert isinstance(decided(bearing(their_token), theirs, keyring=keyring), SignedIn)
    assert decided(bearing(their_token), REMOTE, keyring=keyring).reason == (
        "token-invalid-signature"
    )


def test_an_expired_token_of_a_key_that_was_rotated_is_a_value() -> None:
    keyring = Keyring()
    decided(bearing(mint()), REMOTE, key_set(), keyring=keyring)
    later = NOW + 600
    rotated = key_set(jwk(other_rsa_key(), KID))
    state = decided(bearing(mint()), REMOTE, rotated, keyring=keyring, now=later)
    assert isinstance(state, SignedOut)
    assert state.reason == "token-invalid-signature"


def test_a_remembered_token_is_refused_when_it_expires() -> None:
    keyring = Keyring()
    token = mint()
    assert isinstance(decided(bearing(token), REMOTE, key_set(), keyring=keyring), SignedIn)
    state = decided(bearing(token), REMOTE, keyring=keyring, now=NOW + 60)
    assert isinstance(state, SignedOut)
    assert str(state.reason).startswith("session-token-expired")


def test_a_pem_that_is_no_key_is_a_mistake_of_the_configuration() -> None:
    with pytest.raises(ConfigurationError) as error:
        decided(bearing(mint()), settings(jwt_key="no key"))
    assert error.value.code == "jwt-key-invalid"


def test_forty_cold_threads_fetch_the_key_set_once() -> None:
    keyring, asked, token = Keyring(), list[HttpRequest](), mint()
    start = threading.Barrier(8)
    signed_in: list[bool] = []

    def send(request: HttpRequest) -> HttpResponse:
        asked.append(request)
        return key_set()

    def one_request() -> None:
        start.wait(PATIENCE)
        for _ in range(5):
            flow = authenticate(bearing(token), REMOTE, now=NOW, keyring=keyring)
            signed_in.append(run(flow, send).is_authenticated)

    threads = [threading.Thread(target=one_request) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert signed_in == [True] * 40
    assert len(asked) == 1


def test_forty_cold_tasks_fetch_the_key_set_once() -> None:
    keyring, asked, token = Keyring(), list[HttpRequest](), mint()

    async def send(request: HttpRequest) -> HttpResponse:
        asked.append(request)
        await asyncio.sleep(0)
        return key_set()

    async def all_at_once() -> list[bool]:
        flows = [authenticate(bearing(token), REMOTE, now=NOW, keyring=keyring) for _ in range(40)]
        states = await asyncio.gather(*(run_async(flow, send) for flow in flows))
        return [state.is_authenticated for state in states]

    assert asyncio.run(all_at_once()) == [True] * 40
    assert len(asked) == 1
