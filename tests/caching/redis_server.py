"""A real redis-server on the loopback interface, that tests can kill, freeze and fill."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from shutil import which
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import redis

from tests.support import PATIENCE

PATIENT = f"socket_timeout={PATIENCE}&socket_connect_timeout={PATIENCE}"
"""Parameters of a URL for tests that do not test time-outs: on a busy machine, 10 ms may pass."""


class RedisServer:
    """A redis-server without persistence. Arguments are those of its command line."""

    def __init__(self, folder: str, *arguments: str) -> None:
        program = which("redis-server")
        if program is None:
            pytest.skip("redis-server is not installed")
        self.port = _free_port()
        is_sentinel = "--sentinel" in arguments
        base = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", folder]
        base += [] if is_sentinel else ["--save", ""]
        # The file of a sentinel comes first.
        files = [one for one in arguments[:1] if is_sentinel]
        self._command = [program, *files, *base, *arguments[len(files) :]]
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def patient_url(self) -> str:
        return f"{self.url}?{PATIENT}"

    @property
    def client(self) -> Any:
        return redis.Redis(port=self.port, protocol=2)

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        give_up = time.monotonic() + PATIENCE
        with self.client as client:
            while True:
                with suppress(redis.RedisError):
                    client.ping()
                    return
                assert time.monotonic() < give_up, "redis-server does not answer"
                time.sleep(0.01)

    def freeze(self) -> None:
        self._send(signal.SIGSTOP)

    def thaw(self) -> None:
        self._send(signal.SIGCONT)

    def kill(self) -> None:
        if self._process is not None:
            self._send(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def _send(self, number: int) -> None:
        if self._process is not None:
            os.kill(self._process.pid, number)


@contextmanager
def redis_server(*arguments: str) -> Iterator[RedisServer]:
    with TemporaryDirectory() as folder:
        server = RedisServer(folder, *arguments)
        try:
            yield server
        finally:
            server.kill()


def _free_port() -> int:
    while True:
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            port: int = found.getsockname()[1]
        # A node of a cluster also listens on the port that is larger by 10000.
        if port < 55_000:
            return port
