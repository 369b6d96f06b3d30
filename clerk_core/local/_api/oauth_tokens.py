"""Implement the OAuth access token operation of the Backend API.

It must not know browsers, or how a token is issued.
"""

from __future__ import annotations

from clerk_core._messages import HttpResponse
from clerk_core.local._api.parameters import check_field_names, optional_text
from clerk_core.local._api.resources import token_resource
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.machine_tokens import find_by_secret, is_expired
from clerk_core.local._domain.oauth_tokens import KIND, audience_of, read_jwt
from clerk_core.local._responses import json_response, missing_parameter


def _verify_token(call: Call) -> HttpResponse:
    body = call.body()
    check_field_names(body, ("access_token", "secret"))
    value = optional_text(body, "access_token") or optional_text(body, "secret")
    if value is None:
        raise missing_parameter("access_token")
    claims = call.keys.claims_of(value, "oauth")
    if claims is None:
        token = find_by_secret(call.store, KIND, value, call.now)
    else:
        token = read_jwt(claims)
        if is_expired(token, call.now):
            return json_response({"active": False})
    return json_response(
        {
            "object": "clerk_idp_oauth_access_token",
            "client_id": token.client_id,
            **token_resource(token, call.now),
            **audience_of(token),
        }
    )


ROUTES: tuple[Route, ...] = (
    ("POST", "/v1/oauth_applications/access_tokens/verify", _verify_token),
)
