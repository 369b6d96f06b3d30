"""Operations on sessions. https://clerk.com/docs/reference/backend-api/tag/sessions"""

from __future__ import annotations

from clerk_core.backend.calls import call, path
from clerk_core.backend.errors import ClerkAPIError
from clerk_core.backend.models import Session, read_resource
from clerk_core.words.flow import Flow
from clerk_core.words.settings import Settings


def get(settings: Settings, session_id: str) -> Flow[Session]:
    """The session of that identifier."""
    return read_resource(Session, (yield from call(settings, "GET", path("sessions", session_id))))


def revoke(settings: Settings, session_id: str) -> Flow[Session]:
    """End a session: from now on it gets no tokens."""
    return read_resource(
        Session, (yield from call(settings, "POST", path("sessions", session_id, "revoke")))
    )


def create_token(
    settings: Settings, session_id: str, *, expires_in_seconds: int | None = None
) -> Flow[str]:
    """A new session token."""
    return (yield from _mint(settings, path("sessions", session_id, "tokens"), expires_in_seconds))


def create_token_from_template(
    settings: Settings,
    session_id: str,
    template_name: str,
    *,
    expires_in_seconds: int | None = None,
) -> Flow[str]:
    """A token with the claims of a JWT template, for an outside service."""
    minting = path("sessions", session_id, "tokens", template_name)
    return (yield from _mint(settings, minting, expires_in_seconds))


def _mint(settings: Settings, minting: str, expires_in_seconds: int | None) -> Flow[str]:
    body = {} if expires_in_seconds is None else {"expires_in_seconds": expires_in_seconds}
    document = yield from call(settings, "POST", minting, body=body)
    jwt = document.get("jwt") if isinstance(document, dict) else None
    if not isinstance(jwt, str):
        raise ClerkAPIError(200, "unexpected-response", f"The answer to POST {minting} has no jwt.")
    return jwt
