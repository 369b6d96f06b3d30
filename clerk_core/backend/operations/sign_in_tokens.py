"""Operations on tokens that sign a user in without a password."""

from __future__ import annotations

from clerk_core.backend.models import SignInToken
from clerk_core.backend.operation import AsyncFace, SyncFace, operation


class SignInTokensOperations:
    """Each is a method of both clients; identifiers come first, all else by name."""

    @operation("POST", "/sign_in_tokens")
    def create(
        self, *, user_id: str, org_id: str | None = ..., expires_in_seconds: int | None = ...
    ) -> SignInToken:
        """Create a token that signs a user in once; it lasts 30 days unless told otherwise."""

    @operation("POST", "/sign_in_tokens/{sign_in_token_id}/revoke")
    def revoke(self, sign_in_token_id: str) -> SignInToken:
        """Revoke a token that nobody has used yet."""


class SignInTokens(SignInTokensOperations, SyncFace):
    """Operations on tokens that sign a user in without a password."""


class AsyncSignInTokens(SignInTokensOperations, AsyncFace):
    """Operations on tokens that sign a user in without a password, to await."""
