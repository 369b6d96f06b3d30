"""Clerk for Django Ninja: `require_auth()` for the argument `auth` of an API or an operation.

    api = NinjaAPI(auth=require_auth())

    @api.get("/reports", auth=require_auth(role="org:admin"))
    def reports(request: AuthRequest[SessionAuth]): ...

`request.auth` is the Auth object. The middleware of `clerk_core.django` has to be installed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any, Generic, TypeVar, cast

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.utils import check_csrf  # pyright: ignore[reportUnknownVariableType]

from clerk_core import AnyAuth, AsyncAnyAuth
from clerk_core.adapters import (
    REFUSAL_MEANINGS,
    AcceptsToken,
    BaseRequestAuth,
    GuardOptions,
    Refusal,
    Unpack,
    check_type,
    read_access,
    security_scheme,
)
from clerk_core.django._kept_refusals import keep_refusal
from clerk_core.django._requests import async_request_auth, request_auth

__all__ = ["AuthRequest", "document_refusals", "require_auth"]

A = TypeVar("A")

_RAISED = (403, 503)
_ERROR = {"type": "object", "properties": {"detail": {"type": "string"}}}


class AuthRequest(HttpRequest, Generic[A]):
    """The type of the request in an operation, such as `AuthRequest[SessionAuth]`.

    In a coroutine function, it is an `AuthRequest[AsyncSessionAuth]`.
    """

    auth: A
    """The Auth object."""


class _Scheme(dict[str, str]):
    """A security scheme object of this module."""


class _RequireAuth:
    """What Django Ninja calls with a request to authenticate it."""

    def __init__(self, options: GuardOptions, accepts_token: AcceptsToken) -> None:
        self._options = options
        self._accepts_token: AcceptsToken = accepts_token
        _, description = security_scheme(accepts_token)
        self.openapi_security_schema = _Scheme(
            type="http", scheme="bearer", description=description
        )

    @property
    def is_async(self) -> bool:
        """Whether a coroutine function is called, which Django Ninja asks before each call."""
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return False
        return True

    def __call__(self, request: HttpRequest) -> Any:
        """Return the Auth object, or None for a request without an accepted token."""
        return self._authenticate_async(request) if self.is_async else self._authenticate(request)

    def _authenticate(self, request: HttpRequest) -> AnyAuth | None:
        found = request_auth(request)
        refused = found.refuse(**self._options)
        if refused is not None:
            _raise_or_skip(request, refused)
            return None
        _enforce_csrf(request, found)
        return found.ask(self._accepts_token, treat_pending_as_signed_out=True)

    async def _authenticate_async(self, request: HttpRequest) -> AsyncAnyAuth | None:
        found = async_request_auth(request)
        refused = await found.refuse(**self._options)
        if refused is not None:
            _raise_or_skip(request, refused)
            return None
        _enforce_csrf(request, found)
        auth = found.ask(self._accepts_token, treat_pending_as_signed_out=True)
        return await auth if isinstance(auth, Awaitable) else auth


def require_auth(**options: Unpack[GuardOptions]) -> Any:
    """Return what admits signed-in users only, for the argument `auth` of Django Ninja.

    A request is refused with 401, 403 or 503 as an `HttpError` or an `AuthenticationError` of
    Django Ninja. In a list, `auth=[require_auth(), …]`, the first that accepts the kind of token
    decides. As with Django's own sessions, a request that is authenticated by cookies and changes
    something needs a CSRF token.

    Args:
        options: `accepts_token` for other kinds of token than a session's; `scopes` for machine
            tokens; `role`, `permission`, `feature`, `plan` or `reverification`, as in `has()`.

    Raises:
        TypeError: An option is malformed.
    """
    accepts_token = read_access(options, "require_auth").accepts_token
    # Django Ninja names a security scheme by its class.
    name, _ = security_scheme(accepts_token)
    return type(name, (_RequireAuth,), {})(options, accepts_token)


def document_refusals(api: NinjaAPI) -> None:
    """Add the responses 401 and 403 of guarded operations to the OpenAPI document of an API.

    Args:
        api: The API.
    """
    check_type("document_refusals(api): api", api, NinjaAPI)
    generate = api.get_openapi_schema

    def generate_with_refusals(**options: Any) -> Any:
        document = cast("dict[str, Any]", generate(**options))
        schemes: dict[str, object] = document["components"].get("securitySchemes", {})
        names = {name for name, scheme in schemes.items() if isinstance(scheme, _Scheme)}
        for path in document["paths"].values():
            for operation in path.values():
                if any(names & required.keys() for required in operation.get("security", ())):
                    _add_refusals(operation["responses"])
        return document

    api.get_openapi_schema = generate_with_refusals  # type: ignore[method-assign]


def _add_refusals(responses: dict[int, dict[str, object]]) -> None:
    for status, meaning in REFUSAL_MEANINGS.items():
        content = {"application/json": {"schema": _ERROR}}
        responses.setdefault(status, {"description": meaning, "content": content})


def _raise_or_skip(request: HttpRequest, refused: Refusal) -> None:
    """Raise an error, unless another authenticator of the operation may accept the request."""
    keep_refusal(request, refused)
    if refused.status in _RAISED:
        raise HttpError(refused.status, refused.message)


def _enforce_csrf(request: HttpRequest, found: BaseRequestAuth) -> None:
    if found.is_from_cookies and check_csrf(request) is not None:
        raise HttpError(403, "CSRF check failed")
