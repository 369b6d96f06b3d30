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


def refused(
    over: dict[str, object], given: Settings | None = None, now: float = NOW, skew: int = SKEW
) -> Reason | None:
    return refuse_claims(session_claims(over), given or settings(), now, skew)


def test_the_claims_of_a_session_token_hold() -> None:
    assert refused({}) is None


@pytest.mark.parametrize("subject", [ABSENT, None, 1, True, ["user_1"], {}])
def test_a_token_without_a_subject_is_refused(subject: object) -> None:
    assert refused({"sub": subject}) is Reason.TOKEN_VERIFICATION_FAILED


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
def test_a_time_of_another_type_is_refused(claim: str, value: object) -> None:
    assert refused({claim: value}) is Reason.TOKEN_VERIFICATION_FAILED


def test_a_token_without_an_expiry_is_refused() -> None:
    assert refused({"exp": ABSENT}) is Reason.TOKEN_VERIFICATION_FAILED


def test_a_token_need_not_say_when_it_was_issued() -> None:
    assert refused({"iat": ABSENT, "nbf": ABSENT}) is None


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
def test_times_hold_within_the_clock_skew(
    claim: str, seconds_from_now: float, reason: Reason | None
) -> None:
    assert refused({claim: NOW + seconds_from_now}) is reason


def test_without_a_skew_a_token_expires_on_the_second() -> None:
    assert refused({"exp": INT_NOW}, now=NOW - 0.001, skew=0) is None
    assert refused({"exp": INT_NOW}, now=NOW, skew=0) is Reason.TOKEN_EXPIRED
    assert refused({"iat": INT_NOW + 1}, skew=0) is Reason.TOKEN_IAT_IN_THE_FUTURE


@pytest.mark.parametrize("huge", [10**400, 10**18, 1e300])
def test_huge_numbers_are_compared_and_crash_nothing(huge: float) -> None:
    assert refused({"exp": huge}) is None
    assert refused({"exp": -huge}) is Reason.TOKEN_EXPIRED
    assert refused({"nbf": huge}) is Reason.TOKEN_NOT_ACTIVE_YET
    assert refused({"iat": huge}) is Reason.TOKEN_IAT_IN_THE_FUTURE


@pytest.mark.parametrize("origins", [[], None])
def test_no_authorized_parties_refuse_nobody(origins: list[str] | None) -> None:
    given = settings(authorized_parties=origins)
    assert refused({}, given) is None
    assert refused({"azp": ABSENT}, given) is None


def test_only_authorized_parties_are_let_in() -> None:
    given = settings(authorized_parties=["https://a.example", ORIGIN])
    assert refused({}, given) is None
    for origin in (ABSENT, None, "", "https://evil.example", ORIGIN + "/", [ORIGIN], {}, 1):
        assert refused({"azp": origin}, given) is Reason.TOKEN_INVALID_AUTHORIZED_PARTIES
    one = settings(authorized_parties=ORIGIN)
    assert refused({"azp": "http://localhost"}, one) is Reason.TOKEN_INVALID_AUTHORIZED_PARTIES


def test_the_issuer_is_checked_where_one_is_configured() -> None:
    assert refused({"iss": "https://other.example"}) is None
    given = settings(issuer=ISSUER)
    assert refused({}, given) is None
    for issuer in (ABSENT, None, "", "https://other.example", ISSUER + "/", [ISSUER], {}):
        assert refused({"iss": issuer}, given) is Reason.TOKEN_INVALID_ISSUER
    assert refused({}, settings(issuer=["https://other.example", ISSUER])) is None


def test_a_token_with_an_audience_holds_where_none_is_configured() -> None:
    audiences: list[object] = ["convex", ["a", "b"], {}, 1]
    assert [refused({"aud": audience}) for audience in audiences] == [None] * 4


def test_the_audience_is_compared_where_one_is_configured() -> None:
    given = settings(audience=["mine", "ours"])
    for audience in (ABSENT, None, "", [], "mine", ["theirs", "ours"]):
        assert refused({"aud": audience}, given) is None
    for audience in ("theirs", ["theirs"], [["mine"]], {"mine": 1}, 1, True, "min", [None]):
        assert refused({"aud": audience}, given) is Reason.TOKEN_VERIFICATION_FAILED


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)
NAMES = ("sub", "aud", "azp", "iss", "exp", "nbf", "iat", "fea", "o", "sts", "act")
STRICT = settings(audience="a", authorized_parties="https://b", issuer="https://c")


@examples(300)
@given(st.dictionaries(st.sampled_from(NAMES), values), st.booleans())
def test_no_claims_crash_the_judge(over: dict[str, object], strict: bool) -> None:
    given = STRICT if strict else settings()
    for claims in (over, session_claims(over)):
        assert isinstance(refuse_claims(claims, given, NOW, SKEW), Reason | None)


@examples(100)
@given(st.integers(-120, 120), st.integers(-120, 120), st.integers(-120, 120), st.integers(0, 60))
def test_claims_hold_just_when_all_three_times_do(
    expires: int, not_before: int, issued_at: int, skew: int
) -> None:
    over: dict[str, object] = {
        "exp": INT_NOW + expires,
        "nbf": INT_NOW + not_before,
        "iat": INT_NOW + issued_at,
    }
    holds = expires > -skew and not_before <= skew and issued_at <= skew
    assert (refused(over, skew=skew * 1000) is None) is holds
