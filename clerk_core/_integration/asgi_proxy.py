"""The Frontend API proxy in an ASGI server: bodies are streamed both ways, one chunk in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING

from clerk_core._frontend_api_proxy import errors
from clerk_core._frontend_api_proxy.forwarding import ForwardedRequest
from clerk_core._http.streamed_response import AsyncStreamedResponse
from clerk_core._integration.asgi_types import Receive, Scope, Send
from clerk_core._integration.endpoints import AsyncEndpoints
from clerk_core._messages import Response

if TYPE_CHECKING:
    import anyio


async def forward_asgi(
    endpoints: AsyncEndpoints, forwarded: ForwardedRequest, receive: Receive, send: Send
) -> Response | None:
    """Forward a request and stream its response; stop when the client goes away.

    Args:
        endpoints: What the installation answers itself.
        forwarded: The request to send.
        receive: The function that awaits the next message of the server.
        send: The function that sends a message to the server.

    Returns:
        The response to send in place of one of the Frontend API; None if one was started. A client
        that went away gets one, too, because middlewares around expect a response.

    Raises:
        TransportError: The response of the Frontend API broke off.
    """
    import anyio

    body, failure = _Body(receive, anyio.Event()), None
    answered: Response | None = errors.body_incomplete()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(body.wait_for_disconnect, tasks.cancel_scope.cancel)
        try:
            response = await endpoints.send(forwarded, body.chunks())
            answered = response if isinstance(response, Response) else None
            if isinstance(response, AsyncStreamedResponse):
                await _stream(response, send)
        except Exception as error:
            # Raised below: a group of tasks would wrap it in an exception group.
            failure = error
        tasks.cancel_scope.cancel()
    if failure is not None:
        raise failure
    return answered


def client_address(scope: Scope) -> str | None:
    """Return the address of the client, according to the server; None for a Unix socket."""
    client = scope.get("client")
    return str(client[0]) if client else None


async def _stream(response: AsyncStreamedResponse, send: Send) -> None:
    import anyio

    headers = [
        (name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers
    ]
    start = {"type": "http.response.start", "status": response.status, "headers": headers}
    try:
        await send(start)
        async for chunk in response:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    finally:
        # Also where the client went away, and everything else is cancelled.
        with anyio.CancelScope(shield=True):
            await response.aclose()


class _Body:
    """The body of a request, as the server receives it.

    `is_read` is set when it was read to its end.
    """

    def __init__(self, receive: Receive, is_read: anyio.Event) -> None:
        self._receive = receive
        self._is_read = is_read

    async def chunks(self) -> AsyncIterator[bytes]:
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ConnectionError
            if message.get("body"):
                yield message["body"]
            if not message.get("more_body"):
                break
        self._is_read.set()

    async def wait_for_disconnect(self, disconnected: Callable[[], object]) -> None:
        await self._is_read.wait()
        # A server may send further empty messages of the body.
        while (await self._receive())["type"] != "http.disconnect":
            pass
        disconnected()
