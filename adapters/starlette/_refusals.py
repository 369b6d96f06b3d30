"""The exception for a request that is refused, and what answers it in Starlette and FastAPI.

A handler of the application for 401, 403 or `HTTPException` takes precedence. Without one, the
response of `clerk_core` is sent, not the plain text of Starlette.
"""

from __future__ import annotations

from inspect import isawaitable, iscoroutinefunction
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.websockets import WebSocket, WebSocketState

from clerk_core import AccessDeniedError
from clerk_core.adapters import Refusal
from clerk_core.asgi import Scope, respond
from clerk_core.starlette._messages import as_response

_FRAMEWORKS = ("starlette", "fastapi")


class Refused(HTTPException):
    """A request that is refused.

    Args:
        response: The response to send if no handler of the application answers.
    """

    def __init__(self, response: Refusal) -> None:
        super().__init__(response.status, response.message, dict(response.headers))
        self.response = response


def to_exception(request: HTTPConnection, error: AccessDeniedError) -> Exception:
    """Return the exception of a request that is refused."""
    if not isinstance(error.response, Refusal):
        return error
    return refused_exception(request.scope, error.response)


def refused_exception(scope: Scope, response: Refusal) -> Refused:
    """Return the exception to raise, which the innermost application answers."""
    handlers: Any = scope.get("starlette.exception_handlers")
    if handlers is not None:
        # In each application, because one may be mounted in another.
        handlers[0].setdefault(Refused, _answer)
    return Refused(response)


async def _answer(request: HTTPConnection, error: Refused) -> Response | None:
    handlers, _ = request.scope["starlette.exception_handlers"]
    own = handlers.get(HTTPException)
    if _is_own(own) and error.status_code >= 400 and not isinstance(request, WebSocket):
        is_async = iscoroutinefunction(own)
        answered: Any = (
            own(request, error) if is_async else await run_in_threadpool(own, request, error)
        )
        # An object whose `__call__` is a coroutine function does not look like one.
        found: Response | None = await answered if isawaitable(answered) else answered
        return found
    if not isinstance(request, WebSocket):
        return as_response(error.response)
    if request.application_state is WebSocketState.CONNECTING:
        await respond(error.response, request.scope, request.send)
    else:
        await request.close(1008)
    return None


def _is_own(handler: Any) -> bool:
    return handler is not None and handler.__module__.partition(".")[0] not in _FRAMEWORKS
