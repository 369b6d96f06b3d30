"""The token endpoint: exchange a code or a refresh token for an access token.

It must not know how a user granted access.
"""

from __future__ import annotations

from clerk_core._messages import HttpResponse
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.oauth_applications import read_scopes
from clerk_core.local._domain.oauth_errors import OAuthError, invalid_request
from clerk_core.local._domain.oauth_grants import (
    narrowed_resources,
    narrowed_scopes,
    new_refresh_token,
    redeem_code,
    redeem_refresh_token,
)
from clerk_core.local._domain.oauth_tokens import (
    ACCESS_TOKEN_LIFETIME,
    Audience,
    id_token,
    jwt_access_token,
    opaque_access_token,
)
from clerk_core.local._oauth.client import for_client
from clerk_core.local._responses import json_response
from clerk_core.local._storage.rows import JsonObject, OAuthApplication, OAuthGrant


def _create_token(call: Call, application: OAuthApplication) -> HttpResponse:
    grant_type = call.field("grant_type")
    if grant_type == "authorization_code":
        grant = redeem_code(
            call.store,
            application,
            _required(call, "code"),
            call.field("redirect_uri") or None,
            call.field("code_verifier") or None,
            call.now,
        )
        audience = Audience(grant.scopes, narrowed_resources(grant, _resources(call)))
    elif grant_type == "refresh_token":
        grant = redeem_refresh_token(
            call.store, application, _required(call, "refresh_token"), call.now
        )
        scopes = narrowed_scopes(grant, read_scopes(call.field("scope")))
        audience = Audience(scopes, narrowed_resources(grant, _resources(call)))
    elif not grant_type:
        raise invalid_request("grant_type is missing.")
    else:
        raise OAuthError(
            "unsupported_grant_type", "grant_type must be authorization_code or refresh_token."
        )
    return json_response(_token_response(call, application, grant, audience))


def _required(call: Call, name: str) -> str:
    value = call.field(name)
    if not value:
        raise invalid_request(f"{name} is missing.")
    return value


def _resources(call: Call) -> list[str]:
    return [one for one in call.form.get("resource", []) if one]


def _token_response(
    call: Call, application: OAuthApplication, grant: OAuthGrant, audience: Audience
) -> JsonObject:
    if call.settings.oauth_jwt_access_tokens:
        token = jwt_access_token(call.keys, call.url, application, grant, audience, call.now)
    else:
        token = opaque_access_token(call.store, application, grant, audience, call.now)
    response: JsonObject = {
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": ACCESS_TOKEN_LIFETIME,
        "scope": " ".join(audience.scopes),
    }
    if "offline_access" in grant.scopes:
        response["refresh_token"] = new_refresh_token(call.store, grant, call.now)
    if "openid" in audience.scopes:
        response["id_token"] = id_token(
            call.store, call.keys, call.url, application, grant, audience.scopes, call.now
        )
    return response


ROUTES: tuple[Route, ...] = (("POST", "/oauth/token", for_client(_create_token)),)
