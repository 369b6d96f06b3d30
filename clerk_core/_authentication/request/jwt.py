"""Take a JSON Web Token apart (RFC 7519, RFC 7515), strictly and once.

It knows no key: the result is what the sender wrote, not what Clerk signed.
"""

from __future__ import annotations

from binascii import a2b_base64
from collections.abc import Mapping
from json import JSONDecoder
from typing import NamedTuple, NoReturn, cast

from clerk_core._json import nests_deeper
from clerk_core._json_values import is_object

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
# The two alphabets differ in two characters; those of base64 stand for nothing here, nor does the
# padding (RFC 7515, 2).
_TO_BASE64 = bytes.maketrans(b"-_+/=", b"+/!!!")
_PADDING = (b"", b"", b"==", b"=")
# By the number of characters after the last whole group of four: none leaves six bits, two leave
# four that must be zero, three leave two.
_LAST_CHARACTERS = (_ALPHABET, b"", _ALPHABET[::16], _ALPHABET[::4])

# Far longer than any token of Clerk, far shorter than what takes noticeable time to decode.
MAX_TOKEN_LENGTH = 32 * 1024
MAX_DEPTH = 64


_NONE_KNOWN: Mapping[bytes, dict[str, object]] = {}


class Jwt(NamedTuple):
    """The parts of a token: two JSON objects, what was signed, and the signature."""

    header: dict[str, object]
    claims: dict[str, object]
    signing_input: bytes
    signature: bytes

    def __repr__(self) -> str:
        return "Jwt(…)"


class MalformedJwtError(ValueError):
    """The text is not a token. It never reaches users: the outcome is a `Reason`."""


def decode(token: str, headers: Mapping[bytes, dict[str, object]] = _NONE_KNOWN) -> Jwt:
    """Decode `token`; raise `MalformedJwtError` unless it is a compact JWS.

    `headers` are JOSE headers that were decoded before, by their text: an instance's tokens
    share theirs for as long as its key lives.
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
    # RecursionError: deeply nested JSON. The others are ValueErrors of the decoders.
    except (ValueError, RecursionError):
        raise MalformedJwtError("not three parts of base64url, or no JSON objects") from None


def _base64url(text: bytes) -> bytes:
    """Decode base64url as RFC 7515, 2 has it: without padding, spaces or any other character.

    One value has one spelling: the unused bits of the last character must be zero. Otherwise one
    token could be sent in any number of forms, and each would be verified and remembered anew.
    """
    rest = len(text) % 4
    if text[-1:] not in _LAST_CHARACTERS[rest]:
        raise MalformedJwtError("not base64url")
    decoded = a2b_base64(text.translate(_TO_BASE64) + _PADDING[rest])
    # a2b_base64 skips what is not of the alphabet, which is then missing.
    if len(decoded) != len(text) * 3 // 4:
        raise MalformedJwtError("not base64url")
    return decoded


def _unique_members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """RFC 7519, 4: claim names are unique. Two readers must never see two different tokens."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise MalformedJwtError("a name stands twice")
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
    # Counting first: only a text with so many brackets can nest so deeply.
    if text.count("{") + text.count("[") > MAX_DEPTH and nests_deeper(value, MAX_DEPTH):
        raise MalformedJwtError("nested too deeply")
    return value
