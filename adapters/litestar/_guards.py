"""`require_auth()` of Litestar: a function that returns a guard."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import NoReturn

from litestar.handlers import BaseRouteHandler
from litestar.types import Scope

from clerk_core import AsyncAnyAuth
from clerk_core.adapters import AcceptsToken, GuardOptions, Unpack, read_access
from clerk_core.litestar._refusals import refused_exception
from clerk_core.litestar._requests import Connection, auth_of_scope

NOT_CALLED = (
    "require_auth must be called: guards=[require_auth()]. It is a guard in Litestar, not a "
    "decorator."
)


class RequireAuth:
    """The guard that `require_auth()` returns."""

    def __init__(self, options: GuardOptions) -> None:
        self._accepts_token: AcceptsToken = read_access(options, "require_auth").accepts_token
        self.options: GuardOptions = options

    async def __call__(self, connection: Connection, handler: BaseRouteHandler) -> None:
        """Raise `Refused` for a request that is refused."""
        await self._check(connection.scope)

    async def provide(self, scope: Scope) -> AsyncAnyAuth:
        """Return the Auth object; raise `Refused` for a request that is refused."""
        await self._check(scope)
        found = auth_of_scope(scope).ask(self._accepts_token, treat_pending_as_signed_out=True)
        return await found if isinstance(found, Awaitable) else found

    async def _check(self, scope: Scope) -> None:
        refused = await auth_of_scope(scope).refuse(**self.options)
        if refused is not None:
            raise refused_exception(scope, refused)


def require_auth(*misplaced: NoReturn, **options: Unpack[GuardOptions]) -> RequireAuth:
    """Return a guard that admits signed-in users only, or with requirements.

    Write `guards=[require_auth(role="org:admin")]` for a handler, a controller, a router or the
    application. API clients get a JSON 401 or 403; browsers are redirected to sign in, or get a
    page; WebSockets are not accepted. A handler of the application for 401, 403,
    `NotAuthorizedException`, `PermissionDeniedException` or `HTTPException` takes precedence over
    the JSON and the page.

    Args:
        options: `accepts_token` for other kinds of token than a session's; `scopes` for machine
            tokens; `role`, `permission`, `feature`, `plan` or `reverification`, as in `has()`.

    Raises:
        TypeError: An option is malformed.
    """
    if misplaced:
        raise TypeError(NOT_CALLED)
    return RequireAuth(options)
