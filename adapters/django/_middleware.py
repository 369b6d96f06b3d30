"""The middleware: authenticates each request, and adds Clerk's headers to its response."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from clerk_core import AccessDeniedError, Response
from clerk_core.adapters import AsyncInstallation, Installation
from clerk_core.django._endpoints import answer_from_async_endpoints, answer_from_endpoints
from clerk_core.django._refusals import answer_denied
from clerk_core.django._requests import authenticate, authenticate_async, keep
from clerk_core.django._responses import to_response, with_headers
from clerk_core.django.apps import clerk_config


class ClerkMiddleware:
    """Authenticates each request, under WSGI and ASGI, for views of both kinds.

    Args:
        get_response: The next middleware, or the view.

    Raises:
        ConfigurationError: A key is missing, or a setting is invalid.
    """

    sync_capable: bool = True
    async_capable: bool = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self._get_response = get_response
        config = clerk_config()
        config.read_settings()
        self._installation: Installation | AsyncInstallation
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)
            self._installation = config.async_installation
        else:
            self._installation = config.installation

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """Handle a request."""
        if isinstance(self._installation, Installation):
            return self._respond(self._installation, request)
        return self._respond_async(self._installation, request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        """Return the response to a request that `protect()` or `require_auth` refuses."""
        if isinstance(exception, AccessDeniedError):
            return answer_denied(request, exception)
        return None

    def _respond(self, installation: Installation, request: HttpRequest) -> HttpResponseBase:
        proxied = answer_from_endpoints(installation, request)
        if proxied is not None:
            return proxied
        try:
            auth = authenticate(installation, request)
        except Exception as error:
            # For an error page, which may ask who makes the request.
            keep(request, error)
            raise
        if auth.redirect is not None:
            return _redirect(request, auth.redirect)
        keep(request, auth)
        response: HttpResponseBase = self._get_response(request)
        return with_headers(response, auth, request)

    async def _respond_async(
        self, installation: AsyncInstallation, request: HttpRequest
    ) -> HttpResponseBase:
        proxied = await answer_from_async_endpoints(installation, request)
        if proxied is not None:
            return proxied
        try:
            auth = await authenticate_async(installation, request)
        except Exception as error:
            keep(request, error)
            raise
        if auth.redirect is not None:
            return _redirect(request, auth.redirect)
        keep(request, auth)
        response: HttpResponseBase = await self._get_response(request)
        return with_headers(response, auth, request)


def _redirect(request: HttpRequest, response: Response) -> HttpResponseBase:
    # Raises unless ALLOWED_HOSTS has the host, which the browser would come back to.
    request.get_host()
    return to_response(response)
