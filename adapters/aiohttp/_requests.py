"""The object of each request, kept in the request of aiohttp."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from clerk_core.adapters import AsyncInstallation, AsyncRequestAuth, check_type, not_installed
from clerk_core.aiohttp._messages import add_headers

CLERK = web.AppKey("clerk", AsyncInstallation)
"""The key of Clerk in an application: `app[CLERK].client` is the client of the Backend API."""
# The objects of a request by installation. Older versions of aiohttp have no typed keys.
_FOUND: Any = web.RequestKey("clerk", dict[Any, Any]) if hasattr(web, "RequestKey") else "clerk"


def store(request: web.Request, found: AsyncRequestAuth, subprotocol: str | None = None) -> None:
    """Keep the object of a request, and add its headers to the response."""
    request.setdefault(_FOUND, {})[request.app[CLERK]] = found
    add_headers(request, found, subprotocol)


def request_auth(request: web.Request) -> AsyncRequestAuth:
    """Return the object of a request; raise `ConfigurationError` if Clerk is not installed."""
    check_type("request", request, web.BaseRequest)
    # Of the sub-application that is running, or else of the application that it is mounted in.
    found: AsyncRequestAuth | None = request.get(_FOUND, {}).get(request.config_dict.get(CLERK))
    if found is None:
        raise not_installed("clerk_core.aiohttp.install(app)")
    return found
