from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_core._authentication.tokens.claims import refuse_claims
from clerk_core._reasons import Reason
from clerk_core._settings.settings import Settings
from tests.sample import examples
from tests.support import ABSENT, ISSUER, NOW, session_claims, settings

INT_NOW = int(NOW)
SKEW = 5000
ORIGIN = "http://localhost:5000"


def reason_for(
    over: dict[str, object], given: Settings | None = None, now: float = NOW, skew: int = SKEW
) -> Reason | None:
    return refuse_claims(session_claims(over), given or settings(), now, skew)


def test_valid_claims_are_accepted() -> None:
    assert reason_for({}) is None


@pytest.mark.parametrize("subject", [ABSENT, None, 1, True, ["user_1"], {}])
def test_invalid_subject_is_rejected(subject: object) -> None:
    assert reason_for({"sub": subject}) is Reason.TOKEN_VERIFICATION_FAILED


NO_TIMES: list[object] = [
    None,
    "1800000000",
    "",
    True,
    False,
    [],
    {},
    float("nan"),
    float("inf"),
    float("-inf"),
]


@pytest.mark.parametrize("value", NO_TIMES)
@pytest.mark.parametrize("claim", ["exp", "nbf", "iat"])
def test_time_of_the_wrong_type_is_rejected(claim: str, value: object) -> None:
    assert reason_for({claim: value}) is Reason.TOKEN_VERIFICATION_FAILED


def test_missing_expiry_is_rejected() -> None:
    assert reason_for({"exp": ABSENT}) is Reason.TOKEN_VERIFICATION_FAILED


def test_iat_and_nbf_are_optional() -> None:
    assert reason_for({"iat": ABSENT, "nbf": ABSENT}) is None


@pytest.mark.parametrize(
    ("claim", "seconds_from_now", "reason"),
    [
        ("exp", 1, None),
        ("exp", 0, None),
        ("exp", -4, None),
        ("exp", -5, Reason.TOKEN_EXPIRED),
        ("exp", -1000, Reason.TOKEN_EXPIRED),
        ("nbf", 5, None),
        ("nbf", 6, Reason.TOKEN_NOT_ACTIVE_YET),
        ("iat", 5, None),
        ("iat", 6, Reason.TOKEN_IAT_IN_THE_FUTURE),
        ("exp", 0.9, None),
        ("nbf", 5.9, None),
        ("iat", 6.1, Reason.TOKEN_IAT_IN_THE_FUTURE),
    ],
)
def test_times_are_checked_with_clock_skew(
    claim: str, seconds_from_now: float, reason: Reason | None
) -> None:
    assert reason_for({claim: NOW + seconds_from_now}) is reason


def test_times_are_exact_without_clock_skew() -> None:
    assert reason_for({"exp": INT_NOW}, now=NOW - 0.001, skew=0) is None
    assert reason_for({"exp": INT_NOW}, now=NOW, skew=0) is Reason.TOKEN_EXPIRED
    assert reason_for({"iat": INT_NOW + 1}, skew=0) is Reason.TOKEN_IAT_IN_THE_FUTURE


@pytest.mark.parametrize("huge", [10**400, 10**18, 1e300])
def test_huge_times_are_compared(huge: float) -> None:
    assert reason_for({"exp": huge}) is None
    assert reason_for({"exp": -huge}) is Reason.TOKEN_EXPIRED
    assert reason_for({"nbf": huge}) is Reason.TOKEN_NOT_ACTIVE_YET
    assert reason_for({"iat": huge}) is Reason.TOKEN_IAT_IN_THE_FUTURE


@pytest.mark.parametrize("origins", [[], None])
def test_empty_authorized_parties_accept_any_azp(origins: list[str] | None) -> None:
    given = settings(authorized_parties=origins)
    assert reason_for({}, given) is None
    assert reason_for({"azp": ABSENT}, given) is None


def test_only_authorized_parties_are_accepted() -> None:
    given = settings(authorized_parties=["https://a.example", ORIGIN])
    assert reason_for({}, given) is None
    for origin in (ABSENT, None, "", "https://evil.example", ORIGIN + "/", [ORIGIN], {}, 1):
        assert reason_for({"azp": origin}, given) is Reason.TOKEN_INVALID_AUTHORIZED_PARTIES
    one = settings(authorized_parties=ORIGIN)
    assert reason_for({"azp": "http://localhost"}, one) is Reason.TOKEN_INVALID_AUTHORIZED_PARTIES


def test_configured_issuer_is_checked() -> None:
    assert reason_for({"iss": "https://other.example"}) is None
    given = settings(issuer=ISSUER)
    assert reason_for({}, given) is None
    for issuer in (ABSENT, None, "", "https://other.example", ISSUER + "/", [ISSUER], {}):
        assert reason_for({"iss": issuer}, given) is Reason.TOKEN_INVALID_ISSUER
    assert reason_for({}, settings(issuer=["https://other.example", ISSUER])) is None


def test_audience_is_ignored_if_none_is_configured() -> None:
    audiences: list[object] = ["convex", ["a", "b"], {}, 1]
    assert [reason_for({"aud": audience}) for audience in audiences] == [None] * 4


def test_configured_audience_is_checked() -> None:
    given = settings(audience=["mine", "ours"])
    for audience in (ABSENT, None, "", [], "mine", ["theirs", "ours"]):
        assert reason_for({"aud": audience}, given) is None
    for audience in ("theirs", ["theirs"], [["mine"]], {"mine": 1}, 1, True, "min", [None]):
        assert reason_for({"aud": audience}, given) is Reason.TOKEN_VERIFICATION_FAILED


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)
NAMES = ("sub", "aud", "azp", "iss", "exp", "nbf", "iat", "fea", "o", "sts", "act")
STRICT = settings(audience="a", authorized_parties="https://b", issuer="https://c")


@examples(300)
@given(st.dictionaries(st.sampled_from(NAMES), values), st.booleans())
def test_arbitrary_claims_are_checked_without_error(over: dict[str, object], strict: bool) -> None:
    given = STRICT if strict else settings()
    for claims in (over, session_claims(over)):
        assert isinstance(refuse_claims(claims, given, NOW, SKEW), Reason | None)


@examples(100)
@given(st.integers(-120, 120), st.integers(-120, 120), st.integers(-120, 120), st.integers(0, 60))
def test_claims_are_accepted_only_if_all_times_are_valid(
    expires: int, not_before: int, issued_at: int, skew: int
) -> None:
    over: dict[str, object] = {
        "exp": INT_NOW + expires,
        "nbf": INT_NOW + not_before,
        "iat": INT_NOW + issued_at,
    }
    holds = expires > -skew and not_before <= skew and issued_at <= skew
    assert (reason_for(over, skew=skew * 1000) is None) is holds
