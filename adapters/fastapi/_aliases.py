"""Annotations for endpoints: dependencies that return who makes the request."""

from __future__ import annotations

from typing import Annotated, Final, TypeAlias

from fastapi import Depends
from fastapi.requests import HTTPConnection

from clerk_core import AsyncAuth, AsyncClerk, AsyncMachineAuth, AsyncSessionAuth, User
from clerk_core.fastapi._requirement import RequireAuthFunction
from clerk_core.models import Organization
from clerk_core.starlette import auth, clerk_client, current_organization, current_user

require_auth: Final = RequireAuthFunction()
"""Returns a dependency that admits signed-in users only, or machines with `accepts_token`."""


async def _auth(request: HTTPConnection) -> AsyncAuth:
    return auth(request)


async def _current_user(request: HTTPConnection) -> User | None:
    return await current_user(request)


async def _current_organization(request: HTTPConnection) -> Organization | None:
    return await current_organization(request)


async def _clerk_client(request: HTTPConnection) -> AsyncClerk:
    return clerk_client(request)


Session: TypeAlias = AsyncSessionAuth
"""The Auth object of a signed-in user."""
Machine: TypeAlias = AsyncMachineAuth
"""The Auth object of a machine."""
AnyToken: TypeAlias = Session | Machine
"""The Auth object of a user or a machine, with several kinds of token accepted."""

Auth: TypeAlias = Annotated[AsyncAuth, Depends(_auth)]
"""The Auth object of the request, signed in or not."""
SignedIn: TypeAlias = Annotated[Session, require_auth()]
"""The Auth object of a signed-in user; other requests are refused."""
APIKey: TypeAlias = Annotated[Machine, require_auth(accepts_token="api_key")]  # noqa: S106
"""The Auth object of an API key; other requests are refused."""
M2MToken: TypeAlias = Annotated[Machine, require_auth(accepts_token="m2m_token")]  # noqa: S106
"""The Auth object of a machine-to-machine token; other requests are refused."""
OAuthToken: TypeAlias = Annotated[Machine, require_auth(accepts_token="oauth_token")]  # noqa: S106
"""The Auth object of an OAuth access token; other requests are refused."""
CurrentUser: TypeAlias = Annotated[User | None, Depends(_current_user)]
"""The current user; None if nobody is signed in."""
CurrentOrganization: TypeAlias = Annotated[Organization | None, Depends(_current_organization)]
"""The active organization; None without one."""
ClerkClient: TypeAlias = Annotated[AsyncClerk, Depends(_clerk_client)]
"""The client of the Backend API."""
