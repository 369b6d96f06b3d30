"""Serve an application in a process of its own, pinned to one core."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import hypercorn.asyncio
import hypercorn.config
import uvicorn
from aiohttp import web

from benchmarks.applications import App

_PATIENCE = 10.0

Serve: TypeAlias = Callable[[App, socket.socket], None]
"""Serves an application until its process is terminated."""


def uvicorn_server(app: App, listening: socket.socket) -> None:
    config = uvicorn.Config(app, log_level="error", access_log=False, lifespan="off")
    uvicorn.Server(config).run(sockets=[listening])


def hypercorn_server(app: App, listening: socket.socket) -> None:
    config = hypercorn.config.Config()
    config.bind = [f"fd://{listening.fileno()}"]
    config.keep_alive_max_requests = 10**9
    config.loglevel = "ERROR"
    asyncio.run(hypercorn.asyncio.serve(app, config))


def aiohttp_server(app: App, listening: socket.socket) -> None:
    web.run_app(app, sock=listening, print=None, access_log=None)


def gunicorn_server(app: App, listening: socket.socket) -> None:
    """Serve with the sync worker, which closes every connection.

    A worker with threads would measure how two of them wait for each other.
    """
    base = import_module("gunicorn.app.base").BaseApplication

    def load_config(self: Any) -> None:
        self.cfg.set("bind", f"fd://{listening.fileno()}")
        self.cfg.set("loglevel", "error")

    methods = {"load_config": load_config, "load": lambda self: app}
    type("Application", (base,), methods)().run()


def pin(core: int) -> None:
    """Keep this process and its children on one core of the machine, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core % (os.cpu_count() or 1)})


def _run(serve: Serve, build: Callable[[], App], listening: socket.socket) -> None:
    pin(0)
    serve(build(), listening)


class Server(NamedTuple):
    """A server that runs."""

    address: tuple[str, int]
    process: int

    def seconds(self) -> float:
        """Return a clock that runs while the server does; where /proc has none, any other.

        Other programs on its core would otherwise count as time that it takes.
        """
        if not Path("/proc/self/schedstat").exists():
            return time.perf_counter()
        return sum(map(_run_time, _family(self.process)))


def _family(process: int) -> Iterator[int]:
    yield process
    for thread in Path(f"/proc/{process}/task").iterdir():
        for child in (thread / "children").read_text().split():
            yield from _family(int(child))


def _run_time(process: int) -> float:
    threads = Path(f"/proc/{process}/task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9


@contextmanager
def served(serve: Serve, build: Callable[[], App]) -> Iterator[Server]:
    """Serve an application on core 0.

    Args:
        serve: The server.
        build: Makes the application, in the process of the server.
    """
    # Of TCP by name: asyncio sends without delay only where it sees that it is.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(1024)
        process = multiprocessing.get_context("spawn").Process(
            target=_run, args=(serve, build, listening), daemon=True
        )
        process.start()
        assert process.pid is not None
        try:
            yield Server(listening.getsockname(), process.pid)
        finally:
            # Asked first, so that gunicorn ends its worker as well.
            process.terminate()
            process.join(_PATIENCE)
            process.kill()
            process.join()
