"""Serve an application in a separate process that is pinned to one core."""

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
"""A function that serves an application until its process is terminated."""


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

    With a threaded worker, the result would depend on the contention of the threads.
    """
    base = import_module("gunicorn.app.base").BaseApplication

    def load_config(self: Any) -> None:
        self.cfg.set("bind", f"fd://{listening.fileno()}")
        self.cfg.set("loglevel", "error")

    methods = {"load_config": load_config, "load": lambda self: app}
    type("Application", (base,), methods)().run()


def pin(core: int) -> None:
    """Pin this process and its children to one core, if the system supports it."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core % (os.cpu_count() or 1)})


def _run(serve: Serve, build: Callable[[], App], listening: socket.socket) -> None:
    pin(0)
    serve(build(), listening)


class Server(NamedTuple):
    """A running server."""

    address: tuple[str, int]
    process: int

    def seconds(self) -> float:
        """Return the CPU time of the server; without /proc, the time of a clock.

        With the CPU time, other programs on the same core have no effect.
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
        build: Creates the application, in the process of the server.
    """
    # With an explicit protocol, because asyncio sets TCP_NODELAY only if it is IPPROTO_TCP.
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
            # Terminate before killing, so that gunicorn ends its worker as well.
            process.terminate()
            process.join(_PATIENCE)
            process.kill()
            process.join()
