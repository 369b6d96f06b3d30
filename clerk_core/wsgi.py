"""Clerk for any WSGI application (PEP 3333). It imports no framework and no server.

Behind `WsgiMiddleware(app)`, `environ["clerk"]` is a `RequestAuth`: its `auth()` says who makes
the request, `current_user()` returns the user, `client` calls the Backend API.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from clerk_core._arguments import check_app
from clerk_core._authentication.response.headers import headers_with_length
from clerk_core._authentication.result.access import GuardOptions, read_access
from clerk_core._compat import Unpack
from clerk_core._integration.installation import Installation
from clerk_core._integration.options import InstallOptions
from clerk_core._integration.request_auth import RequestAuth
from clerk_core._integration.wsgi_proxy import body_chunks, proxied_request, status_line
from clerk_core._integration.wsgi_request import recall_key_of_environ, request_from_environ
from clerk_core._messages import Response
from clerk_core._misuse import not_installed
from clerk_core.errors import AccessDeniedError

__all__ = [
    "KEY",
    "EndpointsMiddleware",
    "RequireAuth",
    "WsgiMiddleware",
    "request_auth",
    "request_auth_once",
    "request_from_environ",
    "respond",
]

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
else:
    # The standard library has no types of WSGI before Python 3.11.
    StartResponse = WSGIApplication = Callable[..., Any]
    WSGIEnvironment = dict[str, Any]

KEY = "clerk"
"""The key of the `RequestAuth` in the environ."""


class WsgiMiddleware:
    """Authenticates each request to an application, and adds Clerk's headers to its responses.

    Args:
        app: The application.
        options: The options of the installation; missing ones are read from the environment.

    Raises:
        ConfigurationError: A key is missing, or an option is invalid.
    """

    def __init__(self, app: WSGIApplication, **options: Unpack[InstallOptions]) -> None:
        check_app("WsgiMiddleware", app)
        self._app = app
        self.installation: Installation = Installation(**options)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Handle a request."""
        proxied = answer_from_endpoints(self.installation, environ, start_response)
        if proxied is not None:
            return proxied
        try:
            auth = authenticate_environ(self.installation, environ)
        except Exception as error:
            # For an error page around this middleware, which may ask who makes the request.
            environ.setdefault(KEY, error)
            raise
        redirect = auth.redirect
        if redirect is not None:
            return respond(redirect, environ, start_response)
        if KEY in environ:
            # It belongs to an outer application.
            environ = dict(environ)
        environ[KEY] = auth

        def start_with_headers(
            status: str, headers: list[tuple[str, str]], exc_info: OptExcInfo | None = None, /
        ) -> Callable[[bytes], object]:
            return start_response(status, auth.merge_headers(headers), exc_info)

        try:
            return self._app(environ, start_with_headers)
        except AccessDeniedError as error:
            if error.response is None:
                raise
            # With the exception, so that a server replaces headers that it has not sent (PEP 3333).
            return respond(error.response, environ, _restarting(start_with_headers))

    def close(self) -> None:
        """Close the connections to Clerk."""
        self.installation.close()


def _restarting(start_response: StartResponse) -> StartResponse:
    """Return a function that starts the response to the exception that is being handled."""

    def restart(
        status: str, headers: list[tuple[str, str]], exc_info: OptExcInfo | None = None, /
    ) -> Callable[[bytes], object]:
        return start_response(status, headers, exc_info or sys.exc_info())

    return restart


class RequireAuth:
    """Admits only signed-in users to a WSGI application.

    API clients get a JSON 401 or 403; browsers are redirected to sign in.

    Args:
        app: The application.
        options: `accepts_token` for other kinds of token than a session's; `scopes` for machine
            tokens; `role`, `permission`, `feature`, `plan` or `reverification`, as in `has()`.

    Raises:
        TypeError: An option is malformed.
    """

    def __init__(self, app: WSGIApplication, **options: Unpack[GuardOptions]) -> None:
        read_access(options, "RequireAuth")
        check_app("RequireAuth", app)
        self._app = app
        self._options = options

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Handle a request."""
        refused = request_auth(environ).refuse(**self._options)
        if refused is not None:
            return respond(refused, environ, start_response)
        return self._app(environ, start_response)


class EndpointsMiddleware:
    """Answers the requests that an installation answers itself, before the application.

    For adapters that authenticate inside of the application, and not by `WsgiMiddleware`.

    Args:
        app: The application.
        find_installation: Returns Clerk in the application.
    """

    def __init__(self, app: WSGIApplication, find_installation: Callable[[], Installation]) -> None:
        self._app = app
        self._find_installation = find_installation

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Handle a request."""
        proxied = answer_from_endpoints(self._find_installation(), environ, start_response)
        return self._app(environ, start_response) if proxied is None else proxied


def answer_from_endpoints(
    installation: Installation, environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes] | None:
    """Answer a request that the installation answers itself; return None for any other."""
    endpoints = installation.endpoints
    if endpoints is None or not endpoints.may_match(environ.get("PATH_INFO", "")):
        return None
    forwarded = endpoints.answer(proxied_request(environ), environ.get("REMOTE_ADDR"))
    if forwarded is None:
        return None
    answer = (
        forwarded
        if isinstance(forwarded, Response)
        else endpoints.send(forwarded, body_chunks(forwarded, environ))
    )
    if isinstance(answer, Response):
        return respond(answer, environ, start_response)
    try:
        start_response(status_line(answer.status), list(answer.headers))
    except BaseException:
        # The server closes only what is returned to it.
        answer.close()
        raise
    return answer


def request_auth(
    environ: Mapping[str, object], install: str = "WsgiMiddleware(app)"
) -> RequestAuth:
    """Return the object of a request that came through the middleware.

    Args:
        environ: The WSGI environ of the request.
        install: How the middleware is installed, for the message of the exception.

    Raises:
        ConfigurationError: The request did not come through the middleware.
        Exception: What the middleware raised, if it failed.
    """
    auth = environ.get(KEY)
    if isinstance(auth, Exception):
        raise auth
    if not isinstance(auth, RequestAuth):
        raise not_installed(install)
    return auth


def authenticate_environ(installation: Installation, environ: Mapping[str, object]) -> RequestAuth:
    """Return the object of a request, from memory if its credentials were verified a moment ago."""
    key = recall_key_of_environ(environ)
    recalled = installation.recall(key, partial(request_from_environ, dict(environ)))
    return recalled or installation.request_auth(request_from_environ(environ), key)


def request_auth_once(
    installation: Installation,
    kept: dict[Installation, RequestAuth | Exception],
    environ: Mapping[str, object],
) -> RequestAuth:
    """Return the object of a request, which is authenticated when first asked for.

    An exception is kept, too: an error page that asks who makes the request raises the same one.
    Objects are kept by installation, because a request may pass several applications.

    Args:
        installation: Clerk in the application.
        kept: A dictionary that belongs to the request.
        environ: The WSGI environ of the request.
    """
    if installation not in kept:
        try:
            kept[installation] = authenticate_environ(installation, environ)
        except Exception as error:
            kept[installation] = error
    auth = kept[installation]
    if isinstance(auth, Exception):
        raise auth
    return auth


def respond(
    response: Response, environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    """Send a response."""
    phrase = HTTPStatus(response.status).phrase
    start_response(f"{response.status} {phrase}", headers_with_length(response))
    # Many servers would send the body of a response to HEAD, and the client would read it as the
    # next response.
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [response.content]
