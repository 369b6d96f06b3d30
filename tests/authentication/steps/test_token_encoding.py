"""Only the canonical encoding of a token is accepted (RFC 7515, 2)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_core import Keyring
from clerk_core._authentication.request.token_kinds import AcceptsToken
from clerk_core._messages import Request
from tests.authentication.steps.support import (
    PRODUCTION,
    api_request,
    browser_cookies,
    handshake_token,
    m2m_jwt,
    oauth_jwt,
    page,
    state_of,
)
from tests.support import mint

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def variants(token: str) -> list[str]:
    """Return other texts that a lenient decoder reads as the same token."""
    header, claims, signature = token.split(".")
    # 256 octets leave four bits over in the last character.
    assert len(signature) % 4 == 2
    last = ALPHABET.index(signature[-1])
    spaced = signature[:9]
    return [
        *(f"{token}{'=' * count}" for count in (1, 2, 3, 2048)),
        *(f"{token}{space}" for space in ("\n", "\x00", "%0A")),
        *(f"{header}.{claims}.{spaced}{space}{signature[9:]}" for space in ("\n", "=", "\t")),
        *(f"{header}.{claims}.{signature[:-1]}{ALPHABET[last + bits]}" for bits in (1, 7, 15)),
        f"{header}=.{claims}.{signature}",
        f"{header}.{claims}=.{signature}",
        f"{header}.{claims}==.{signature}",
        token.replace("-", "+").replace("_", "/") + "=",
    ]


def in_header(token: str) -> Request:
    return api_request(f"Bearer {token}")


def in_cookie(token: str) -> Request:
    return page("/", browser_cookies(token))


def in_handshake(token: str) -> Request:
    return page("/", {"__clerk_handshake": token})


Carried = tuple[Callable[[str], Request], str, AcceptsToken]
CARRIED: dict[str, Carried] = {
    "header": (in_header, mint(), "session_token"),
    "cookie": (in_cookie, mint(), "session_token"),
    "handshake": (in_handshake, handshake_token(f"__session={mint()}"), "session_token"),
    "M2M": (in_header, m2m_jwt(), "m2m_token"),
    "OAuth": (in_header, oauth_jwt(), "oauth_token"),
    "any": (in_header, m2m_jwt(), "any"),
}


@pytest.mark.parametrize("carried", CARRIED.values(), ids=CARRIED)
def test_non_canonical_encoding_is_rejected_and_not_cached(
    carried: Carried,
) -> None:
    carry, token, accepts = carried
    keyring = Keyring()
    for variant in variants(token):
        request = carry(variant)
        state = state_of(request, PRODUCTION, keyring=keyring, accepts=accepts)
        assert not state.is_authenticated
        assert len(keyring.remembered) == 0
    assert state_of(carry(token), PRODUCTION, keyring=keyring, accepts=accepts).is_authenticated
    assert len(keyring.remembered) > 0
