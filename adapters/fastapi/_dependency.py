"""The dependency that admits users or machines, and the exception for refused requests.

FastAPI evaluates annotations, and cannot do so for those of a callable object that are strings. So
this module has no `from __future__ import annotations`.
"""

import json
from collections.abc import Awaitable
from typing import Any

from fastapi import HTTPException
from fastapi.requests import HTTPConnection
from fastapi.security import OAuth2
from starlette.datastructures import Headers

from clerk_core import AsyncAnyAuth
from clerk_core import Response as ClerkResponse
from clerk_core.adapters import (
    AcceptsToken,
    Requirement,
    check_accepted,
    check_requirement,
    is_accepted,
)
from clerk_core.fastapi._openapi import scheme
from clerk_core.starlette import request_auth


class Refused(HTTPException):
    """Raised for a request that is refused: an `HTTPException` that `install(app)` handles.

    To change the response, add a handler for it after `install(app)`.

    Args:
        response: The response to send.
    """

    def __init__(self, response: ClerkResponse) -> None:
        # For a mounted application, which handles it as an `HTTPException`.
        body: Any = json.loads(response.content or b"{}")
        detail = body.get("errors", body) or None
        pairs = [(n.encode("latin-1"), v.encode("latin-1")) for n, v in response.headers]
        super().__init__(response.status, detail, Headers(raw=pairs))
        self.response = response


# Not just a `SecurityBase`: FastAPI before 0.124 documents scopes for OAuth 2 only, though any
# scheme may have them (OpenAPI 3.1, 4.8.30).
class RequireAuth(OAuth2):
    """A dependency that returns the Auth object of an admitted request; others are refused."""

    def __init__(self, accepts_token: AcceptsToken, required: Requirement) -> None:
        check_requirement(required, "require_auth")
        check_accepted(accepts_token, "require_auth")
        if required and not is_accepted("session_token", accepts_token):
            raise TypeError(
                f"require_auth() cannot require {', '.join(required)} of a machine token: only a "
                "session has it"
            )
        self.scheme_name, self.model = scheme(accepts_token)
        self._accepts_token: AcceptsToken = accepts_token
        self._required = required

    async def __call__(self, request: HTTPConnection) -> AsyncAnyAuth:  # type: ignore[override]
        """Return the Auth object; raise `Refused` for a request that is refused."""
        await self.check(request)
        found = request_auth(request).ask(self._accepts_token, treat_pending_as_signed_out=True)
        return await found if isinstance(found, Awaitable) else found

    async def check(self, request: HTTPConnection) -> None:
        """Raise `Refused` for a request that is refused."""
        refused = await request_auth(request).refuse(self._accepts_token, **self._required)
        if refused is not None:
            raise Refused(refused)
