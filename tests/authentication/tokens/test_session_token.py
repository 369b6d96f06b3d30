from __future__ import annotations

import json

import pytest

from clerk_core._authentication.request.jwt import MalformedJwtError
from clerk_core._authentication.tokens.keyring import Keyring
from clerk_core._authentication.tokens.session_token import (
    verify_handshake_token,
    verify_session_token,
)
from clerk_core._reasons import Reason
from clerk_core._settings.settings import Settings
from clerk_core.errors import ConfigurationError
from tests.support import (
    ABSENT,
    KID,
    NOW,
    base64url,
    drive,
    json_response,
    jwk,
    key_set,
    mint,
    other_rsa_key,
    public_pem,
    session_claims,
    settings,
    sign,
    tampered,
    without_asking,
)

REMOTE = settings(jwt_key=None)


def refused(
    token: str,
    given: Settings | None = None,
    keyring: Keyring | None = None,
    now: float = NOW,
    skew: int | None = None,
) -> Reason | None:
    """Why a token does not hold, with the key at hand; TOKEN_INVALID for what is none."""
    keyring = keyring or Keyring()
    try:
        jwt = keyring.remembered.decode(token)
    except MalformedJwtError:
        return Reason.TOKEN_INVALID
    return without_asking(verify_session_token(token, jwt, given or settings(), now, keyring, skew))


def refused_handshake(token: str, given: Settings | None = None) -> Reason | None:
    keyring = Keyring()
    jwt = keyring.remembered.decode(token)
    return without_asking(verify_handshake_token(token, jwt, given or settings(), NOW, keyring))


def test_a_session_token_holds() -> None:
    assert refused(mint()) is None


def test_a_session_token_holds_under_a_key_of_the_key_set() -> None:
    keyring = Keyring()
    flow = verify_session_token(mint(), keyring.remembered.decode(mint()), REMOTE, NOW, keyring)
    assert drive(flow, key_set())[0] is None
    assert refused(mint(), REMOTE, keyring) is None
    assert refused(tampered(mint()), REMOTE, keyring) is Reason.TOKEN_INVALID_SIGNATURE


def test_without_any_answer_for_the_key_the_token_is_refused() -> None:
    keyring = Keyring()
    flow = verify_session_token(mint(), keyring.remembered.decode(mint()), REMOTE, NOW, keyring)
    assert drive(flow, json_response({}, 503))[0] is Reason.JWK_REMOTE_FAILED_TO_LOAD


def test_a_jwt_key_that_is_none_is_a_configuration_error() -> None:
    with pytest.raises(ConfigurationError, match="CLERK_JWT_KEY"):
        refused(mint(), settings(jwt_key="nonsense"))


def test_with_a_jwt_key_the_kid_says_nothing() -> None:
    for kid in ("another", ABSENT, None, 1, ["x"]):
        assert refused(mint(header={"kid": kid})) is None


def test_a_token_of_another_key_is_refused() -> None:
    assert refused(mint(key=other_rsa_key())) is Reason.TOKEN_INVALID_SIGNATURE


def test_claims_are_judged_only_under_a_good_signature() -> None:
    expired = {"exp": int(NOW) - 1000}
    assert refused(mint(expired)) is Reason.TOKEN_EXPIRED
    assert refused(mint(expired, key=other_rsa_key())) is Reason.TOKEN_INVALID_SIGNATURE
    assert refused(mint({"sub": 1}, key=other_rsa_key())) is Reason.TOKEN_INVALID_SIGNATURE


def test_a_key_rotated_under_its_kid_refuses_an_expired_token_and_crashes_nothing() -> None:
    keyring = Keyring()
    expired = mint({"exp": int(NOW) - 1000})
    flow = verify_session_token(expired, keyring.remembered.decode(expired), REMOTE, NOW, keyring)
    answer = key_set(jwk(other_rsa_key(), KID))
    assert drive(flow, answer)[0] is Reason.TOKEN_INVALID_SIGNATURE


def test_the_clock_skew_of_the_settings_counts_unless_another_is_given() -> None:
    late = mint({"exp": int(NOW) - 30})
    assert refused(late) is Reason.TOKEN_EXPIRED
    assert refused(late, settings(clock_skew_in_ms=31_000)) is None
    assert refused(late, skew=31_000) is None
    assert refused(mint({"exp": int(NOW)}), skew=0) is Reason.TOKEN_EXPIRED


