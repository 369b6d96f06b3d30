"""The dependencies of `ClerkPlugin`, and the annotations of the parameters that they are given to.

Litestar finds a dependency by the name of the parameter.
"""

from __future__ import annotations

from typing import Annotated, Final, TypeAlias, get_args

from litestar.di import Provide
from litestar.types import Scope

from clerk_core import AsyncAuth, AsyncClerk, AsyncMachineAuth, AsyncSessionAuth, User
from clerk_core.litestar._guards import require_auth
from clerk_core.litestar._requests import auth_of_scope
from clerk_core.models import Organization


def _markers() -> tuple[object, object]:
    """Return what marks a parameter as a dependency that is not validated."""
    try:
        from litestar.di import NamedDependency
        from litestar.params import SkipValidation
    except ImportError:
        # Before Litestar 2.23.
        from litestar.params import DependencyKwarg

        return DependencyKwarg(skip_validation=True), None
    _, skip, named = get_args(NamedDependency[SkipValidation[object]])
    return named, skip


_NAMED, _NOT_VALIDATED = _markers()

Auth: TypeAlias = Annotated[AsyncAuth, _NAMED, _NOT_VALIDATED]
"""`auth: Auth` is the Auth object of the request, signed in or not."""
SignedIn: TypeAlias = Annotated[AsyncSessionAuth, _NAMED, _NOT_VALIDATED]
"""`signed_in: SignedIn` is the Auth object of a signed-in user; other requests are refused."""
APIKey: TypeAlias = Annotated[AsyncMachineAuth, _NAMED, _NOT_VALIDATED]
"""`api_key: APIKey` is the Auth object of an API key; other requests are refused."""
M2MToken: TypeAlias = Annotated[AsyncMachineAuth, _NAMED, _NOT_VALIDATED]
"""`m2m_token: M2MToken` is that of a machine-to-machine token; other requests are refused."""
OAuthToken: TypeAlias = Annotated[AsyncMachineAuth, _NAMED, _NOT_VALIDATED]
"""`oauth_token: OAuthToken` is that of an OAuth access token; other requests are refused."""
CurrentUser: TypeAlias = Annotated[User | None, _NAMED, _NOT_VALIDATED]
"""`current_user: CurrentUser` is the current user; None if nobody is signed in."""
CurrentOrganization: TypeAlias = Annotated[Organization | None, _NAMED, _NOT_VALIDATED]
"""`current_organization: CurrentOrganization` is the active organization; None without one."""
ClerkClient: TypeAlias = Annotated[AsyncClerk, _NAMED, _NOT_VALIDATED]
"""`clerk_client: ClerkClient` is the client of the Backend API."""


async def _auth(scope: Scope) -> AsyncAuth:
    return auth_of_scope(scope).auth()


async def _current_user(scope: Scope) -> User | None:
    return await auth_of_scope(scope).current_user()


async def _current_organization(scope: Scope) -> Organization | None:
    return await auth_of_scope(scope).current_organization()


async def _clerk_client(scope: Scope) -> AsyncClerk:
    return auth_of_scope(scope).client


_PROVIDED: Final = {
    "auth": _auth,
    "signed_in": require_auth().provide,
    "api_key": require_auth(accepts_token="api_key").provide,  # noqa: S106
    "m2m_token": require_auth(accepts_token="m2m_token").provide,  # noqa: S106
    "oauth_token": require_auth(accepts_token="oauth_token").provide,  # noqa: S106
    "current_user": _current_user,
    "current_organization": _current_organization,
    "clerk_client": _clerk_client,
}


def dependencies() -> dict[str, Provide]:
    """Return the dependencies by name."""
    return {name: Provide(provided) for name, provided in _PROVIDED.items()}
