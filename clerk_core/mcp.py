"""Verify Clerk's OAuth access tokens in servers of the Model Context Protocol (MCP).

The server itself is that of the official SDK, or FastMCP: both publish the metadata by which
clients find Clerk, and answer 401 and 403.
https://modelcontextprotocol.io/specification/draft/basic/authorization
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mcp.server.auth.provider import AccessToken
from mcp.server.auth.settings import AuthSettings

from clerk_core._authentication.request.oauth_resource import authorization_server
from clerk_core._client import AsyncClerk
from clerk_core._frozen import Frozen
from clerk_core._reasons import Reason
from clerk_core.errors import ConfigurationError, TokenVerificationError

__all__ = ["ClerkTokenVerifier"]

_KIND: Final = "oauth_token"
# The token may be valid: nobody could ask Clerk. A client must not sign its user in again.
_NOT_OF_THE_TOKEN = (Reason.UNEXPECTED_ERROR, Reason.SECRET_KEY_INVALID)


class ClerkTokenVerifier(Frozen):
    """A `TokenVerifier` of the official MCP SDK, for OAuth access tokens of a Clerk instance.

    With the option `audience` of the client, tokens for other servers are refused (RFC 8707).

    Args:
        clerk: The client of the instance. It stays yours to close.

    Raises:
        ConfigurationError: The client has no publishable key.
    """

    __slots__ = ("_audience", "_clerk", "_issuer")

    _audience: tuple[str, ...]
    _clerk: AsyncClerk
    _issuer: str

    def __init__(self, clerk: AsyncClerk) -> None:
        settings = clerk.authenticator.settings
        if settings.instance is None:
            raise ConfigurationError(
                "ClerkTokenVerifier needs the publishable key, which names the authorization "
                "server. Set CLERK_PUBLISHABLE_KEY.",
                code="publishable-key-missing",
            )
        object.__setattr__(self, "_audience", settings.audience)
        object.__setattr__(self, "_clerk", clerk)
        object.__setattr__(self, "_issuer", authorization_server(settings))

    def auth_settings(self, server_url: str, required_scopes: Sequence[str] = ()) -> AuthSettings:
        """Return the settings of a server that accepts the tokens; its `issuer_url` is Clerk's.

        Args:
            server_url: The URL by which clients reach the server, such as
                `https://example.com/mcp`.
            required_scopes: The scopes that each token must have. Clients request them.
        """
        # Validated from strings, because a URL of Pydantic may end with a slash, and clients
        # compare issuers character by character (RFC 8414, 3.3).
        return AuthSettings.model_validate(
            {
                "issuer_url": self._issuer,
                "resource_server_url": server_url,
                "required_scopes": list(required_scopes),
                "validate_token_resource": bool(self._audience),
            }
        )

    async def verify_token(self, token: str) -> AccessToken | None:
        """Return whom an access token authorizes, or None if it is invalid.

        A JWT is verified by its signature, an opaque token by the Backend API.

        Args:
            token: The access token, without `Bearer`.

        Returns:
            The token with `subject`, the ID of the user, `client_id`, that of the OAuth
            application, `scopes`, `expires_at` in Unix seconds, and `resource`, the one of
            `audience` that it was issued for.

        Raises:
            TokenVerificationError: Clerk did not respond, or refused the secret key. The server
                then answers 500, so that clients keep the token.
        """
        try:
            auth = await self._clerk.verify_token(token, accepts_token=_KIND)
        except TokenVerificationError as error:
            if error.code in _NOT_OF_THE_TOKEN:
                raise
            return None
        return AccessToken(
            token=token,
            client_id=auth.client_id or "",
            scopes=list(auth.scopes),
            expires_at=None if auth.expires_at is None else int(auth.expires_at),
            # It is for one of them, or it would have been refused.
            resource=next((one for one in self._audience if one in auth.audience), None),
            subject=auth.subject,
            # Where tools of FastMCP look for the user.
            claims={"sub": auth.subject, "iss": self._issuer},
        )
