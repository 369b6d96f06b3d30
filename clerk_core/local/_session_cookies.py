"""Create the `Set-Cookie` values of the session cookies of an application.

It must not know whether a handshake or the Backend API requested them.
"""

from __future__ import annotations

from werkzeug.http import dump_cookie

from clerk_core.local._call import Call
from clerk_core.local._domain.session_tasks import content_of
from clerk_core.local._domain.tokens import session_token
from clerk_core.local._storage.rows import Session

_YEAR_IN_SECONDS = 365 * 24 * 60 * 60


def session_cookies(call: Call, session: Session) -> list[str]:
    """Return the cookies with a new session token and a refresh token."""
    content = content_of(call.store, call.settings, session)
    token = session_token(call.store, call.keys, session, call.now, content=content)
    return [
        *with_suffixed(call, "__session", token),
        _refresh(call, call.keys.refresh_token(session.id)),
    ]


def signed_out_cookies(call: Call) -> list[str]:
    """Return the cookies that remove the session."""
    return [*with_suffixed(call, "__session", ""), _refresh(call, "")]


def with_suffixed(call: Call, name: str, value: str) -> list[str]:
    """Return a cookie with and without the instance suffix; an empty value deletes it."""
    return [_set_cookie(name, value), _set_cookie(f"{name}_{_suffix(call)}", value)]


def _refresh(call: Call, value: str) -> str:
    # Clerk sets only the suffixed name, and only the application's backend reads it.
    return _set_cookie(f"__refresh_{_suffix(call)}", value, httponly=True)


def _suffix(call: Call) -> str:
    return call.keys.publishable_key.cookie_suffix


def _set_cookie(name: str, value: str, *, httponly: bool = False) -> str:
    # clerk-js reads most of these cookies in development, so they are not HttpOnly by default.
    # They are not Secure, because localhost uses plain HTTP.
    return dump_cookie(
        name,
        value,
        max_age=_YEAR_IN_SECONDS if value else 0,
        httponly=httponly,
        samesite="Lax",
        sync_expires=False,
    )
