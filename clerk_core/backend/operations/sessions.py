"""Operations on sessions and their tokens."""

from __future__ import annotations

from collections.abc import Mapping

from clerk_core.backend.models import Session, SessionToken, SessionTokens
from clerk_core.backend.operation import AsyncFace, Iterating, SyncFace, operation
from clerk_core.backend.pages import Page


class SessionsOperations:
    """Each is a method of both clients; identifiers come first, all else by name."""

    @operation("GET", "/sessions")
    def list(
        self,
        *,
        client_id: str = ...,
        user_id: str = ...,
        status: str = ...,
        paginated: bool = ...,
        limit: int = ...,
        offset: int = ...,
    ) -> Page[Session]:
        """The sessions of a user or a client, the newest first, a page at a time."""

    iterate = Iterating(list)

    @operation("POST", "/sessions")
    def create(self, *, user_id: str, active_organization_id: str = ...) -> Session:
        """Create a session for a user, in tests: production instances refuse."""

    @operation("GET", "/sessions/{session_id}")
    def get(self, session_id: str) -> Session:
        """One session."""

    @operation("POST", "/sessions/{session_id}/refresh")
    def refresh(
        self,
        session_id: str,
        *,
        expired_token: str,
        refresh_token: str,
        request_origin: str,
        request_headers: Mapping[str, object] | None = ...,
        format: str | None = ...,
        request_originating_ip: str | None = ...,
    ) -> SessionTokens:
        """Make a new session token out of an expired one; what does not hold is a 401."""

    @operation("POST", "/sessions/{session_id}/revoke")
    def revoke(self, session_id: str) -> Session:
        """End a session; its user must sign in again there."""

    @operation("POST", "/sessions/{session_id}/tokens")
    def create_token(
        self, session_id: str, *, expires_in_seconds: int | None = ...
    ) -> SessionToken:
        """A session token, `jwt`, for a session."""

    @operation("POST", "/sessions/{session_id}/tokens/{template_name}")
    def create_token_from_template(
        self, session_id: str, template_name: str, *, expires_in_seconds: int | None = ...
    ) -> SessionToken:
        """A token of a JWT template, `jwt`, for a session."""


class Sessions(SessionsOperations, SyncFace):
    """Operations on sessions and their tokens."""


class AsyncSessions(SessionsOperations, AsyncFace):
    """Operations on sessions and their tokens, to await."""
