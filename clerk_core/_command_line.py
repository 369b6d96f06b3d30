"""Implement the command `clerk-core`: parse the arguments, run a command and print its output."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from clerk_core._demo.frameworks import FRAMEWORKS
from clerk_core._version import __version__
from clerk_core.errors import ClerkError

# Not the docstring, which `python -OO` removes.
_DESCRIPTION = "Run an example application with a local Clerk instance, and list the plugins."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status.

    Args:
        arguments: The command-line arguments; those of the process by default.
    """
    options = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return run(options)
    except ClerkError as error:
        print(f"clerk-core: {error}", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="clerk-core", description=_DESCRIPTION)
    parser.add_argument("--version", action="version", version=f"clerk-core {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    demo = commands.add_parser(
        "demo",
        help="run an example application with a local Clerk instance",
        description="Start an application and a local Clerk instance on free ports of this "
        "machine. No account and no internet are needed.",
    )
    demo.set_defaults(run=_demo)
    demo.add_argument(
        "--framework",
        choices=FRAMEWORKS,
        default="flask",
        help="the framework of the application (default: %(default)s)",
    )
    demo.add_argument("--data", metavar="FILE", help="keep users and changes in this SQLite file")
    demo.add_argument(
        "--check", action="store_true", help="test the demo without a browser, and exit"
    )
    plugins = commands.add_parser(
        "plugins",
        help="list plugins and their state",
        description="List the plugins of installed distributions, and whether they work.",
    )
    plugins.set_defaults(run=_plugins)
    return parser


def _demo(options: argparse.Namespace) -> int:
    framework: str = options.framework
    try:
        return (_check if options.check else _show)(options.data, framework)
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        # Report missing dependencies only, not missing modules of this distribution.
        if missing.startswith("clerk") or sys.modules.get(missing):
            raise
        shown = FRAMEWORKS[framework]
        print(
            f"clerk-core: the {shown.title} demo needs {missing}. "
            f"Install it with: pip install {shown.requirements}",
            file=sys.stderr,
        )
    return 1


def _show(data: str | None, framework: str) -> int:
    from clerk_core._demo.run import Demo
    from clerk_core.local._server import WARNING_BANNER

    stopped = threading.Event()

    def stop(number: int, frame: object) -> None:
        stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    with Demo(data, framework) as demo:
        print(WARNING_BANNER)
        print(f"\n  Application     {demo.url}\n  Clerk instance  {demo.portal_url}\n")
        for user in demo.users:
            print(f"  {user.email_address:20} password  {user.password:24} {user.role}")
        print(f"\nOpen {demo.url} and sign in. Ctrl+C stops the demo.", flush=True)
        stopped.wait()
    print("\nStopped.")
    return 0


def _check(data: str | None, framework: str) -> int:
    from clerk_core._demo.check import check
    from clerk_core._demo.run import Demo

    with ExitStack() as after:
        folder = after.enter_context(tempfile.TemporaryDirectory())
        # The instance ends with the check, so its warnings are irrelevant.
        log = logging.getLogger("clerk_core.local")
        after.callback(log.setLevel, log.level)
        log.setLevel(logging.ERROR)
        start = partial(Demo, data or str(Path(folder, "demo.sqlite")), framework)
        return 0 if check(start, partial(print, flush=True)) else 1


def _plugins(_: argparse.Namespace) -> int:
    from clerk_core._integration.plugins.listing import format_plugins
    from clerk_core._integration.plugins.loading import find_plugins

    print(format_plugins(find_plugins()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
