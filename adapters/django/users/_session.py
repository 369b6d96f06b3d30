"""Keep the session of Django with the user who filled it, although nobody signs in to it.

Whoever uses a browser next gets an empty session. It waits for the store of sessions.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

_OWNER = "_clerk_user_id"
_TOKEN = "__session"


def has_stored_session(request: HttpRequest) -> bool:
    """Return whether a request may have a session that was stored before."""
    return hasattr(request, "session") and settings.SESSION_COOKIE_NAME in request.COOKIES


def has_changed_session(request: HttpRequest) -> bool:
    """Return whether the session of a request will be stored."""
    session: Any = getattr(request, "session", None)
    return session is not None and session.modified and not session.is_empty()


def release_session(request: HttpRequest, clerk_id: str | None) -> None:
    """Empty the session of a request if it belongs to another user than this one."""
    owner = request.session.get(_OWNER)
    if owner is None or owner == clerk_id:
        return
    # A token that has expired is renewed, and its user goes on.
    if clerk_id is not None or not any(name.startswith(_TOKEN) for name in request.COOKIES):
        request.session.flush()


def claim_session(request: HttpRequest, clerk_id: str | None) -> None:
    """Make the session of a request that of this user, under a key that nobody knew before."""
    if clerk_id is not None and request.session.get(_OWNER) != clerk_id:
        request.session.cycle_key()
        request.session[_OWNER] = clerk_id
