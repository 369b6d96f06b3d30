"""Fetching keys during authentication: frequency, instances and outages."""

from __future__ import annotations

import asyncio
import threading

import pytest

from clerk_core import Keyring, SignedIn, SignedOut, authenticate, run, run_async
from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core.errors import ConfigurationError, TransportError
from tests.authentication.steps.support import (
    api_request,
    authentication_flow,
    browser_cookies,
    page,
    state_of,
)
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
OUTAGE = TransportError("No response.")


def test_flow_yields_the_key_set_request() -> None:
    flow = authentication_flow(api_request(mint()), REMOTE)
    request = next(flow)
    assert (request.method, request.url) == ("GET", "https://api.clerk.com/v1/jwks")
    assert request.headers.get("authorization") == f"Bearer {SECRET_KEY}"
    assert request.timeout is not None
    with pytest.raises(StopIteration) as end:
        flow.send(key_set())
    assert isinstance(end.value.value, SignedIn)


def test_cookie_token_is_verified_with_fetched_keys() -> None:
    assert isinstance(state_of(page("/", browser_cookies(mint())), REMOTE, key_set()), SignedIn)


def test_keyring_fetches_once_for_many_requests() -> None:
    keyring = Keyring()
    state_of(api_request(mint()), REMOTE, key_set(), keyring=keyring)
    for number in range(50):
        token = mint({"sub": f"user_{number}"})
        assert isinstance(state_of(api_request(token), REMOTE, keyring=keyring), SignedIn)


def test_unknown_kids_cause_few_fetches() -> None:
    keyring = Keyring()
    state_of(api_request(mint()), REMOTE, key_set(), keyring=keyring)
    for number in range(50):
        token = mint(header={"kid": f"ins_{number}"})
        state = state_of(api_request(token), REMOTE, keyring=keyring)
        assert state.reason == "jwk-kid-mismatch"
    later = state_of(api_request(token), REMOTE, key_set(), keyring=keyring, now=NOW + 11)
    assert later.reason == "jwk-kid-mismatch"


def test_forged_tokens_do_not_evict_the_key() -> None:
    keyring = Keyring()
    state_of(api_request(mint()), REMOTE, key_set(), keyring=keyring)
    for _ in range(50):
        state = state_of(api_request(tampered(mint())), REMOTE, keyring=keyring)
        assert state.reason == "token-invalid-signature"
    assert isinstance(state_of(api_request(mint()), REMOTE, keyring=keyring), SignedIn)


@pytest.mark.parametrize("answer", [OUTAGE, HttpResponse(503), HttpResponse(429)])
def test_outage_does_not_affect_tokens_of_known_keys(
    answer: HttpResponse | TransportError,
) -> None:
    keyring = Keyring()
    state_of(api_request(mint()), REMOTE, key_set(), keyring=keyring)
    later = NOW + 600
    token = mint({"iat": int(later), "exp": int(later) + 60})
    state = state_of(api_request(token), REMOTE, answer, keyring=keyring, now=later)
    assert isinstance(state, SignedIn)
    assert isinstance(
        state_of(api_request(token), REMOTE, keyring=keyring, now=later + 1), SignedIn
    )


@pytest.mark.parametrize(
    "answer",
    [OUTAGE, HttpResponse(500), HttpResponse(200, (), b"<html>"), json_response({"keys": 7})],
)
def test_outage_at_the_first_request_is_signed_out_with_a_reason(
    answer: HttpResponse | TransportError,
) -> None:
    state = state_of(api_request(mint()), REMOTE, answer)
    assert isinstance(state, SignedOut)
    assert state.reason == "jwk-remote-failed-to-load"
    assert SECRET_KEY not in repr(state.headers)


def test_invalid_secret_key_is_signed_out_with_a_reason() -> None:
    refused = json_response({"errors": [{"code": "clerk_key_invalid", "message": ""}]}, 401)
    state = state_of(api_request(mint()), REMOTE, refused)
    assert state.reason == "secret-key-invalid"


def test_token_of_another_instance_with_the_same_kid_is_rejected() -> None:
    keyring = Keyring()
    theirs = settings(
        jwt_key=None,
        secret_key="sk_test_another",
        publishable_key=publishable_key("other-1.clerk.accounts.dev"),
    )
    state_of(api_request(mint()), REMOTE, key_set(), keyring=keyring)
    their_keys = key_set(jwk(other_rsa_key(), KID))
    state = state_of(api_request(mint()), theirs, their_keys, keyring=keyring)
    assert state.reason == "token-invalid-signature"
    their_token = mint(key=other_rsa_key())
    assert isinstance(state_of(api_request(their_token), theirs, keyring=keyring), SignedIn)
    assert state_of(api_request(their_token), REMOTE, keyring=keyring).reason == (
        "token-invalid-signature"
    )


def test_expired_token_of_a_replaced_key_is_signed_out() -> None:
    keyring = Keyring()
    state_of(api_request(mint()), REMOTE, key_set(), keyring=keyring)
    later = NOW + 600
    rotated = key_set(jwk(other_rsa_key(), KID))
    state = state_of(api_request(mint()), REMOTE, rotated, keyring=keyring, now=later)
    assert isinstance(state, SignedOut)
    assert state.reason == "token-invalid-signature"


def test_cached_token_is_rejected_after_its_expiry() -> None:
    keyring = Keyring()
    token = mint()
    assert isinstance(state_of(api_request(token), REMOTE, key_set(), keyring=keyring), SignedIn)
    state = state_of(api_request(token), REMOTE, keyring=keyring, now=NOW + 60)
    assert isinstance(state, SignedOut)
    assert str(state.reason).startswith("session-token-expired")


def test_invalid_pem_raises_configuration_error() -> None:
    with pytest.raises(ConfigurationError) as error:
        state_of(api_request(mint()), settings(jwt_key="no key"))
    assert error.value.code == "jwt-key-invalid"


def test_concurrent_threads_fetch_the_key_set_once() -> None:
    keyring, requests, token = Keyring(), list[HttpRequest](), mint()
    start = threading.Barrier(8)
    signed_in: list[bool] = []

    def send(request: HttpRequest) -> HttpResponse:
        requests.append(request)
        return key_set()

    def one_request() -> None:
        start.wait(PATIENCE)
        for _ in range(5):
            flow = authenticate(api_request(token), REMOTE, now=NOW, keyring=keyring)
            signed_in.append(run(flow, send).is_authenticated)

    threads = [threading.Thread(target=one_request) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert signed_in == [True] * 40
    assert len(requests) == 1


def test_concurrent_tasks_fetch_the_key_set_once() -> None:
    keyring, requests, token = Keyring(), list[HttpRequest](), mint()

    async def send(request: HttpRequest) -> HttpResponse:
        requests.append(request)
        await asyncio.sleep(0)
        return key_set()

    async def all_at_once() -> list[bool]:
        flows = [
            authenticate(api_request(token), REMOTE, now=NOW, keyring=keyring) for _ in range(40)
        ]
        states = await asyncio.gather(*(run_async(flow, send) for flow in flows))
        return [state.is_authenticated for state in states]

    assert asyncio.run(all_at_once()) == [True] * 40
    assert len(requests) == 1
