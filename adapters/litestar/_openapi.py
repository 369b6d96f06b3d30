"""Security schemes and responses of guarded handlers in the OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from typing import Any, TypedDict

from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Components, SecurityScheme
from litestar.routes import HTTPRoute

from clerk_core import ConfigurationError
from clerk_core.adapters import REFUSAL_MEANINGS, read_access, security_scheme, security_scopes
from clerk_core.litestar._guards import NOT_CALLED, RequireAuth, require_auth


class ClerkError(TypedDict):
    """An error, in Clerk's format."""

    code: str
    message: str


class ClerkErrors(TypedDict):
    """The response to a request that is refused."""

    errors: list[ClerkError]


class ReverificationError(TypedDict):
    """The response with which Clerk's components ask the user to verify again."""

    clerk_error: dict[str, Any]


class OpenAPIDocument:
    """What the guards of an application add to its OpenAPI document."""

    def __init__(self) -> None:
        self._schemes: dict[str, Any] = {}

    def configure(self, config: OpenAPIConfig) -> OpenAPIConfig:
        """Return the configuration, with the security schemes of routes that are added later."""
        config = copy(config)
        own = config.components if isinstance(config.components, list) else [config.components]
        config.components = [*own, Components(security_schemes=self._schemes)]
        return config

    def add(self, route: Any) -> None:
        """Add the guards of a route.

        Raises:
            ConfigurationError: `require_auth` was not called.
        """
        handlers: list[Any] = getattr(route, "route_handlers", None) or [route.route_handler]
        for handler in handlers:
            if any(require_auth in (layer.guards or ()) for layer in handler.ownership_layers):
                raise ConfigurationError(NOT_CALLED, code="guard-not-called")
            guards = list(guards_of(handler))
            if guards and isinstance(route, HTTPRoute):
                self._add_guards(handler, guards)

    def _add_guards(self, handler: Any, guards: list[RequireAuth]) -> None:
        required: dict[str, list[str]] = {}
        asked = [read_access(guard.options, "require_auth") for guard in guards]
        for access in asked:
            name, description = security_scheme(access.accepts_token)
            scheme = SecurityScheme(type="http", scheme="bearer", description=description)
            self._schemes[name] = scheme
            scopes = required.setdefault(name, [])
            scopes += [one for one in security_scopes(access) if one not in scopes]
        own = handler.security or ()
        # A handler with several paths comes once for each.
        handler.security = [*own, required] if required not in own else own
        handler.responses = {**_responses(asked), **(handler.responses or {})}


def _responses(asked: list[Any]) -> dict[int, ResponseSpec]:
    of_status: dict[int, Any] = {401: ClerkErrors}
    if any("reverification" in access.required for access in asked):
        of_status[403] = ClerkErrors | ReverificationError
    elif any(access.required or access.scopes for access in asked):
        of_status[403] = ClerkErrors
    return {
        status: ResponseSpec(shape, False, REFUSAL_MEANINGS[status])
        for status, shape in of_status.items()
    }


def guards_of(handler: Any) -> Iterator[RequireAuth]:
    """Yield the guards of a handler and of its layers, and those in its dependencies."""
    for guard in handler.resolve_guards():
        if isinstance(guard, RequireAuth):
            yield guard
    provided, seen = handler.resolve_dependencies(), set[str]()
    names = list(handler.parsed_fn_signature.parameters)
    while names:
        name = names.pop()
        if name in provided and name not in seen:
            seen.add(name)
            names += provided[name].parsed_fn_signature.parameters
            provider = getattr(provided[name].dependency, "__self__", None)
            if isinstance(provider, RequireAuth):
                yield provider
