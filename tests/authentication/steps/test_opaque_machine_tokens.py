"""Opaque machine tokens: verification requests and responses."""

from __future__ import annotations

import json

import pytest

from clerk_core import ConfigurationError, SignedIn, SignedOut
from clerk_core._authentication.request.token_kinds import MachineTokenType
from clerk_core._authentication.result.auth import BaseSignedOutAuth
from clerk_core._authentication.result.machine_auth import BaseMachineAuth
from clerk_core._messages import HttpResponse
from clerk_core.errors import TransportError
from tests.authentication.steps.support import (
    NAMELESS,
    State,
    api_request,
    header_values,
    state_and_requests,
    state_of,
)
from tests.support import SECRET_KEY, json_response, public_pem, run_without_requests, settings

MACHINE_KEY = "ak_machine_0123456789abcdef"
USING = settings(machine_secret_key=MACHINE_KEY)

API_KEY = {
    "object": "api_key",
    "id": "ak_1",
    "subject": "user_1",
    "name": "My key",
    "scopes": ["read:a", "write:a"],
    "claims": {"tier": {"level": 3}},
    "revoked": False,
    "revocation_reason": None,
    "expired": False,
    "expiration": None,
}
M2M = {
    "object": "machine_to_machine_token",
    "id": "mt_1",
    "subject": "mch_1",
    "scopes": ["mch_2"],
    "claims": {"foo": "bar"},
    "revoked": False,
    "expired": False,
}
OAUTH = {
    "object": "clerk_idp_oauth_access_token",
    "id": "oat_1",
    "client_id": "client_1",
    "type": "oauth:access_token",
    "subject": "user_1",
    "scopes": ["profile", "email"],
    "revoked": False,
    "expired": False,
}

KINDS: list[tuple[MachineTokenType, str, dict[str, object], str, str, str]] = [
    ("api_key", "ak_secret", API_KEY, "/api_keys/verify", "secret", SECRET_KEY),
    ("m2m_token", "mt_secret", M2M, "/m2m_tokens/verify", "token", MACHINE_KEY),
    (
        "oauth_token",
        "oat_secret",
        OAUTH,
        "/oauth_applications/access_tokens/verify",
        "access_token",
        SECRET_KEY,
    ),
]
every_kind = pytest.mark.parametrize(
    ("kind", "token", "answer", "path", "parameter", "key"), KINDS, ids=[one[0] for one in KINDS]
)


def state_for(kind: MachineTokenType, answer: HttpResponse | TransportError) -> State:
    token = next(one[1] for one in KINDS if one[0] == kind)
    return state_of(api_request(f"Bearer {token}"), USING, answer, accepts=kind)


@every_kind
def test_verification_request_has_path_key_and_body(
    kind: MachineTokenType, token: str, answer: object, path: str, parameter: str, key: str
) -> None:
    request = api_request(f"Bearer {token}")
    state, requests = state_and_requests(request, USING, json_response(answer), accepts=kind)
    assert isinstance(state, SignedIn)
    assert [(one.method, one.url) for one in requests] == [("POST", f"https://api.clerk.com{path}")]
    assert requests[0].headers.get("authorization") == f"Bearer {key}"
    assert requests[0].headers.get("content-type") == "application/json"
    assert json.loads(requests[0].content) == {parameter: token}
    assert token not in repr(requests[0])


@every_kind
def test_verification_request_uses_the_configured_api_url(
    kind: MachineTokenType, token: str, answer: object, path: str, parameter: str, key: str
) -> None:
    using = settings(api_url="https://api.example/base/", api_version="v9")
    _, requests = state_and_requests(
        api_request(token), using, json_response(answer), accepts="any"
    )
    assert requests[0].url == f"https://api.example/base{path}"
    assert requests[0].headers.get("authorization") == f"Bearer {SECRET_KEY}"


@every_kind
def test_valid_token_signs_in(
    kind: MachineTokenType, token: str, answer: object, path: str, parameter: str, key: str
) -> None:
    for accepts in (kind, "any", [kind], ["session_token", kind]):
        state = state_of(api_request(token), USING, json_response(answer), accepts=accepts)  # type: ignore[arg-type]
        assert isinstance(state, SignedIn)
        assert state.token_type == kind
        assert state.token == token
        assert state.headers == ()
        auth = state.auth(kind)
        assert isinstance(auth, BaseMachineAuth)
        assert auth.token_type == kind
        assert run_without_requests(auth.get_token_flow()) == token


