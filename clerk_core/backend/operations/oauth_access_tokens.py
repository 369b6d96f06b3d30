"""Operations on the access tokens of OAuth applications."""

from clerk_core.backend.models import OAuthAccessToken
from clerk_core.backend.modes import M, Operations
from clerk_core.backend.operation import operation


class OauthAccessTokens(Operations[M]):
    """Operations on the access tokens of OAuth applications."""

    @operation("POST", "/oauth_applications/access_tokens/verify")
    def verify(self, *, access_token: str = ..., secret: str = ...) -> OAuthAccessToken:
        """Tell whose access token it is; one that does not hold is an error."""
        ...
