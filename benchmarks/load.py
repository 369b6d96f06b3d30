"""Send requests to a server as fast as it responds: with wrk, or else from this process."""

from __future__ import annotations

import re
import socket
import subprocess
import time
from collections import deque
from itertools import cycle
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from typing import Protocol

AT_A_TIME = 8
_PATIENCE = 60.0


class Load(Protocol):
    """A load generator that repeats the same requests over several persistent connections."""

    def send(self, seconds: int) -> int:
        """Send requests for this number of seconds, and return the number of responses."""

    def close(self) -> None:
        """Close the connections."""


def load(address: tuple[str, int], requests: list[bytes], body: str) -> Load:
    """Return a load generator, after checking the responses of the server once.

    Args:
        address: The address of the server.
        requests: The requests, which are sent in turns. Their responses must have status 200.
        body: The expected body of the responses.
    """
    first = _OwnLoad(address, requests, body.encode())
    if which("wrk") is None:
        return first
    first.close()
    return _Wrk(address, requests)


class _Wrk:
    """A load generator that runs https://github.com/wg/wrk with a script."""

    def __init__(self, address: tuple[str, int], requests: list[bytes]) -> None:
        self._url = f"http://{address[0]}:{address[1]}/"
        self._folder = TemporaryDirectory()
        self._script = Path(self._folder.name) / "requests.lua"
        self._script.write_text(_lua(requests))

    def send(self, seconds: int) -> int:
        options = ["-t1", f"-c{AT_A_TIME}", f"-d{seconds}s", "-s", str(self._script)]
        printed = subprocess.check_output(["wrk", *options, self._url], text=True)
        assert "Non-2xx" not in printed, printed
        assert "Socket errors" not in printed, printed
        found = re.search(r"(\d+) requests in", printed)
        assert found, printed
        return int(found[1])

    def close(self) -> None:
        self._folder.cleanup()


def _lua(requests: list[bytes]) -> str:
    escaped = [r.decode().replace("\\", r"\\").replace('"', r"\"") for r in requests]
    lines = ",\n".join('"' + text.replace("\r\n", r"\r\n") + '"' for text in escaped)
    return f"""
local requests, last = {{ {lines} }}, 0
function request()
  last = last % #requests + 1
  return requests[last]
end
"""


class _OwnLoad:
    """A load generator in Python, which is slower than the fastest servers."""

    def __init__(self, address: tuple[str, int], requests: list[bytes], body: bytes) -> None:
        self._address = address
        self._requests = cycle(requests)
        self._body = body
        self._kept: list[socket.socket] = []
        connection, first = self._send(), b""
        while not first.endswith(b"\r\n\r\n" + body):
            part = connection.recv(65536)
            assert part, first
            first += part
        self._length = len(first)
        self._keeps = b"connection: close" not in first.lower()
        self._release(connection)

    def send(self, seconds: int) -> int:
        sent = deque(self._send() for _ in range(AT_A_TIME))
        answered = 0
        started = time.perf_counter()
        while time.perf_counter() - started < seconds:
            for _ in range(AT_A_TIME):
                self._read(sent.popleft())
                sent.append(self._send())
            answered += AT_A_TIME
        for connection in sent:
            self._read(connection)
        return answered + len(sent)

    def _send(self) -> socket.socket:
        if self._kept:
            connection = self._kept.pop()
        else:
            connection = socket.create_connection(self._address, _PATIENCE)
        connection.sendall(next(self._requests))
        return connection

    def _read(self, connection: socket.socket) -> None:
        response = connection.recv(65536)
        while len(response) < self._length:
            part = connection.recv(65536)
            assert part, response
            response += part
        assert response.startswith(b"HTTP/1.1 200"), response
        assert response.endswith(self._body), response
        self._release(connection)

    def _release(self, connection: socket.socket) -> None:
        if self._keeps:
            self._kept.append(connection)
        else:
            connection.close()

    def close(self) -> None:
        for connection in self._kept:
            connection.close()