def test_api_key_needs_no_publishable_key() -> None:
    state = state_of(api_request("ak_x"), NAMELESS, json_response(API_KEY), accepts="api_key")
    assert isinstance(state, SignedIn)


def test_machine_secret_key_verifies_m2m_tokens() -> None:
    using = settings(secret_key=None, jwt_key=None, machine_secret_key=MACHINE_KEY)
    state, requests = state_and_requests(
        api_request("mt_x"), using, json_response(M2M), accepts="m2m_token"
    )
    assert isinstance(state, SignedIn)
    assert requests[0].headers.get("authorization") == f"Bearer {MACHINE_KEY}"


@pytest.mark.parametrize("token", ["ak_x", "oat_x"])
def test_machine_secret_key_verifies_no_other_tokens(token: str) -> None:
    using = settings(secret_key=None, jwt_key=None, machine_secret_key=MACHINE_KEY)
    with pytest.raises(ConfigurationError, match="CLERK_SECRET_KEY"):
        state_of(api_request(token), using, accepts="any")


def test_missing_keys_raise_configuration_error() -> None:
    using = settings(secret_key=None, jwt_key=public_pem())
    with pytest.raises(ConfigurationError, match="CLERK_SECRET_KEY"):
        state_of(api_request("mt_x"), using, accepts="m2m_token")


ANSWERS = [
    (json_response({"errors": [{"code": "c", "message": "m"}]}, 401), "secret-key-invalid"),
    (HttpResponse(401), "secret-key-invalid"),
    (json_response({"errors": [{"code": "api_key_not_found"}]}, 404), "token-invalid"),
    (HttpResponse(404, (), b"<html>"), "token-invalid"),
    (HttpResponse(400), "unexpected-error"),
    (HttpResponse(403), "unexpected-error"),
    (HttpResponse(422), "unexpected-error"),
    (json_response({"errors": []}, 429), "unexpected-error"),
    (json_response({}, 500), "unexpected-error"),
    (HttpResponse(502, (), b"<html>"), "unexpected-error"),
    (HttpResponse(503), "unexpected-error"),
    (HttpResponse(504), "unexpected-error"),
    (HttpResponse(301, [("location", "https://x.example")]), "unexpected-error"),
    (HttpResponse(401, [("content-type", "application/json")], b"<html>"), "unexpected-error"),
    (HttpResponse(404, [("content-type", "application/json")], b'{"e'), "unexpected-error"),
    (TransportError("refused"), "unexpected-error"),
    (TransportError("late", code="timed-out"), "unexpected-error"),
    (HttpResponse(200), "unexpected-error"),
    (HttpResponse(204), "unexpected-error"),
    (HttpResponse(200, (), b"OK"), "unexpected-error"),
    (HttpResponse(200, [("content-type", "application/json")], b"{"), "unexpected-error"),
    (json_response(None), "unexpected-error"),
    (json_response(True), "unexpected-error"),
    (json_response([API_KEY]), "unexpected-error"),
    (json_response("ak_1"), "unexpected-error"),
    (json_response({}), "unexpected-error"),
    (json_response({"object": "api_key", "id": "ak_1"}), "unexpected-error"),
    (json_response({"subject": "user_1"}), "unexpected-error"),
    (json_response({**API_KEY, "subject": None}), "unexpected-error"),
    (json_response({**API_KEY, "subject": ""}), "unexpected-error"),
    (json_response({**API_KEY, "subject": ["user_1"]}), "unexpected-error"),
    (json_response({**API_KEY, "id": 7}), "unexpected-error"),
    (json_response({**API_KEY, "revoked": True}), "token-invalid"),
    (json_response({**API_KEY, "expired": True}), "token-invalid"),
]


