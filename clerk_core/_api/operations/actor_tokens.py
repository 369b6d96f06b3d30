"""Operations on actor tokens, with which one user acts for another."""

from collections.abc import Mapping

from clerk_core._api.modes import M, Operations
from clerk_core._api.operation import Extra, operation
from clerk_core.models import ActorToken


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
        extra: Extra = ...,
    ) -> ActorToken:
        """Create a token that lets one user sign in as another (impersonation).

        Args:
            user_id: The ID of the user to impersonate.
            actor: The actor: a mapping whose `sub` is the actor's user ID. It becomes the
                `act` claim of the session.
            expires_in_seconds: The token's lifetime in seconds; an hour by default.
            session_max_duration_in_seconds: How long the session may last, in seconds; 30 minutes
                by default.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/actor_tokens/{actor_token_id}/revoke")
    def revoke(self, actor_token_id: str, *, extra: Extra = ...) -> ActorToken:
        """Revoke an actor token that has not been used.

        Args:
            actor_token_id: The token's ID.
            extra: Further fields to send.
        """
        ...