def test_an_m2m_token_is_no_session_token() -> None:
    token = mint({"sub": "mch_1"}, {"cat": "cl_B7d4PD333AAA"})
    assert refused(token) is Reason.TOKEN_INVALID


def test_an_oauth_access_token_is_no_session_token() -> None:
    assert refused(mint(header={"typ": "at+jwt"})) is Reason.TOKEN_INVALID


@pytest.mark.parametrize("claims", [{"exp": ABSENT}, {"sub": ABSENT}])
def test_a_token_without_expiry_or_subject_is_refused(claims: dict[str, object]) -> None:
    assert refused(mint(claims)) is Reason.TOKEN_VERIFICATION_FAILED


@pytest.mark.parametrize("claims", [{"fea": 3}, {"o": "x"}, {"o": {"per": 1}}, {"act": []}])
def test_signed_claims_of_another_shape_crash_nothing(claims: dict[str, object]) -> None:
    assert refused(mint(claims)) is None


# Attacks of RFC 8725


@pytest.mark.parametrize("algorithm", ["none", "None", "nOnE", "HS256", "HS384", "", None, ABSENT])
def test_no_token_chooses_to_be_unsigned_or_signed_with_the_public_key(algorithm: object) -> None:
    token = mint(header={"alg": algorithm})
    for forged in (token, token.rpartition(".")[0] + "."):
        assert refused(forged) is Reason.TOKEN_INVALID_ALGORITHM


def test_a_token_brings_no_key_along() -> None:
    stranger = other_rsa_key()
    brought: list[dict[str, object]] = [
        {"jwk": jwk(stranger)},
        {"jku": "https://evil.example/jwks"},
        {"x5u": "https://evil.example/cert"},
        {"x5c": ["MIIB"]},
        {"jwk": jwk(stranger), "kid": "../../evil"},
    ]
    for header in brought:
        assert refused(mint(header=header, key=stranger)) is Reason.TOKEN_INVALID_SIGNATURE


def test_keys_are_asked_for_at_the_backend_api_whatever_the_token_says() -> None:
    keyring = Keyring()
    token = mint(
        {"iss": "https://evil.example"},
        {"jku": "https://evil.example/jwks", "kid": "../../evil?x=1"},
        other_rsa_key(),
    )
    flow = verify_session_token(token, keyring.remembered.decode(token), REMOTE, NOW, keyring)
    reason, asked = drive(flow, key_set())
    assert reason is Reason.JWK_KID_MISMATCH
    assert [request.url for request in asked] == ["https://api.clerk.com/v1/jwks"]


def test_an_extension_that_must_be_understood_is_refused() -> None:
    assert refused(mint(header={"crit": ["exp"]})) is Reason.TOKEN_INVALID


def test_duplicate_claims_numbers_that_are_none_and_deep_nesting_are_refused_though_signed() -> (
    None
):
    header = json.dumps({"alg": "RS256", "kid": KID})
    times = f'"iat":{NOW},"exp":{NOW + 50}'
    for claims in (
        f'{{"sub":"user_1","sub":"user_2",{times}}}',
        '{"sub":"user_1","exp":NaN}',
        '{"sub":"user_1","exp":Infinity}',
        f'{{"sub":"user_1",{times},"x":{"[" * 9000}{"]" * 9000}}}',
    ):
        assert refused(sign(header, claims)) is Reason.TOKEN_INVALID
    beyond = sign(header, '{"sub":"user_1","exp":1e999}')
    assert refused(beyond) is Reason.TOKEN_VERIFICATION_FAILED


def test_a_token_of_one_mebibyte_is_refused() -> None:
    assert refused(mint({"x": "y" * 2**20})) is Reason.TOKEN_INVALID


def test_no_token_with_one_character_changed_is_accepted() -> None:
    token = mint()
    keyring, given = Keyring(), settings()
    assert refused(token, given, keyring) is None
    accepted = [
        (position, other)
        for position in range(len(token))
        for other in {"A", "B", "=", ".", "\x00", chr(ord(token[position]) ^ 1)} - {token[position]}
        if refused(token[:position] + other + token[position + 1 :], given, keyring) is None
    ]
    assert accepted == []


