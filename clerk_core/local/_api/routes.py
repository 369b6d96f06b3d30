"""Define the routes of the Backend API, and the handlers of key set and handshake payloads.

The caller has authenticated the request. It must not know browsers or pages.
"""

from __future__ import annotations

from clerk_core._messages import HttpResponse
from clerk_core.local._api import (
    actor_tokens,
    api_keys,
    clients,
    compromised_passwords,
    email_addresses,
    images,
    instance_settings,
    invitations,
    jwt_templates,
    m2m_tokens,
    machines,
    memberships,
    messages,
    oauth_applications,
    oauth_tokens,
    organization_domains,
    organization_invitations,
    organizations,
    permissions,
    phone_numbers,
    roles,
    sessions,
    sign_in_tokens,
    sign_ups,
    user_factors,
    users,
    waitlist_entries,
)
from clerk_core.local._call import Call, Route, Routes
from clerk_core.local._domain.errors import not_found
from clerk_core.local._responses import json_response, missing_parameter
from clerk_core.local._storage.rows import HandshakePayload


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


def _with_unversioned(routes: tuple[Route, ...]) -> tuple[Route, ...]:
    """Add the paths without `/v1`, which Clerk's SDKs use for these routes."""
    short = ((method, path.removeprefix("/v1"), handler) for method, path, handler in routes)
    return (*routes, *short)


# The routes that accept the secret key of a machine.
MACHINE_ROUTES = Routes(_with_unversioned(m2m_tokens.ROUTES))

ROUTES = Routes(
    [
        ("GET", "/v1/jwks", _jwks),
        ("GET", "/v1/clients/handshake_payload", _handshake_payload),
        *clients.ROUTES,
        *sessions.ROUTES,
        *users.ROUTES,
        *user_factors.ROUTES,
        *compromised_passwords.ROUTES,
        *email_addresses.ROUTES,
        *phone_numbers.ROUTES,
        *organizations.ROUTES,
        *images.ROUTES,
        *memberships.ROUTES,
        *organization_domains.ROUTES,
        *organization_invitations.ROUTES,
        *roles.ROUTES,
        *permissions.ROUTES,
        *jwt_templates.ROUTES,
        *sign_in_tokens.ROUTES,
        *sign_ups.ROUTES,
        *actor_tokens.ROUTES,
        *invitations.ROUTES,
        *waitlist_entries.ROUTES,
        *instance_settings.ROUTES,
        *machines.ROUTES,
        *messages.ROUTES,
        *oauth_applications.ROUTES,
        *_with_unversioned((*api_keys.ROUTES, *m2m_tokens.ROUTES, *oauth_tokens.ROUTES)),
    ]
)
