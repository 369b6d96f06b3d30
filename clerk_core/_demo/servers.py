"""Run an application with uvicorn, Hypercorn, aiohttp or werkzeug on a free loopback port.

Access logs are off, because request lines may contain credentials. The servers install no signal
handlers. A server is imported when it is used. It must not know the applications.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Future
from importlib import import_module
from socket import socket
from typing import Any, TypeAlias

from clerk_core._demo.frameworks import Server
from clerk_core.local._loopback import LOOPBACK_ADDRESSES, LoopbackServer, listen

UntilClosed: TypeAlias = Callable[[], Awaitable[None]]
Serve: TypeAlias = Callable[[Any, list[socket], UntilClosed], Coroutine[Any, Any, None]]
"""A function that serves an application on sockets until its last argument returns."""

_GRACE = 2
"""The timeout of open requests at shutdown, in seconds."""
_JOIN_TIMEOUT = 10.0
_LOOP_ITERATIONS = 10


def serve(app: Any, server: Server) -> LoopbackServer | AsyncServer:
    """Serve an application until the returned server is closed.

    Args:
        app: A WSGI, ASGI or aiohttp application, as the server requires.
        server: The name of the server.

    Raises:
        ModuleNotFoundError: The server is not installed.
        RuntimeError: The server does not start.
    """
    import_module(server)
    return LoopbackServer(app) if server == "werkzeug" else AsyncServer(app, _SERVE[server])


class AsyncServer:
    """A server with an event loop, which runs in a background thread until `close`.

    Args:
        app: The application.
        serve: Runs the server.

    Attributes:
        url: The base URL of the server.

    Raises:
        RuntimeError: The server does not start.
    """

    def __init__(self, app: Any, serve: Serve) -> None:
        sockets = listen(LOOPBACK_ADDRESSES, 0)
        self.url: str = f"http://localhost:{sockets[0].getsockname()[1]}"
        self._started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()
        self._thread = threading.Thread(
            target=self._run, args=(app, sockets, serve), name="demo-server", daemon=True
        )
        self._thread.start()
        self._loop, self._stop = self._started.result()

    def _run(self, app: Any, sockets: list[socket], serve: Serve) -> None:
        cause: BaseException | None = None
        try:
            asyncio.run(serve(app, sockets, self._until_closed))
        # Servers may raise SystemExit if the application does not start.
        except BaseException as error:
            if self._started.done():
                raise
            cause = error
        finally:
            for bound in sockets:
                bound.close()
        if not self._started.done():
            failure = RuntimeError("The server of the demo did not start. See the cause above.")
            failure.__cause__ = cause
            self._started.set_exception(failure)

    async def _until_closed(self) -> None:
        stop = asyncio.Event()
        self._started.set_result((asyncio.get_running_loop(), stop))
        await stop.wait()
        # A server only closes connections that it has accepted, so let the event loop run until
        # it has accepted the pending ones.
        for _ in range(_LOOP_ITERATIONS):
            await asyncio.sleep(0)

    def close(self) -> None:
        """Finish open requests, stop the application and wait for the thread."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(_JOIN_TIMEOUT)


async def _uvicorn(app: Any, sockets: list[socket], until_closed: UntilClosed) -> None:
    import uvicorn

    config = uvicorn.Config(
        app,
        log_config=None,
        log_level="warning",
        access_log=False,
        # The examples have no WebSocket, so no WebSocket library is required.
        ws="none",
        timeout_graceful_shutdown=_GRACE,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets))
    while not (server.started or serving.done()):
        await asyncio.sleep(0.01)
    if server.started:
        await until_closed()
    server.should_exit = True
    await serving


async def _hypercorn(app: Any, sockets: list[socket], until_closed: UntilClosed) -> None:
    from hypercorn.asyncio import serve  # pyright: ignore[reportUnknownVariableType]
    from hypercorn.config import Config

    config = Config()
    config.bind = [f"fd://{bound.detach()}" for bound in sockets]
    config.loglevel = "WARNING"
    config.graceful_timeout = _GRACE
    await serve(app, config, shutdown_trigger=until_closed)


async def _aiohttp(app: Any, sockets: list[socket], until_closed: UntilClosed) -> None:
    from aiohttp import web

    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_GRACE)
    try:
        await runner.setup()
        for bound in sockets:
            await web.SockSite(runner, bound).start()
        await until_closed()
    finally:
        await runner.cleanup()


_SERVE: dict[Server, Serve] = {"uvicorn": _uvicorn, "hypercorn": _hypercorn, "aiohttp": _aiohttp}
