"""An authenticator in software, which creates passkeys and signs with them as a browser does."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from clerk_core.local._domain.webauthn import encode
from tests.local.frontend.clerk_js import ORIGIN

USER_PRESENT, USER_VERIFIED, HAS_CREDENTIAL = 0x01, 0x04, 0x40


def cbor(value: object) -> bytes:
    """Return a value in CBOR."""
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        return _head(3, len(value.encode())) + value.encode()
    assert isinstance(value, dict)
    return _head(5, len(value)) + b"".join(cbor(k) + cbor(v) for k, v in value.items())


def _head(kind: int, number: int) -> bytes:
    if number < 24:
        return bytes([kind << 5 | number])
    size = 1 if number < 2**8 else 2
    return bytes([kind << 5 | (24 if size == 1 else 25)]) + number.to_bytes(size, "big")


@dataclass
class Authenticator:
    """An authenticator with one passkey.

    Attributes:
        key: The private key of the passkey.
        origin: The origin that the browser names.
        flags: What the authenticator says it has checked.
        count: The signature counter.
        credential_id: The ID of the passkey.
        user_handle: The ID of its user, in base64url.
    """

    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    origin: str = ORIGIN
    flags: int = USER_PRESENT | USER_VERIFIED
    count: int = 0
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    user_handle: str | None = None

    def create(self, nonce: str) -> str:
        """Return the credential that a browser creates with these options."""
        options = json.loads(nonce)
        self.user_handle = options["user"]["id"]
        attested = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id
        data = self._data(options["rp"]["id"], HAS_CREDENTIAL) + attested + cbor(self._cose_key())
        statement: dict[object, object] = {}
        attestation = cbor({"fmt": "none", "attStmt": statement, "authData": data})
        response = {
            "clientDataJSON": encode(self._client_data("webauthn.create", options)),
            "attestationObject": encode(attestation),
            "transports": ["internal"],
        }
        return self._credential(response)

    def sign(self, nonce: str) -> str:
        """Return the assertion of a browser with these options."""
        options = json.loads(nonce)
        self.count += 1
        data = self._data(options["rpId"])
        client_data = self._client_data("webauthn.get", options)
        response = {
            "clientDataJSON": encode(client_data),
            "authenticatorData": encode(data),
            "signature": encode(self._signature(data + hashlib.sha256(client_data).digest())),
            "userHandle": self.user_handle,
        }
        return self._credential(response)

    def _data(self, rp_id: str, flags: int = 0) -> bytes:
        digest = hashlib.sha256(rp_id.encode()).digest()
        return digest + bytes([self.flags | flags]) + self.count.to_bytes(4, "big")

    def _client_data(self, kind: str, options: dict[str, Any]) -> bytes:
        found = {"type": kind, "challenge": options["challenge"], "origin": self.origin}
        return json.dumps(found).encode()

    def _signature(self, data: bytes) -> bytes:
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return self.key.sign(data, ec.ECDSA(hashes.SHA256()))

    def _cose_key(self) -> dict[object, object]:
        if isinstance(self.key, rsa.RSAPrivateKey):
            public = self.key.public_key().public_numbers()
            modulus = public.n.to_bytes((public.n.bit_length() + 7) // 8, "big")
            return {1: 3, 3: -257, -1: modulus, -2: public.e.to_bytes(3, "big")}
        point = self.key.public_key().public_numbers()
        x, y = point.x.to_bytes(32, "big"), point.y.to_bytes(32, "big")
        return {1: 2, 3: -7, -1: 1, -2: x, -3: y}

    def _credential(self, response: dict[str, Any]) -> str:
        name = encode(self.credential_id)
        return json.dumps({"type": "public-key", "id": name, "rawId": name, "response": response})
