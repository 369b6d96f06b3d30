"""States and Auth objects for given claims, as after a verified request."""

from __future__ import annotations

from collections.abc import Mapping

from clerk_core import Keyring
from clerk_core._authentication.request.credentials import Credentials
from clerk_core._authentication.request.jwt import decode
from clerk_core._authentication.result.auth import BaseSessionAuth, BaseSignedOutAuth
from clerk_core._authentication.result.state import Handshake, SignedIn, SignedOut
from clerk_core._authentication.steps.context import Context
from clerk_core._messages import Request
from clerk_core._settings.settings import Settings
from tests.support import NOW, session_claims, settings

TOKEN = "the.session.token"
HOME = Request("GET", "http://localhost:5000/")
DEVELOPMENT = settings()


def context(request: Request = HOME, using: Settings = DEVELOPMENT) -> Context:
    return Context(Credentials(request, using, NOW, decode), Keyring())


def signed_in(
    claims: Mapping[str, object] | None = None,
    request: Request = HOME,
    using: Settings = DEVELOPMENT,
) -> SignedIn:
    """Return a signed-in state; `claims` replaces default claims or, with ABSENT, removes them."""
    return context(request, using).signed_in(TOKEN, session_claims(claims))


def signed_out(
    request: Request = HOME, using: Settings = DEVELOPMENT, reason: str = "session-token-missing"
) -> SignedOut:
    return context(request, using).signed_out(reason)


def in_handshake(request: Request = HOME, using: Settings = DEVELOPMENT) -> Handshake:
    headers = (("location", "https://happy-hippo-1.clerk.accounts.dev/v1/client/handshake"),)
    return context(request, using).handshake("dev-browser-missing", "", headers)


def auth_of(claims: Mapping[str, object] | None = None) -> BaseSessionAuth:
    """Return the Auth object of a session token; `claims` replaces default claims."""
    auth: BaseSessionAuth | BaseSignedOutAuth = signed_in(claims).auth(
        "session_token", treat_pending_as_signed_out=False
    )
    assert isinstance(auth, BaseSessionAuth)
    return auth
