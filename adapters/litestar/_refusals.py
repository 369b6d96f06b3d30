"""The exceptions for a request that is refused, and what answers them.

Litestar looks for a handler of the status, then of each class of the exception in order. `Refused`
comes after the classes of Litestar, so that a handler of the application takes precedence.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from litestar import Request, Response
from litestar.exceptions import (
    HTTPException,
    NotAuthorizedException,
    PermissionDeniedException,
    WebSocketException,
)
from litestar.types import Scope

from clerk_core import AccessDeniedError, asgi
from clerk_core.adapters import Refusal
from clerk_core.asgi import Message, Send
from clerk_core.litestar._messages import as_response
from clerk_core.litestar._requests import Connection

_REFUSED = "clerk_refused"
_POLICY_VIOLATION = 1008


class Refused(Exception):  # noqa: N818 - as in the other adapters
    """A request that is refused.

    Attributes:
        response: The response to send if no handler of the application answers.
    """

    response: Refusal


class _Redirected(Refused):
    """A refusal that is no error: a redirect, or the response to a CORS preflight."""


class _HTTPRefused(HTTPException, Refused):
    """A refusal with any other status."""


class _NotAuthorized(NotAuthorizedException, Refused):
    """A request that is not signed in."""


class _PermissionDenied(PermissionDeniedException, Refused):
    """A request that does not meet a requirement."""


class _SocketRefused(WebSocketException, Refused):
    """A WebSocket that is refused, closed by Litestar."""


_ERRORS: dict[int, Callable[..., Refused]] = {401: _NotAuthorized, 403: _PermissionDenied}


def to_exception(request: Connection, error: AccessDeniedError) -> Exception:
    """Return the exception of a request that is refused."""
    if not isinstance(error.response, Refusal):
        return error
    return refused_exception(request.scope, error.response)


def refused_exception(scope: Scope, response: Refusal) -> Refused:
    """Return the exception to raise, which Litestar handles."""
    refused: Refused
    # The same scope, which Litestar types key by key.
    state = cast("asgi.Scope", scope)
    if state["type"] == "websocket":
        # Litestar closes a WebSocket of its own accord, whatever the exception is.
        state[_REFUSED] = response
        refused = _SocketRefused(detail=response.message, code=_POLICY_VIOLATION)
    elif response.status < 400:
        refused = _Redirected(response.message)
    else:
        refused = _ERRORS.get(response.status, _HTTPRefused)(
            detail=response.message,
            status_code=response.status,
            headers=dict(response.headers),
        )
    refused.response = response
    return refused


def answer(request: Request[Any, Any, Any], refused: Refused) -> Response[bytes]:
    """Answer a refused request that no handler of the application answers."""
    return as_response(refused.response)


def answering_refusals(scope: asgi.Scope, send: Send) -> Send:
    """Return the `send` of a WebSocket that sends the response of a refusal, not a close."""
    is_accepted = False

    async def send_or_refuse(message: Message) -> None:
        nonlocal is_accepted
        is_accepted = is_accepted or message["type"] == "websocket.accept"
        refusal: Refusal | None = scope.get(_REFUSED)
        if message["type"] == "websocket.close" and refusal is not None and not is_accepted:
            await asgi.respond(refusal, scope, send)
        else:
            await send(message)

    return send_or_refuse
