"""M2M and OAuth tokens that Clerk signed: verified without a call, and for nothing else."""

from __future__ import annotations

import pytest

from clerk_core import SignedIn, SignedOut
from clerk_core._authentication.result.machine_auth import BaseMachineAuth
from clerk_core._messages import HttpResponse
from clerk_core.errors import TransportError
from tests.authentication.steps.support import (
    DEVELOPMENT,
    State,
    asked_for,
    bearing,
    browser_cookies,
    decided,
    m2m_jwt,
    oauth_jwt,
    page,
)
from tests.support import (
    ABSENT,
    NOW,
    SESSION_CATEGORY,
    key_set,
    mint,
    other_rsa_key,
    settings,
    tampered,
)


def machine(token: str, **over: object) -> BaseMachineAuth | str | None:
    """The machine that a token is of, or the reason why it is nobody's."""
    state = decided(bearing(f"Bearer {token}"), settings(**over), accepts="any")  # type: ignore[arg-type]
    if isinstance(state, SignedOut):
        return state.reason
    auth = state.auth()
    assert isinstance(auth, BaseMachineAuth)
    return auth


def test_an_m2m_token_is_a_machines() -> None:
    auth = machine(m2m_jwt({"custom": {"a": 1}}))
    assert isinstance(auth, BaseMachineAuth)
    assert auth.token_type == "m2m_token"
    assert (auth.id, auth.subject, auth.machine_id) == ("mt_1", "mch_1", "mch_1")
    assert (auth.user_id, auth.org_id, auth.client_id, auth.name) == (None,) * 4
    assert auth.scopes == ("mch_2", "mch_3")
    assert auth.claims is not None
    assert auth.claims["custom"] == {"a": 1}


def test_an_m2m_tokens_own_claims_are_what_its_owner_put_into_it() -> None:
    auth = machine(m2m_jwt({"aud": ABSENT, "scopes": ABSENT}))
    assert isinstance(auth, BaseMachineAuth)
    assert auth.claims is None
    assert auth.scopes == ()
    auth = machine(m2m_jwt({"scopes": ABSENT, "aud": ["mch_8", "mch_9"]}))
    assert isinstance(auth, BaseMachineAuth)
    assert auth.scopes == ("mch_8", "mch_9")
    assert auth.claims == {"aud": ["mch_8", "mch_9"]}


def test_an_oauth_token_is_a_users_and_an_applications() -> None:
    auth = machine(oauth_jwt())
    assert isinstance(auth, BaseMachineAuth)
    assert auth.token_type == "oauth_token"
    assert (auth.id, auth.subject, auth.user_id) == ("oat_1", "user_1", "user_1")
    assert (auth.client_id, auth.scopes) == ("client_1", ("profile", "email"))
    assert (auth.org_id, auth.machine_id, auth.name, auth.claims) == (None,) * 4


@pytest.mark.parametrize(
    ("claims", "scopes"),
    [
        ({"scope": "a b"}, ("a", "b")),
        ({"scope": "a", "scp": ["b", "c"]}, ("b", "c")),
        ({"scope": ABSENT, "scp": ["b", 7, None]}, ("b",)),
        ({"scope": ["a"]}, ()),
        ({"scope": ABSENT}, ()),
        ({"scope": 7, "scp": "b"}, ()),
    ],
)
def test_scopes_are_read_in_both_spellings(
    claims: dict[str, object], scopes: tuple[str, ...]
) -> None:
    auth = machine(oauth_jwt(claims))
    assert isinstance(auth, BaseMachineAuth)
    assert auth.scopes == scopes


@pytest.mark.parametrize("token", [m2m_jwt(), oauth_jwt()], ids=["m2m", "oauth"])
def test_no_call_is_made_for_a_signed_token(token: str) -> None:
    state, asked = asked_for(bearing(token), DEVELOPMENT, accepts="any")
    assert isinstance(state, SignedIn)
    assert asked == []
    # Without a PEM it is the key set that is asked for, and nothing else.
    state, asked = asked_for(bearing(token), settings(jwt_key=None), key_set(), accepts="any")
    assert isinstance(state, SignedIn)
    assert [one.url for one in asked] == ["https://api.clerk.com/v1/jwks"]


@pytest.mark.parametrize("typ", ["at+jwt", "application/at+jwt"])
def test_both_types_of_rfc_9068_are_oauth_tokens(typ: str) -> None:
    assert isinstance(machine(oauth_jwt(header={"typ": typ})), BaseMachineAuth)


@pytest.mark.parametrize("typ", ["AT+JWT", "JWT", ABSENT, None, "", ["at+jwt"]])
def test_no_other_type_is_one(typ: object) -> None:
    assert not isinstance(
        machine_or_session(oauth_jwt(header={"typ": typ})).auth(), BaseMachineAuth
    )


def machine_or_session(token: str) -> State:
    return decided(bearing(token), accepts="any")


@pytest.mark.parametrize("category", ["cl_B7d4PD333AAA", ABSENT])
def test_an_m2m_token_is_one_by_its_category_or_has_none(category: object) -> None:
    assert isinstance(machine(m2m_jwt(header={"cat": category})), BaseMachineAuth)


@pytest.mark.parametrize(
    "category", [SESSION_CATEGORY, "cl_B7d4PD222AAA", "cl_I7d4PD111III", "", None, 7, []]
)
def test_a_token_of_another_category_is_no_machines(category: object) -> None:
    for using in (DEVELOPMENT, settings(jwt_key=None)):
        request = bearing(m2m_jwt(header={"cat": category}))
        state, asked = asked_for(request, using, accepts="m2m_token")
        assert state.reason == "token-invalid"
        assert asked == []


