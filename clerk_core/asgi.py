"""Clerk for any ASGI application. It imports no framework and no server.

Behind `AsgiMiddleware(app)`, `scope["clerk"]` is an `AsyncRequestAuth`: its `auth()` says who
makes the request, `await current_user()` returns the user, `client` calls the Backend API.
https://asgi.readthedocs.io/en/latest/specs/www.html
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterable
from functools import partial

from clerk_core._arguments import check_app
from clerk_core._authentication.response.error_response import Refusal
from clerk_core._authentication.response.headers import headers_with_length
from clerk_core._authentication.result.access import GuardOptions, read_access
from clerk_core._authentication.steps.memory import RecallKey
from clerk_core._compat import Self, Unpack
from clerk_core._integration.asgi_proxy import client_address, forward_asgi
from clerk_core._integration.asgi_request import (
    decoded,
    recall_key_of_scope,
    request_from_scope,
)
from clerk_core._integration.asgi_types import ASGIApp, Message, Receive, Scope, Send
from clerk_core._integration.endpoints import AsyncEndpoints
from clerk_core._integration.installation import AsyncInstallation
from clerk_core._integration.options import AsyncInstallOptions
from clerk_core._integration.request_auth import AsyncRequestAuth
from clerk_core._messages import Response
from clerk_core._misuse import not_installed
from clerk_core.errors import AccessDeniedError

__all__ = [
    "KEY",
    "ASGIApp",
    "AsgiMiddleware",
    "Message",
    "Receive",
    "RequireAuth",
    "Scope",
    "Send",
    "fail_startup",
    "request_auth",
    "request_from_scope",
    "respond",
]

KEY = "clerk"
"""The key of the `AsyncRequestAuth` in the scope."""


_STARTS = ("http.response.start", "websocket.accept", "websocket.http.response.start")
_ENDED = ("lifespan.startup.failed", "lifespan.shutdown.complete", "lifespan.shutdown.failed")
_POLICY_VIOLATION = 1008


class AsgiMiddleware:
    """Authenticates each connection to an application, and adds Clerk's headers to its responses.

    The end of the lifespan closes the connections to Clerk.

    Args:
        app: The application.
        options: The options of the installation; missing ones are read from the environment.

    Raises:
        ConfigurationError: A key is missing, or an option is invalid.
    """

    def __init__(self, app: ASGIApp, **options: Unpack[AsyncInstallOptions]) -> None:
        check_app("AsgiMiddleware", app)
        self._app = app
        self.installation: AsyncInstallation = AsyncInstallation(**options)

    @classmethod
    def sharing(cls, installation: AsyncInstallation, app: ASGIApp) -> Self:
        """Return the middleware with an installation that exists, whose clients it shares.

        Args:
            installation: The installation.
            app: The application.
        """
        check_app("AsgiMiddleware", app)
        made = cls.__new__(cls)
        made._app = app
        made.installation = installation
        return made

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a connection."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, self._closing_at_the_end(send))
            return
        endpoints = self.installation.endpoints
        if endpoints is not None and await _answered_by(endpoints, scope, receive, send):
            return
        key = recall_key_of_scope(scope)
        recalled = self.installation.recall(key, partial(request_from_scope, dict(scope)))
        try:
            auth, subprotocol = (
                (recalled, None) if recalled else await self._authenticate(scope, key)
            )
        except Exception as error:
            # For an error page around this middleware, which may ask who makes the request.
            scope.setdefault(KEY, error)
            raise
        redirect = auth.redirect if scope["type"] == "http" else None
        if redirect is not None:
            await respond(redirect, scope, send)
            return
        if KEY in scope:
            # It belongs to an outer application.
            scope = dict(scope)
        scope[KEY] = auth
        await self._run(auth, subprotocol, scope, receive, send)

    async def _run(
        self,
        auth: AsyncRequestAuth,
        subprotocol: str | None,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        has_started = False

        def send_with_headers(message: Message) -> Awaitable[None]:
            nonlocal has_started
            if message["type"] in _STARTS:
                has_started = True
                if auth.headers:
                    message = _with_headers(message, auth)
                if subprotocol is not None and message["type"] == "websocket.accept":
                    # A browser that offered any ends the connection where none is accepted.
                    message = {**message, "subprotocol": message.get("subprotocol") or subprotocol}
            return send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except AccessDeniedError as error:
            if error.response is None or has_started:
                raise
            await respond(error.response, scope, send_with_headers)

    async def close(self) -> None:
        """Close the connections to Clerk; needed only under a server without lifespan."""
        await self.installation.close()

    async def _authenticate(
        self, scope: Scope, key: RecallKey | None
    ) -> tuple[AsyncRequestAuth, str | None]:
        request = request_from_scope(scope)
        if scope["type"] == "websocket":
            return await self.installation.authenticate_websocket(request)
        return await self.installation.request_auth(request, key), None

    def _closing_at_the_end(self, send: Send) -> Send:
        async def send_and_close(message: Message) -> None:
            if message["type"] in _ENDED:
                await self.installation.close()
            await send(message)

        return send_and_close


class RequireAuth:
    """Admits only signed-in users to an ASGI application.

    API clients get a JSON 401 or 403; browsers are redirected to sign in; WebSockets are rejected.

    Args:
        app: The application.
        options: `accepts_token` for other kinds of token than a session's; `scopes` for machine
            tokens; `role`, `permission`, `feature`, `plan` or `reverification`, as in `has()`.

    Raises:
        TypeError: An option is malformed.
    """

    def __init__(self, app: ASGIApp, **options: Unpack[GuardOptions]) -> None:
        read_access(options, "RequireAuth")
        check_app("RequireAuth", app)
        self._app = app
        self._options = options

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a connection."""
        if scope["type"] != "lifespan":
            refused = await request_auth(scope).refuse(**self._options)
            if refused is not None:
                await self.respond(refused, scope, send)
                return
        await self._app(scope, receive, send)

    async def respond(self, refused: Refusal, scope: Scope, send: Send) -> None:
        """Answer a connection that is refused."""
        await respond(refused, scope, send)


