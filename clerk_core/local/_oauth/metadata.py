"""The documents by which OAuth clients find the authorization server, and its keys.

It must not know applications or users.
"""

from __future__ import annotations

from clerk_core._messages import HttpResponse
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.oauth_applications import supported_scopes
from clerk_core.local._responses import json_response
from clerk_core.local._storage.rows import JsonObject

AUTHENTICATION_METHODS = ("client_secret_basic", "client_secret_post", "none")


def _metadata(call: Call) -> JsonObject:
    """Return the fields that both documents share (RFC 8414, OpenID Connect Discovery)."""
    return {
        "issuer": call.url,
        "authorization_endpoint": f"{call.url}/oauth/authorize",
        "token_endpoint": f"{call.url}/oauth/token",
        "revocation_endpoint": f"{call.url}/oauth/token/revoke",
        "introspection_endpoint": f"{call.url}/oauth/token_info",
        "userinfo_endpoint": f"{call.url}/oauth/userinfo",
        "jwks_uri": f"{call.url}/.well-known/jwks.json",
        "scopes_supported": list(supported_scopes(call.settings)),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_methods_supported": list(AUTHENTICATION_METHODS),
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "claims_supported": ["sub", "iss", "aud", "exp", "iat", "email", "name"],
    }


def _authorization_server(call: Call) -> HttpResponse:
    metadata = _metadata(call)
    if call.settings.dynamic_oauth_client_registration:
        metadata["registration_endpoint"] = f"{call.url}/oauth/register"
    return json_response(metadata)


def _openid(call: Call) -> HttpResponse:
    logout = {"backchannel_logout_supported": False, "frontchannel_logout_supported": False}
    return json_response({**_metadata(call), **logout})


def _jwks(call: Call) -> HttpResponse:
    return json_response(call.keys.jwks())


ROUTES: tuple[Route, ...] = (
    ("GET", "/.well-known/oauth-authorization-server", _authorization_server),
    ("GET", "/.well-known/openid-configuration", _openid),
    ("GET", "/.well-known/jwks.json", _jwks),
)
