"""Signed M2M and OAuth tokens are verified without a call, and never as session tokens."""

from __future__ import annotations

import pytest

from clerk_core import SignedIn, SignedOut
from clerk_core._authentication.result.machine_auth import BaseMachineAuth
from clerk_core._messages import HttpResponse
from clerk_core.errors import TransportError
from tests.authentication.steps.support import (
    DEVELOPMENT,
    State,
    api_request,
    browser_cookies,
    m2m_jwt,
    oauth_jwt,
    page,
    state_and_requests,
    state_of,
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


def auth_or_reason(token: str, **over: object) -> BaseMachineAuth | str | None:
    """Return the Auth object of a machine token, or the reason why it is rejected."""
    state = state_of(api_request(f"Bearer {token}"), settings(**over), accepts="any")  # type: ignore[arg-type]
    if isinstance(state, SignedOut):
        return state.reason
    auth = state.auth()
    assert isinstance(auth, BaseMachineAuth)
    return auth


def test_m2m_token_signs_in_a_machine() -> None:
    auth = auth_or_reason(m2m_jwt({"custom": {"a": 1}}))
    assert isinstance(auth, BaseMachineAuth)
    assert auth.token_type == "m2m_token"
    assert (auth.id, auth.subject, auth.machine_id) == ("mt_1", "mch_1", "mch_1")
    assert (auth.user_id, auth.org_id, auth.client_id, auth.name) == (None,) * 4
    assert auth.scopes == ("mch_2", "mch_3")
    assert auth.claims is not None
    assert auth.claims["custom"] == {"a": 1}


def test_m2m_token_claims_are_its_custom_claims() -> None:
    auth = auth_or_reason(m2m_jwt({"aud": ABSENT, "scopes": ABSENT}))
    assert isinstance(auth, BaseMachineAuth)
    assert auth.claims is None
    assert auth.scopes == ()
    auth = auth_or_reason(m2m_jwt({"scopes": ABSENT, "aud": ["mch_8", "mch_9"]}))
    assert isinstance(auth, BaseMachineAuth)
    assert auth.scopes == ("mch_8", "mch_9")
    assert auth.claims == {"aud": ["mch_8", "mch_9"]}


def test_oauth_token_signs_in_a_user_and_client() -> None:
    auth = auth_or_reason(oauth_jwt())
    assert isinstance(auth, BaseMachineAuth)
    assert auth.token_type == "oauth_token"
    assert (auth.id, auth.subject, auth.user_id) == ("oat_1", "user_1", "user_1")
    assert (auth.client_id, auth.scopes) == ("client_1", ("profile", "email"))
    assert (auth.org_id, auth.machine_id, auth.name, auth.claims) == (None,) * 4


def test_oauth_token_tells_until_when_for_whom_and_by_whom_it_is_used() -> None:
    actor = {"sub": "client_2", "act": {"sub": "client_3"}}
    auth = auth_or_reason(oauth_jwt({"exp": NOW + 60, "aud": "https://a", "act": actor}))
    assert isinstance(auth, BaseMachineAuth)
    assert (auth.expires_at, auth.audience, auth.actor) == (NOW + 60, ("https://a",), actor)
    auth = auth_or_reason(oauth_jwt({"aud": ["https://a", 1, "https://b"], "act": "client_2"}))
    assert isinstance(auth, BaseMachineAuth)
    assert (auth.audience, auth.actor) == (("https://a", "https://b"), None)
    assert getattr(auth_or_reason(oauth_jwt({"aud": ABSENT})), "audience", None) == ()


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
def test_scopes_are_read_from_scope_and_scp(
    claims: dict[str, object], scopes: tuple[str, ...]
) -> None:
    auth = auth_or_reason(oauth_jwt(claims))
    assert isinstance(auth, BaseMachineAuth)
    assert auth.scopes == scopes


@pytest.mark.parametrize("token", [m2m_jwt(), oauth_jwt()], ids=["m2m", "oauth"])
def test_signed_token_needs_no_verification_call(token: str) -> None:
    state, requests = state_and_requests(api_request(token), DEVELOPMENT, accepts="any")
    assert isinstance(state, SignedIn)
    assert requests == []
    # Without a PEM only the key set is fetched.
    state, requests = state_and_requests(
        api_request(token), settings(jwt_key=None), key_set(), accepts="any"
    )
    assert isinstance(state, SignedIn)
    assert [one.url for one in requests] == ["https://api.clerk.com/v1/jwks"]


@pytest.mark.parametrize("typ", ["at+jwt", "application/at+jwt"])
def test_both_typ_values_of_rfc_9068_are_oauth_tokens(typ: str) -> None:
    assert isinstance(auth_or_reason(oauth_jwt(header={"typ": typ})), BaseMachineAuth)


@pytest.mark.parametrize("typ", ["AT+JWT", "JWT", ABSENT, None, "", ["at+jwt"]])
def test_other_typ_values_are_not_oauth_tokens(typ: object) -> None:
    assert not isinstance(state_of_any(oauth_jwt(header={"typ": typ})).auth(), BaseMachineAuth)


def state_of_any(token: str) -> State:
    return state_of(api_request(token), accepts="any")


@pytest.mark.parametrize("category", ["cl_B7d4PD333AAA", ABSENT])
def test_m2m_token_has_the_m2m_category_or_none(category: object) -> None:
    assert isinstance(auth_or_reason(m2m_jwt(header={"cat": category})), BaseMachineAuth)


@pytest.mark.parametrize(
    "category", [SESSION_CATEGORY, "cl_B7d4PD222AAA", "cl_I7d4PD111III", "", None, 7, []]
)
def test_m2m_token_with_another_category_is_rejected(category: object) -> None:
    for using in (DEVELOPMENT, settings(jwt_key=None)):
        request = api_request(m2m_jwt(header={"cat": category}))
        state, requests = state_and_requests(request, using, accepts="m2m_token")
        assert state.reason == "token-invalid"
        assert requests == []


BAD_CLAIMS = {
    "expired": {"exp": NOW - 60},
    "not yet": {"nbf": NOW + 60},
    "from the future": {"iat": NOW + 60},
    "no end": {"exp": ABSENT},
    "an end in text": {"exp": str(NOW + 60)},
}


@pytest.mark.parametrize("claims", BAD_CLAIMS.values(), ids=BAD_CLAIMS)
def test_time_claims_are_checked(claims: dict[str, object]) -> None:
    assert auth_or_reason(m2m_jwt(claims)) == "token-verification-failed"
    assert auth_or_reason(oauth_jwt(claims)) == "token-verification-failed"


def test_clock_skew_is_accepted() -> None:
    assert isinstance(auth_or_reason(m2m_jwt({"exp": NOW - 4})), BaseMachineAuth)
    assert (
        auth_or_reason(m2m_jwt({"exp": NOW - 4}), clock_skew_in_ms=1000)
        == "token-verification-failed"
    )


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
def test_forged_machine_token_is_rejected(token: str) -> None:
    reason = auth_or_reason(token)
    assert reason in ("token-verification-failed", "token-invalid")


@pytest.mark.parametrize("subject", [ABSENT, None, "", 7, ["user_1"]])
def test_oauth_token_without_a_valid_subject_is_rejected(subject: object) -> None:
    assert auth_or_reason(oauth_jwt({"sub": subject})) == "token-verification-failed"


@pytest.mark.parametrize(
    "answer", [TransportError("refused"), HttpResponse(500), HttpResponse(401), key_set()]
)
def test_machine_token_is_rejected_if_its_key_cannot_be_fetched(
    answer: HttpResponse | TransportError,
) -> None:
    token = m2m_jwt(header={"kid": "unknown"})
    state = state_of(api_request(token), settings(jwt_key=None), answer, accepts="m2m_token")
    assert isinstance(state, SignedOut)
    assert state.reason == "token-verification-failed"
    assert state.token_type == "m2m_token"


def test_machine_secret_key_does_not_verify_signatures() -> None:
    using = settings(secret_key=None, jwt_key=None, machine_secret_key="ak_machine")
    state, requests = state_and_requests(api_request(m2m_jwt()), using, accepts="m2m_token")
    assert state.reason == "token-verification-failed"
    assert requests == []


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
def test_configured_audience_of_an_oauth_token_is_checked(audience: object, holds: bool) -> None:
    token = oauth_jwt({"aud": audience})
    assert (
        isinstance(auth_or_reason(token, audience="https://api.example"), BaseMachineAuth) is holds
    )
    assert isinstance(auth_or_reason(token), BaseMachineAuth)


def test_m2m_token_may_lack_an_audience_but_not_have_another() -> None:
    assert isinstance(auth_or_reason(m2m_jwt({"aud": ABSENT}), audience="mch_9"), BaseMachineAuth)
    assert isinstance(
        auth_or_reason(m2m_jwt({"aud": ["mch_9"]}), audience="mch_9"), BaseMachineAuth
    )
    assert (
        auth_or_reason(m2m_jwt({"aud": ["mch_2"]}), audience="mch_9") == "token-verification-failed"
    )


def test_authorized_parties_and_issuer_apply_only_to_sessions() -> None:
    strict = {"authorized_parties": "https://app.example", "issuer": "https://issuer.example"}
    for token in (m2m_jwt(), oauth_jwt()):
        assert isinstance(auth_or_reason(token, **strict), BaseMachineAuth)


def test_machine_token_is_never_a_session_token() -> None:
    for token in (m2m_jwt(), oauth_jwt(), m2m_jwt(header={"cat": ABSENT})):
        assert state_of(api_request(token)).reason == "token-type-mismatch"
        assert state_of(page("/", browser_cookies(token))).reason == "token-type-mismatch"
        state = state_of(page("/", browser_cookies(token)), accepts="any")
        assert state.reason == "token-type-mismatch"


def test_cached_machine_token_is_not_accepted_as_session_token() -> None:
    # Caching the token as one kind does not affect its verification as the other.
    from clerk_core import Keyring

    keyring = Keyring()
    for _ in range(2):
        token = oauth_jwt()
        state = state_of(api_request(token), keyring=keyring, accepts="oauth_token")
        assert isinstance(state, SignedIn)
        assert state_of(api_request(token), keyring=keyring).reason == "token-type-mismatch"
