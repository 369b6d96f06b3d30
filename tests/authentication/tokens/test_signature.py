from __future__ import annotations

import base64
import hashlib
import hmac
import json
import warnings
from contextlib import suppress

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st

from clerk_core._authentication.request.jwt import decode
from clerk_core._authentication.tokens.keys import SigningKey, parse_key_set, parse_pem
from clerk_core._authentication.tokens.signature import refuse_header, refuse_signature
from clerk_core._reasons import Reason
from clerk_core.errors import ConfigurationError
from tests.sample import examples
from tests.support import (
    ABSENT,
    KID,
    base64url,
    jwk,
    mint,
    other_rsa_key,
    public_pem,
    rsa_key,
    tampered,
)

PUBLIC = rsa_key().public_key()
EC_KEY = ec.generate_private_key(ec.SECP256R1())
PEM = public_pem()


# PEM


@pytest.mark.parametrize(
    "pem",
    [
        PEM,
        PEM.strip(),
        f"\n\n{PEM}\n\n",
        PEM.replace("\n", "\r\n"),
        PEM.replace("\n", " "),
        PEM.replace("\n", ""),
        PEM.replace("\n", "\n    "),
        "".join(PEM.splitlines()[1:-1]),
        "\n".join(PEM.splitlines()[1:-1]),
        PEM.replace("PUBLIC KEY", "RSA PUBLIC KEY"),
    ],
)
def test_pem_is_read_with_any_line_breaks(pem: str) -> None:
    assert parse_pem(pem) == SigningKey(PUBLIC, "RS256")


def _pem(key: object) -> str:
    assert isinstance(key, ec.EllipticCurvePublicKey)
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


PRIVATE_PEM = rsa_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
# A SubjectPublicKeyInfo of an unknown algorithm: 1.2.3.4.
UNKNOWN_ALGORITHM = base64.b64encode(bytes.fromhex("300b300506032a030403020000")).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----",
        PEM[:-60],
        PEM.replace("A", "!", 1),
        "ключ",
        "sk_test_0123456789",
        PRIVATE_PEM,
        _pem(EC_KEY.public_key()),
        UNKNOWN_ALGORITHM,
        json.dumps(jwk()),
    ],
)
def test_invalid_pem_raises_configuration_error_without_its_text(text: str) -> None:
    with pytest.raises(ConfigurationError, match="CLERK_JWT_KEY") as caught:
        parse_pem(text)
    assert caught.value.code == "jwt-key-invalid"
    shown = f"{caught.value}{caught.value!r}"
    assert all(line not in shown for line in text.splitlines() if "-----" not in line and line)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


@examples(60)
@given(st.binary(max_size=80).map(lambda body: base64.b64encode(body).decode()) | st.text())
def test_arbitrary_text_raises_configuration_error(text: str) -> None:
    with pytest.raises(ConfigurationError):
        parse_pem(text)


# Key sets


def test_key_set_is_read_by_kid() -> None:
    keys = parse_key_set({"keys": [jwk(), jwk(other_rsa_key(), "ins_2")]})
    assert keys == {
        KID: SigningKey(PUBLIC, "RS256"),
        "ins_2": SigningKey(other_rsa_key().public_key(), "RS256"),
    }


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512"])
def test_key_has_its_published_algorithm(algorithm: str) -> None:
    assert parse_key_set({"keys": [jwk(alg=algorithm)]}) == {KID: SigningKey(PUBLIC, algorithm)}
    assert parse_key_set({"keys": [jwk(alg=ABSENT)]}) == {KID: SigningKey(PUBLIC, "RS256")}


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        "keys",
        1,
        True,
        {"keys": None},
        {"keys": {}},
        {"keys": "x"},
        {"keys": [None, 1]},
    ],
)
def test_malformed_key_set_has_no_keys(document: object) -> None:
    assert parse_key_set(document) == {}


UNUSABLE: list[object] = [
    None,
    "key",
    [],
    {},
    {name: value for name, value in jwk().items() if name != "kid"},
    jwk() | {"kid": None},
    jwk() | {"kid": 7},
    jwk() | {"kid": [KID]},
    jwk(kty=ABSENT),
    jwk(kty="EC"),
    jwk(kty="oct", k="c2VjcmV0"),
    jwk(kty=["RSA"]),
    jwk(alg="HS256"),
    jwk(alg="none"),
    jwk(alg="PS256"),
    jwk(alg="ES256"),
    jwk(alg=None),
    jwk(alg=["RS256"]),
    jwk(alg={"RS256": 1}),
    jwk(alg=256),
    jwk(n=ABSENT),
    jwk(n=None),
    jwk(n=5),
    jwk(n=""),
    jwk(n="AQ"),
    jwk(n="!!!"),
    jwk(n=["AQAB"]),
    jwk(n="ключ"),
    jwk(e=ABSENT),
    jwk(e=""),
    jwk(e="AQ"),
    jwk(e="Ag"),
    jwk(e=65537),
]


@pytest.mark.parametrize("unusable", UNUSABLE)
def test_unusable_key_is_skipped(unusable: object) -> None:
    good = jwk(other_rsa_key(), "ins_good")
    assert list(parse_key_set({"keys": [unusable, good]})) == ["ins_good"]


