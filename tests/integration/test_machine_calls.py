"""The keys of calls about M2M tokens, and tokens that are verified without a call."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest

from clerk_core import ConfigurationError, TokenVerificationError, TransportError
from tests.integration.test_client import Api, Runner, api, runner, times
from tests.support import SECRET_KEY, mint, other_rsa_key, public_pem

__all__ = ["api", "runner"]

M2M = {"cat": "cl_B7d4PD333AAA"}
ANSWER = {"id": "mt_1", "subject": "mch_1"}
CALLS: dict[str, Callable[..., Any]] = {
    "POST /v1/m2m_tokens": lambda m2m, **key: m2m.create_token(claims={"a": 1}, **key),
    "GET /v1/m2m_tokens": lambda m2m, **key: m2m.list_tokens(subject="mch_1", **key),
    "POST /v1/m2m_tokens/mt_1/revoke": lambda m2m, **key: m2m.revoke_token("mt_1", **key),
    "POST /v1/m2m_tokens/verify": lambda m2m, **key: m2m.verify_token(token="mt_s3cr3t", **key),
}


def keys_of(api: Api) -> list[str]:
    return [request.headers["authorization"].removeprefix("Bearer ") for request in api.requests]


def m2m_jwt(over: Mapping[str, object] | None = None, key: Any = None) -> str:
    claims = {**times(), "sub": "mch_1", "jti": "mt_1", "scopes": "mch_2 mch_3", "till": 7}
    return mint({**claims, **(over or {})}, M2M, key)


@pytest.fixture(params=CALLS)
def name(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"machine_secret_key": "ak_of_the_machine"}, "ak_of_the_machine"),
        ({"machine_secret_key": "ak_of_the_machine", "secret_key": None}, "ak_of_the_machine"),
        ({}, SECRET_KEY),
    ],
    ids=["both keys", "the machine's alone", "the instance's alone"],
)
def test_m2m_calls_use_the_machine_secret_key_if_set(
    runner: Runner, api: Api, name: str, options: dict[str, Any], key: str
) -> None:
    api.answers[name] = ANSWER
    clerk = runner.make(httpx.MockTransport(api), **options)
    runner.get(CALLS[name](clerk.m2m))
    assert keys_of(api) == [key]


def test_machine_secret_key_argument_is_used_only_as_authorization(
    runner: Runner, api: Api, name: str
) -> None:
    api.answers[name] = ANSWER
    for options in ({}, {"machine_secret_key": "ak_other"}, {"secret_key": None}):
        api.requests.clear()
        clerk = runner.make(httpx.MockTransport(api), **options)
        runner.get(CALLS[name](clerk.m2m, machine_secret_key="ak_s3cr3t"))
        assert keys_of(api) == ["ak_s3cr3t"]
        assert "ak_s3cr3t" not in str(api.requests[0].url)
        assert b"ak_s3cr3t" not in api.requests[0].content


@pytest.mark.parametrize("key", [None, ""])
def test_empty_machine_secret_key_argument_falls_back_to_the_client(
    runner: Runner, api: Api, name: str, key: str | None
) -> None:
    api.answers[name] = ANSWER
    clerk = runner.make(httpx.MockTransport(api), machine_secret_key="ak_of_the_machine")
    runner.get(CALLS[name](clerk.m2m, machine_secret_key=key))
    assert keys_of(api) == ["ak_of_the_machine"]


def test_m2m_call_without_any_key_raises_configuration_error(
    runner: Runner, api: Api, name: str
) -> None:
    clerk = runner.make(httpx.MockTransport(api), secret_key=None)
    with pytest.raises(ConfigurationError, match="CLERK_MACHINE_SECRET_KEY"):
        runner.get(CALLS[name](clerk.m2m))
    assert api.requests == []


@pytest.mark.parametrize(
    ("key", "error"), [("ak_s3cr3t\r\nx: y", ConfigurationError), (7, TypeError)]
)
def test_machine_secret_key_invalid_in_a_header_is_rejected(
    runner: Runner, api: Api, name: str, key: Any, error: type[Exception]
) -> None:
    clerk = runner.make(httpx.MockTransport(api))
    with pytest.raises(error, match="machine_secret_key") as error_info:
        runner.get(CALLS[name](clerk.m2m, machine_secret_key=key))
    assert "s3cr3t" not in str(error_info.value)
    assert api.requests == []


@pytest.mark.parametrize("options", [{}, {"secret_key": None}, {"machine_secret_key": "ak_1"}])
def test_m2m_jwt_is_verified_without_a_call(
    runner: Runner, api: Api, options: dict[str, Any]
) -> None:
    claims: dict[str, Any] = times()
    clerk = runner.make(httpx.MockTransport(api), jwt_key=public_pem(), **options)

    token = runner.get(clerk.m2m.verify_token(token=m2m_jwt(claims)))

    assert api.requests == []
    assert (token.id, token.subject, token.scopes) == ("mt_1", "mch_1", ("mch_2", "mch_3"))
    assert token.claims["till"] == 7
    assert (token.expired, token.revoked, token.revocation_reason) == (False, False, None)
    assert token.expiration == claims["exp"] * 1000
    assert token.created_at == token.updated_at == claims["iat"] * 1000
    assert token.token is None


def test_key_set_is_fetched_once_for_several_jwts(runner: Runner, api: Api) -> None:
    clerk = runner.make(httpx.MockTransport(api), jwt_key=None)
    for _ in range(2):
        runner.get(clerk.m2m.verify_token(token=m2m_jwt()))
    assert api.paths() == ["GET /v1/jwks"]


INVALID: dict[str, tuple[Callable[[], str], str]] = {
    "of another key": (lambda: m2m_jwt(key=other_rsa_key()), "token-invalid-signature"),
    "expired": (lambda: m2m_jwt({"exp": times()["iat"]}), "token-expired"),
    "of a later time": (lambda: m2m_jwt({"nbf": times()["exp"]}), "token-not-active-yet"),
    "of another kind": (lambda: mint({**times(), "sub": "mch_1"}), "token-invalid"),
}


@pytest.mark.parametrize("kind", INVALID)
def test_invalid_jwt_raises_with_a_reason(runner: Runner, api: Api, kind: str) -> None:
    make, code = INVALID[kind]
    shown = make()
    clerk = runner.make(httpx.MockTransport(api), jwt_key=public_pem())
    with pytest.raises(TokenVerificationError) as error_info:
        runner.get(clerk.m2m.verify_token(token=shown))
    assert error_info.value.code == code
    assert shown not in str(error_info.value)
    assert api.requests == []


def test_failed_key_fetch_raises_transport_error(runner: Runner, api: Api) -> None:
    del api.answers["GET /v1/jwks"]
    clerk = runner.make(httpx.MockTransport(api), jwt_key=None)
    with pytest.raises(TransportError):
        runner.get(clerk.m2m.verify_token(token=m2m_jwt()))
    without_keys = runner.make(
        httpx.MockTransport(api), jwt_key=None, secret_key=None, machine_secret_key="ak_1"
    )
    with pytest.raises(ConfigurationError):
        runner.get(without_keys.m2m.verify_token(token=m2m_jwt()))


@pytest.mark.parametrize("shown", ["mt_1", "a.b.c", "", mint(), "x" * 20_000])
def test_other_tokens_are_verified_by_the_api(runner: Runner, api: Api, shown: str) -> None:
    api.answers["POST /v1/m2m_tokens/verify"] = ANSWER
    clerk = runner.make(httpx.MockTransport(api))
    assert runner.get(clerk.m2m.verify_token(token=shown)).id == "mt_1"
    assert json.loads(api.requests[0].content) == {"token": shown}


def test_client_with_other_options_verifies_with_the_same_keys(runner: Runner, api: Api) -> None:
    clerk = runner.make(httpx.MockTransport(api), jwt_key=public_pem())
    other = clerk.with_options(timeout=5)
    assert runner.get(other.m2m.verify_token(token=m2m_jwt())).subject == "mch_1"
    assert api.requests == []
