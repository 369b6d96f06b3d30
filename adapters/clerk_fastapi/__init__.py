"""Clerk for FastAPI: install with `Clerk(app)`, then let endpoints depend on who is asking.

It puts `clerk_starlette` into the words of FastAPI: dependencies, and what they add to the OpenAPI
document. It decides nothing itself.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING, Annotated, TypeAlias, cast

from fastapi import Depends, FastAPI, Response, WebSocket
from fastapi.params import Security as SecurityParam
from fastapi.requests import HTTPConnection

from clerk_core import AsyncAuth, AsyncClerk, User
from clerk_core.edges.asgi import respond
from clerk_core.edges.installation import AsyncInstallOptions
from clerk_core.outcome.auth import SessionAuth
from clerk_core.outcome.authorization import Question
from clerk_core.outcome.machine_auth import MachineAuth
from clerk_core.reading.token_kinds import AcceptsToken
from clerk_core.words.compat import Unpack
from clerk_fastapi.dependency import Refused, RequireAuth
from clerk_fastapi.openapi import with_responses
from clerk_starlette import (
    ClerkMiddleware,
    as_response,
    auth,
    clerk_client,
    current_user,
    redirect_to_sign_in,
)

if TYPE_CHECKING:
    from starlette.types import ExceptionHandler

__all__ = [
    "APIKey",
    "AnyToken",
    "Auth",
    "Clerk",
    "ClerkClient",
    "CurrentUser",
    "M2MToken",
    "Machine",
    "OAuthToken",
    "Refused",
    "Session",
    "SignedIn",
    "auth",
    "clerk_client",
    "current_user",
    "install",
    "redirect_to_sign_in",
    "require_auth",
]


def require_auth(
    *, accepts_token: AcceptsToken = "session_token", **required: Unpack[Question]
) -> SecurityParam:
    """A dependency that lets only who is signed in pass, or of whom `has()` is true.

    Write `Annotated[Session, require_auth(role="org:admin")]` where the endpoint asks who it is,
    `dependencies=[require_auth()]` where not. `role`, `permission`, `feature`, `plan` and
    `reverification` can be required of a session; `accepts_token` may let programs in. Others get
    401 or 403 as JSON, or the sign-in page where a browser asks for a document. It is the
    dependency already: never write it inside of `Depends`.
    """
    # The document lists them beside the scheme.
    asked = tuple(f"{name}={value}" for name, value in required.items())
    return SecurityParam(RequireAuth(accepts_token, required), scopes=asked)


async def _auth(request: HTTPConnection) -> AsyncAuth:
    return auth(request)


async def _current_user(request: HTTPConnection) -> User | None:
    return await current_user(request)


async def _clerk_client(request: HTTPConnection) -> AsyncClerk:
    return clerk_client(request)


Session: TypeAlias = SessionAuth[Awaitable[str | None]]
"""A signed-in user's Auth object."""
Machine: TypeAlias = MachineAuth[Awaitable[str | None]]
"""A program's Auth object."""
AnyToken: TypeAlias = Session | Machine
"""Either, where several kinds of token are accepted."""

Auth: TypeAlias = Annotated[AsyncAuth, Depends(_auth)]
"""Who is asking, be it nobody."""
SignedIn: TypeAlias = Annotated[Session, require_auth()]
"""Who is asking; nobody else than a signed-in user passes."""
APIKey: TypeAlias = Annotated[Machine, require_auth(accepts_token="api_key")]  # noqa: S106
M2MToken: TypeAlias = Annotated[Machine, require_auth(accepts_token="m2m_token")]  # noqa: S106
OAuthToken: TypeAlias = Annotated[Machine, require_auth(accepts_token="oauth_token")]  # noqa: S106
CurrentUser: TypeAlias = Annotated[User | None, Depends(_current_user)]
"""The user who is asking; None signed out."""
ClerkClient: TypeAlias = Annotated[AsyncClerk, Depends(_clerk_client)]
"""The client of the Backend API."""


class Clerk:
    """Clerk in a FastAPI application: `Clerk(app)`; options are those of `clerk_core`.

    The application does not start when a key is missing.
    """

    def __init__(self, app: FastAPI, **options: Unpack[AsyncInstallOptions]) -> None:
        app.add_middleware(ClerkMiddleware, **options)
        app.add_exception_handler(Refused, cast("ExceptionHandler", _answer_refused))
        generate = app.openapi
        app.openapi = lambda: with_responses(generate())  # type: ignore[method-assign]


def install(app: FastAPI, **options: Unpack[AsyncInstallOptions]) -> None:
    """Install Clerk in an application; the same as `Clerk(app)`."""
    Clerk(app, **options)


async def _answer_refused(request: HTTPConnection, refused: Exception) -> Response | None:
    if not isinstance(refused, Refused):
        raise refused
    if isinstance(request, WebSocket):
        await respond(refused.response, request.scope, request.send)
        return None
    return as_response(refused.response)
