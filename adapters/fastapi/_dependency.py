"""The dependency that admits users or machines.

FastAPI evaluates annotations, and cannot do so for those of a callable object that are strings. So
this module has no `from __future__ import annotations`.
"""

from collections.abc import Awaitable
from typing import Any, cast

from fastapi.requests import HTTPConnection
from fastapi.security import OAuth2

from clerk_core import AsyncAnyAuth
from clerk_core.adapters import GuardOptions, read_access
from clerk_core.fastapi._openapi import scheme
from clerk_core.starlette import protect


# Not just a `SecurityBase`: FastAPI before 0.124 documents scopes for OAuth 2 only, though any
# scheme may have them (OpenAPI 3.1, 4.8.30).
class RequireAuth(OAuth2):
    """A dependency that returns the Auth object of an admitted request; others are refused."""

    def __init__(self, options: GuardOptions) -> None:
        access = read_access(options, "require_auth")
        self.scheme_name, self.model = scheme(access.accepts_token)
        self._options = options

    async def __call__(self, request: HTTPConnection) -> AsyncAnyAuth:  # type: ignore[override]
        """Return the Auth object; raise `Refused` for a request that is refused."""
        # The overloads of `protect` have no type for options that are not known here.
        found: Any = cast("Any", protect)(request, **self._options)
        return cast("AsyncAnyAuth", await found if isinstance(found, Awaitable) else found)
