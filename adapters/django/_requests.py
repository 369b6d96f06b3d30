"""Requests of Django for `clerk_core`, and the object of each request.

Django serves WSGI and ASGI requests alike in code that waits and in code that awaits.
"""

from __future__ import annotations

from functools import partial
from typing import Any, cast

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest

from clerk_core import ConfigurationError, Request
from clerk_core.adapters import (
    AsyncInstallation,
    AsyncRequestAuth,
    BaseRequestAuth,
    Installation,
    RecallKey,
    RequestAuth,
    not_installed,
    proxied_request,
    recall_key_of_environ,
    recall_key_of_scope,
    request_from_environ,
    request_from_scope,
)
from clerk_core.asgi import Scope

_ATTRIBUTE = "_clerk"
_ASKED = "_clerk_asked"
_PATHS = ("SCRIPT_NAME", "PATH_INFO")
_FORWARDED_HOST = "HTTP_X_FORWARDED_HOST"
_MIDDLEWARE = 'MIDDLEWARE = [..., "clerk_core.django.ClerkMiddleware"]'


def authenticate(installation: Installation, request: HttpRequest) -> RequestAuth:
    """Return the object of a request, from memory if its credentials were verified a moment ago."""
    key = _recall_key(request)
    recalled = installation.recall(key, partial(to_request, request))
    return recalled or installation.request_auth(to_request(request), key)


async def authenticate_async(
    installation: AsyncInstallation, request: HttpRequest
) -> AsyncRequestAuth:
    """Return the object of a request, from memory if its credentials were verified a moment ago."""
    key = _recall_key(request)
    recalled = installation.recall(key, partial(to_request, request))
    return recalled or await installation.request_auth(to_request(request), key)


def keep(request: HttpRequest, found: RequestAuth | AsyncRequestAuth | Exception) -> None:
    """Keep the object of a request, or the exception that is raised whenever it is asked for."""
    setattr(request, _ATTRIBUTE, found)


def is_asked(request: HttpRequest) -> bool:
    """Return whether anything asked for the object of a request, so that its response may vary."""
    return hasattr(request, _ASKED)


def base_request_auth(request: HttpRequest) -> BaseRequestAuth:
    """Return what both kinds of objects share, such as the URLs of pages."""
    return _kept(request)


def request_auth(request: HttpRequest) -> RequestAuth:
    """Return the object of a request for code that waits."""
    found = _kept(request)
    return found if isinstance(found, RequestAuth) else found.to_sync()


def async_request_auth(request: HttpRequest) -> AsyncRequestAuth:
    """Return the object of a request for code that awaits."""
    found = _kept(request)
    return found.to_async() if isinstance(found, RequestAuth) else found


def _kept(request: object) -> RequestAuth | AsyncRequestAuth:
    # Requests of Django REST framework have the attributes of the request that they contain.
    found = getattr(request, _ATTRIBUTE, None)
    if isinstance(found, Exception):
        raise found
    if not isinstance(found, (RequestAuth, AsyncRequestAuth)):
        raise not_installed(_MIDDLEWARE)
    setattr(getattr(request, "_request", request), _ASKED, True)
    return found


def to_request(request: HttpRequest) -> Request:
    """Return a request of Django as one of `clerk_core`."""
    if isinstance(request, ASGIRequest):
        return request_from_scope(_scope(request))
    return request_from_environ(_received_environ(request))


def to_proxied_request(request: HttpRequest) -> Request:
    """Return a request of Django, with the headers of its body."""
    if isinstance(request, ASGIRequest):
        return request_from_scope(_scope(request))
    return proxied_request(_received_environ(request))


def _recall_key(request: HttpRequest) -> RecallKey | None:
    if isinstance(request, ASGIRequest):
        return recall_key_of_scope(_scope(request))
    return recall_key_of_environ(_environ(request))


def _scope(request: ASGIRequest) -> Scope:
    scope = cast("Scope", request.scope)
    query = scope.get("query_string")
    if isinstance(query, str):
        # Of the asynchronous test client of Django.
        scope = {**scope, "query_string": query.encode()}
    if settings.SECURE_PROXY_SSL_HEADER:
        # The scheme that the browser used, by the rules of the operator.
        scope = {**scope, "scheme": request.scheme}
    if not settings.USE_X_FORWARDED_HOST and _FORWARDED_HOST in request.META:
        headers = cast("list[tuple[bytes, bytes]]", scope["headers"])
        kept = [pair for pair in headers if pair[0].lower() != b"x-forwarded-host"]
        scope = {**scope, "headers": kept}
    return scope


def _environ(request: HttpRequest) -> dict[str, Any]:
    if not isinstance(request, WSGIRequest):
        raise ConfigurationError(
            f"A {type(request).__name__} has no headers as a server sends them. Make requests for "
            "tests with RequestFactory or AsyncRequestFactory.",
            code="request-without-environ",
        )
    environ: dict[str, Any] = request.environ
    if settings.SECURE_PROXY_SSL_HEADER:
        environ = {**environ, "wsgi.url_scheme": request.scheme}
    if not settings.USE_X_FORWARDED_HOST and _FORWARDED_HOST in environ:
        environ = {name: value for name, value in environ.items() if name != _FORWARDED_HOST}
    return environ


def _received_environ(request: HttpRequest) -> dict[str, Any]:
    """Return the environ as PEP 3333 has it: Django has decoded both paths as UTF-8."""
    environ = _environ(request)
    return {**environ, **{name: _as_latin_1(environ[name]) for name in _PATHS}}


def _as_latin_1(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("latin-1")
