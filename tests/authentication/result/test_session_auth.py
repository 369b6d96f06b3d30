"""Auth objects of sessions: attributes, token versions, malformed claims, immutability."""

from __future__ import annotations

import json

import pytest

from clerk_core import ClerkError, Keyring, SignedIn
from tests.authentication.result.support import TOKEN, auth_of, in_handshake, signed_in, signed_out
from tests.authentication.steps.support import api_request, state_of
from tests.support import ABSENT, mint, session_claims, sign

ORGANIZATION = {"id": "org_1", "slg": "acme", "rol": "admin"}
VERSION_2 = {
    "v": 2,
    "fea": "o:reports,u:chat,o:billing",
    "o": {**ORGANIZATION, "per": "read,write", "fpm": "3,1"},
}
VERSION_1 = {
    "v": ABSENT,
    "org_id": "org_1",
    "org_slug": "acme",
    "org_role": "org:admin",
    "org_permissions": ["org:reports:read", "org:reports:write", "org:billing:read"],
}
# JSON values of all types, used in place of claims.
ANY_SHAPE: list[object] = [
    None,
    True,
    0,
    3,
    -1.5,
    "",
    "x",
    "a:b",
    [],
    ["x"],
    [1, [2]],
    {},
    {"id": 7},
]


def test_session_claims_are_read() -> None:
    auth = auth_of({"act": {"sub": "user_admin"}})
    assert auth.is_authenticated is True
    assert auth.token_type == "session_token"
    assert auth.user_id == "user_1"
    assert auth.session_id == "sess_1"
    assert auth.session_status == "active"
    assert auth.actor == {"sub": "user_admin"}
    assert list(auth.factor_verification_age or ()) == [1, -1]
    assert auth.session_claims == session_claims({"act": {"sub": "user_admin"}})


def test_missing_claims_are_none() -> None:
    auth = auth_of({"sid": ABSENT, "sts": ABSENT, "fva": ABSENT})
    assert auth.session_id is None
    assert auth.session_status is None
    assert auth.actor is None
    assert auth.factor_verification_age is None
    assert auth.org_id is None
    assert auth.org_slug is None
    assert auth.org_role is None
    assert auth.org_permissions is None


@pytest.mark.parametrize("claims", [VERSION_1, VERSION_2], ids=["version 1", "version 2"])
def test_both_token_versions_give_the_same_attributes(claims: dict[str, object]) -> None:
    auth = auth_of(claims)
    assert auth.org_id == "org_1"
    assert auth.org_slug == "acme"
    assert auth.org_role == "org:admin"
    assert auth.org_permissions == ("org:reports:read", "org:reports:write", "org:billing:read")
    assert auth.has(role="org:admin", permission="org:reports:write")
    assert not auth.has(permission="org:billing:write")


@pytest.mark.parametrize("version", ["2", True, None, [2], 3, 1, 0])
def test_only_the_number_2_is_version_2(version: object) -> None:
    assert auth_of({**VERSION_2, "v": version}).org_id is None
    assert auth_of({**VERSION_1, "v": version}).org_id == "org_1"


def test_organization_without_a_role_has_none() -> None:
    auth = auth_of({"o": {"id": "org_1"}})
    assert auth.org_id == "org_1"
    assert auth.org_slug is None
    assert auth.org_role is None
    assert auth.org_permissions == ()


def test_version_1_token_without_permissions_has_none() -> None:
    auth = auth_of({**VERSION_1, "org_permissions": ABSENT})
    assert auth.org_permissions is None
    assert not auth.has(permission="org:reports:read")


@pytest.mark.parametrize("shape", ANY_SHAPE, ids=repr)
@pytest.mark.parametrize(
    "claim",
    ["o", "fea", "pla", "fva", "act", "sid", "sts", "org_id", "org_role", "org_permissions", "v"],
)
def test_malformed_claim_does_not_crash(claim: str, shape: object) -> None:
    for base in (VERSION_1, VERSION_2):
        auth = auth_of({**base, claim: shape})
        assert auth.user_id == "user_1"
        assert auth.session_id is None or isinstance(auth.session_id, str)
        assert auth.org_role is None or isinstance(auth.org_role, str)
        assert auth.org_permissions is None or isinstance(auth.org_permissions, tuple)
        assert auth.actor is None or isinstance(auth.actor, dict)
        assert auth.factor_verification_age == (None if claim == "fva" else (1, -1))
        assert not auth.has(feature="x", plan="x")