@pytest.mark.parametrize("kind", ["api_key", "m2m_token", "oauth_token"])
@pytest.mark.parametrize(("answer", "reason"), ANSWERS)
def test_error_response_is_signed_out_with_a_reason(
    kind: MachineTokenType, answer: HttpResponse | TransportError, reason: str
) -> None:
    state = state_for(kind, answer)
    assert isinstance(state, SignedOut)
    assert state.reason == reason
    assert state.token_type == kind
    assert state.message.endswith(".")
    assert header_values(state, "x-clerk-auth-message") == [state.message]
    assert state.redirect is None
    auth = state.auth(kind)
    assert isinstance(auth, BaseSignedOutAuth)
    assert auth.token_type == kind


@pytest.mark.parametrize("kind", ["api_key", "m2m_token", "oauth_token"])
def test_outage_is_not_reported_as_an_invalid_token(kind: MachineTokenType) -> None:
    for status in (408, 409, 425, 429, *range(500, 512), 599):
        assert state_for(kind, HttpResponse(status)).reason == "unexpected-error"


def test_error_message_of_the_api_is_not_exposed() -> None:
    message = json_response({"errors": [{"code": "c", "message": "ak_secret\r\nx: y"}]}, 401)
    state = state_for("api_key", message)
    for text in (state.message, str(state.headers), repr(state)):
        assert text
        assert "ak_secret" not in text


@pytest.mark.parametrize(
    ("audience", "reason"),
    [
        ("https://api.example", None),
        (["https://other.example", "https://api.example"], None),
        (None, "token-verification-failed"),
        ("https://other.example", "token-verification-failed"),
        ([], "token-verification-failed"),
        ("", "token-verification-failed"),
        (["https://api.example", 7], "token-verification-failed"),
        (["https://api.example", ""], "token-verification-failed"),
        ({"https://api.example": 1}, "token-verification-failed"),
    ],
)
def test_configured_audience_of_an_oauth_token_is_checked(
    audience: object, reason: str | None
) -> None:
    using = settings(audience=["https://api.example", "https://api2.example"])
    answer = json_response({**OAUTH, "aud": audience})
    state = state_of(api_request("oat_x"), using, answer, accepts="oauth_token")
    assert state.reason == reason
    assert state_of(api_request("oat_x"), USING, answer, accepts="oauth_token").reason is None


def test_audience_applies_only_to_oauth_tokens() -> None:
    using = settings(audience="https://api.example")
    for token, answer in (("ak_x", API_KEY), ("mt_x", M2M)):
        assert (
            state_of(api_request(token), using, json_response(answer), accepts="any").token == token
        )


def test_malformed_jwt_with_a_machine_prefix_is_rejected_without_a_request() -> None:
    for prefix in ("ak_", "mt_", "oat_"):
        state, requests = state_and_requests(api_request(f"{prefix}a.b.c"), USING, accepts="any")
        assert isinstance(state, SignedOut)
        assert state.reason == "token-invalid"
        assert requests == []


@pytest.mark.parametrize("token", ["ak_a.b", "ak_a b", "ak_", "mt_ü", "oat_..", "ak_a.b.c.d"])
def test_prefix_alone_determines_the_token_type(token: str) -> None:
    state, requests = state_and_requests(
        api_request(f"Bearer {token}"), USING, HttpResponse(404), accepts="any"
    )
    assert state.reason == "token-invalid"
    assert json.loads(requests[0].content).popitem()[1] == token.partition(" ")[0]


def test_opaque_token_is_verified_on_every_request() -> None:
    # A revoked key must not be valid because of a cache.
    for answer, status in (
        (json_response(API_KEY), "signed-in"),
        (HttpResponse(404), "signed-out"),
    ):
        assert state_for("api_key", answer).status == status


@pytest.mark.parametrize(
    ("kind", "token", "answer"), [one[:3] for one in KINDS], ids=[one[0] for one in KINDS]
)
def test_expiration_is_in_seconds_whether_the_api_sends_seconds_or_milliseconds(
    kind: MachineTokenType, token: str, answer: dict[str, object]
) -> None:
    for sent in (1_916_883_200, 1_916_883_200_000):
        state = state_of(
            api_request(token), USING, json_response({**answer, "expiration": sent}), accepts=kind
        )
        auth = state.auth(kind)
        assert isinstance(auth, BaseMachineAuth)
        assert auth.expires_at == 1_916_883_200
