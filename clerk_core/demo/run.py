"""Start a local Clerk instance and the demo application, each on a free port of this machine."""

from __future__ import annotations

from contextlib import ExitStack
from importlib import import_module
from typing import TYPE_CHECKING

from clerk_core.demo.frameworks import FRAMEWORKS
from clerk_core.demo.servers import serve
from clerk_core.local import LocalClerk, LocalServer

if TYPE_CHECKING:
    from typing_extensions import Self


class Demo:
    """The demo, running from when it is made until `close`; a context manager.

    `data` is the SQLite file of the instance, None keeps it in memory. `url` is the application's,
    `portal_url` the instance's, and `users` are those to sign in with. `framework` is a name of
    `FRAMEWORKS`; raises `ModuleNotFoundError` where it or its server is not installed.
    """

    def __init__(self, data: str | None = None, framework: str = "flask") -> None:
        create_app = import_module(f"clerk_core.demo.{framework}_app").create_app
        with ExitStack() as starting:
            local = starting.enter_context(LocalClerk(data))
            self.users = local.seed()
            self.portal_url = starting.enter_context(LocalServer(local)).url
            app = create_app(local.options(), f"{self.portal_url}/sign-out", local.jwt_key)
            server = serve(app, FRAMEWORKS[framework].server)
            starting.callback(server.close)
            self.url = server.url
            self._running = starting.pop_all()

    def close(self) -> None:
        """Stop both."""
        self._running.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
