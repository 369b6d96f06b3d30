"""Operations on tokens that sign a user in without a password."""

from clerk_core._api.modes import M, Operations
from clerk_core._api.operation import Extra, operation
from clerk_core.models import SignInToken


class SignInTokens(Operations[M]):
    """Operations on tokens that sign a user in without a password."""

    @operation("POST", "/sign_in_tokens")
    def create(
        self,
        *,
        user_id: str,
        org_id: str | None = ...,
        expires_in_seconds: int | None = ...,
        extra: Extra = ...,
    ) -> SignInToken:
        """Create a token that signs a user in once; `url` of the result is a page that takes it.

        Args:
            user_id: The user's ID.
            org_id: The ID of the organization that is active afterwards.
            expires_in_seconds: The token's lifetime in seconds; 30 days by default.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/sign_in_tokens/{sign_in_token_id}/revoke")
    def revoke(self, sign_in_token_id: str, *, extra: Extra = ...) -> SignInToken:
        """Revoke a sign-in token that has not been used.

        Args:
            sign_in_token_id: The token's ID.
            extra: Further fields to send.
        """
        ...
