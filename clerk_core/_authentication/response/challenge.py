"""Build the `WWW-Authenticate` header of a refused request (RFC 6750, 3; RFC 9728, 5.1).

It decides nothing: why a request is refused is an argument.
"""

from __future__ import annotations

from clerk_core._authentication.request.credentials import Credentials
from clerk_core._authentication.request.oauth_resource import metadata_url
from clerk_core._authentication.request.token_kinds import is_accepted
from clerk_core._authentication.result.access import Access


def challenge(credentials: Credentials, access: Access, error: str = "", message: str = "") -> str:
    """Return a challenge for bearer tokens.

    If OAuth tokens are accepted, it names the scopes to ask for, and where the metadata of the
    resource are, from which a client finds the authorization server.

    Args:
        credentials: The request.
        access: What the guard requires.
        error: The error code; empty for a request without a token.
        message: What is wrong, in ASCII without quotes.
    """
    parameters = {"error": error, "error_description": message, "scope": " ".join(access.scopes)}
    if is_accepted("oauth_token", access.accepts_token):
        parameters["resource_metadata"] = metadata_url(credentials.settings, credentials.url) or ""
    # No value has a quote: options with one are refused, and hosts cannot have one.
    given = [f'{name}="{value}"' for name, value in parameters.items() if value]
    return f"Bearer {', '.join(given)}" if given else "Bearer"
