"""What a token is worth: user information, introspection and revocation.

It must not know how tokens are issued.
"""

from __future__ import annotations

from clerk_core._messages import HttpResponse
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.oauth_errors import OAuthError, invalid_request
from clerk_core.local._domain.oauth_grants import find_refresh_token
from clerk_core.local._domain.oauth_tokens import (
    find_access_token,
    profile_claims,
    revoke_token,
)
from clerk_core.local._oauth.client import for_client
from clerk_core.local._responses import ApiError, error_response, json_response
from clerk_core.local._storage.rows import JsonObject, OAuthApplication, OAuthGrant, User


def _user_info(call: Call) -> HttpResponse:
    token = find_access_token(call.store, call.keys, call.bearer or "", call.now)
    user = call.store.one(User, id=token.subject) if token else None
    if token is None or user is None:
        return _unauthorized(has_token=call.bearer is not None)
    return json_response(
        {
            "object": "oauth_user_info",
            "instance_id": call.keys.kid,
            "user_id": user.id,
            "sub": user.id,
            **profile_claims(call.store, user, token.scopes),
        }
    )


def _unauthorized(*, has_token: bool) -> HttpResponse:
    error = ApiError(
        401,
        "oauth_token_invalid",
        "Invalid OAuth access token",
        "Send a valid access token in an Authorization: Bearer header.",
    )
    response = error_response(error)
    # RFC 6750, 3.1: without credentials, no error is named.
    challenge = 'Bearer error="invalid_token"' if has_token else "Bearer"
    headers = [*response.headers, ("www-authenticate", challenge)]
    return HttpResponse(401, headers, response.content)


def _introspect(call: Call, application: OAuthApplication) -> HttpResponse:
    """Return whether a token of this client is valid (RFC 7662)."""
    if application.public:
        # Anybody could name a public client, and try tokens.
        raise OAuthError("invalid_client", "Only confidential clients may inspect tokens.")
    value = call.field("token")
    token = find_access_token(call.store, call.keys, value, call.now)
    if token is not None and token.client_id == application.client_id:
        return json_response(_active(application, token.subject, token.scopes, token.created_at))
    grant = _grant_of_refresh_token(call, value)
    if grant is None or grant.application_id != application.id:
        return json_response({"active": False})
    return json_response(_active(application, grant.user_id, grant.scopes, grant.created_at))


def _active(
    application: OAuthApplication, subject: str, scopes: list[str], created_at: int
) -> JsonObject:
    return {
        "active": True,
        "client_id": application.client_id,
        "iat": created_at // 1000,
        "scope": " ".join(scopes),
        "sub": subject,
    }


def _grant_of_refresh_token(call: Call, value: str) -> OAuthGrant | None:
    found = find_refresh_token(call.store, value)
    grant = call.store.one(OAuthGrant, id=found.grant_id) if found and not found.used else None
    return grant if grant is not None and not grant.revoked else None


def _revoke(call: Call, application: OAuthApplication) -> HttpResponse:
    """Revoke a token, and all others of its grant (RFC 7009)."""
    if not call.field("token"):
        raise invalid_request("token is missing.")
    revoke_token(call.store, call.keys, application, call.field("token"), call.now)
    return HttpResponse(200, [("cache-control", "no-store")])


ROUTES: tuple[Route, ...] = (
    ("GET", "/oauth/userinfo", _user_info),
    ("POST", "/oauth/userinfo", _user_info),
    ("POST", "/oauth/token_info", for_client(_introspect)),
    ("POST", "/oauth/token/revoke", for_client(_revoke)),
)
