"""Verify what a browser sends for a passkey: registrations and assertions. Pure.

The steps are those of Web Authentication Level 2, sections 7.1 and 7.2, with user verification and
without attestation: which model an authenticator is does not matter here. It must not know users.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from clerk_core._json_values import is_object, is_strings
from clerk_core.local._domain.cbor import read_cbor_map
from clerk_core.local._domain.errors import InvalidValueError
from clerk_core.local._storage.rows import JsonObject

ES256 = -7
RS256 = -257
ALGORITHMS = (ES256, RS256)
"""The COSE identifiers of the algorithms that are accepted."""

_USER_PRESENT, _USER_VERIFIED, _HAS_CREDENTIAL = 0x01, 0x04, 0x40
_MIN_RSA_SIZE = 2048


@dataclass(frozen=True, slots=True)
class Expected:
    """What the browser must have signed.

    Attributes:
        challenge: The challenge, in base64url.
        origin: The origin of the page.
        rp_id: The host of the relying party.
    """

    challenge: str
    origin: str
    rp_id: str


@dataclass(frozen=True, slots=True)
class Credential:
    """A new credential; `public_key` is in DER, and `credential_id` in base64url."""

    credential_id: str
    public_key: bytes = field(repr=False)
    sign_count: int
    transports: list[str]


def encode(data: bytes) -> str:
    """Return bytes in base64url without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def credential_id_of(text: str) -> str:
    """Return the ID of the credential in the JSON text of a `PublicKeyCredential`.

    Raises:
        InvalidValueError: The text is invalid.
    """
    return encode(_bytes(_credential(text), "rawId"))


def verify_registration(text: str, expected: Expected) -> Credential:
    """Return the credential that a browser created.

    Args:
        text: The JSON text of the `PublicKeyCredential`, whose bytes are in base64url.
        expected: What the browser must have signed.

    Raises:
        InvalidValueError: The credential is invalid.
    """
    credential = _credential(text)
    response = _response(credential)
    _check_client_data(_bytes(response, "clientDataJSON"), "webauthn.create", expected)
    try:
        found = read_cbor_map(_bytes(response, "attestationObject")).get("authData")
        data = found if isinstance(found, bytes) else b""
        _check_authenticator_data(data, expected)
        credential_id, key = _attested(data)
    except (ValueError, UnsupportedAlgorithm):
        raise _invalid("its attestation object is invalid") from None
    if credential_id != _bytes(credential, "rawId"):
        raise _invalid("its IDs differ")
    transports = response.get("transports")
    return Credential(
        encode(credential_id),
        key,
        int.from_bytes(data[33:37], "big"),
        transports if is_strings(transports) else [],
    )


def verify_assertion(
    text: str, expected: Expected, public_key: bytes, sign_count: int, user_handle: str
) -> int:
    """Verify that a browser signed with a credential, and return its new signature counter.

    Args:
        text: The JSON text of the `PublicKeyCredential`, whose bytes are in base64url.
        expected: What the browser must have signed.
        public_key: The public key of the credential, in DER.
        sign_count: The signature counter before.
        user_handle: The ID of the user, in base64url, which authenticators may name.

    Raises:
        InvalidValueError: The assertion is invalid, or the authenticator seems to be cloned.
    """
    response = _response(_credential(text))
    if response.get("userHandle") not in (None, "", user_handle):
        raise _invalid("it belongs to another user")
    client_data = _bytes(response, "clientDataJSON")
    _check_client_data(client_data, "webauthn.get", expected)
    data = _bytes(response, "authenticatorData")
    _check_authenticator_data(data, expected)
    signed = data + hashlib.sha256(client_data).digest()
    try:
        _verify(public_key, _bytes(response, "signature"), signed)
    except InvalidSignature:
        raise _invalid("its signature is invalid") from None
    count = int.from_bytes(data[33:37], "big")
    if (count or sign_count) and count <= sign_count:
        raise _invalid("its signature counter is not greater than before")
    return count


def _verify(public_key: bytes, signature: bytes, signed: bytes) -> None:
    key = serialization.load_der_public_key(public_key)
    if isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, signed, ec.ECDSA(hashes.SHA256()))
    elif isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
    else:
        raise InvalidSignature


def _check_client_data(client_data: bytes, kind: str, expected: Expected) -> None:
    try:
        found: object = json.loads(client_data)
    except (ValueError, RecursionError):
        found = None
    if not is_object(found) or found.get("type") != kind or found.get("crossOrigin"):
        raise _invalid("its client data are invalid")
    challenge = str(found.get("challenge"))
    if not hmac.compare_digest(challenge.encode(), expected.challenge.encode()):
        raise _invalid("its challenge is another")
    if found.get("origin") != expected.origin:
        raise _invalid("its origin is not that of the page")


def _check_authenticator_data(data: bytes, expected: Expected) -> None:
    if len(data) < 37 or data[:32] != hashlib.sha256(expected.rp_id.encode()).digest():
        raise _invalid("it belongs to another relying party")
    if not (data[32] & _USER_PRESENT and data[32] & _USER_VERIFIED):
        raise _invalid("its authenticator did not verify the user")


def _attested(data: bytes) -> tuple[bytes, bytes]:
    """Return the ID of the new credential, and its public key in DER."""
    if not data[32] & _HAS_CREDENTIAL or len(data) < 55:
        raise ValueError("no credential")
    size = int.from_bytes(data[53:55], "big")
    credential_id, rest = data[55 : 55 + size], data[55 + size :]
    if not 0 < len(credential_id) == size:
        raise ValueError("incomplete")
    return credential_id, _public_key(read_cbor_map(rest)).public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def _public_key(key: dict[object, object]) -> ec.EllipticCurvePublicKey | rsa.RSAPublicKey:
    """Return the key of a COSE key (RFC 9053, section 2, and RFC 8812, section 2)."""
    kind = (key.get(1), key.get(3))
    if kind == (2, ES256) and key.get(-1) == 1:
        x, y = _number(key.get(-2)), _number(key.get(-3))
        return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    if kind == (3, RS256):
        found = rsa.RSAPublicNumbers(_number(key.get(-2)), _number(key.get(-1))).public_key()
        if found.key_size >= _MIN_RSA_SIZE:
            return found
    raise ValueError("not supported")


def _number(value: object) -> int:
    if not isinstance(value, bytes):
        raise ValueError("not a number")
    return int.from_bytes(value, "big")


def _credential(text: str) -> JsonObject:
    try:
        found: object = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not is_object(found) or found.get("type") != "public-key":
        raise _invalid("it is not the JSON text of a public key credential")
    return found


def _response(credential: JsonObject) -> JsonObject:
    response = credential.get("response")
    if not is_object(response):
        raise _invalid("it has no response")
    return response


def _bytes(found: JsonObject, name: str) -> bytes:
    text = found.get(name)
    try:
        return base64.b64decode(
            str(text).encode() + b"=" * (-len(str(text)) % 4), altchars=b"-_", validate=True
        )
    except ValueError:
        raise _invalid(f"its {name} is no base64url") from None


def _invalid(problem: str) -> InvalidValueError:
    return InvalidValueError(
        "passkey_credential_invalid",
        "The passkey is invalid.",
        f"The passkey is invalid: {problem}.",
        parameter="public_key_credential",
    )
