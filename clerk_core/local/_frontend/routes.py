"""The route table of the Frontend API, and what is checked of every call.

It must not know the Backend API or pages.
"""

from __future__ import annotations

from clerk_core._messages import HttpResponse
from clerk_core.local._call import Call, Routes
from clerk_core.local._frontend import (
    api_keys,
    client,
    email_addresses,
    email_links,
    environment,
    external_accounts,
    handshake,
    images,
    me,
    membership_requests,
    my_organizations,
    my_second_factors,
    my_sessions,
    organization_domains,
    organization_invitations,
    organization_members,
    organizations,
    passkeys,
    phone_numbers,
    reverification,
    scripts,
    sessions,
    sign_in_second_factor,
    sign_ins,
    sign_ups,
    tickets,
    waitlist,
)
from clerk_core.local._frontend.origins import check_origin, preflight_response
from clerk_core.local._responses import not_served

ROUTES = Routes(
    [
        *scripts.ROUTES,
        *handshake.ROUTES,
        *environment.ROUTES,
        *client.ROUTES,
        *sign_ins.ROUTES,
        *sign_in_second_factor.ROUTES,
        *sign_ups.ROUTES,
        *tickets.ROUTES,
        *waitlist.ROUTES,
        *reverification.ROUTES,
        *me.ROUTES,
        *email_addresses.ROUTES,
        *email_links.ROUTES,
        *phone_numbers.ROUTES,
        *passkeys.ROUTES,
        *my_second_factors.ROUTES,
        *external_accounts.ROUTES,
        *my_sessions.ROUTES,
        *my_organizations.ROUTES,
        *organizations.ROUTES,
        *images.ROUTES,
        *organization_members.ROUTES,
        *organization_invitations.ROUTES,
        *organization_domains.ROUTES,
        *membership_requests.ROUTES,
        *sessions.ROUTES,
        *api_keys.ROUTES,
    ]
)


def respond(call: Call) -> HttpResponse:
    """Return the response to a call of a browser.

    Raises:
        DomainError: The call is not served (404), or the handler refused it.
    """
    if call.request.method == "OPTIONS":
        return preflight_response(call)
    check_origin(call)
    found = ROUTES.find(call)
    if found is None:
        raise not_served(call.request.method, call.path)
    return found()
