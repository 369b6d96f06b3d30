"""Operations on the access tokens of OAuth applications."""

from clerk_core._api.modes import M, Operations
from clerk_core._api.operation import Extra, operation
from clerk_core.models import OAuthAccessToken


class OAuthAccessTokens(Operations[M]):
    """Operations on the access tokens of OAuth applications."""

    @operation("POST", "/oauth_applications/access_tokens/verify")
    def verify(
        self, *, access_token: str = ..., secret: str = ..., extra: Extra = ...
    ) -> OAuthAccessToken:
        """Verify an OAuth access token and return it.

        A token that does not hold raises `NotFoundError`.

        Args:
            access_token: The token as the client sent it.
            secret: The deprecated name of `access_token`.
            extra: Further fields to send.
        """
        ...
