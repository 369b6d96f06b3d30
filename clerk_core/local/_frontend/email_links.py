"""The link of an email: verify the address, and go on in the application.

It must not know how an attempt starts.
"""

from __future__ import annotations

from dataclasses import replace

from clerk_core._messages import HttpResponse
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.email_links import find_by_token, send_link
from clerk_core.local._domain.errors import DomainError
from clerk_core.local._domain.sign_ins import complete, pass_first_factor
from clerk_core.local._domain.sign_ups import complete_if_ready
from clerk_core.local._domain.verifications import status_of
from clerk_core.local._frontend.origins import is_allowed_url
from clerk_core.local._frontend.urls import with_parameters
from clerk_core.local._responses import invalid_parameter
from clerk_core.local._storage.rows import SignIn, SignUp, Verification


def send_email_link(call: Call, recipient: str) -> Verification:
    """Send a link to an email address, as the fields of a call say.

    Raises:
        ApiError: 422 if the link would lead to another machine, or links are not enabled.
    """
    if not call.settings.email_link:
        raise invalid_parameter("strategy", "one that is enabled")
    redirect_url = call.field("redirect_url")
    if not is_allowed_url(call, redirect_url):
        raise invalid_parameter("redirect_url", "a URL of this machine or of an allowed origin")
    name = call.settings.application_name
    verify_url = f"{call.url}/v1/verify"
    return send_link(call.store, recipient, verify_url, redirect_url, name, call.now)


def _verify(call: Call) -> HttpResponse:
    verification = find_by_token(call.store, call.argument("token") or "")
    status = status_of(verification, call.now)
    parameters = {"__clerk_status": "expired" if status == "expired" else "failed"}
    if status == "unverified":
        parameters = _pass(call, replace(verification, status="verified", attempts=1))
    location = with_parameters(str(verification.data["redirect_url"]), parameters)
    headers = [("location", location), ("cache-control", "no-store")]
    return HttpResponse(303, [*headers, ("referrer-policy", "no-referrer")])


def _pass(call: Call, verification: Verification) -> dict[str, str]:
    """Go on after the address is verified, and return what the application is told."""
    call.store.put(verification)
    sign_in = call.store.one(SignIn, first_factor_id=verification.id)
    sign_up = call.store.one(SignUp, email_verification_id=verification.id)
    session_id = None
    try:
        if sign_in is not None:
            session_id = _sign_in(call, sign_in, verification)
        elif sign_up is not None:
            user_agent = call.request.headers.get("user-agent") or ""
            session_id = complete_if_ready(
                call.store, sign_up, call.settings, call.now, user_agent, keep_in_client=True
            ).created_session_id
    except DomainError:
        return {"__clerk_status": "failed"}
    created = {"__clerk_created_session": session_id} if session_id else {}
    return {"__clerk_status": "verified", **created}


def _sign_in(call: Call, sign_in: SignIn, verification: Verification) -> str | None:
    sign_in = pass_first_factor(call.store, sign_in, verification, call.now)
    if sign_in.status != "complete":
        return None
    session = complete(
        call.store,
        sign_in,
        call.now,
        strategy=verification.strategy,
        user_agent=call.request.headers.get("user-agent") or "",
        multi_session=call.settings.multi_session,
        keep_in_client=True,
    )
    return session.id


ROUTES: tuple[Route, ...] = (("GET", "/v1/verify", _verify),)
