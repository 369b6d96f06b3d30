"""Append revocations to a log in the cache, and read those of others. It performs no I/O.

The log of an instance is split by minutes. The entries of a minute have numbers from 0, and `add`
of the cache gives each number to one writer. So any cache can hold the log, and a reader asks for
the next number only. Entries are sealed, so nobody without the secret key can revoke or read.
"""

from __future__ import annotations

import json
from collections.abc import Generator
from typing import Any, TypeAlias

from clerk_core._authentication.tokens.revoked import REVOKED_FOR, Revocation
from clerk_core._json import load_json
from clerk_core._json_values import is_object
from clerk_core.caching._sealing import Seal
from clerk_core.caching._shared_response import CLOCK_SKEW, Add, Get

MINUTE = 60
MAX_ENTRIES = 10_000
"""The maximum number of entries of a minute."""

CacheCalls: TypeAlias = "Generator[Get | Add, Any, Any]"


class RevocationLog:
    """The log of one instance, and how far this process has read it.

    Args:
        secret: The secret key of the instance.
        identity: The digest of the instance.
    """

    def __init__(self, secret: str, identity: bytes) -> None:
        self._secret = secret
        self._identity = identity
        # The next number to read, by minute.
        self._next: dict[int, int] = {}

    def append(self, revocation: Revocation, now: float) -> Generator[Get | Add, Any, bool]:
        """Append a revocation; return False if there is no room.

        Args:
            revocation: The revocation.
            now: Unix seconds.
        """
        content = json.dumps(revocation._asdict()).encode()
        minute = int(now // MINUTE)
        for number in range(self._next.get(minute, 0), MAX_ENTRIES):
            seal = self._seal(minute, number)
            entry = seal.close(content, now, REVOKED_FOR)
            if (yield Add(seal.name, entry, REVOKED_FOR)):
                return True
        return False

    def read(
        self, now: float, *, everything: bool, limit: int
    ) -> Generator[Get | Add, Any, list[tuple[Revocation, float]]]:
        """Return new revocations, each with the Unix seconds at which it may be forgotten.

        Args:
            now: Unix seconds.
            everything: Whether to read all minutes, not only those that hosts write to now.
            limit: The maximum number of entries to read.
        """
        oldest, newest = (int((now + offset) // MINUTE) for offset in (-REVOKED_FOR, CLOCK_SKEW))
        first = oldest if everything else int((now - CLOCK_SKEW) // MINUTE)
        for minute in [one for one in self._next if one < oldest]:
            self._next.pop(minute, None)
        found: list[tuple[Revocation, float]] = []
        for minute in range(newest, first - 1, -1):
            while (number := self._next.get(minute, 0)) < MAX_ENTRIES and len(found) < limit:
                seal = self._seal(minute, number)
                stored = yield Get(seal.name)
                if stored is None:
                    break
                self._next[minute] = number + 1
                opened = seal.open(stored, now)
                revocation = _revocation(opened.content) if opened else None
                # A forged entry is skipped.
                if opened is not None and revocation is not None:
                    found.append((revocation, now + opened.seconds_left))
        return found

    def read_again(self) -> None:
        """Read all entries again, because the cache may have lost and replaced some."""
        self._next.clear()

    def _seal(self, minute: int, number: int) -> Seal:
        return Seal(self._secret, "revocation", self._identity + f"{minute}:{number}".encode())


def _revocation(content: bytes) -> Revocation | None:
    try:
        fields = load_json(content)
    except ValueError:
        return None
    if not is_object(fields):
        return None
    session_id, user_id = fields.get("session_id"), fields.get("user_id")
    issued_until = fields.get("issued_until")
    return Revocation(
        session_id if isinstance(session_id, str) else None,
        user_id if isinstance(user_id, str) else None,
        float(issued_until) if isinstance(issued_until, (int, float)) else 0.0,
    )