async def _answered_by(
    endpoints: AsyncEndpoints, scope: Scope, receive: Receive, send: Send
) -> bool:
    """Answer a request that the installation answers itself; return False for any other."""
    if scope["type"] != "http" or not endpoints.may_match(scope["path"]):
        return False
    answer = await endpoints.answer(request_from_scope(scope), client_address(scope))
    if answer is None:
        return False
    response = (
        answer
        if isinstance(answer, Response)
        else await forward_asgi(endpoints, answer, receive, send)
    )
    if response is not None:
        await respond(response, scope, send)
    return True


def request_auth(scope: Scope, install: str = "AsgiMiddleware(app)") -> AsyncRequestAuth:
    """Return the object of a connection that came through the middleware.

    Args:
        scope: The scope of the connection.
        install: How the middleware is installed, for the message of the exception.

    Raises:
        ConfigurationError: The connection did not come through the middleware.
        Exception: What the middleware raised, if it failed.
    """
    auth = scope.get(KEY)
    if isinstance(auth, Exception):
        raise auth
    if not isinstance(auth, AsyncRequestAuth):
        raise not_installed(install)
    return auth


async def respond(response: Response, scope: Scope, send: Send) -> None:
    """Send a response. A WebSocket whose server cannot send one is closed with code 1008."""
    prefix = ""
    if scope["type"] == "websocket":
        if "websocket.http.response" not in (scope.get("extensions") or ()):
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
            return
        prefix = "websocket."
    headers = _encoded(headers_with_length(response))
    start = f"{prefix}http.response.start"
    await send({"type": start, "status": response.status, "headers": headers})
    await send({"type": f"{prefix}http.response.body", "body": response.content})


async def fail_startup(error: Exception, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a connection of an application that cannot start.

    Servers take an exception during the lifespan for an application without one, and serve it. So
    the lifespan fails with the message of `error`; any other connection raises it.
    """
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.failed", "message": str(error)})
    # A traceback that grows with each request would keep all of them in memory.
    raise error.with_traceback(None)


def _with_headers(message: Message, auth: AsyncRequestAuth) -> Message:
    """Return a copy with the headers added. An application may send one message many times."""
    own: list[tuple[bytes, bytes]] = list(message.get("headers") or ())
    if any(name == "set-cookie" for name, _ in auth.headers):
        merged = _encoded(auth.merge_headers(decoded(own)))
    else:
        merged = own + _encoded(auth.headers)
    return {**message, "headers": merged}


def _encoded(pairs: Iterable[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in pairs]
