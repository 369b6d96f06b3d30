"""Clerk for Channels: `ClerkMiddleware` around the `URLRouter` of WebSockets.

    application = ProtocolTypeRouter({
        "http": get_asgi_application(),
        "websocket": ClerkMiddleware(URLRouter([path("chat", require_auth(Chat.as_asgi()))])),
    })

In a consumer, `request_auth(self.scope)` is the object of the WebSocket: its `auth()` says who has
opened it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, TypeVar, cast, overload

from clerk_core import asgi
from clerk_core.adapters import AsyncRequestAuth, Guard, GuardOptions, Unpack, guard_view
from clerk_core.asgi import AsgiMiddleware, Message, Receive, RequireAuth, Scope, Send
from clerk_core.django._users import has_users, user_of_websocket
from clerk_core.django.apps import clerk_config

__all__ = ["ClerkMiddleware", "request_auth", "require_auth"]

T = TypeVar("T", bound=Callable[..., Any])


# Types of ASGI applications differ between packages, so any of them is accepted.
def ClerkMiddleware(  # noqa: N802
    inner: Callable[..., Awaitable[None]],
) -> Callable[..., Coroutine[Any, Any, None]]:
    """Return an application that authenticates each WebSocket, with the options in the settings.

    `scope["clerk"]` is its object, and `scope["user"]` the user of Django if
    `clerk_core.django.users` is installed. Cookies are accepted from pages of the same origin or of
    `AUTHORIZED_PARTIES` only.

    Args:
        inner: The application, such as a `URLRouter`.

    Raises:
        ConfigurationError: A key is missing, or an option is invalid.
    """

    async def call_inner(scope: Scope, receive: Receive, send: Send) -> None:
        # Consumers that wait need a coroutine function.
        async def send_message(message: Message) -> None:
            await send(message)

        if scope["type"] == "websocket" and has_users():
            scope = {**scope, "user": await user_of_websocket(request_auth(scope))}
        await inner(scope, receive, send_message)

    return AsgiMiddleware.sharing(clerk_config().async_installation, call_inner)


def request_auth(scope: Mapping[str, Any]) -> AsyncRequestAuth:
    """Return the object of a WebSocket, which is `scope["clerk"]`.

    Args:
        scope: The scope of a consumer.

    Raises:
        ConfigurationError: `ClerkMiddleware` is not around the router.
    """
    return asgi.request_auth(cast("Scope", scope), "ClerkMiddleware(URLRouter(...))")


@overload
def require_auth(app: T, /) -> T: ...
@overload
def require_auth(**options: Unpack[GuardOptions]) -> Guard: ...
def require_auth(app: Any = None, /, **options: Unpack[GuardOptions]) -> Any:
    """Admit signed-in users only, or with requirements: `require_auth(role="org:admin")(app)`.

    Others are refused before the WebSocket is accepted.

    Args:
        app: What `as_asgi()` of a consumer returned, or a `URLRouter`.
        options: `accepts_token` for other kinds of token than a session's; `scopes` for machine
            tokens; `role`, `permission`, `feature`, `plan` or `reverification`, as in `has()`.

    Raises:
        TypeError: An option is malformed, or `app` is the class of a consumer.
    """
    return guard_view(_guard, app, options, _is_app)


def _guard(app: Any, options: GuardOptions) -> Any:
    guarded: Any = RequireAuth(app, **options)
    # Channels reads it: the path of a router inside of another does not end with its own route.
    guarded._path_routing = getattr(app, "_path_routing", False)
    return guarded


def _is_app(app: object) -> bool:
    return callable(app) and not isinstance(app, type)
