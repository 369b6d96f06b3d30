"""The link of an invitation: lead to the page of the application that accepts the ticket.

It must not know how a ticket is accepted.
"""

from __future__ import annotations

from urllib.parse import urlencode

from clerk_core._messages import HttpResponse
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.invitations import find_by_ticket
from clerk_core.local._domain.users import find_by_identifier
from clerk_core.local._frontend.origins import is_allowed_url
from clerk_core.local._frontend.urls import with_parameters
from clerk_core.local._responses import ApiError, missing_parameter


def _accept(call: Call) -> HttpResponse:
    ticket = call.argument("ticket")
    if not ticket:
        raise missing_parameter("ticket")
    invitation = find_by_ticket(call.store, ticket, call.now)
    is_known = find_by_identifier(call.store, invitation.email_address) is not None
    parameters = {
        "__clerk_ticket": ticket,
        "__clerk_status": "sign_in" if is_known else "sign_up",
    }
    if invitation.redirect_url is None:
        page = "sign-in" if is_known else "sign-up"
        location = f"{call.url}/{page}?{urlencode(parameters)}"
    elif is_allowed_url(call, invitation.redirect_url):
        location = with_parameters(invitation.redirect_url, parameters)
    else:
        raise ApiError(
            400,
            "redirect_url_invalid",
            "redirect_url is invalid",
            "The redirect_url of the invitation is on another machine. Name its origin with "
            "allowed_origins to go there.",
        )
    return HttpResponse(303, [("location", location), ("cache-control", "no-store")])


ROUTES: tuple[Route, ...] = (("GET", "/v1/tickets/accept", _accept),)