BAD_CLAIMS = {
    "expired": {"exp": NOW - 60},
    "not yet": {"nbf": NOW + 60},
    "from the future": {"iat": NOW + 60},
    "no end": {"exp": ABSENT},
    "an end in text": {"exp": str(NOW + 60)},
}


@pytest.mark.parametrize("claims", BAD_CLAIMS.values(), ids=BAD_CLAIMS)
def test_times_are_judged(claims: dict[str, object]) -> None:
    assert machine(m2m_jwt(claims)) == "token-verification-failed"
    assert machine(oauth_jwt(claims)) == "token-verification-failed"


def test_clocks_may_differ_a_little() -> None:
    assert isinstance(machine(m2m_jwt({"exp": NOW - 4})), BaseMachineAuth)
    assert machine(m2m_jwt({"exp": NOW - 4}), clock_skew_in_ms=1000) == "token-verification-failed"


FORGED = {
    "m2m, signature": tampered(m2m_jwt()),
    "oauth, signature": tampered(oauth_jwt()),
    "m2m, key": mint({"sub": "mch_1"}, {"cat": "cl_B7d4PD333AAA"}, other_rsa_key()),
    "oauth, key": mint({}, {"typ": "at+jwt"}, other_rsa_key()),
    "m2m, none": m2m_jwt(header={"alg": "none"}).rpartition(".")[0] + ".",
    "oauth, HS256": oauth_jwt(header={"alg": "HS256"}),
    "m2m, RS512 of an RS256 key": m2m_jwt(header={"alg": "RS512"}),
    "m2m, crit": m2m_jwt(header={"crit": ["exp"]}),
    "m2m, type": m2m_jwt(header={"typ": "at+jwt"}),
    "m2m, another type": m2m_jwt(header={"typ": "JWE"}),
}


@pytest.mark.parametrize("token", FORGED.values(), ids=FORGED)
def test_a_forgery_signs_nobody_in(token: str) -> None:
    reason = machine(token)
    assert reason in ("token-verification-failed", "token-invalid")


@pytest.mark.parametrize("subject", [ABSENT, None, "", 7, ["user_1"]])
def test_an_oauth_token_of_nobody_signs_nobody_in(subject: object) -> None:
    assert machine(oauth_jwt({"sub": subject})) == "token-verification-failed"


@pytest.mark.parametrize(
    "answer", [TransportError("refused"), HttpResponse(500), HttpResponse(401), key_set()]
)
def test_without_the_key_nobody_is_signed_in(answer: HttpResponse | TransportError) -> None:
    token = m2m_jwt(header={"kid": "unknown"})
    state = decided(bearing(token), settings(jwt_key=None), answer, accepts="m2m_token")
    assert isinstance(state, SignedOut)
    assert state.reason == "token-verification-failed"
    assert state.token_type == "m2m_token"


def test_a_machines_secret_key_is_not_one_to_verify_signatures_with() -> None:
    using = settings(secret_key=None, jwt_key=None, machine_secret_key="ak_machine")
    state, asked = asked_for(bearing(m2m_jwt()), using, accepts="m2m_token")
    assert state.reason == "token-verification-failed"
    assert asked == []


@pytest.mark.parametrize(
    ("audience", "holds"),
    [
        ("https://api.example", True),
        (["https://x.example", "https://api.example"], True),
        ("https://x.example", False),
        ([], False),
        (ABSENT, False),
        ("", False),
        (None, False),
        (["https://api.example", 7], False),
        (["https://api.example", ""], False),
    ],
)
def test_an_oauth_token_is_for_this_api_where_one_is_configured(
    audience: object, holds: bool
) -> None:
    token = oauth_jwt({"aud": audience})
    assert isinstance(machine(token, audience="https://api.example"), BaseMachineAuth) is holds
    assert isinstance(machine(token), BaseMachineAuth)


def test_an_m2m_token_may_lack_an_audience_but_not_have_another() -> None:
    assert isinstance(machine(m2m_jwt({"aud": ABSENT}), audience="mch_9"), BaseMachineAuth)
    assert isinstance(machine(m2m_jwt({"aud": ["mch_9"]}), audience="mch_9"), BaseMachineAuth)
    assert machine(m2m_jwt({"aud": ["mch_2"]}), audience="mch_9") == "token-verification-failed"


def test_origins_and_issuers_are_asked_of_sessions_only() -> None:
    strict = {"authorized_parties": "https://app.example", "issuer": "https://issuer.example"}
    for token in (m2m_jwt(), oauth_jwt()):
        assert isinstance(machine(token, **strict), BaseMachineAuth)


def test_a_machines_token_is_none_of_a_session_wherever_it_is() -> None:
    for token in (m2m_jwt(), oauth_jwt(), m2m_jwt(header={"cat": ABSENT})):
        assert decided(bearing(token)).reason == "token-type-mismatch"
        assert decided(page("/", browser_cookies(token))).reason == "token-type-mismatch"
        state = decided(page("/", browser_cookies(token)), accepts="any")
        assert state.reason == "token-type-mismatch"


def test_a_session_token_under_a_machines_name_is_verified_as_what_it_is() -> None:
    # Remembered under one kind, it is still judged as the other.
    from clerk_core import Keyring

    keyring = Keyring()
    for _ in range(2):
        token = oauth_jwt()
        state = decided(bearing(token), keyring=keyring, accepts="oauth_token")
        assert isinstance(state, SignedIn)
        assert decided(bearing(token), keyring=keyring).reason == "token-type-mismatch"
