"""What endpoints are annotated with: who is asking, as dependencies of FastAPI."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from fastapi import Depends
from fastapi.requests import HTTPConnection

from clerk_core import AsyncAuth, AsyncClerk, AsyncMachineAuth, AsyncSessionAuth, User
from clerk_core.fastapi._requirement import RequireAuthFunction
from clerk_core.starlette import auth, clerk_client, current_user

require_auth = RequireAuthFunction()


async def _auth(request: HTTPConnection) -> AsyncAuth:
    return auth(request)


async def _current_user(request: HTTPConnection) -> User | None:
    return await current_user(request)


async def _clerk_client(request: HTTPConnection) -> AsyncClerk:
    return clerk_client(request)


Session: TypeAlias = AsyncSessionAuth
"""A signed-in user's Auth object."""
Machine: TypeAlias = AsyncMachineAuth
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