@pytest.mark.parametrize("shape", ANY_SHAPE, ids=repr)
@pytest.mark.parametrize("member", ["id", "slg", "rol", "per", "fpm"])
def test_malformed_organization_member_does_not_crash(member: str, shape: object) -> None:
    auth = auth_of({**VERSION_2, "o": {**ORGANIZATION, "per": "a", "fpm": "1", member: shape}})
    for text in (auth.org_id, auth.org_slug, auth.org_role):
        assert text is None or (isinstance(text, str) and text)
    assert isinstance(auth.org_permissions, tuple)
    assert auth.user_id == "user_1"


def test_malformed_actor_is_none() -> None:
    for shape in ANY_SHAPE:
        if not isinstance(shape, dict):
            assert auth_of({"act": shape}).actor is None


PERMISSIONS = [
    ("read,write", "3", ("org:reports:read", "org:reports:write")),
    ("read,write", "2", ("org:reports:write",)),
    ("read,write", "0", ()),
    ("read,write", "1,3", ("org:reports:read", "org:billing:read", "org:billing:write")),
    ("read,write", "0,2", ("org:billing:write",)),
    (" read , write ", " 1 , 2 ", ("org:reports:read", "org:billing:write")),
    # More bits than actions, more numbers than features.
    ("read", "255,255,255", ("org:reports:read", "org:billing:read")),
    ("read,write", "x,3", ("org:billing:read", "org:billing:write")),
    ("read,write", "-1,1.5", ()),
    ("read,write", "0x3,٣", ()),
    ("read,write", "003", ("org:reports:read", "org:reports:write")),
    ("", "3", ()),
    ("read", "", ()),
    ("read", "9" * 5000, ()),
]


@pytest.mark.parametrize(("per", "fpm", "expected"), PERMISSIONS)
def test_permissions_are_decoded_from_feature_bits(
    per: str, fpm: str, expected: tuple[str, ...]
) -> None:
    claims = {**VERSION_2, "o": {**ORGANIZATION, "per": per, "fpm": fpm}}
    assert auth_of(claims).org_permissions == expected


def test_permission_bits_may_exceed_64_bits() -> None:
    actions = [f"action{number}" for number in range(200)]
    granted = (1 << 199) + (1 << 64) + (1 << 53) + 1
    organization = {**ORGANIZATION, "per": ",".join(actions), "fpm": str(granted)}
    auth = auth_of({**VERSION_2, "o": organization})
    assert auth.org_permissions == tuple(
        f"org:reports:action{number}" for number in (0, 53, 64, 199)
    )


def test_only_organization_features_have_permissions() -> None:
    claims = {"fea": "u:chat,o:reports,uo:search", "o": {**ORGANIZATION, "per": "a", "fpm": "1,1"}}
    assert auth_of(claims).org_permissions == ("org:reports:a", "org:search:a")


def test_malformed_features_grant_no_permissions() -> None:
    for fea in (3, "reports", "o:reports,broken", None):
        claims = {"fea": fea, "o": {**ORGANIZATION, "per": "a", "fpm": "1"}}
        assert auth_of(claims).org_permissions == ()


def test_session_claims_are_a_deep_copy() -> None:
    auth = auth_of({"metadata": {"roles": ["reader"]}})
    claims = auth.session_claims
    claims["sub"] = "user_evil"
    metadata = claims["metadata"]
    assert isinstance(metadata, dict)
    metadata["roles"].append("admin")
    assert auth.user_id == "user_1"
    assert auth.session_claims["metadata"] == {"roles": ["reader"]}


def test_actor_is_a_copy() -> None:
    auth = auth_of({"act": {"sub": "user_admin", "more": []}})
    actor = auth.actor
    assert actor is not None
    actor["sub"] = "user_evil"
    assert auth.actor == {"sub": "user_admin", "more": []}


def test_changing_claims_does_not_affect_the_next_request() -> None:
    keyring = Keyring()
    token = mint({"metadata": {"role": "reader"}, "act": {"sub": "user_admin"}})
    first = state_of(api_request(token), keyring=keyring).auth("session_token")
    claims, actor = first.session_claims, first.actor
    assert claims is not None
    assert actor is not None
    claims.update(sub="user_evil", sts="pending")
    claims["metadata"]["role"] = "admin"  # type: ignore[index]
    actor["sub"] = "user_evil"
    second = state_of(api_request(token), keyring=keyring)
    assert isinstance(second, SignedIn)
    assert second.auth("session_token").user_id == "user_1"
    assert second.auth("session_token").session_claims == session_claims(
        {"metadata": {"role": "reader"}, "act": {"sub": "user_admin"}}
    )
    assert second.auth("session_token").actor == {"sub": "user_admin"}


