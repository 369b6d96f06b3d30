"""Operations on sessions and their tokens."""

from collections.abc import Iterator, Mapping

from clerk_core.backend.models import Session, SessionToken, SessionTokens
from clerk_core.backend.modes import M, Operations
from clerk_core.backend.operation import operation
from clerk_core.backend.pages import Page
from clerk_core.backend.paginator import paginate


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
    ) -> Page[Session]:
        """The sessions of a user or a client, the newest first, a page at a time."""
        ...

    @paginate(list)
    def iterate(self) -> Iterator[Session]:
        """Iterate over all pages of `list`."""
        ...

    @operation("POST", "/sessions")
    def create(self, *, user_id: str, active_organization_id: str = ...) -> Session:
        """Create a session for a user, in tests: production instances refuse."""
        ...

    @operation("GET", "/sessions/{session_id}")
    def get(self, session_id: str) -> Session:
        """One session."""
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
    ) -> SessionTokens:
        """Make a new session token out of an expired one; what does not hold is a 401."""
        ...

    @operation("POST", "/sessions/{session_id}/revoke")
    def revoke(self, session_id: str) -> Session:
        """End a session; its user must sign in again there."""
        ...

    @operation("POST", "/sessions/{session_id}/tokens")
    def create_token(
        self, session_id: str, *, expires_in_seconds: int | None = ...
    ) -> SessionToken:
        """A session token, `jwt`, for a session."""
        ...

    @operation("POST", "/sessions/{session_id}/tokens/{template_name}")
    def create_token_from_template(
        self, session_id: str, template_name: str, *, expires_in_seconds: int | None = ...
    ) -> SessionToken:
        """A token of a JWT template, `jwt`, for a session."""
        ...