def test_no_token_cut_short_or_made_longer_is_accepted() -> None:
    token = mint()
    assert [end for end in range(len(token)) if refused(token[:end]) is None] == []
    for more in ("A", ".", "AAAA", " ", "\n", ".e30"):
        assert refused(token + more) is not None
        assert refused(more + token) is not None


def test_parts_of_two_good_tokens_make_no_good_one() -> None:
    one, other = mint({"sub": "user_1"}).split("."), mint({"sub": "user_2"}).split(".")
    assert refused(".".join([one[0], other[1], one[2]])) is Reason.TOKEN_INVALID_SIGNATURE


# Remembered tokens


def test_a_remembered_token_is_judged_by_its_claims_every_time() -> None:
    keyring, token = Keyring(), mint()
    assert refused(token, keyring=keyring) is None
    assert len(keyring.remembered) == 1
    assert refused(token, keyring=keyring, now=NOW + 1000) is Reason.TOKEN_EXPIRED
    strict = settings(issuer="https://other.example")
    assert refused(token, strict, keyring) is Reason.TOKEN_INVALID_ISSUER


def test_only_tokens_with_a_good_signature_are_remembered() -> None:
    keyring = Keyring()
    for token in (tampered(mint()), mint(header={"crit": []}), mint(key=other_rsa_key())):
        assert refused(token, keyring=keyring) is not None
    assert len(keyring.remembered) == 0


def test_a_token_remembered_for_one_instance_is_not_good_for_another() -> None:
    keyring = Keyring()
    theirs = settings(jwt_key=public_pem(other_rsa_key()))
    assert refused(mint(), keyring=keyring) is None
    assert refused(mint(), theirs, keyring) is Reason.TOKEN_INVALID_SIGNATURE
    assert refused(mint(), keyring=keyring) is None


def test_a_token_remembered_under_a_key_that_was_rotated_away_is_refused() -> None:
    keyring, token = Keyring(), mint({"exp": int(NOW) + 10_000})
    jwt = keyring.remembered.decode(token)
    flow = verify_session_token(token, jwt, REMOTE, NOW, keyring)
    assert drive(flow, key_set())[0] is None
    later = verify_session_token(token, jwt, REMOTE, NOW + 400, keyring)
    answer = key_set(jwk(other_rsa_key(), KID))
    assert drive(later, answer)[0] is Reason.TOKEN_INVALID_SIGNATURE


def test_a_token_stays_remembered_when_the_same_key_comes_again() -> None:
    keyring, token = Keyring(), mint({"exp": int(NOW) + 10_000})
    jwt = keyring.remembered.decode(token)
    drive(verify_session_token(token, jwt, REMOTE, NOW, keyring), key_set())
    later = verify_session_token(token, jwt, REMOTE, NOW + 400, keyring)
    assert drive(later, key_set())[0] is None
    key = keyring.known(KID, REMOTE, NOW + 400)
    assert key is not None
    assert keyring.remembered.holds(token, key)


# Handshakes


HANDSHAKE = json.dumps({"handshake": ["__session=x; Path=/"]})


def handshake(key: str = KID, **header: object) -> str:
    parameters = {"alg": "RS256", "kid": key, "typ": "JWT", **header}
    return sign(json.dumps(parameters), HANDSHAKE)


def test_a_signed_handshake_holds_without_any_time() -> None:
    assert refused_handshake(handshake()) is None
    assert refused_handshake(handshake(cat="cl_B7d4PD111AAA")) is None


@pytest.mark.parametrize("category", ["cl_B7d4PD222AAA", "cl_B7d4PD333AAA", None])
def test_a_template_token_with_a_handshake_claim_is_no_handshake(category: object) -> None:
    assert refused_handshake(handshake(cat=category)) is Reason.TOKEN_INVALID


def test_a_handshake_that_clerk_did_not_sign_is_refused() -> None:
    theirs = settings(jwt_key=public_pem(other_rsa_key()))
    assert refused_handshake(handshake(), theirs) is Reason.TOKEN_INVALID_SIGNATURE
    assert refused_handshake(tampered(handshake())) is Reason.TOKEN_INVALID_SIGNATURE
    unsigned = f"{base64url(b'{}')}.{base64url(HANDSHAKE.encode())}."
    assert refused_handshake(unsigned) is Reason.TOKEN_INVALID_ALGORITHM


def test_the_builders_make_what_they_say() -> None:
    assert Keyring().remembered.decode(mint()).claims == session_claims()
