"""Decode a JSON Web Token (RFC 7519, RFC 7515) strictly.

This module knows no keys, so the result is not verified and must not be trusted.
"""

from __future__ import annotations

from binascii import a2b_base64
from collections.abc import Mapping
from json import JSONDecoder
from typing import NamedTuple, NoReturn, cast

from clerk_core._json import nests_deeper
from clerk_core._json_values import is_object

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
# base64url has two other characters than base64 and no padding (RFC 7515, 2). The characters that
# only base64 has are replaced by invalid ones.
_TO_BASE64 = bytes.maketrans(b"-_+/=", b"+/!!!")
_PADDING = (b"", b"", b"==", b"=")
# Valid last characters by the number of characters after the last complete group of four. With two,
# the last four bits must be zero; with three, the last two bits.
_LAST_CHARACTERS = (_ALPHABET, b"", _ALPHABET[::16], _ALPHABET[::4])

# Far longer than any token of Clerk, but short enough to be decoded quickly.
MAX_TOKEN_LENGTH = 32 * 1024
MAX_DEPTH = 64


_NONE_KNOWN: Mapping[bytes, dict[str, object]] = {}


class Jwt(NamedTuple):
    """A decoded token: header, claims, signed content and signature. It is not verified."""

    header: dict[str, object]
    claims: dict[str, object]
    signing_input: bytes
    signature: bytes

    def __repr__(self) -> str:
        return "Jwt(…)"


class MalformedJwtError(ValueError):
    """The error for a string that is not a JWT. It is always converted to a `Reason`."""


def decode(token: str, headers: Mapping[bytes, dict[str, object]] = _NONE_KNOWN) -> Jwt:
    """Decode a compact JWS without verifying it.

    Args:
        token: The encoded token.
        headers: Decoded JOSE headers by their encoded form. All tokens of one key have the same
            header, so this saves decoding it again.

    Raises:
        MalformedJwtError: The string is not a compact JWS.
    """
    if len(token) > MAX_TOKEN_LENGTH:
        raise MalformedJwtError("too long")
    try:
        header, claims, signature = token.encode("ascii").split(b".")
        return Jwt(
            headers.get(header) or _json_object(header),
            _json_object(claims),
            header + b"." + claims,
            _base64url(signature),
        )
    # Deeply nested JSON raises RecursionError; decoders raise subclasses of ValueError.
    except (ValueError, RecursionError):
        raise MalformedJwtError("not three base64url parts, or not JSON objects") from None


def _base64url(text: bytes) -> bytes:
    """Decode base64url without padding (RFC 7515, 2).

    The unused bits of the last character must be zero, so that a value has only one encoding.
    Otherwise a token could be sent in many forms, and each would be verified and cached separately.
    """
    rest = len(text) % 4
    if text[-1:] not in _LAST_CHARACTERS[rest]:
        raise MalformedJwtError("not base64url")
    decoded = a2b_base64(text.translate(_TO_BASE64) + _PADDING[rest])
    # a2b_base64 skips invalid characters, so the result would be too short.
    if len(decoded) != len(text) * 3 // 4:
        raise MalformedJwtError("not base64url")
    return decoded


def _unique_members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return a JSON object; reject duplicate names, which parsers treat differently."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise MalformedJwtError("duplicate name in a JSON object")
    return members


def _no_constant(name: str) -> NoReturn:
    raise MalformedJwtError(f"{name} is not JSON")


_JSON_SPACE = " \t\n\r"
_DECODER = JSONDecoder(object_pairs_hook=_unique_members, parse_constant=_no_constant)


def _json_object(part: bytes) -> dict[str, object]:
    text = _base64url(part).decode("utf-8").strip(_JSON_SPACE)
    value, end = cast("tuple[object, int]", _DECODER.raw_decode(text))
    if end != len(text) or not is_object(value):
        raise MalformedJwtError("not a JSON object")
    # Counting brackets first is fast, and usually proves that the JSON is not deeply nested.
    if text.count("{") + text.count("[") > MAX_DEPTH and nests_deeper(value, MAX_DEPTH):
        raise MalformedJwtError("nested too deeply")
    return value
