"""Parse the cookies that Clerk returns from a handshake or a refresh."""

from __future__ import annotations

import re
from dataclasses import dataclass

from clerk_core._authentication.request import cookies as names
from clerk_core._authentication.result.state import HeaderPairs
from clerk_core._json_values import is_array

_CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True, repr=False)
class SetCookies:
    """A list of valid `Set-Cookie` values."""

    values: tuple[str, ...]

    @classmethod
    def read(cls, given: object) -> SetCookies:
        """Return the cookies of a JSON array; invalid values are skipped."""
        listed = given if is_array(given) else []
        texts = (one.strip(" \t\r\n") for one in listed if isinstance(one, str))
        return cls(tuple(text for text in texts if _is_header_value(text)))

    @property
    def headers(self) -> HeaderPairs:
        """The headers for the response."""
        return tuple(("set-cookie", value) for value in self.values)

    @property
    def session_token(self) -> str:
        """The session token: that of the last cookie, like in a browser; empty without one."""
        pairs = (value.partition(";")[0].partition("=") for value in self.values)
        tokens = [token.strip(" \t") for name, _, token in pairs if name.startswith(names.SESSION)]
        return tokens[-1] if tokens else ""


def _is_header_value(directive: str) -> bool:
    return directive.isascii() and not _CONTROL_CHARACTERS.search(directive)
