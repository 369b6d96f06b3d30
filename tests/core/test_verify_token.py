"""Tokens that come without an HTTP request."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from clerk_core import (
    AsyncClerk,
    AsyncMachineAuth,
    AsyncSessionAuth,
    Clerk,
    MachineAuth,
    SessionAuth,
    TokenVerificationError,
    decode_token,
)
from clerk_core.testing._instance import Instance
from clerk_core.testing._tokens import ADMIN, other_rsa_key, token


@pytest.fixture(scope="module")
def running() -> Iterator[Instance]:
    with Instance() as instance:
        yield instance


@pytest.fixture
def instance(running: Instance, clean_environment: None) -> Instance:
    running.forget()
    return running


@pytest.fixture
def clerk(instance: Instance) -> Iterator[Clerk]:
    with Clerk(**instance.options()) as clerk:
        yield clerk


def code_of(clerk: Clerk, encoded: str, **options: Any) -> str:
    with pytest.raises(TokenVerificationError) as caught:
        clerk.verify_token(encoded, **options)
    assert caught.value.message
    assert encoded not in str(caught.value) or not encoded
    return caught.value.code


def test_session_token_gives_its_auth_object(clerk: Clerk) -> None:
    auth = clerk.verify_token(token("user_7", **ADMIN))

    assert isinstance(auth, SessionAuth)
    assert (auth.user_id, auth.session_id) == ("user_7", "sess_of_user_7")
    assert auth.has(role="org:admin")


def test_auth_object_gets_tokens_for_other_services(clerk: Clerk, instance: Instance) -> None:
    auth = clerk.verify_token(token("user_7"))

    assert auth.get_token(template="supabase") == "supabase of sess_of_user_7"
    assert instance.calls == ["POST /v1/sessions/sess_of_user_7/tokens/supabase"]


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: "", "token-invalid"),
        (lambda: "nonsense", "token-invalid"),
        (lambda: token("user_7") + " and more", "token-invalid"),
        (lambda: f" {token('user_7')}", "token-invalid"),
        (lambda: f"Bearer {token('user_7')}", "token-invalid"),
        (lambda: token("user_7", key=other_rsa_key()), "token-invalid-signature"),
        (lambda: token("user_7", exp=int(time.time()) - 60), "token-expired"),
        (lambda: token("user_7", sts="pending"), "session-pending"),
        (lambda: "ak_1", "token-type-mismatch"),
    ],
    ids=["", "nonsense", "more", "space", "scheme", "forged", "expired", "pending", "API key"],
)
def test_token_that_does_not_hold_raises_its_reason(
    clerk: Clerk, make: Callable[[], str], code: str
) -> None:
    assert code_of(clerk, make()) == code


def test_pending_session_is_accepted_if_asked_for(clerk: Clerk) -> None:
    auth = clerk.verify_token(token("user_7", sts="pending"), treat_pending_as_signed_out=False)

    assert auth.session_status == "pending"


def test_authorized_parties_apply(instance: Instance) -> None:
    with Clerk(**{**instance.options(), "authorized_parties": ["https://shop.example"]}) as clerk:
        assert code_of(clerk, token("user_7", azp="https://evil.example")) == (
            "token-invalid-authorized-parties"
        )
        assert clerk.verify_token(token("user_7", azp="https://shop.example")).user_id == "user_7"


@pytest.mark.parametrize("encoded", [None, b"ak_1", 7])
def test_token_must_be_a_string(clerk: Clerk, encoded: Any) -> None:
    with pytest.raises(TypeError, match="token must be a str"):
        clerk.verify_token(encoded)
    with pytest.raises(TypeError, match="token must be a str"):
        decode_token(encoded)


def test_unknown_kind_of_token_is_a_mistake(clerk: Clerk) -> None:
    with pytest.raises(TypeError, match="accepts_token"):
        clerk.verify_token("ak_1", accepts_token="cookie")  # type: ignore[call-overload]


def test_machine_token_is_verified_with_one_call(clerk: Clerk, instance: Instance) -> None:
    auth = clerk.verify_token("ak_1", accepts_token="api_key")

    assert isinstance(auth, MachineAuth)
    assert auth.subject == "user_9"
    assert instance.calls == ["POST /api_keys/verify"]
    instance.machines["api_keys"] = {}
    assert code_of(clerk, "ak_wrong", accepts_token="api_key") == "token-invalid"
    assert code_of(clerk, "mt_1", accepts_token="api_key") == "token-type-mismatch"


def test_several_kinds_of_token_are_accepted(clerk: Clerk) -> None:
    both: list[Any] = [["session_token", "m2m_token"], "any"]
    for accepts in both:
        session = clerk.verify_token(token("user_7"), accepts_token=accepts)
        machine = clerk.verify_token("mt_1", accepts_token=accepts)

        assert isinstance(session, SessionAuth)
        assert isinstance(machine, MachineAuth)


def test_code_that_awaits_gets_the_same(instance: Instance) -> None:
    async def scenario() -> None:
        async with AsyncClerk(**instance.options()) as clerk:
            session = await clerk.verify_token(token("user_7"))
            machine = await clerk.verify_token("ak_1", accepts_token="api_key")
            with pytest.raises(TokenVerificationError, match="token-expired"):
                await clerk.verify_token(token("user_7", exp=int(time.time()) - 60))

            assert isinstance(session, AsyncSessionAuth)
            assert isinstance(machine, AsyncMachineAuth)
            assert await session.get_token(template="supabase") == "supabase of sess_of_user_7"

    asyncio.run(scenario())


def test_keys_are_fetched_once_for_requests_and_tokens(instance: Instance) -> None:
    with Clerk(**{**instance.options(), "jwt_key": None}) as clerk:
        for _ in range(3):
            clerk.verify_token(token("user_7"))

    assert instance.calls == ["GET /v1/jwks"]


def test_decoded_token_shows_what_anybody_could_have_written() -> None:
    forged = decode_token(token("user_7", key=other_rsa_key()))

    assert forged.header["alg"] == "RS256"
    assert forged.claims["sub"] == "user_7"
    assert "user_7" not in repr(forged)
    with pytest.raises(TokenVerificationError, match="token-invalid"):
        decode_token("ak_1")
