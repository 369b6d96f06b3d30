"""Keep the sessions and users whose session tokens are refused although they have not expired.

This module performs no I/O. Threads share the lists without a lock, like the keyring.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

REVOKED_FOR = 600.0
"""How long a revocation lasts in seconds: ten times the life of Clerk's session tokens."""


class Revocation(NamedTuple):
    """The revocation of all tokens of a session, or of all tokens of a user until a time.

    Attributes:
        session_id: The ID of the session, which never becomes active again; None for a user.
        user_id: The ID of the user; None for a session.
        issued_until: The latest time of issue of a user's revoked tokens, in Unix seconds. A user
            who is unbanned gets newer ones.
    """

    session_id: str | None
    user_id: str | None = None
    issued_until: float = 0.0


class RevokedTokens:
    """The revocations of one instance that a process knows."""

    __slots__ = ("_sessions", "_users")

    def __init__(self) -> None:
        self._sessions: dict[str, float] = {}
        self._users: dict[str, tuple[float, float]] = {}

    def add(self, revocation: Revocation, until: float) -> bool:
        """Add a revocation; return whether it was unknown.

        Args:
            revocation: The revocation.
            until: When it may be forgotten, in Unix seconds.
        """
        if revocation.session_id is not None:
            is_new = revocation.session_id not in self._sessions
            self._sessions[revocation.session_id] = until
            return is_new
        if revocation.user_id is None:
            return False
        known, _ = self._users.get(revocation.user_id, (0.0, 0.0))
        self._users[revocation.user_id] = (max(known, revocation.issued_until), until)
        return known < revocation.issued_until

    def forget_expired(self, now: float) -> None:
        """Remove revocations that tokens have not outlived.

        Args:
            now: Unix seconds.
        """
        for session_id, until in list(self._sessions.items()):
            if until <= now:
                self._sessions.pop(session_id, None)
        for user_id, (_, until) in list(self._users.items()):
            if until <= now:
                self._users.pop(user_id, None)

    def include(self, claims: Mapping[str, object]) -> bool:
        """Return whether a token with these claims is revoked.

        Args:
            claims: The claims of a session token.
        """
        if claims.get("sid") in self._sessions:
            return True
        found = self._users.get(str(claims.get("sub")))
        if found is None:
            return False
        issued_at = claims.get("iat")
        # A token without a time of issue cannot be newer.
        return not isinstance(issued_at, (int, float)) or issued_at <= found[0]
