"""Security schemes and responses of guarded handlers in the OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from typing import Any, TypedDict

from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Components, SecurityScheme

from clerk_core.adapters import REFUSAL_MEANINGS, read_access, security_scheme, security_scopes
from clerk_core.litestar._guards import RequireAuth


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

    def add(self, handler: Any, guards: Iterable[RequireAuth]) -> None:
        """Add the guards of a handler."""
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
