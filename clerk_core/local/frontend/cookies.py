"""The cookies by which an application knows a session, as the lines that set them.

It may not know whether a handshake or a backend asked for them.
"""

from __future__ import annotations

from werkzeug.http import dump_cookie

from clerk_core.local.call import Call
from clerk_core.local.domain.tokens import session_token
from clerk_core.local.storage.rows import Session

_YEAR_IN_SECONDS = 365 * 24 * 60 * 60


def session_cookies(call: Call, session: Session) -> list[str]:
    """A fresh token of a live session, and what renews it."""
    token = session_token(call.store, call.keys, session, call.now)
    return [*twice(call, "__session", token), _refresh(call, call.keys.refresh_token(session.id))]


def signed_out_cookies(call: Call) -> list[str]:
    """No session any more."""
    return [*twice(call, "__session", ""), _refresh(call, "")]


def twice(call: Call, name: str, value: str) -> list[str]:
    """A cookie with and without the instance's suffix; without a value it is taken away."""
    return [_set_cookie(name, value), _set_cookie(f"{name}_{_suffix(call)}", value)]


def _refresh(call: Call, value: str) -> str:
    # With the suffix only, and for the application's backend only.
    return _set_cookie(f"__refresh_{_suffix(call)}", value, httponly=True)


def _suffix(call: Call) -> str:
    return call.keys.publishable_key.cookie_suffix


def _set_cookie(name: str, value: str, *, httponly: bool = False) -> str:
    # clerk-js reads most of these in development. Not Secure: localhost speaks plain http.
    return dump_cookie(
        name,
        value,
        max_age=_YEAR_IN_SECONDS if value else 0,
        httponly=httponly,
        samesite="Lax",
        sync_expires=False,
    )
