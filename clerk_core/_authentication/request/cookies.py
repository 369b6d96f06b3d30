"""Parse cookies like browsers and `@clerk/backend`, and choose the set of this instance.

Clerk sets each cookie twice: without a suffix, and with one made from the publishable key, so that
several applications can share a domain. This module decides which set to use.

It verifies no signatures. Claims are read only to find out which instance issued a cookie.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias
from urllib.parse import unquote_to_bytes

from clerk_core._authentication.request.jwt import Jwt, MalformedJwtError
from clerk_core._settings.publishable_key import PublishableKey

SESSION = "__session"
REFRESH = "__refresh"
CLIENT_UAT = "__client_uat"
DEV_BROWSER = "__clerk_db_jwt"
HANDSHAKE = "__clerk_handshake"
HANDSHAKE_NONCE = "__clerk_handshake_nonce"
REDIRECT_COUNT = "__clerk_redirect_count"

_BARE_PERCENT = re.compile("%(?![0-9a-fA-F]{2})")
_SCHEME = re.compile("https?://", re.IGNORECASE)

Decode: TypeAlias = Callable[[str], Jwt]


class Cookies:
    """The cookies of a `Cookie` header, with percent-decoded values.

    Malformed pairs are skipped. If a name occurs twice, the first cookie is used, because it is the
    more specific one (RFC 6265, 5.4).
    """

    __slots__ = ("_values",)

    def __init__(self, header: str = "") -> None:
        self._values: dict[str, str] = {}
        for pair in header.split(";"):
            name, equals, value = pair.partition("=")
            if equals:
                self._values.setdefault(name.strip(" \t"), value)

    def get(self, name: str) -> str | None:
        """Return the value of a cookie; None if it is missing or empty."""
        value = self._values.get(name)
        if not value:
            return None
        value = value.strip(" \t")
        return (_percent_decode(value) if "%" in value else value) or None


def _percent_decode(value: str) -> str:
    """Return the percent-decoded value; the value itself if it is not valid UTF-8."""
    if _BARE_PERCENT.search(value):
        return value
    try:
        return unquote_to_bytes(value).decode("utf-8")
    except UnicodeError:
        return value


def uses_suffixed(
    cookies: Cookies, instance: PublishableKey, issuer: str, now: float, decode: Decode
) -> bool:
    """Return whether to use the cookies with this instance's suffix instead of the plain ones.

    The rules are those of `@clerk/backend` 3.25.0, in the same order.

    Args:
        cookies: The cookies of the request.
        instance: The parsed publishable key.
        issuer: The host that issues this instance's tokens.
        now: Unix seconds.
        decode: Decodes a token without verifying it.
    """
    suffix = instance.cookie_suffix
    plain_session = cookies.get(SESSION)
    plain_uat = cookies.get(CLIENT_UAT)
    suffixed_session = cookies.get(f"{SESSION}_{suffix}")
    suffixed_uat = cookies.get(f"{CLIENT_UAT}_{suffix}")
    plain = _claims(plain_session, decode)

    if plain_session and not plain.get("iss"):
        return False
    if plain_session and _issuer_host(plain) != issuer:
        return True
    if not suffixed_uat:
        # Without its client_uat the suffixed set is incomplete: Clerk may have disabled suffixes.
        return False
    suffixed = _claims(suffixed_session, decode)
    if suffixed_uat == "0":
        # The suffixed set is signed out. All versions of clerk-js write the plain cookies.
        return plain_uat == "0"
    if plain_uat != "0":
        return not _issued_at(plain) > _issued_at(suffixed)
    # In development, clerk-js may have been downgraded to a version without suffixed cookies.
    return instance.instance_type == "production" or not _has_expired(suffixed, now)


def _claims(token: str | None, decode: Decode) -> dict[str, object]:
    try:
        return decode(token).claims if token else {}
    except MalformedJwtError:
        return {}


def _issuer_host(claims: dict[str, object]) -> str | None:
    issuer = claims.get("iss")
    if not isinstance(issuer, str):
        return None
    return _SCHEME.sub("", issuer)


def _number(value: object) -> float:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else 0


def _issued_at(claims: dict[str, object]) -> float:
    return _number(claims.get("iat"))


def _has_expired(claims: dict[str, object], now: float) -> bool:
    return "exp" in claims and _number(claims["exp"]) <= int(now)
