"""Implement the command `clerk-core`: parse the arguments, run a command and print its output."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from clerk_core._demo.frameworks import FRAMEWORKS
from clerk_core._version import __version__
from clerk_core.errors import ClerkError

# Not the docstring, which `python -OO` removes.
_DESCRIPTION = "Check the set-up of an application with Clerk, or run a local Clerk instance."


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
    local = commands.add_parser(
        "local",
        help="run a local Clerk instance",
        description="Run a local Clerk instance for development and tests. No account and no "
        "internet are needed.",
    )
    local.set_defaults(run=_local)
    _add_local_options(local)
    webhook = commands.add_parser("webhook", help="send a webhook to your application")
    _add_webhook_options(webhook)
    _add_doctor(commands)
    plugins = commands.add_parser(
        "plugins",
        help="list plugins and their state",
        description="List the plugins of installed distributions, and whether they work.",
    )
    plugins.set_defaults(run=_plugins)
    return parser


def _add_doctor(commands: Any) -> None:
    doctor = commands.add_parser(
        "doctor",
        help="check keys, network, clock and how an application is reached",
        description="Check the keys in the environment, the network path to Clerk, the clock and, "
        "with --url, how the application is reached. The exit status is 1 if something is wrong.",
    )
    doctor.set_defaults(run=_doctor)
    doctor.add_argument("--url", help="the URL of your application, as browsers open it")
    verify = commands.add_parser(
        "verify",
        help="explain why a token is valid or not",
        description="Verify a token with the keys in the environment, and explain each check. "
        "Give - to read the token from the standard input, so that it is in no shell history.",
    )
    verify.set_defaults(run=_verify)
    verify.add_argument("token", metavar="TOKEN", help="the token, or -")
    env = commands.add_parser(
        "env",
        help="show the variables that are set, without secrets",
        description="Show the environment variables that are read, without the value of a secret.",
    )
    env.set_defaults(run=_env)
    for command in (doctor, verify, env):
        command.add_argument("--json", action="store_true", help="print JSON for machines")


def _doctor(options: argparse.Namespace) -> int:
    from clerk_core._doctor.probe import examine
    from clerk_core._doctor.report import print_findings

    return print_findings(examine(os.environ, options.url), _print, as_json=options.json)


def _verify(options: argparse.Namespace) -> int:
    from clerk_core._client import Clerk
    from clerk_core._doctor.report import print_findings
    from clerk_core._doctor.token_report import explain

    token = sys.stdin.readline().strip() if options.token == "-" else options.token
    with Clerk() as clerk:
        return print_findings(explain(clerk, token, time.time()), _print, as_json=options.json)


def _env(options: argparse.Namespace) -> int:
    from clerk_core._doctor.report import print_variables

    return print_variables(os.environ, _print, as_json=options.json)


_print = partial(print, flush=True)


def _add_local_options(local: argparse.ArgumentParser) -> None:
    local.add_argument(
        "--port",
        type=int,
        default=4000,
        help="the port, or 0 for a free one (default: %(default)s)",
    )
    local.add_argument(
        "--host",
        metavar="ADDRESS",
        default="127.0.0.1",
        help="the address to listen on; others than loopback addresses can be reached by other "
        "machines (default: %(default)s)",
    )
    local.add_argument("--data", metavar="FILE", help="keep all data in this SQLite file")
    local.add_argument("--config", metavar="FILE", help="read settings and users from a TOML file")
    local.add_argument("--write-env", metavar="FILE", help="write the CLERK_… variables to a file")
    local.add_argument(
        "--scripts",
        metavar="FOLDER",
        help="serve @clerk/clerk-js and @clerk/ui from this node_modules folder",
    )


def _add_webhook_options(webhook: argparse.ArgumentParser) -> None:
    actions = webhook.add_subparsers(required=True, metavar="ACTION")
    send = actions.add_parser(
        "send",
        help="send an example of a webhook",
        description="Send a webhook with example data, signed as Clerk signs them.",
    )
    send.set_defaults(run=_send_webhook)
    send.add_argument("event", metavar="EVENT", help="the type of the event: user.created, …")
    send.add_argument("--to", metavar="URL", required=True, help="the URL of the endpoint")
    send.add_argument(
        "--secret",
        default=os.environ.get("CLERK_WEBHOOK_SIGNING_SECRET", ""),
        help="the signing secret of the endpoint (default: $CLERK_WEBHOOK_SIGNING_SECRET)",
    )


def _send_webhook(options: argparse.Namespace) -> int:
    try:
        from clerk_core.local._command import send_webhook
    except ModuleNotFoundError as error:
        return _missing(error, "this command", '"clerk-core[local]"')
    return 0 if send_webhook(options.event, options.to, options.secret) else 1


def _local(options: argparse.Namespace) -> int:
    try:
        from clerk_core.local._command import serve
    except ModuleNotFoundError as error:
        return _missing(error, "the local instance", '"clerk-core[local]"')
    serve(
        wait=_on_stop_signal().wait,
        host=options.host,
        port=options.port,
        data=options.data,
        config=options.config,
        write_env=options.write_env,
        scripts=options.scripts,
    )
    return 0


def _on_stop_signal() -> threading.Event:
    """Return an event that Ctrl+C and SIGTERM set from now on."""
    stopped = threading.Event()

    def stop(number: int, frame: object) -> None:
        stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    return stopped


def _demo(options: argparse.Namespace) -> int:
    framework: str = options.framework
    try:
        return (_check if options.check else _show)(options.data, framework)
    except ModuleNotFoundError as error:
        shown = FRAMEWORKS[framework]
        return _missing(error, f"the {shown.title} demo", shown.requirements)


def _missing(error: ModuleNotFoundError, what: str, requirements: str) -> int:
    """Print how to install a missing dependency, and return the exit status."""
    missing = (error.name or "").partition(".")[0]
    # Report missing dependencies only, not missing modules of this distribution.
    if missing.startswith("clerk") or sys.modules.get(missing):
        raise error
    print(
        f"clerk-core: {what} needs {missing}. Install it with: pip install {requirements}",
        file=sys.stderr,
    )
    return 1


def _show(data: str | None, framework: str) -> int:
    from clerk_core._demo.run import Demo
    from clerk_core.local._server import WARNING_BANNER

    stopped = _on_stop_signal()
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
