"""The dependency that admits users or machines.

FastAPI evaluates annotations, and cannot do so for those of a callable object that are strings. So
this module has no `from __future__ import annotations`.
"""

from collections.abc import Awaitable

from fastapi.requests import HTTPConnection
from fastapi.security import OAuth2

from clerk_core import AsyncAnyAuth
from clerk_core.adapters import AcceptsToken, GuardOptions, read_access
from clerk_core.fastapi._openapi import scheme
from clerk_core.starlette import refused_exception, request_auth


# Not just a `SecurityBase`: FastAPI before 0.124 documents scopes for OAuth 2 only, though any
# scheme may have them (OpenAPI 3.1, 4.8.30).
class RequireAuth(OAuth2):
    """A dependency that returns the Auth object of an admitted request; others are refused."""

    def __init__(self, options: GuardOptions) -> None:
        access = read_access(options, "require_auth")
        self.scheme_name, self.model = scheme(access.accepts_token)
        self._accepts_token: AcceptsToken = access.accepts_token
        self._options = options

    async def __call__(self, request: HTTPConnection) -> AsyncAnyAuth:  # type: ignore[override]
        """Return the Auth object; raise `Refused` for a request that is refused."""
        await self.check(request)
        found = request_auth(request).ask(self._accepts_token, treat_pending_as_signed_out=True)
        return await found if isinstance(found, Awaitable) else found

    async def check(self, request: HTTPConnection) -> None:
        """Raise `Refused` for a request that is refused."""
        refused = await request_auth(request).refuse(**self._options)
        if refused is not None:
            raise refused_exception(request.scope, refused)
