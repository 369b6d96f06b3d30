"""Provide a Backend API that keeps a connection open, and detects when the client closes it."""

from __future__ import annotations

import json
import socket
import threading
from contextlib import suppress

from clerk_core._compat import Self
from clerk_core.testing._instance import user

PATIENCE = 20.0
"""The time-out of events, in seconds."""


class HeldConnection:
    """A server that responds to all requests with a user; a context manager."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url: str = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.closed: threading.Event = threading.Event()
        self._thread = threading.Thread(target=self._answer, daemon=True)
        self._thread.start()

    def _answer(self) -> None:
        body = json.dumps(user("user_7")).encode()
        head = f"HTTP/1.1 200 OK\r\ncontent-length: {len(body)}\r\n\r\n".encode()
        connection, _ = self._listener.accept()
        with connection, suppress(TimeoutError):
            connection.settimeout(PATIENCE)
            while connection.recv(65536):
                connection.sendall(head + body)
            self.closed.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join(PATIENCE)
        self._listener.close()
