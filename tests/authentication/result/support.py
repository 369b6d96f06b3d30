"""Auth objects of given claims, as a request that was verified would have them."""

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
    """A state of a session token's claims; what is given replaces them, and ABSENT removes them."""
    return context(request, using).signed_in(TOKEN, session_claims(claims))


def signed_out(
    request: Request = HOME, using: Settings = DEVELOPMENT, reason: str = "session-token-missing"
) -> SignedOut:
    return context(request, using).signed_out(reason)


def in_handshake(request: Request = HOME, using: Settings = DEVELOPMENT) -> Handshake:
    headers = (("location", "https://happy-hippo-1.clerk.accounts.dev/v1/client/handshake"),)
    return context(request, using).handshake("dev-browser-missing", "", headers)


def auth_of(claims: Mapping[str, object] | None = None) -> BaseSessionAuth:
    """The Auth object of a session token with these claims among the usual ones."""
    auth: BaseSessionAuth | BaseSignedOutAuth = signed_in(claims).auth(
        "session_token", treat_pending_as_signed_out=False
    )
    assert isinstance(auth, BaseSessionAuth)
    return auth
