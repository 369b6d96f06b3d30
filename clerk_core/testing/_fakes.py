"""Auth objects of one's own making, for tests of views and services without any instance.

They are of the same classes as in a request, and `has()` decides as it does there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn, TypedDict, TypeVar

from clerk_core._arguments import check_keywords
from clerk_core._auth import (
    AsyncMachineAuth,
    AsyncSessionAuth,
    AsyncSignedOutAuth,
    MachineAuth,
    SessionAuth,
    SignedOutAuth,
)
from clerk_core._authentication.request.credentials import Credentials
from clerk_core._authentication.request.jwt import decode
from clerk_core._authentication.request.token_kinds import MachineTokenType
from clerk_core._authentication.result.state import SignedIn, SignedOut
from clerk_core._authentication.tokens.machine_token import MachineToken
from clerk_core._compat import Unpack
from clerk_core._flow import Flow, run, run_async
from clerk_core._messages import HttpRequest, Request
from clerk_core._reasons import Reason
from clerk_core._settings.settings import Settings
from clerk_core._strict_coroutine import StrictCoroutine
from clerk_core.errors import ClerkError
from clerk_core.local._domain.session_content import SessionContent, with_content

T = TypeVar("T")
S = TypeVar("S", SessionAuth, AsyncSessionAuth)

_TOKEN = "fake-token"


class FakeSession(TypedDict, total=False):
    """What a session says.

    Attributes:
        session_id: The ID of the session.
        org_id: The ID of the active organization; `org_1` with a role or permissions.
        org_slug: Its slug.
        role: The role in it, such as `org:admin`.
        permissions: The permissions in it, such as `org:invoices:read`.
        plan: The plan, of the organization or else of the user; `user:gold` says whose it is.
        features: The features, in the same form.
        factor_ages: Minutes since the first and the second factor were verified; -1 for none.
        actor: The ID of the user who impersonates the user.
        claims: Custom claims.
    """

    session_id: str
    org_id: str | None
    org_slug: str | None
    role: str | None
    permissions: Sequence[str]
    plan: str | None
    features: Sequence[str]
    factor_ages: tuple[int, int]
    actor: str | None
    claims: Mapping[str, object]


def fake_auth(user_id: str = "user_1", **session: Unpack[FakeSession]) -> SessionAuth:
    """Return the Auth object of a signed-in user, as `auth()` returns it.

    `get_token()` returns a text; with a template it raises `ClerkError`, because nothing makes one.

    Args:
        user_id: The ID of the user.
        session: What the session says.
    """
    return SessionAuth(_signed_in(user_id, session), _run)


def fake_async_auth(user_id: str = "user_1", **session: Unpack[FakeSession]) -> AsyncSessionAuth:
    """Return the Auth object of a signed-in user in code that awaits.

    `get_token()` returns a text; with a template it raises `ClerkError`, because nothing makes one.

    Args:
        user_id: The ID of the user.
        session: What the session says.
    """
    return AsyncSessionAuth(_signed_in(user_id, session), _run_async)


def fake_machine_auth(
    token_type: MachineTokenType = "api_key",
    subject: str = "user_1",
    *,
    scopes: Sequence[str] = (),
    claims: Mapping[str, object] | None = None,
    name: str | None = None,
    client_id: str | None = None,
) -> MachineAuth:
    """Return the Auth object of a machine, as `auth(accepts_token=…)` returns it.

    Args:
        token_type: `api_key`, `m2m_token` or `oauth_token`.
        subject: The ID of the user, organization or machine that the token belongs to.
        scopes: The scopes of the token.
        claims: The custom claims of the token.
        name: The name of an API key.
        client_id: The client ID of an OAuth application.
    """
    return MachineAuth(_machine(token_type, subject, scopes, claims, name, client_id), _run)


def fake_async_machine_auth(
    token_type: MachineTokenType = "api_key",
    subject: str = "user_1",
    *,
    scopes: Sequence[str] = (),
    claims: Mapping[str, object] | None = None,
    name: str | None = None,
    client_id: str | None = None,
) -> AsyncMachineAuth:
    """Return the Auth object of a machine in code that awaits.

    Args:
        token_type: `api_key`, `m2m_token` or `oauth_token`.
        subject: The ID of the user, organization or machine that the token belongs to.
        scopes: The scopes of the token.
        claims: The custom claims of the token.
        name: The name of an API key.
        client_id: The client ID of an OAuth application.
    """
    state = _machine(token_type, subject, scopes, claims, name, client_id)
    return AsyncMachineAuth(state, _run_async)


def fake_signed_out() -> SignedOutAuth:
    """Return the Auth object of a request in which nobody is signed in."""
    return SignedOutAuth(_signed_out(), _run, "session_token", None)


def fake_async_signed_out() -> AsyncSignedOutAuth:
    """Return the Auth object of a request in which nobody is signed in, in code that awaits."""
    return AsyncSignedOutAuth(_signed_out(), _run_async, "session_token", None)


def _signed_in(user_id: str, session: FakeSession) -> SignedIn:
    check_keywords("fake_auth", session, FakeSession.__annotations__)
    content = SessionContent(
        plan=session.get("plan"),
        features=session.get("features", ()),
        factor_ages=session.get("factor_ages", (0, -1)),
        actor=session.get("actor"),
        claims=session.get("claims", {}),
    )
    claims: dict[str, Any] = {
        "sid": session.get("session_id", "sess_1"),
        "sts": "active",
        "sub": user_id,
        "v": 2,
        **_organization(session),
    }
    return SignedIn(_credentials(), (), _TOKEN, with_content(claims, content))


def _organization(session: FakeSession) -> dict[str, Any]:
    org_id, permissions = session.get("org_id"), session.get("permissions", ())
    if org_id is None and (session.get("role") or permissions):
        org_id = "org_1"
    if org_id is None:
        return {}
    parts = [permission.removeprefix("org:").split(":", 1) for permission in permissions]
    features = list(dict.fromkeys(feature for feature, _ in parts))
    actions = list(dict.fromkeys(action for _, action in parts))
    masks = [
        sum(1 << bit for bit, action in enumerate(actions) if [feature, action] in parts)
        for feature in features
    ]
    role = session.get("role") or "org:member"
    return {
        "fea": ",".join(f"o:{feature}" for feature in features),
        "o": {
            "id": org_id,
            "slg": session.get("org_slug"),
            "rol": role.removeprefix("org:"),
            "per": ",".join(actions),
            "fpm": ",".join(map(str, masks)),
        },
    }


def _machine(
    token_type: MachineTokenType,
    subject: str,
    scopes: Sequence[str],
    claims: Mapping[str, object] | None,
    name: str | None,
    client_id: str | None,
) -> SignedIn:
    token = MachineToken(token_type, "token_1", subject, tuple(scopes), name, claims, client_id)
    return SignedIn(_credentials(), (), _TOKEN, token)


def _signed_out() -> SignedOut:
    return SignedOut(_credentials(), (), Reason.SESSION_TOKEN_AND_UAT_MISSING, "")


def _credentials() -> Credentials:
    settings = Settings(secret_key="sk_test_fake")  # noqa: S106
    return Credentials(Request("GET", "http://localhost/"), settings, 0, decode)


def _run(flow: Flow[T]) -> T:
    return run(flow, _refuse)


def _run_async(flow: Flow[T]) -> StrictCoroutine[T]:
    async def refuse(request: HttpRequest) -> NoReturn:
        _refuse(request)

    return StrictCoroutine(run_async(flow, refuse), "get_token()")


def _refuse(request: HttpRequest) -> NoReturn:
    raise ClerkError(
        "A fake Auth object has no instance to make a token. Use the fixture clerk_local.",
        code="auth-fake",
    )
