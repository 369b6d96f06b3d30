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
    run_without_requests,
    session_claims,
    settings,
    sign,
    tampered,
)

REMOTE = settings(jwt_key=None)


def reason_for(
    token: str,
    given: Settings | None = None,
    keyring: Keyring | None = None,
    now: float = NOW,
    skew: int | None = None,
) -> Reason | None:
    """Return why a token is rejected, without requests, or None if it is valid."""
    keyring = keyring or Keyring()
    try:
        jwt = keyring.remembered.decode(token)
    except MalformedJwtError:
        return Reason.TOKEN_INVALID
    return run_without_requests(
        verify_session_token(token, jwt, given or settings(), now, keyring, skew)
    )


def reason_for_handshake(token: str, given: Settings | None = None) -> Reason | None:
    keyring = Keyring()
    jwt = keyring.remembered.decode(token)
    return run_without_requests(
        verify_handshake_token(token, jwt, given or settings(), NOW, keyring)
    )


def test_valid_session_token_is_accepted() -> None:
    assert reason_for(mint()) is None


def test_session_token_is_verified_with_the_key_set() -> None:
    keyring = Keyring()
    flow = verify_session_token(mint(), keyring.remembered.decode(mint()), REMOTE, NOW, keyring)
    assert drive(flow, key_set())[0] is None
    assert reason_for(mint(), REMOTE, keyring) is None
    assert reason_for(tampered(mint()), REMOTE, keyring) is Reason.TOKEN_INVALID_SIGNATURE


def test_session_token_is_rejected_if_no_key_can_be_fetched() -> None:
    keyring = Keyring()
    flow = verify_session_token(mint(), keyring.remembered.decode(mint()), REMOTE, NOW, keyring)
    assert drive(flow, json_response({}, 503))[0] is Reason.JWK_REMOTE_FAILED_TO_LOAD


def test_invalid_jwt_key_raises_configuration_error() -> None:
    with pytest.raises(ConfigurationError, match="CLERK_JWT_KEY"):
        reason_for(mint(), settings(jwt_key="nonsense"))


def test_kid_is_ignored_with_a_jwt_key() -> None:
    for kid in ("another", ABSENT, None, 1, ["x"]):
        assert reason_for(mint(header={"kid": kid})) is None


def test_token_signed_by_another_key_is_rejected() -> None:
    assert reason_for(mint(key=other_rsa_key())) is Reason.TOKEN_INVALID_SIGNATURE


def test_claims_are_checked_only_after_the_signature() -> None:
    expired = {"exp": int(NOW) - 1000}
    assert reason_for(mint(expired)) is Reason.TOKEN_EXPIRED
    assert reason_for(mint(expired, key=other_rsa_key())) is Reason.TOKEN_INVALID_SIGNATURE
    assert reason_for(mint({"sub": 1}, key=other_rsa_key())) is Reason.TOKEN_INVALID_SIGNATURE


def test_expired_token_of_a_replaced_key_has_an_invalid_signature() -> None:
    keyring = Keyring()
    expired = mint({"exp": int(NOW) - 1000})
    flow = verify_session_token(expired, keyring.remembered.decode(expired), REMOTE, NOW, keyring)
    answer = key_set(jwk(other_rsa_key(), KID))
    assert drive(flow, answer)[0] is Reason.TOKEN_INVALID_SIGNATURE


def test_clock_skew_defaults_to_the_settings() -> None:
    late = mint({"exp": int(NOW) - 30})
    assert reason_for(late) is Reason.TOKEN_EXPIRED
    assert reason_for(late, settings(clock_skew_in_ms=31_000)) is None
    assert reason_for(late, skew=31_000) is None
    assert reason_for(mint({"exp": int(NOW)}), skew=0) is Reason.TOKEN_EXPIRED


def test_m2m_token_is_rejected_as_session_token() -> None:
    token = mint({"sub": "mch_1"}, {"cat": "cl_B7d4PD333AAA"})
    assert reason_for(token) is Reason.TOKEN_INVALID


def test_oauth_access_token_is_rejected_as_session_token() -> None:
    assert reason_for(mint(header={"typ": "at+jwt"})) is Reason.TOKEN_INVALID


@pytest.mark.parametrize("claims", [{"exp": ABSENT}, {"sub": ABSENT}])
def test_token_without_expiry_or_subject_is_rejected(claims: dict[str, object]) -> None:
    assert reason_for(mint(claims)) is Reason.TOKEN_VERIFICATION_FAILED


@pytest.mark.parametrize("claims", [{"fea": 3}, {"o": "x"}, {"o": {"per": 1}}, {"act": []}])
def test_malformed_signed_claims_do_not_crash(claims: dict[str, object]) -> None:
    assert reason_for(mint(claims)) is None


# Attacks of RFC 8725


@pytest.mark.parametrize("algorithm", ["none", "None", "nOnE", "HS256", "HS384", "", None, ABSENT])
def test_token_cannot_choose_its_algorithm(algorithm: object) -> None:
    token = mint(header={"alg": algorithm})
    for forged in (token, token.rpartition(".")[0] + "."):
        assert reason_for(forged) is Reason.TOKEN_INVALID_ALGORITHM


def test_embedded_key_is_ignored() -> None:
    stranger = other_rsa_key()
    brought: list[dict[str, object]] = [
        {"jwk": jwk(stranger)},
        {"jku": "https://evil.example/jwks"},
        {"x5u": "https://evil.example/cert"},
        {"x5c": ["MIIB"]},
        {"jwk": jwk(stranger), "kid": "../../evil"},
    ]
    for header in brought:
        assert reason_for(mint(header=header, key=stranger)) is Reason.TOKEN_INVALID_SIGNATURE


