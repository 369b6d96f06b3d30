"""The size of RSA keys: RFC 7518, 3.3 requires at least 2048 bits."""

from __future__ import annotations

from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from clerk_core import Clerk, ConfigurationError
from clerk_core._authentication.tokens.keyring import FRESH_FOR, Keyring
from clerk_core._authentication.tokens.keys import SigningKey, parse_key_set, parse_pem
from clerk_core._authentication.tokens.session_token import verify_session_token
from clerk_core._reasons import EXPLANATIONS, Reason
from tests.support import (
    KID,
    NOW,
    SECRET_KEY,
    drive,
    jwk,
    key_set,
    mint,
    public_pem,
    rsa_key,
    run_without_requests,
    settings,
)

REMOTE = settings(jwt_key=None)


@cache
def key_of(bits: int) -> RSAPrivateKey:
    return generate_private_key(65537, bits)


@pytest.mark.parametrize("bits", [1024, 2040])
def test_short_jwt_key_raises_configuration_error(bits: int) -> None:
    pem = public_pem(key_of(bits))
    for use in (parse_pem, lambda pem: Clerk(jwt_key=pem, secret_key=SECRET_KEY)):
        with pytest.raises(ConfigurationError) as caught:
            use(pem)
        assert caught.value.code == "jwt-key-too-short"
        assert f"CLERK_JWT_KEY is an RSA key of {bits} bits" in caught.value.message


@pytest.mark.parametrize("bits", [2048, 3072])
def test_long_enough_key_is_read(bits: int) -> None:
    expected = SigningKey(key_of(bits).public_key(), "RS256")
    assert parse_pem(public_pem(key_of(bits))) == expected
    assert parse_key_set({"keys": [jwk(key_of(bits))]}) == {KID: expected}


@pytest.mark.parametrize("bits", [1024, 2040])
def test_short_key_of_the_key_set_verifies_nothing(bits: int) -> None:
    keyring, token = Keyring(), mint(key=key_of(bits))
    jwt = keyring.remembered.decode(token)

    flow = verify_session_token(token, jwt, REMOTE, NOW, keyring)
    reason, _ = drive(flow, key_set(jwk(key_of(bits)), jwk(rsa_key(), "ins_2")))

    assert reason is Reason.JWK_TOO_SHORT
    assert "RFC 7518, 3.3" in EXPLANATIONS[reason]
    assert keyring.known(KID, REMOTE, NOW) is None
    # It is not fetched again before the cool-down ends.
    later = NOW + FRESH_FOR - 1
    assert run_without_requests(verify_session_token(token, jwt, REMOTE, later, keyring)) is reason
    good = mint(header={"kid": "ins_2"})
    flow = verify_session_token(good, keyring.remembered.decode(good), REMOTE, NOW, keyring)
    assert run_without_requests(flow) is None


def test_key_replaced_by_a_short_one_is_no_longer_used() -> None:
    keyring, token = Keyring(), mint()
    jwt = keyring.remembered.decode(token)
    drive(verify_session_token(token, jwt, REMOTE, NOW, keyring), key_set())

    short = key_set(jwk(key_of(1024)))
    flow = verify_session_token(token, jwt, REMOTE, NOW + FRESH_FOR, keyring)
    reason, _ = drive(flow, short)

    assert reason is Reason.JWK_TOO_SHORT
