"""Operations on sessions and their tokens."""

from collections.abc import Iterator, Mapping

from clerk_core._api.modes import M, Operations
from clerk_core._api.operation import Extra, operation
from clerk_core._api.pages import Page
from clerk_core._api.paginator import paginate
from clerk_core.models import Session, SessionToken, SessionTokens


class Sessions(Operations[M]):
    """Operations on sessions and their tokens."""

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
        extra: Extra = ...,
    ) -> Page[Session]:
        """Return sessions, the newest first. Old ones are removed by Clerk.

        Args:
            client_id: The client whose sessions to return; this or `user_id` is needed.
            user_id: The user whose sessions to return; this or `client_id` is needed.
            status: `active`, `ended`, `expired`, `abandoned`, `removed`, `replaced` or `revoked`.
            paginated: Whether to return a page with `total_count`, in place of everything.
            limit: The maximum number of results, 1 to 500; 10 by default.
            offset: The number of results to skip.
            extra: Further fields to send.
        """
        ...

    @paginate(list)
    def iterate(self) -> Iterator[Session]:
        """Iterate over sessions, the newest first."""
        ...

    @operation("POST", "/sessions")
    def create(
        self, *, user_id: str, active_organization_id: str = ..., extra: Extra = ...
    ) -> Session:
        """Create a session of a user. Not available in production: see `sign_in_tokens`.

        Args:
            user_id: The user's ID.
            active_organization_id: The ID of the organization that is active in it.
            extra: Further fields to send.
        """
        ...

    @operation("GET", "/sessions/{session_id}")
    def get(self, session_id: str, *, extra: Extra = ...) -> Session:
        """Return a session.

        Args:
            session_id: The session's ID.
            extra: Further fields to send.
        """
        ...

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
        extra: Extra = ...,
    ) -> SessionTokens:
        """Refresh a session as Clerk's handshake does, and return a new token.

        Args:
            session_id: The session's ID.
            expired_token: The token in the `__session` cookie.
            refresh_token: The token in the `__refresh` cookie.
            request_origin: The origin of the request.
            request_headers: The headers of the request; each value is a list.
            format: `token` (the default) or `cookie`.
            request_originating_ip: The IP address of the request.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/sessions/{session_id}/revoke")
    def revoke(self, session_id: str, *, extra: Extra = ...) -> Session:
        """Revoke a session. The user has to sign in again.

        Args:
            session_id: The session's ID.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/sessions/{session_id}/tokens")
    def create_token(
        self, session_id: str, *, expires_in_seconds: int | None = ..., extra: Extra = ...
    ) -> SessionToken:
        """Create a session token.

        Args:
            session_id: The session's ID.
            expires_in_seconds: The token's lifetime in seconds, at least 30; the instance's default
                if left out.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/sessions/{session_id}/tokens/{template_name}")
    def create_token_from_template(
        self,
        session_id: str,
        template_name: str,
        *,
        expires_in_seconds: int | None = ...,
        extra: Extra = ...,
    ) -> SessionToken:
        """Create a token of a session from a JWT template.

        Args:
            session_id: The session's ID.
            template_name: The template's name.
            expires_in_seconds: The token's lifetime in seconds, at least 30; the template's if left
                out.
            extra: Further fields to send.
        """
        ...
