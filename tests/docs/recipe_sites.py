"""The programs of docs/recipes.md as sites: under their own server, or called by events."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import parse_qs

import azure.functions
import functions_framework
import pytest
from sanic import Sanic

from clerk_core import Headers
from clerk_core.testing._clients import Loop
from clerk_core.testing.contract import Answer, AsgiSite, Site, WsgiSite
from tests.adapters.aiohttp_site import ServedSite
from tests.docs.examples import recipes, run

Names = dict[str, Any]


class SanicSite(ServedSite):
    """An application that Sanic's own server serves until `close`."""

    def __init__(self, app: Sanic[Any, Any]) -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        self.port = listener.getsockname()[1]
        self._loop = Loop()
        self._server: Any = self._loop.run(self._serve(app, listener))

    async def _serve(self, app: Sanic[Any, Any], listener: socket.socket) -> object:
        server: Any = await app.create_server(
            sock=listener, return_asyncio_server=True, access_log=False
        )
        await server.startup()
        for started in (server.before_start, server.after_start):
            await started()
        return server

    async def _stop(self) -> None:
        await self._server.before_stop()
        await self._server.close()
        await self._server.after_stop()

    def close(self) -> None:
        self._loop.run(self._stop())
        self._loop.close()


class ProcessSite(ServedSite):
    """A program that uvicorn serves in a process of its own until `close`.

    For NiceGUI, which looks at every object of its process when it starts.
    """

    def __init__(self, code: str) -> None:
        self._folder = TemporaryDirectory()
        Path(self._folder.name, "program.py").write_text(code, "utf-8")
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port = listener.getsockname()[1]
            descriptor = listener.fileno()
            command = ["uvicorn", "program:app", "--fd", str(descriptor), "--log-level", "warning"]
            self._process = subprocess.Popen(
                [sys.executable, "-m", *command], cwd=self._folder.name, pass_fds=[descriptor]
            )

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(10)
        self._folder.cleanup()


class FunctionSite:
    """A function that is called with an event for each request."""

    def __init__(self, call: Callable[[str, str, Headers], Answer], clerk: Any) -> None:
        self._call = call
        self._clerk = clerk

    def visit(
        self,
        path: str = "/",
        *headers: tuple[str, str],
        method: str = "GET",
        prefix: str = "",
        content: bytes = b"",
    ) -> Answer:
        return self._call(method, path, Headers([("host", "localhost"), *headers]))

    def close(self) -> None:
        self._clerk.close()


def event_2(method: str, target: str, headers: Headers) -> dict[str, Any]:
    """Return the event of an HTTP API, in format 2.0."""
    path, _, query = target.partition("?")
    cookies = [one for value in headers.get_all("cookie") for one in value.split("; ")]
    return {
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {name: value for name, value in headers if name != "cookie"},
        **({"cookies": cookies} if cookies else {}),
        "requestContext": {"http": {"method": method, "path": path}, "domainName": "localhost"},
    }


def event_1(method: str, target: str, headers: Headers) -> dict[str, Any]:
    """Return the event of a REST API, in format 1.0."""
    path, _, query = target.partition("?")
    named: dict[str, list[str]] = {}
    for name, value in headers:
        named.setdefault(name.title(), []).append(value)
    return {
        "httpMethod": method,
        "path": path,
        "multiValueHeaders": named,
        "multiValueQueryStringParameters": parse_qs(query) or None,
        "requestContext": {"path": path, "domainName": "localhost"},
    }


def lambda_site(make_event: Callable[..., dict[str, Any]]) -> Callable[[Names], FunctionSite]:
    def make(names: Names) -> FunctionSite:
        def call(method: str, target: str, headers: Headers) -> Answer:
            # Through JSON, as from and to the runtime.
            event = json.loads(json.dumps(make_event(method, target, headers)))
            result = json.loads(json.dumps(names["handler"](event, None)))
            pairs = [*result.get("headers", {}).items()]
            pairs += [("set-cookie", one) for one in result.get("cookies", ())]
            pairs += [
                (name, value)
                for name, values in result.get("multiValueHeaders", {}).items()
                for value in values
            ]
            return Answer(result["statusCode"], Headers(pairs), result["body"].encode())

        return FunctionSite(call, names["clerk"])

    return make


def azure_site(names: Names) -> FunctionSite:
    functions = {
        trigger.route: function.get_user_function()
        for function in names["app"].get_functions()
        for trigger in [function.get_trigger()]
    }

    def call(method: str, target: str, headers: Headers) -> Answer:
        request = azure.functions.HttpRequest(
            method=method, url=f"http://localhost{target}", headers=dict(headers), body=b""
        )
        response = functions[target.partition("?")[0].strip("/") or "home"](request)
        return Answer(response.status_code, Headers(response.headers), response.get_body())

    return FunctionSite(call, names["clerk"])


def google_site(names: Names) -> WsgiSite:
    create_app: Any = functions_framework.create_app
    # It runs the program itself, from a file.
    with TemporaryDirectory() as folder:
        path = Path(folder, "main.py")
        path.write_text(recipes()["google_cloud_functions"], "utf-8")
        app = create_app("shop", str(path))
    return WsgiSite(app, names["clerk"].close)


def wsgi_site(names: Names) -> WsgiSite:
    return WsgiSite(names["app"], names["app"].close)


def asgi_site(names: Names) -> AsgiSite:
    return AsgiSite(names["app"])


def site_of(name: str, patch: pytest.MonkeyPatch) -> Site:
    """Start the program that a site runs."""
    recipe, make = SITES[name]
    code = recipes()[recipe]
    return ProcessSite(code) if make is None else make(run(code, patch))


SITES: dict[str, tuple[str, Callable[[Names], Site] | None]] = {
    "falcon_wsgi": ("falcon_wsgi", wsgi_site),
    "falcon_asgi": ("falcon_asgi", asgi_site),
    "pyramid": ("pyramid", wsgi_site),
    "bottle": ("bottle", wsgi_site),
    "sanic": ("sanic", lambda names: SanicSite(names["app"])),
    "nicegui": ("nicegui", None),
    "lambda_2": ("aws_lambda", lambda_site(event_2)),
    "lambda_1": ("aws_lambda", lambda_site(event_1)),
    "azure": ("azure_functions", azure_site),
    "google": ("google_cloud_functions", google_site),
}
"""The recipe of each site, and what serves its names; None for a process of its own."""
