"""Create identifiers and random strings, and mark the columns that are stored as JSON."""

from __future__ import annotations

import secrets
import string
from typing import TypeAlias

JsonObject: TypeAlias = dict[str, object]

_ALPHABET = string.digits + string.ascii_letters
JSON = {"json": True}


def random_text(length: int) -> str:
    """Return random letters and digits from a secure source."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def new_id(prefix: str) -> str:
    """Return a new id in Clerk's format: the prefix and 27 letters or digits."""
    return f"{prefix}_{random_text(27)}"


def new_token_id(prefix: str) -> str:
    """Return a new id of a machine token: the prefix and 32 hexadecimal digits."""
    return f"{prefix}_{secrets.token_hex(16)}"
