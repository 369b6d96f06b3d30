"""Processes of one application that verify tokens, and a local instance that counts their calls.

As a program, it is one of the processes: it gets its work as JSON lines, and prints what it found.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from clerk_core import Clerk, Request
from clerk_core.local import LocalClerk
from clerk_core.local._loopback import LoopbackServer
from clerk_core.local._server import application

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

VERIFY = "/api_keys/verify"


class CountedInstance:
    """A local instance on a port, and the number of calls by path."""

    def __init__(self) -> None:
        self.local = LocalClerk()
        self.calls: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._app = application(self.local, allow_remote=False)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with self._lock:
            self.calls[environ["PATH_INFO"]] += 1
        return self._app(environ, start_response)

    def clerk(self, **options: Any) -> Clerk:
        return Clerk(**self.local.options(), **options)


@contextmanager
def counted_instance() -> Iterator[CountedInstance]:
    made = CountedInstance()
    with made.local, LoopbackServer(made) as server:
        made.local.url = server.url
        yield made


class Worker:
    """A process of the application."""

    def __init__(self, options: dict[str, Any]) -> None:
        command = [sys.executable, "-m", __name__, json.dumps(options)]
        pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self._process = subprocess.Popen(command, **pipes)

    def begin(self, **work: Any) -> None:
        """Begin to do some work."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(work) + "\n")
        self._process.stdin.flush()

    def found(self) -> dict[str, Any]:
        """Wait for the end of the work, and return what was found."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the process has ended"
        found: dict[str, Any] = json.loads(line)
        return found

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


@contextmanager
def workers(number: int, options: dict[str, Any]) -> Iterator[list[Worker]]:
    """Start processes, which have made their clients afterwards."""
    with ExitStack() as stack:
        started = [Worker(options) for _ in range(number)]
        for one in started:
            stack.callback(one.close)
        for one in started:
            one.found()
        yield started


def do_all(processes: Sequence[Worker], **work: Any) -> list[dict[str, Any]]:
    """Let all processes do the same work at the same time, and return what they found."""
    for process in processes:
        process.begin(**work)
    return [process.found() for process in processes]


def _authenticate(clerk: Clerk, token: str) -> Any:
    request = Request("GET", "http://localhost/", [("authorization", f"Bearer {token}")])
    return clerk.authenticate(request, accepts_token="any")


def _verify(clerk: Clerk, tokens: list[str], number: int, rate: float) -> dict[str, Any]:
    """Verify tokens at random; return how often each result was given to each."""
    given: dict[str, Counter[str]] = {token: Counter() for token in tokens}
    begin = time.monotonic()
    for done in range(number):
        token = random.choice(tokens)
        given[token][str(_authenticate(clerk, token).reason or "signed-in")] += 1
        if rate:
            time.sleep(max(0.0, begin + done / rate - time.monotonic()))
    return {"given": given, "seconds": time.monotonic() - begin}


def _wait_until_refused(clerk: Clerk, token: str, patience: float) -> dict[str, Any]:
    give_up = time.monotonic() + patience
    while (state := _authenticate(clerk, token)).is_authenticated and time.monotonic() < give_up:
        time.sleep(0.005)
    return {"reason": state.reason, "at": time.time()}


def main(options: dict[str, Any]) -> None:
    """Do all work that is asked for on the standard input."""
    kinds: dict[str, Callable[..., dict[str, Any]]] = {
        "verify": _verify,
        "refused": _wait_until_refused,
    }
    with Clerk(**options) as clerk:
        _write("ready")
        for line in sys.stdin:
            work = json.loads(line)
            _write(kinds[work.pop("do")](clerk, **work))


def _write(found: object) -> None:
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
