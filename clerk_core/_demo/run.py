"""Start a local Clerk instance and an example application, each on a free loopback port.

It must not know how an application works.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from clerk_core._compat import Self
from clerk_core._demo.frameworks import FRAMEWORKS
from clerk_core._demo.servers import serve
from clerk_core.errors import ConfigurationError
from clerk_core.local import LocalClerk, LocalServer, SeededUser

_PACKAGE = Path(__file__).parents[1]
# The folder in the wheel, and the folder in a checkout.
_FOLDERS = (_PACKAGE / "_examples", _PACKAGE.parent / "examples")


class Demo:
    """An example application and its local Clerk instance; a context manager.

    Both run until `close`.

    Args:
        data: Path of the SQLite file of the instance; None stores the data in memory.
        framework: A name in `FRAMEWORKS`, such as `flask`.

    Attributes:
        url: The base URL of the application.
        portal_url: The base URL of the instance.
        users: The test users with their passwords.

    Raises:
        ConfigurationError: The data file cannot be used, or the examples are not installed.
        ModuleNotFoundError: The framework or its server is not installed.
    """

    def __init__(self, data: str | None = None, framework: str = "flask") -> None:
        with ExitStack() as starting:
            local = starting.enter_context(LocalClerk(data))
            self.users: tuple[SeededUser, ...] = local.seed()
            self.portal_url: str = starting.enter_context(LocalServer(local)).url
            # Keep the variables until `close`: some frameworks read them when the server starts.
            starting.enter_context(_environment(local.options()))
            server = serve(load_example(f"{framework}_app"), FRAMEWORKS[framework].server)
            starting.callback(server.close)
            self.url: str = server.url
            self._running = starting.pop_all()

    def close(self) -> None:
        """Stop the application and the instance."""
        self._running.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def load_example(name: str) -> Any:
    """Return an example application, configured by environment variables.

    Args:
        name: The name of its file, without the extension.

    Raises:
        ConfigurationError: The examples are not installed.
    """
    file = next(filter(Path.is_file, (folder / f"{name}.py" for folder in _FOLDERS)), None)
    spec = file and spec_from_file_location(name, file)
    if not spec or not spec.loader:
        raise ConfigurationError(
            "The example applications are not installed. Install clerk-core from its wheel, or "
            "run the command in a checkout.",
            code="examples-missing",
        )
    module = module_from_spec(spec)
    # Flask looks for its static folder next to the module with this name.
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module.app


@contextmanager
def _environment(options: Mapping[str, object]) -> Generator[None]:
    """Replace all `CLERK_…` environment variables by these options within the block."""
    before = {name: value for name, value in os.environ.items() if name.startswith("CLERK_")}
    during = {f"CLERK_{name.upper()}": str(value) for name, value in options.items()}
    for name in before:
        del os.environ[name]
    os.environ.update(during)
    try:
        yield
    finally:
        for name in during:
            os.environ.pop(name, None)
        os.environ.update(before)
