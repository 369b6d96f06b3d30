"""Refuse requests before their body is read, and reject misplaced dependencies at start.

FastAPI reads and parses the body of a request before it calls dependencies. It takes a dependency
that is written as a default value (`who=SignedIn`) for a plain default.
"""

from __future__ import annotations

import inspect
from collections.abc import Collection, Iterator
from functools import partial
from typing import Annotated, Any, get_origin

from fastapi.params import Depends
from fastapi.requests import HTTPConnection

from clerk_core import ConfigurationError
from clerk_core.adapters import routes_of
from clerk_core.asgi import ASGIApp, Message, Receive, Scope, Send, fail_startup
from clerk_core.fastapi import _aliases
from clerk_core.fastapi._dependency import RequireAuth

# The annotation to write in the signature of an endpoint, for each public name.
_RIGHT = {
    "auth": "Auth",
    "current_organization": "CurrentOrganization",
    "current_user": "CurrentUser",
    "clerk_client": "ClerkClient",
    "require_auth": "Annotated[Session, require_auth()]",
    "Session": "SignedIn",
    "Machine": "APIKey",
    "AnyToken": "Annotated[AnyToken, require_auth(accepts_token=[...])]",
    **{
        name: name
        for name in (
            *("APIKey", "Auth", "ClerkClient", "CurrentOrganization", "CurrentUser", "M2MToken"),
            "OAuthToken",
        )
    },
    "SignedIn": "SignedIn",
}


class DependencyMiddleware:
    """The innermost middleware, so that the application handles the exceptions it raises."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._has_started = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a connection."""
        if not self._has_started:
            self._has_started = True
            try:
                check_dependencies(scope["app"])
            except ConfigurationError as error:
                self._app = partial(fail_startup, error)
        if scope["type"] == "http":
            receive = _refusing_first(scope, receive)
        await self._app(scope, receive, send)


def _refusing_first(scope: Scope, receive: Receive) -> Receive:
    is_first = True

    async def receive_if_admitted() -> Message:
        nonlocal is_first
        if is_first:
            is_first = False
            for guard in _guards(scope):
                await guard(HTTPConnection(scope))
        return await receive()

    return receive_if_admitted


def _guards(scope: Scope) -> Iterator[RequireAuth]:
    """Yield the guards of the matched route, except those that a test has overridden."""
    of_fastapi: dict[str, Any] = scope.get("fastapi") or {}
    # For a route of an included router, with the dependencies of the router.
    included = of_fastapi.get("effective_route_context")
    dependant = getattr(included or scope.get("route"), "dependant", None)
    overridden: Collection[object] = getattr(scope.get("app"), "dependency_overrides", ())
    for call in _calls(dependant, overridden):
        if isinstance(call, RequireAuth):
            yield call


def _calls(dependant: Any, left_out: Collection[object] = ()) -> Iterator[Any]:
    """Yield what FastAPI calls for a route: the endpoint, its dependencies, and theirs."""
    if dependant is not None and dependant.call not in left_out:
        yield dependant.call
        for one in dependant.dependencies:
            yield from _calls(one, left_out)


def check_dependencies(app: object) -> None:
    """Raise `ConfigurationError` for a dependency written where FastAPI does not see it."""
    for route in routes_of(app):
        for call in _calls(getattr(route, "dependant", None)):
            name = _misplaced_name(call)
            if name is not None:
                raise _misplaced(route, f"Depends({name})", f"who: {_RIGHT.get(name, name)}")
            for parameter in _parameters(call):
                name = _misplaced_name(parameter.default)
                if name is not None:
                    right = f"{parameter.name}: {_RIGHT.get(name, name)}"
                    raise _misplaced(route, f"{parameter.name}={name}", right)


def _misplaced_name(value: object) -> str | None:
    """Return the name of a value that is a dependency only as an annotation, or None."""
    for name in _RIGHT:
        public = getattr(_aliases, name)
        if type(public) is type(value) and public == value:
            return name
    metadata = getattr(value, "__metadata__", ()) if get_origin(value) is Annotated else ()
    return "Annotated[…]" if any(isinstance(one, Depends) for one in metadata) else None


def _parameters(call: Any) -> list[inspect.Parameter]:
    try:
        return list(inspect.signature(call).parameters.values())
    except (TypeError, ValueError):
        # The callable has no signature.
        return []


def _misplaced(route: Any, written: str, right: str) -> ConfigurationError:
    return ConfigurationError(
        f"The endpoint of {route.path} has {written}, which guards nothing. Write {right} in its "
        "signature instead.",
        code="dependency-misplaced",
    )
