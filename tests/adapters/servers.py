"""A real server for the tests of adapters."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socket import socket
from typing import Any

import uvicorn


@contextmanager
def running_uvicorn(app: Any, bound: socket | None = None) -> Iterator[int]:
    """Serve an application on loopback, with a socket that may be bound already; yield the port."""
    if bound is None:
        bound = socket()
        bound.bind(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=5)
    server = uvicorn.Server(config)

    def run() -> None:
        # uvicorn exits in this way if it cannot start.
        with suppress(SystemExit):
            server.run(sockets=[bound])

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        deadline = time.monotonic() + 20
        while not server.started and time.monotonic() < deadline:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.01)
        yield bound.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(20)
        bound.close()
    assert not thread.is_alive()
