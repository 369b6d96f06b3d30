"""Operations on actor tokens, with which one user acts for another."""

from collections.abc import Mapping

from clerk_core.backend.models import ActorToken
from clerk_core.backend.modes import M, Operations
from clerk_core.backend.operation import operation


class ActorTokens(Operations[M]):
    """Operations on actor tokens."""

    @operation("POST", "/actor_tokens")
    def create(
        self,
        *,
        user_id: str,
        actor: Mapping[str, object],
        expires_in_seconds: int = ...,
        session_max_duration_in_seconds: int = ...,
    ) -> ActorToken:
        """Create a token that signs `actor` in as the user; it holds `sub` at least, who acts."""
        ...

    @operation("POST", "/actor_tokens/{actor_token_id}/revoke")
    def revoke(self, actor_token_id: str) -> ActorToken:
        """Revoke a token that nobody has used yet."""
        ...
