"""Encrypt and authenticate what is stored in a cache, which others may read, change and replay.

Names are HMACs, and entries are sealed with AES-256-GCM. All keys are derived from the secret key
of the instance. The name and the expiry are authenticated as associated data, so an entry is valid
only under its own name and until it expires. An invalid entry is the same as no entry.
"""

from __future__ import annotations

import hmac
import os
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_VERSION = b"\x01"
_EXPIRY_BYTES = 8
_SALT_BYTES = 16
_NONCE_BYTES = 12
_HEADER = len(_VERSION) + _EXPIRY_BYTES
_SHORTEST = _HEADER + _SALT_BYTES + _NONCE_BYTES


class Opened(NamedTuple):
    """A valid entry.

    Attributes:
        content: What was sealed.
        seconds_left: The seconds until the entry expires.
    """

    content: bytes
    seconds_left: float


class Seal:
    """The seal of all entries with one name.

    Args:
        secret: The secret key of the instance.
        kind: The name of the kind of entry.
        identity: What the entry depends on. It is never shown.
    """

    __slots__ = ("_secret", "name")

    def __init__(self, secret: str, kind: str, identity: bytes) -> None:
        self._secret = secret.encode("utf-8", "surrogatepass")
        key = _derived(self._secret, b"name")
        digest = hmac.digest(key, kind.encode() + b"\x00" + identity, "sha256")
        self.name: str = f"clerk-core:{urlsafe_b64encode(digest).rstrip(b'=').decode()}"

    def close(self, content: bytes, now: float, seconds: float) -> bytes:
        """Return a sealed entry.

        Args:
            content: What to seal.
            now: Unix seconds.
            seconds: How long the entry is valid.
        """
        header = _VERSION + int((now + seconds) * 1000).to_bytes(_EXPIRY_BYTES, "big")
        salt, nonce = os.urandom(_SALT_BYTES), os.urandom(_NONCE_BYTES)
        sealed = self._cipher(salt).encrypt(nonce, content, header + self.name.encode())
        return header + salt + nonce + sealed

    def open(self, entry: object, now: float) -> Opened | None:
        """Return the content of an entry; None if it is invalid or expired.

        Args:
            entry: What the cache returned.
            now: Unix seconds.
        """
        if not isinstance(entry, bytes) or len(entry) <= _SHORTEST or entry[:1] != _VERSION:
            return None
        header = entry[:_HEADER]
        left = int.from_bytes(header[len(_VERSION) :], "big") / 1000 - now
        if left <= 0:
            return None
        from cryptography.exceptions import InvalidTag

        salt = entry[_HEADER : _HEADER + _SALT_BYTES]
        nonce, sealed = entry[_HEADER + _SALT_BYTES : _SHORTEST], entry[_SHORTEST:]
        try:
            content = self._cipher(salt).decrypt(nonce, sealed, header + self.name.encode())
        except InvalidTag:
            return None
        return Opened(content, left)

    def _cipher(self, salt: bytes) -> AESGCM:
        # Imported here, because synchronous programs without a cache never need cryptography.
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        # A key for each entry, so that the number of entries with random nonces has no limit.
        return AESGCM(hmac.digest(_derived(self._secret, b"entry"), salt, "sha256"))


def _derived(secret: bytes, purpose: bytes) -> bytes:
    return hmac.digest(secret, b"clerk-core cache 1 " + purpose, "sha256")