def test_only_the_public_part_of_a_private_key_is_kept() -> None:
    numbers = rsa_key().private_numbers()
    private = jwk(
        d=base64url(numbers.d.to_bytes(256, "big")),
        p=base64url(numbers.p.to_bytes(128, "big")),
        q=base64url(numbers.q.to_bytes(128, "big")),
    )
    assert parse_key_set({"keys": [private]}) == {KID: SigningKey(PUBLIC, "RS256")}


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=6)
    | st.sampled_from(["RSA", "AQAB"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)
nonsense_keys = st.fixed_dictionaries(
    {"kid": st.just("x") | json_values, "kty": st.just("RSA") | json_values},
    optional=dict.fromkeys(("alg", "n", "e", "use"), json_values),
)


@examples(200)
@given(st.lists(nonsense_keys, max_size=3))
def test_arbitrary_key_sets_are_read_without_error(keys: list[object]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert KID in parse_key_set({"keys": [*keys, jwk()]})


# Headers and signatures


def test_header_of_a_session_token_is_accepted() -> None:
    assert refuse_header(decode(mint())) is None
    assert refuse_header(decode(mint(header={"typ": ABSENT}))) is None


@pytest.mark.parametrize(
    "kind", ["at+jwt", "application/at+jwt", "JWS", "jwt", "", None, 1, ["JWT"]]
)
def test_other_typ_is_rejected(kind: object) -> None:
    assert refuse_header(decode(mint(header={"typ": kind}))) is Reason.TOKEN_INVALID


@pytest.mark.parametrize("extensions", [["exp"], [], None, ["b64"], "exp"])
def test_critical_header_extension_is_rejected(extensions: object) -> None:
    # RFC 7515, 4.1.11.
    jwt = decode(mint(header={"crit": extensions, "b64": False}))
    assert refuse_header(jwt) is Reason.TOKEN_INVALID


OTHER_ALGORITHMS: list[object] = [
    *("none", "None", "NONE", "", "HS256", "HS512", "ES256", "PS256", "EdDSA", "rs256", "RS1"),
    *(None, 1, ["RS256"], {"RS256": 1}, ABSENT),
]


@pytest.mark.parametrize("algorithm", OTHER_ALGORITHMS)
def test_other_algorithm_is_rejected(algorithm: object) -> None:
    # RFC 8725, 3.1.
    jwt = decode(mint(header={"alg": algorithm}))
    assert refuse_header(jwt) is Reason.TOKEN_INVALID_ALGORITHM


def test_signature_is_valid_only_for_its_key() -> None:
    jwt = decode(mint())
    assert refuse_signature(jwt, SigningKey(PUBLIC, "RS256")) is None
    other = SigningKey(other_rsa_key().public_key(), "RS256")
    assert refuse_signature(jwt, other) is Reason.TOKEN_INVALID_SIGNATURE


@pytest.mark.parametrize("algorithm", ["RS384", "RS512"])
def test_key_verifies_only_with_its_published_algorithm(algorithm: str) -> None:
    key = SigningKey(PUBLIC, algorithm)
    assert refuse_signature(decode(mint()), key) is Reason.TOKEN_VERIFICATION_FAILED
    mislabelled = decode(mint(header={"alg": algorithm}))
    assert refuse_signature(mislabelled, key) is Reason.TOKEN_INVALID_SIGNATURE


def test_tampered_signature_is_rejected() -> None:
    jwt = decode(tampered(mint()))
    assert refuse_signature(jwt, SigningKey(PUBLIC, "RS256")) is Reason.TOKEN_INVALID_SIGNATURE


@pytest.mark.parametrize("signature", [b"", b"\x00", b"\x00" * 256, b"\xff" * 256, b"\x01" * 9000])
def test_malformed_signature_is_rejected(signature: bytes) -> None:
    jwt = decode(mint())._replace(signature=signature)
    assert refuse_signature(jwt, SigningKey(PUBLIC, "RS256")) is Reason.TOKEN_INVALID_SIGNATURE


def hmac_token(secret: bytes, header: dict[str, object]) -> str:
    claims = mint().split(".")[1]
    signing_input = f"{base64url(json.dumps(header).encode())}.{claims}"
    digest = hmac.new(secret, signing_input.encode(), hashlib.sha256).digest()
    return f"{signing_input}.{base64url(digest)}"


@pytest.mark.parametrize("algorithm", ["HS256", "RS256"])
def test_public_key_is_not_an_hmac_secret(algorithm: str) -> None:
    key = SigningKey(PUBLIC, "RS256")
    secrets = (PEM.encode(), PEM.strip().encode(), json.dumps(jwk()).encode())
    for secret in secrets:
        forged = decode(hmac_token(secret, {"alg": algorithm, "kid": KID}))
        assert (refuse_header(forged) or refuse_signature(forged, key)) in (
            Reason.TOKEN_INVALID_ALGORITHM,
            Reason.TOKEN_INVALID_SIGNATURE,
        )


def test_signing_key_is_immutable_and_compared_by_value() -> None:
    key = SigningKey(PUBLIC, "RS256")
    with pytest.raises(AttributeError):
        key.algorithm = "none"  # type: ignore[misc]
    with suppress(TypeError):
        assert hash(key) == hash(SigningKey(PUBLIC, "RS256"))
    assert key == parse_pem(PEM)
    assert key != SigningKey(PUBLIC, "RS512")
