"""The Backend API: all it answers, and the key set and handshake payloads themselves.

Who may ask was settled before. It may not know browsers or pages.
"""

from __future__ import annotations

from clerk_core.local.backend_api_keys import API_KEY_ROUTES
from clerk_core.local.backend_instance import INSTANCE_ROUTES
from clerk_core.local.backend_invitations import INVITATION_ROUTES
from clerk_core.local.backend_jwt_templates import JWT_TEMPLATE_ROUTES
from clerk_core.local.backend_m2m_tokens import M2M_ROUTES
from clerk_core.local.backend_machines import MACHINE_ROUTES
from clerk_core.local.backend_memberships import MEMBERSHIP_ROUTES
from clerk_core.local.backend_oauth import OAUTH_ROUTES
from clerk_core.local.backend_organization_invitations import ORGANIZATION_INVITATION_ROUTES
from clerk_core.local.backend_organizations import ORGANIZATION_ROUTES
from clerk_core.local.backend_permissions import PERMISSION_ROUTES
from clerk_core.local.backend_roles import ROLE_ROUTES
from clerk_core.local.backend_sessions import SESSION_ROUTES
from clerk_core.local.backend_sign_in_tokens import SIGN_IN_TOKEN_ROUTES
from clerk_core.local.backend_users import USER_ROUTES
from clerk_core.local.call import Call, Route, Routes
from clerk_core.local.errors import json_response, missing_parameter, not_found
from clerk_core.local.rows import HandshakePayload
from clerk_core.words.messages import HttpResponse


def _jwks(call: Call) -> HttpResponse:
    return json_response(call.keys.jwks())


def _handshake_payload(call: Call) -> HttpResponse:
    nonce = call.argument("nonce")
    if not nonce:
        raise missing_parameter("nonce")
    payload = call.store.one(HandshakePayload, nonce=nonce)
    if payload is None or payload.expire_at <= call.now:
        raise not_found("Handshake payload", nonce)
    call.store.remove(payload)
    return json_response({"directives": payload.directives})


def _also_without_version(routes: tuple[Route, ...]) -> tuple[Route, ...]:
    """Clerk's libraries ask for these without the version in the path."""
    short = ((method, path.removeprefix("/v1"), handler) for method, path, handler in routes)
    return (*routes, *short)


# What a machine may ask for with its own secret key.
ROUTES_OF_MACHINES = Routes(_also_without_version(M2M_ROUTES))

ROUTES = Routes(
    [
        ("GET", "/v1/jwks", _jwks),
        ("GET", "/v1/clients/handshake_payload", _handshake_payload),
        *SESSION_ROUTES,
        *USER_ROUTES,
        *ORGANIZATION_ROUTES,
        *MEMBERSHIP_ROUTES,
        *ORGANIZATION_INVITATION_ROUTES,
        *ROLE_ROUTES,
        *PERMISSION_ROUTES,
        *JWT_TEMPLATE_ROUTES,
        *SIGN_IN_TOKEN_ROUTES,
        *INVITATION_ROUTES,
        *INSTANCE_ROUTES,
        *MACHINE_ROUTES,
        *_also_without_version((*API_KEY_ROUTES, *M2M_ROUTES, *OAUTH_ROUTES)),
    ]
)
