"""The Backend API's verification of OAuth access tokens.

There are no OAuth applications here: `LocalClerk.oauth_token` makes a token to try things with.
"""

from __future__ import annotations

from dataclasses import replace

from clerk_core.local.api.parameters import optional_text, refuse_other_fields
from clerk_core.local.api.users import find_user
from clerk_core.local.call import Call, Route
from clerk_core.local.domain.machine_tokens import find_by_secret, new_token, resource
from clerk_core.local.responses import json_response, missing_parameter
from clerk_core.local.storage.rows import MachineToken
from clerk_core.words.messages import HttpResponse

_KIND = "oauth_token"


def make_oauth_token(
    call: Call, user_id: str, scopes: list[str], client_id: str, expires_in_seconds: int
) -> MachineToken:
    """A token as a user gives it to an OAuth application; raises `ApiError` (404)."""
    token = replace(
        new_token(_KIND, find_user(call, user_id).id, call.now),
        client_id=client_id,
        scopes=scopes,
        expiration=call.now + expires_in_seconds * 1000,
    )
    call.store.put(token)
    return token


def _verify_token(call: Call) -> HttpResponse:
    body = call.body()
    refuse_other_fields(body, ("access_token", "secret"))
    secret = optional_text(body, "access_token") or optional_text(body, "secret")
    if secret is None:
        raise missing_parameter("access_token")
    token = find_by_secret(call, _KIND, secret)
    return json_response(
        {
            "object": "clerk_idp_oauth_access_token",
            "client_id": token.client_id,
            **resource(token, call.now),
        }
    )


ROUTES: tuple[Route, ...] = (
    ("POST", "/v1/oauth_applications/access_tokens/verify", _verify_token),
)
