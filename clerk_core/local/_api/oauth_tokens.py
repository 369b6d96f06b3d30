"""Implement the OAuth access token operation of the Backend API.

There are no OAuth applications; `LocalClerk.oauth_token` creates the tokens. It must not know
browsers.
"""

from __future__ import annotations

from clerk_core._messages import HttpResponse
from clerk_core.local._api.parameters import check_field_names, optional_text
from clerk_core.local._api.resources import token_resource
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.machine_tokens import find_by_secret
from clerk_core.local._responses import json_response, missing_parameter

_KIND = "oauth_token"


def _verify_token(call: Call) -> HttpResponse:
    body = call.body()
    check_field_names(body, ("access_token", "secret"))
    secret = optional_text(body, "access_token") or optional_text(body, "secret")
    if secret is None:
        raise missing_parameter("access_token")
    token = find_by_secret(call.store, _KIND, secret, call.now)
    return json_response(
        {
            "object": "clerk_idp_oauth_access_token",
            "client_id": token.client_id,
            **token_resource(token, call.now),
        }
    )


ROUTES: tuple[Route, ...] = (
    ("POST", "/v1/oauth_applications/access_tokens/verify", _verify_token),
)
