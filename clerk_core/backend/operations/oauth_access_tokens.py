"""Operations on the access tokens of OAuth applications."""

from __future__ import annotations

from clerk_core.backend.models import OAuthAccessToken
from clerk_core.backend.operation import AsyncFace, SyncFace, operation


class OauthAccessTokensOperations:
    """Each is a method of both clients; identifiers come first, all else by name."""

    @operation("POST", "/oauth_applications/access_tokens/verify")
    def verify(self, *, access_token: str = ..., secret: str = ...) -> OAuthAccessToken:
        """Tell whose access token it is; one that does not hold is an error."""


class OauthAccessTokens(OauthAccessTokensOperations, SyncFace):
    """Operations on the access tokens of OAuth applications."""


class AsyncOauthAccessTokens(OauthAccessTokensOperations, AsyncFace):
    """Operations on the access tokens of OAuth applications, to await."""
