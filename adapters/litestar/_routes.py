"""The guards of routes: those that are listed, and those of dependencies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from clerk_core import ConfigurationError
from clerk_core.litestar._guards import NOT_CALLED, RequireAuth, require_auth


def guards_of(handler: Any) -> list[RequireAuth]:
    """Return the guards of a handler, its layers and its dependencies, after checking them.

    Raises:
        ConfigurationError: `require_auth` was not called.
    """
    if any(require_auth in (layer.guards or ()) for layer in handler.ownership_layers):
        raise ConfigurationError(NOT_CALLED, code="guard-not-called")
    listed: list[Any] = handler.resolve_guards()
    # Dependencies come after the body was read. As guards, they refuse a request before that.
    listed += [guard for guard in _guards_of_dependencies(handler) if guard not in listed]
    return [guard for guard in listed if isinstance(guard, RequireAuth)]


def _guards_of_dependencies(handler: Any) -> Iterator[RequireAuth]:
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
