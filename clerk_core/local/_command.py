"""Implement the commands `clerk-core local` and `clerk-core webhook send`.

It must not know how arguments are parsed or signals arrive.
"""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from clerk_core.errors import ConfigurationError
from clerk_core.local._event_examples import example_event
from clerk_core.local._instance import LocalClerk
from clerk_core.local._loopback import is_loopback_name
from clerk_core.local._server import WARNING_BANNER, LocalServer
from clerk_core.local._webhooks.deliveries import Delivery, Endpoint
from clerk_core.local._webhooks.sender import send_once

_REMOTE_WARNING = """\
************************************************************************
*  OTHER MACHINES CAN REACH THIS INSTANCE (--host {host})
*  Whoever reaches it can sign in as every user with a public password,
*  and any web page can send requests to it. Use it only in a network
*  that you trust, such as that of a container.
************************************************************************"""


def serve(
    *,
    wait: Callable[[], object],
    host: str = "127.0.0.1",
    port: int = 4000,
    data: str | None = None,
    config: str | None = None,
    write_env: str | None = None,
    scripts: str | None = None,
) -> None:
    """Serve an instance, and print its variables, addresses and accounts.

    Args:
        wait: Returns when the instance should stop.
        host: The address to listen on.
        port: The port to listen on; 0 selects a free port.
        data: Path of the SQLite file; None stores the data in memory.
        config: Path of the TOML file with settings and users.
        write_env: Path of a file that the variables are written to.
        scripts: The `node_modules` folder with Clerk's JavaScript packages.

    Raises:
        ConfigurationError: An argument cannot be used.
    """
    if scripts is not None and not Path(scripts, "@clerk", "clerk-js").is_dir():
        raise ConfigurationError(
            f"There is no @clerk/clerk-js in {scripts}. Name the node_modules folder of your "
            "application, and install @clerk/clerk-js and @clerk/ui there.",
            code="local-scripts-missing",
        )
    is_remote = not is_loopback_name(host)
    with LocalClerk(data, config=config, scripts=scripts) as local:
        if not local.accounts():
            local.seed()
        with LocalServer(local, host, port, allow_remote=is_remote):
            variables = {
                f"CLERK_{name.upper()}": str(value) for name, value in local.options().items()
            }
            variables["CLERK_WEBHOOK_SIGNING_SECRET"] = local.webhooks.secret
            print(WARNING_BANNER)
            if is_remote:
                print(_REMOTE_WARNING.format(host=host))
            print(_summary(local, variables), flush=True)
            if write_env is not None:
                write_variables(Path(write_env), variables)
            wait()
    print("\nStopped.")


def send_webhook(event_type: str, url: str, secret: str) -> bool:
    """Send an example of a webhook once, print the outcome, and return whether it was accepted.

    Args:
        event_type: The type of the event, such as `user.created`.
        url: The URL of the endpoint.
        secret: The signing secret of the endpoint.

    Raises:
        ConfigurationError: There is no such event, or the URL or the secret is invalid.
    """
    endpoint = Endpoint(url, secret, (event_type,))
    content = json.dumps(example_event(event_type)).encode()
    delivery = Delivery(f"msg_{secrets.token_hex(12)}", event_type, endpoint, content)
    attempt = send_once(delivery, time.time())
    print(f"{event_type} to {url}: {attempt.status or attempt.problem}")
    return attempt.succeeded


def _summary(local: LocalClerk, variables: Mapping[str, str]) -> str:
    width = max(len(account.identifier) for account in local.accounts())
    return "\n".join(
        [
            *("", f"  Instance  {local.url}", f"  Sign in   {local.url}/sign-in"),
            *(f"  Inbox     {local.url}/inbox", f"  Webhooks  {local.url}/webhooks", ""),
            *(f"{name}={value}" for name, value in variables.items()),
            "",
            *(
                f"  {one.identifier:{width}}  password  {one.password}  "
                + ", ".join(f"{role} of {slug}" for slug, role in one.roles.items())
                for one in local.accounts()
            ),
            *("", "Ctrl+C stops the instance."),
        ]
    )


def write_variables(file: Path, variables: Mapping[str, str]) -> None:
    """Set variables in a file with lines `NAME=value`; all other lines are kept.

    Raises:
        ConfigurationError: The file cannot be written.
    """
    try:
        lines = file.read_text("utf-8").splitlines() if file.exists() else []
        kept = [line for line in lines if line.partition("=")[0].strip() not in variables]
        text = "\n".join([*kept, *(f"{name}={value}" for name, value in variables.items()), ""])
        # Other users must not read the secret key.
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        with os.fdopen(os.open(file, flags, 0o600), "w", encoding="utf-8") as opened:
            opened.write(text)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"The variables cannot be written to {file}: {error}.", code="local-env-unusable"
        ) from None