def test_keys_are_fetched_only_from_the_backend_api() -> None:
    keyring = Keyring()
    token = mint(
        {"iss": "https://evil.example"},
        {"jku": "https://evil.example/jwks", "kid": "../../evil?x=1"},
        other_rsa_key(),
    )
    flow = verify_session_token(token, keyring.remembered.decode(token), REMOTE, NOW, keyring)
    reason, requests = drive(flow, key_set())
    assert reason is Reason.JWK_KID_MISMATCH
    assert [request.url for request in requests] == ["https://api.clerk.com/v1/jwks"]


def test_critical_header_extension_is_rejected() -> None:
    assert reason_for(mint(header={"crit": ["exp"]})) is Reason.TOKEN_INVALID


def test_signed_but_ambiguous_json_is_rejected() -> None:
    header = json.dumps({"alg": "RS256", "kid": KID})
    times = f'"iat":{NOW},"exp":{NOW + 50}'
    for claims in (
        f'{{"sub":"user_1","sub":"user_2",{times}}}',
        '{"sub":"user_1","exp":NaN}',
        '{"sub":"user_1","exp":Infinity}',
        f'{{"sub":"user_1",{times},"x":{"[" * 9000}{"]" * 9000}}}',
    ):
        assert reason_for(sign(header, claims)) is Reason.TOKEN_INVALID
    beyond = sign(header, '{"sub":"user_1","exp":1e999}')
    assert reason_for(beyond) is Reason.TOKEN_VERIFICATION_FAILED


def test_token_of_one_mebibyte_is_rejected() -> None:
    assert reason_for(mint({"x": "y" * 2**20})) is Reason.TOKEN_INVALID


def test_token_with_a_changed_character_is_rejected() -> None:
    token = mint()
    keyring, given = Keyring(), settings()
    assert reason_for(token, given, keyring) is None
    accepted = [
        (position, other)
        for position in range(len(token))
        for other in {"A", "B", "=", ".", "\x00", chr(ord(token[position]) ^ 1)} - {token[position]}
        if reason_for(token[:position] + other + token[position + 1 :], given, keyring) is None
    ]
    assert accepted == []


def test_truncated_or_extended_token_is_rejected() -> None:
    token = mint()
    assert [end for end in range(len(token)) if reason_for(token[:end]) is None] == []
    for more in ("A", ".", "AAAA", " ", "\n", ".e30"):
        assert reason_for(token + more) is not None
        assert reason_for(more + token) is not None


def test_spliced_tokens_are_rejected() -> None:
    one, other = mint({"sub": "user_1"}).split("."), mint({"sub": "user_2"}).split(".")
    assert reason_for(".".join([one[0], other[1], one[2]])) is Reason.TOKEN_INVALID_SIGNATURE


# Cached tokens


def test_claims_of_a_cached_token_are_checked_every_time() -> None:
    keyring, token = Keyring(), mint()
    assert reason_for(token, keyring=keyring) is None
    assert len(keyring.remembered) == 1
    assert reason_for(token, keyring=keyring, now=NOW + 1000) is Reason.TOKEN_EXPIRED
    strict = settings(issuer="https://other.example")
    assert reason_for(token, strict, keyring) is Reason.TOKEN_INVALID_ISSUER


def test_only_tokens_with_a_valid_signature_are_cached() -> None:
    keyring = Keyring()
    for token in (tampered(mint()), mint(header={"crit": []}), mint(key=other_rsa_key())):
        assert reason_for(token, keyring=keyring) is not None
    assert len(keyring.remembered) == 0


def test_cached_token_is_not_valid_for_another_instance() -> None:
    keyring = Keyring()
    theirs = settings(jwt_key=public_pem(other_rsa_key()))
    assert reason_for(mint(), keyring=keyring) is None
    assert reason_for(mint(), theirs, keyring) is Reason.TOKEN_INVALID_SIGNATURE
    assert reason_for(mint(), keyring=keyring) is None


def test_cached_token_of_a_replaced_key_is_rejected() -> None:
    keyring, token = Keyring(), mint({"exp": int(NOW) + 10_000})
    jwt = keyring.remembered.decode(token)
    flow = verify_session_token(token, jwt, REMOTE, NOW, keyring)
    assert drive(flow, key_set())[0] is None
    later = verify_session_token(token, jwt, REMOTE, NOW + 400, keyring)
    answer = key_set(jwk(other_rsa_key(), KID))
    assert drive(later, answer)[0] is Reason.TOKEN_INVALID_SIGNATURE


def test_token_stays_cached_when_the_key_is_refreshed() -> None:
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


def test_signed_handshake_needs_no_time_claims() -> None:
    assert reason_for_handshake(handshake()) is None
    assert reason_for_handshake(handshake(cat="cl_B7d4PD111AAA")) is None


@pytest.mark.parametrize("category", ["cl_B7d4PD222AAA", "cl_B7d4PD333AAA", None])
def test_template_token_is_rejected_as_handshake(category: object) -> None:
    assert reason_for_handshake(handshake(cat=category)) is Reason.TOKEN_INVALID


def test_handshake_with_an_invalid_signature_is_rejected() -> None:
    theirs = settings(jwt_key=public_pem(other_rsa_key()))
    assert reason_for_handshake(handshake(), theirs) is Reason.TOKEN_INVALID_SIGNATURE
    assert reason_for_handshake(tampered(handshake())) is Reason.TOKEN_INVALID_SIGNATURE
    unsigned = f"{base64url(b'{}')}.{base64url(HANDSHAKE.encode())}."
    assert reason_for_handshake(unsigned) is Reason.TOKEN_INVALID_ALGORITHM


def test_mint_creates_the_documented_claims() -> None:
    assert Keyring().remembered.decode(mint()).claims == session_claims()