@pytest.mark.parametrize("depth", [10, 300, 600, 900, 2000])
def test_deeply_nested_claims_are_rejected_or_read(depth: int) -> None:
    nested = "[" * depth + "]" * depth
    claims = json.dumps(session_claims({"act": {"deep": "@"}})).replace('"@"', nested)
    auth = state_of(api_request(sign(json.dumps({"alg": "RS256"}), claims))).auth("session_token")
    if depth == 10:
        assert auth.is_authenticated
    if auth.is_authenticated:
        assert auth.session_claims.keys() == session_claims({"act": {}}).keys()
        assert auth.actor is not None


def test_pending_session_counts_as_signed_out() -> None:
    auth = signed_in({"sts": "pending"}).auth("session_token")
    assert auth.is_authenticated is False
    assert auth.session_status == "pending"
    assert auth.user_id is None
    assert auth.session_id is None
    assert auth.session_claims is None
    assert auth.has(role="org:admin") is False


def test_pending_session_is_returned_on_request() -> None:
    auth = signed_in({"sts": "pending"}).auth("session_token", treat_pending_as_signed_out=False)
    assert auth.is_authenticated
    assert auth.user_id == "user_1"
    assert auth.session_status == "pending"


@pytest.mark.parametrize("status", ["active", "", "other", None, 7, ["pending"], ABSENT])
def test_every_other_status_is_signed_in(status: object) -> None:
    assert signed_in({"sts": status}).auth("session_token").is_authenticated is True


def test_signed_out_auth_has_no_values() -> None:
    auth = signed_out().auth("session_token")
    assert auth.is_authenticated is False
    assert auth.token_type == "session_token"
    for value in (
        auth.user_id,
        auth.session_id,
        auth.session_status,
        auth.session_claims,
        auth.actor,
        auth.org_id,
        auth.org_slug,
        auth.org_role,
        auth.org_permissions,
        auth.factor_verification_age,
    ):
        assert value is None
    assert auth.has(role="org:admin") is False
    assert auth.has() is False


def test_signed_out_auth_has_all_attributes_of_session_auth() -> None:
    def names(auth: object) -> set[str]:
        return {name for name in dir(auth) if not name.startswith("_")}

    assert names(auth_of()) <= names(signed_out().auth("session_token"))


def test_auth_objects_are_immutable() -> None:
    for auth in (auth_of(), signed_out().auth("session_token")):
        for name in ("user_id", "session_status", "is_authenticated", "anything"):
            with pytest.raises(AttributeError):
                setattr(auth, name, "user_evil")


def test_repr_hides_token_and_claims() -> None:
    auth = auth_of({"email": "ada@example.com", "metadata": {"secret": "x1y2z3"}})
    assert repr(auth) == "SessionAuth(user_id='user_1', session_id='sess_1')"
    for text in (repr(auth), str(auth), f"{auth}", repr([auth])):
        assert TOKEN not in text
        assert "ada@example.com" not in text
        assert "x1y2z3" not in text
    assert TOKEN not in repr(signed_out().auth("session_token"))
    assert (
        repr(signed_in({"sts": "pending"}).auth("session_token"))
        == "SignedOutAuth(token_type='session_token', session_status='pending')"
    )


def test_auth_object_is_truthy_only_if_signed_in() -> None:
    assert bool(auth_of()) is True
    assert not signed_out().auth("session_token")
    assert not signed_out().auth("api_key")
    assert not signed_out().auth(["api_key", "m2m_token"])


def test_require_returns_the_same_object_for_a_signed_in_user() -> None:
    auth = auth_of()
    assert auth.require() is auth


def test_require_raises_if_signed_out() -> None:
    for auth in (
        signed_out().auth("session_token"),
        signed_in({"sts": "pending"}).auth("session_token"),
        in_handshake().auth("session_token"),
        signed_out().auth("api_key"),
        signed_out().auth(["api_key", "m2m_token"]),
    ):
        with pytest.raises(ClerkError, match="Add require_auth to the view") as caught:
            auth.require()
        assert caught.value.code == "not-signed-in"
