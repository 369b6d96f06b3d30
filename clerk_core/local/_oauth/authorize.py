"""The authorization endpoint: ask the user of a browser whether an application gets access.

Who the user is depends on the cookie of the browser alone, never on a parameter. It must not know
HTML, or what a token contains.
"""

from __future__ import annotations

import hmac
from urllib.parse import urlencode

from clerk_core._messages import HttpResponse
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.oauth_applications import hash_of
from clerk_core.local._domain.oauth_errors import OAuthError
from clerk_core.local._domain.oauth_grants import CODE_LIFETIME, new_code
from clerk_core.local._domain.session_tasks import tasks_of
from clerk_core.local._domain.sessions import active_session, find_client
from clerk_core.local._domain.users import find_user
from clerk_core.local._oauth.authorization_request import (
    PARAMETERS,
    AuthorizationRequest,
    ReturnAddress,
    UnknownClientError,
    read_address,
    read_request,
)
from clerk_core.local._portal import pages
from clerk_core.local._portal.browser import STALE_FORM, cookie_name
from clerk_core.local._storage.rows import EmailAddress, OAuthGrant, Session, new_id

_DESCRIPTIONS = {
    "openid": "know who you are",
    "profile": "read your name and username",
    "email": "read your email address",
    "public_metadata": "read your public metadata",
    "private_metadata": "read your private metadata",
    "offline_access": "keep this access while you are away",
}


def _authorize(call: Call) -> HttpResponse:
    try:
        address = read_address(call)
    except UnknownClientError:
        return _unknown_client()
    try:
        request = read_request(call, address)
        session = _session(call, request)
        if isinstance(session, HttpResponse):
            return session
        if not request.needs_consent:
            return _grant(call, request, session)
        if "none" in request.prompts:
            raise OAuthError("consent_required", "The user has to agree on a page.")
        return _consent_page(call, request, session)
    except OAuthError as error:
        return _refuse(address, error)


def _authorize_by_form(call: Call) -> HttpResponse:
    """Turn a form (OpenID Connect Core, 3.1.2.1) into a link, because browsers send no cookie."""
    return _redirect(f"{call.url}/oauth/authorize?{_query(call.form)}")


def _decide(call: Call) -> HttpResponse:
    """Grant or refuse access, as the form of the page says."""
    try:
        address = read_address(call)
    except UnknownClientError:
        return _unknown_client()
    try:
        request = read_request(call, address)
        session = _session(call, request)
    except OAuthError as error:
        return _refuse(address, error)
    if isinstance(session, HttpResponse):
        return session
    expected = _form_token(call, session)
    if not hmac.compare_digest(call.field("form_token").encode(), expected.encode()):
        return _consent_page(call, request, session, STALE_FORM, 403)
    if call.field("decision") != "allow":
        refused = OAuthError("access_denied", "The user refused access.")
        return _redirect(address.with_error(refused))
    return _grant(call, request, session)


def _session(call: Call, request: AuthorizationRequest) -> Session | HttpResponse:
    """Return the session of the user, or the response that leads to one.

    Raises:
        OAuthError: There is none, and the user may not be asked.
    """
    client = find_client(call.store, call.cookie(cookie_name(call)))
    session = active_session(call.store, client, call.now) if client else None
    is_pending = session is not None and bool(tasks_of(call.store, call.settings, session))
    if session is not None and not is_pending:
        return session
    if "none" in request.prompts:
        # OpenID Connect Core, 3.1.2.6. A session with open tasks counts as signed out.
        raise OAuthError("login_required", "The user is not signed in.")
    if is_pending:
        page = pages.message(
            "Sign-in is not finished",
            "Finish signing in to the application first, and open this link again.",
        )
        return pages.respond(page, 403)
    onward = urlencode({"redirect_url": f"{call.url}/oauth/authorize?{_query(call.query)}"})
    return _redirect(f"{call.url}/sign-in?{onward}")


def _grant(call: Call, request: AuthorizationRequest, session: Session) -> HttpResponse:
    code = new_code()
    grant = OAuthGrant(
        id=new_id("oagr"),
        application_id=request.address.application.id,
        user_id=session.user_id,
        scopes=list(request.scopes),
        resources=list(request.resources),
        redirect_uri=request.address.given,
        code_hash=hash_of(code),
        code_challenge=request.code_challenge,
        code_expire_at=call.now + CODE_LIFETIME,
        nonce=request.nonce,
        authenticated_at=session.first_factor_at,
        created_at=call.now,
    )
    call.store.put(grant)
    return _redirect(request.address.with_code(code))


def _consent_page(
    call: Call,
    request: AuthorizationRequest,
    session: Session,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    user = find_user(call.store, session.user_id)
    email = call.store.one(EmailAddress, id=user.primary_email_address_id)
    application = request.address.application
    page = pages.consent(
        application=application.name,
        is_verified=not application.dynamically_registered,
        account=email.email_address if email else user.full_name or user.username or user.id,
        host=request.address.url.host or request.address.url.protocol,
        permissions=[_DESCRIPTIONS.get(one, one) for one in request.scopes],
        resources=request.resources,
        action=f"/oauth/consent?{_query(call.query)}",
        error=error,
        form_token=_form_token(call, session),
    )
    return pages.respond(page, status, destination=request.address.url)


def _form_token(call: Call, session: Session) -> str:
    """Return the CSRF token, of this session and for this request alone."""
    return call.keys.form_token(f"consent {session.id} {_query(call.query)}")


def _query(parameters: dict[str, list[str]]) -> str:
    pairs = [(name, value) for name in PARAMETERS for value in parameters.get(name, ())]
    return urlencode(pairs)


def _unknown_client() -> HttpResponse:
    page = pages.message(
        "Unknown application",
        "No OAuth application of this local instance has this client_id, or the redirect_uri is "
        "not one that it has registered. Redirect URIs are compared character by character.",
    )
    return pages.respond(page, 400)


def _refuse(address: ReturnAddress, error: OAuthError) -> HttpResponse:
    """Send an error to the client, or show it if nobody knows where the link leads."""
    if address.is_trusted:
        return _redirect(address.with_error(error))
    page = pages.message("Invalid request", f"{error.code}: {error.description}")
    return pages.respond(page, 400)


def _redirect(location: str) -> HttpResponse:
    headers = [
        ("location", location),
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
    ]
    # Not 307, with which a browser would send the form again (RFC 9700, 4.12).
    return HttpResponse(303, headers)


ROUTES: tuple[Route, ...] = (
    ("GET", "/oauth/authorize", _authorize),
    ("POST", "/oauth/authorize", _authorize_by_form),
    # Where a browser is after a form that was refused, and loads the page again.
    ("GET", "/oauth/consent", _authorize),
    ("POST", "/oauth/consent", _decide),
)
