"""The handshake, and the creation of development browsers.

It must not know the account portal or the Backend API.
"""

from __future__ import annotations

from dataclasses import replace

from ada_url import URL

from clerk_core._messages import HttpResponse
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.sessions import (
    active_session,
    create_client,
    find_client,
    find_membership,
)
from clerk_core.local._frontend.urls import read_return_url, with_parameter
from clerk_core.local._responses import ApiError, json_response, missing_parameter
from clerk_core.local._session_cookies import session_cookies, signed_out_cookies, with_suffixed
from clerk_core.local._storage.rows import Client, HandshakePayload, Session, new_id

_NONCE_LIFETIME = 60_000


def _create_dev_browser(call: Call) -> HttpResponse:
    client = create_client(call.store, call.now)
    # clerk-js reads `id`; the documentation calls the same value `token`.
    return json_response({"id": client.dev_browser, "token": client.dev_browser})


def _handshake(call: Call) -> HttpResponse:
    text = call.argument("redirect_url")
    if not text:
        raise missing_parameter("redirect_url")
    url = read_return_url(text)
    if url is None:
        raise ApiError(
            400,
            "form_param_value_invalid",
            "redirect_url is invalid",
            "redirect_url must be an http or https URL on this machine (localhost, 127.0.0.1 "
            "or [::1]). The local Clerk instance redirects to no other host.",
            parameter="redirect_url",
        )
    client = find_client(call.store, call.argument("__clerk_db_jwt"))
    directives = _directives(call, client or create_client(call.store, call.now), url)
    if call.argument("format") == "nonce":
        location = with_parameter(url, "__clerk_handshake_nonce", _store_payload(call, directives))
    else:
        token = call.keys.sign({"handshake": directives}, "session")
        location = with_parameter(url, "__clerk_handshake", token)
    return HttpResponse(307, [("location", location), ("cache-control", "no-store")])


def _store_payload(call: Call, directives: list[str]) -> str:
    """Store the directives for the application's backend, and return their nonce."""
    for payload in call.store.all(HandshakePayload):
        if payload.expire_at <= call.now:
            call.store.remove(payload)
    payload = HandshakePayload(
        nonce=new_id("nonce"), directives=directives, expire_at=call.now + _NONCE_LIFETIME
    )
    call.store.put(payload)
    return payload.nonce


def _directives(call: Call, client: Client, url: URL) -> list[str]:
    """Return the `Set-Cookie` values that give the application the state of the session."""
    session = active_session(call.store, client, call.now)
    cookies = [] if session is None else session_cookies(call, _update_session(call, session, url))
    return [
        *(cookies or signed_out_cookies(call)),
        *with_suffixed(call, "__client_uat", str(client.updated_at // 1000) if session else "0"),
        *with_suffixed(call, "__clerk_db_jwt", client.dev_browser),
    ]


def _update_session(call: Call, session: Session, url: URL) -> Session:
    """Set the authorized party and, if the user is a member, the requested organization."""
    session = replace(session, authorized_party=str(url.origin))
    wanted = call.argument("organization_id")
    if wanted == "":
        session = replace(session, organization_id=None)
    elif wanted is not None:
        membership = find_membership(call.store, session.user_id, wanted)
        if membership is not None:
            session = replace(session, organization_id=membership.organization_id)
    call.store.put(session)
    return session


ROUTES: tuple[Route, ...] = (
    ("POST", "/v1/dev_browser", _create_dev_browser),
    ("GET", "/v1/client/handshake", _handshake),
)
