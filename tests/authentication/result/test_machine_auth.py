"""Auth objects of machine tokens, and signed-out ones where a machine token is expected."""

from __future__ import annotations

import json
from dataclasses import asdict, is_dataclass

import pytest

from clerk_core._authentication.request.token_kinds import MACHINE_TOKEN_TYPES, MachineTokenType
from clerk_core._authentication.result.auth import BaseSignedOutAuth
from clerk_core._authentication.result.machine_auth import BaseMachineAuth
from clerk_core._authentication.tokens.machine_token import MachineToken
from tests.authentication.result.support import context, signed_out
from tests.support import run_without_requests

TOKEN = "ak_secret_0123456789abcdef"


def verified(kind: MachineTokenType, subject: str = "user_1") -> BaseMachineAuth:
    machine = MachineToken(
        kind, "id_1", subject, ("read:a",), "My key", {"nested": {"list": [1]}}, "client_1"
    )
    auth = context().signed_in(TOKEN, machine).auth()
    assert isinstance(auth, BaseMachineAuth)
    return auth


@pytest.mark.parametrize(
    ("kind", "subject", "user_id", "org_id", "machine_id"),
    [
        ("api_key", "user_1", "user_1", None, None),
        ("api_key", "org_1", None, "org_1", None),
        ("api_key", "mch_1", None, None, None),
        ("api_key", "x_user_1", None, None, None),
        ("api_key", "users_1", None, None, None),
        ("oauth_token", "user_1", "user_1", None, None),
        ("oauth_token", "org_1", "org_1", None, None),
        ("m2m_token", "mch_1", None, None, "mch_1"),
        ("m2m_token", "user_1", None, None, "user_1"),
    ],
)
def test_subject_determines_user_organization_and_machine(
    kind: MachineTokenType,
    subject: str,
    user_id: str | None,
    org_id: str | None,
    machine_id: str | None,
) -> None:
    auth = verified(kind, subject)
    assert auth.is_authenticated is True
    assert (auth.token_type, auth.id, auth.subject) == (kind, "id_1", subject)
    assert (auth.user_id, auth.org_id, auth.machine_id) == (user_id, org_id, machine_id)
    assert auth.scopes == ("read:a",)


def test_only_an_api_key_has_a_name() -> None:
    assert verified("api_key").name == "My key"
    assert verified("m2m_token").name is None
    assert verified("oauth_token").name is None


def test_claims_are_a_copy() -> None:
    auth = verified("api_key")
    claims = auth.claims
    assert claims == {"nested": {"list": [1]}}
    claims["nested"]["list"].append(2)  # type: ignore[index]
    claims["more"] = 1
    assert auth.claims == {"nested": {"list": [1]}}
    assert auth.claims is not auth.claims


@pytest.mark.parametrize("kind", MACHINE_TOKEN_TYPES)
def test_machine_auth_grants_nothing(kind: MachineTokenType) -> None:
    for auth in (verified(kind), signed_out().auth(kind)):
        assert auth.has() is False
        assert auth.has(role="org:admin", permission="org:a:b", feature="x", plan="y") is False
        assert auth.has(reverification="lax") is False


def test_require_returns_the_same_object_for_a_valid_machine_token() -> None:
    auth = verified("api_key")
    assert bool(auth) is True
    assert auth.require() is auth


def test_get_token_returns_the_machine_token() -> None:
    assert run_without_requests(verified("api_key").get_token_flow()) == TOKEN


def test_machine_auth_is_immutable_and_its_repr_hides_the_token() -> None:
    auth = verified("api_key")
    assert repr(auth) == "MachineAuth(api_key, subject='user_1')"
    assert repr(context().signed_in(TOKEN, auth._verified)) == "SignedIn(user_1)"
    for name in ("subject", "_state", "anything"):
        with pytest.raises(AttributeError):
            setattr(auth, name, "x")
        with pytest.raises(AttributeError):
            delattr(auth, name)
    assert not hasattr(auth, "__dict__")
    assert "secret" not in repr(auth._verified)
    assert not is_dataclass(auth)
    with pytest.raises(TypeError):
        json.dumps(auth)
    with pytest.raises(TypeError):
        asdict(auth)  # type: ignore[call-overload]


@pytest.mark.parametrize("kind", MACHINE_TOKEN_TYPES)
def test_signed_out_auth_has_the_accepted_token_type(kind: MachineTokenType) -> None:
    auth = signed_out().auth(kind)
    assert isinstance(auth, BaseSignedOutAuth)
    assert auth.is_authenticated is False
    assert auth.token_type == kind
    assert (auth.id, auth.subject, auth.name, auth.claims, auth.scopes) == (None,) * 5
    assert (auth.user_id, auth.org_id, auth.client_id, auth.machine_id) == (None,) * 4
    assert run_without_requests(auth.get_token_flow()) is None
    with pytest.raises(AttributeError):
        auth.token_type = "api_key"


def test_signed_out_auth_for_several_types_has_no_token_type() -> None:
    auth = signed_out().auth(["api_key", "m2m_token"])
    assert isinstance(auth, BaseSignedOutAuth)
    assert (auth.is_authenticated, auth.token_type) == (False, None)
    assert (auth.user_id, auth.org_id) == (None, None)
    assert auth.has(role="org:admin") is False
    assert run_without_requests(auth.get_token_flow()) is None
    with pytest.raises(AttributeError):
        auth.user_id = "user_1"  # type: ignore[misc, assignment]


def test_state_of_a_machine_token_has_its_token_type() -> None:
    machine = MachineToken("m2m_token", "mt_1", "mch_1", ())
    state = context().signed_in(TOKEN, machine)
    assert (state.status, state.token_type, state.token) == ("signed-in", "m2m_token", TOKEN)
    assert state.auth("session_token").is_authenticated is False
    assert context().not_accepted(TOKEN, kind=None).token_type is None
    out = context().signed_out("token-invalid", kind="api_key")
    assert out.token_type == "api_key"
    assert isinstance(out.auth(), BaseSignedOutAuth)
