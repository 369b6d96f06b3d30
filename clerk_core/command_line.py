"""The command `clerk-core`. It reads arguments and prints; what a command does is elsewhere."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from clerk_core.words.errors import ClerkError
from clerk_core.words.version import __version__


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; its exit status."""
    options = _parser().parse_args(arguments)
    try:
        return _check(options.data) if options.check else _demo(options.data)
    except ClerkError as error:
        print(f"clerk-core: {error}", file=sys.stderr)
    except ModuleNotFoundError as error:
        # A dependency is missing, not a part of this distribution.
        if (error.name or "").startswith("clerk"):
            raise
        print(
            f"clerk-core: the demo needs {error.name}. "
            'Install it with: pip install "clerk-core[flask]"',
            file=sys.stderr,
        )
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="clerk-core", description=__doc__.partition(".")[0])
    parser.add_argument("--version", action="version", version=f"clerk-core {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    demo = commands.add_parser(
        "demo",
        help="a Clerk-protected application with a local Clerk instance, in your browser",
        description="Start a Flask application and a local Clerk instance on free ports of this "
        "machine. No account and no internet are needed.",
    )
    demo.add_argument("--data", metavar="FILE", help="keep users and changes in this SQLite file")
    demo.add_argument(
        "--check", action="store_true", help="play the demo's story without a browser, and leave"
    )
    return parser


def _demo(data: str | None) -> int:
    from clerk_core.demo.run import Demo
    from clerk_core.local import WARNING_BANNER

    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with Demo(data) as demo:
        print(WARNING_BANNER)
        print(f"\n  Application     {demo.url}\n  Clerk instance  {demo.portal_url}\n")
        for user in demo.users:
            print(f"  {user.email_address:20} password  {user.password:24} {user.role}")
        print(f"\nOpen {demo.url} and sign in. Ctrl+C stops the demo.", flush=True)
        stopped.wait()
    print("\nStopped.")
    return 0


def _check(data: str | None) -> int:
    from clerk_core.demo.check import check
    from clerk_core.demo.run import Demo

    with tempfile.TemporaryDirectory() as folder:
        start = partial(Demo, data or str(Path(folder, "demo.sqlite")))
        return 0 if check(start, partial(print, flush=True)) else 1


if __name__ == "__main__":
    sys.exit(main())
