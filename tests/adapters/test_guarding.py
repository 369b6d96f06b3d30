"""Guards of every framework run before the body is read; misplaced guards cause a warning."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Annotated, Any, TypeAlias, cast

import litestar
import pytest
from aiohttp import web
from flask import Flask
from litestar.params import Body
from quart import Quart
from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route

from clerk_core import AsgiMiddleware, WsgiMiddleware, asgi, wsgi
from clerk_core import aiohttp as clerk_aiohttp
from clerk_core import flask as clerk_flask
from clerk_core import litestar as clerk_litestar
from clerk_core import quart as clerk_quart
from clerk_core import starlette as clerk_starlette
from clerk_core.asgi import ASGIApp, Message, Scope
from clerk_core.testing._instance import Instance
from clerk_core.testing.contract import AsgiSite, WsgiSite

LENGTH = str(30 * 1024**2)
WarnedViews: TypeAlias = "Callable[[], list[str]]"


@pytest.fixture
def warned_views(caplog: pytest.LogCaptureFixture) -> WarnedViews:
    """Return a function that names the views a warning says are not guarded."""
    caplog.set_level(logging.WARNING, "clerk_core")

    def names() -> list[str]:
        messages = [record.getMessage() for record in caplog.records]
        assert all("Put @require_auth below the route decorator" in message for message in messages)
        return [message.split("effect on ")[1].split(":")[0].split(".")[-1] for message in messages]

    return names


# Requests whose body must not be read.


class UnreadableBody:
    """A request body that fails the test when it is read."""

    def read(self, *_: object) -> bytes:
        raise AssertionError("The body was read.")

    readline = readlines = __iter__ = read


def environ_of_post() -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/orders",
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "CONTENT_LENGTH": LENGTH,
        "CONTENT_TYPE": "application/json",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": UnreadableBody(),
        "wsgi.errors": None,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


def flask_app(options: Any) -> Any:
    app = Flask(__name__)
    clerk_flask.install(app, **options)

    @app.post("/orders")
    @clerk_flask.require_auth
    def order() -> str:
        raise AssertionError("The view was called.")

    return app


def wsgi_app(options: Any) -> Any:
    def view(environ: Any, start_response: Any) -> list[bytes]:
        raise AssertionError("The view was called.")

    return WsgiMiddleware(wsgi.RequireAuth(view), **options)


@pytest.mark.parametrize("make", [flask_app, wsgi_app])
def test_wsgi_guard_refuses_signed_out_request_without_reading_body(
    make: Callable[[Any], Any], instance: Instance
) -> None:
    started: list[str] = []
    app = make(instance.options())

    list(app(environ_of_post(), lambda status, headers, exc_info=None: started.append(status)))

    assert [status[:3] for status in started] == ["401"]


def starlette_app(options: Any) -> ASGIApp:
    @clerk_starlette.require_auth
    async def order(request: Request) -> Response:
        raise AssertionError("The view was called.")

    app = Starlette(routes=[Route("/orders", order, methods=["POST"])])
    clerk_starlette.install(app, **options)
    return app


def quart_app(options: Any) -> ASGIApp:
    app = Quart(__name__)
    clerk_quart.install(app, **options)

    @app.post("/orders")
    @clerk_quart.require_auth
    async def order() -> str:
        raise AssertionError("The view was called.")

    return cast("ASGIApp", app)


def litestar_app(options: Any) -> ASGIApp:
    @litestar.post("/orders", guards=[clerk_litestar.require_auth()])
    async def order(data: Annotated[dict[str, int], Body()]) -> None:
        raise AssertionError("The handler was called.")

    app = litestar.Litestar([order])
    clerk_litestar.install(app, **options)
    return cast("ASGIApp", app)


def litestar_app_with_dependency(options: Any) -> ASGIApp:
    @litestar.post("/orders")
    async def order(
        signed_in: clerk_litestar.SignedIn, data: Annotated[dict[str, int], Body()]
    ) -> None:
        raise AssertionError("The handler was called.")

    plugin = clerk_litestar.ClerkPlugin(**options)
    app = litestar.Litestar([order], plugins=[plugin])
    # No server starts the lifespan.
    clerk_litestar.install(app, **options)
    return cast("ASGIApp", app)


def asgi_app(options: Any) -> ASGIApp:
    async def view(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError("The view was called.")

    return AsgiMiddleware(asgi.RequireAuth(view), **options)


def post(app: ASGIApp) -> int:
    """Return the status of a POST whose body never arrives."""
    statuses: list[int] = []
    ended = asyncio.Event()

    async def receive() -> Message:
        await ended.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])
        elif not message.get("more_body"):
            ended.set()

    async def call() -> None:
        await app(scope, receive, send)

    headers = {"host": "localhost", "content-length": LENGTH, "content-type": "application/json"}
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/orders",
        "raw_path": b"/orders",
        "query_string": b"",
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "server": ("localhost", 80),
        "client": ("127.0.0.1", 50000),
        "extensions": {},
        "state": {},
    }
    asyncio.run(asyncio.wait_for(call(), 20))
    return statuses[0]


@pytest.mark.parametrize(
    "make", [starlette_app, quart_app, litestar_app, litestar_app_with_dependency, asgi_app]
)
def test_asgi_guard_refuses_signed_out_request_whose_body_never_arrives(
    make: Callable[[Any], ASGIApp], instance: Instance
) -> None:
    assert post(make(instance.options())) == 401


def test_aiohttp_guard_refuses_signed_out_request_whose_body_never_arrives(
    instance: Instance,
) -> None:
    @clerk_aiohttp.require_auth
    async def order(request: web.Request) -> web.Response:
        raise AssertionError("The handler was called.")

    async def send() -> bytes:
        app = web.Application()
        clerk_aiohttp.install(app, **instance.options())
        app.router.add_post("/orders", order)
        runner = web.AppRunner(app, lingering_time=0)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        reader, writer = await asyncio.open_connection(*runner.addresses[0][:2])
        head = f"POST /orders HTTP/1.1\r\nhost: localhost\r\ncontent-length: {LENGTH}\r\n\r\n"
        writer.write(head.encode())
        status_line = await reader.readline()
        writer.close()
        await runner.cleanup()
        return status_line

    assert asyncio.run(send()).split()[1] == b"401"


# A guard above the decorator of the route.


def test_flask_warns_about_view_registered_without_its_guard(
    instance: Instance, warned_views: WarnedViews
) -> None:
    app = Flask(__name__)
    clerk_flask.install(app, **instance.options())

    @clerk_flask.require_auth
    @app.get("/above")
    def above() -> str:
        return "in"

    @clerk_flask.require_auth(role="org:admin")
    @app.get("/above-with-role")
    def above_with_role() -> str:
        return "in"

    @app.get("/below")
    @clerk_flask.require_auth
    def below() -> str:
        return "in"

    @app.get("/below-twice")
    @clerk_flask.require_auth
    @clerk_flask.require_auth(role="org:admin")
    def below_twice() -> str:
        return "in"

    def both() -> str:
        return "in"

    app.add_url_rule("/public", "public", both)
    app.add_url_rule("/guarded", "guarded", clerk_flask.require_auth(both))
    site = WsgiSite(app, lambda: None)

    assert [site.visit("/below").status for _ in range(2)] == [401, 401]
    assert warned_views() == ["above", "above_with_role"]


def test_quart_warns_about_view_registered_without_its_guard(
    instance: Instance, warned_views: WarnedViews
) -> None:
    app = Quart(__name__)
    clerk_quart.install(app, **instance.options())

    @clerk_quart.require_auth
    @app.get("/above")
    async def above() -> str:
        return "in"

    @app.get("/below")
    @clerk_quart.require_auth
    async def below() -> str:
        return "in"

    @clerk_quart.require_auth
    @app.websocket("/socket")
    async def socket() -> None:
        pass

    AsgiSite(cast("ASGIApp", app)).close()

    assert warned_views() == ["above", "socket"]


def test_aiohttp_warns_about_handler_registered_without_its_guard(
    instance: Instance, warned_views: WarnedViews
) -> None:
    routes, mounted = web.RouteTableDef(), web.RouteTableDef()

    @clerk_aiohttp.require_auth
    @routes.get("/above")
    async def above(request: web.Request) -> web.Response:
        return web.Response()

    @routes.get("/below")
    @clerk_aiohttp.require_auth
    async def below(request: web.Request) -> web.Response:
        return web.Response()

    @clerk_aiohttp.require_auth
    @mounted.view("/view")
    class AboveView(web.View):
        pass

    async def start() -> None:
        app, sub = web.Application(), web.Application()
        clerk_aiohttp.install(app, **instance.options())
        app.add_routes(routes)
        sub.add_routes(mounted)
        app.add_subapp("/mounted", sub)
        runner = web.AppRunner(app)
        await runner.setup()
        await runner.cleanup()

    asyncio.run(start())

    assert warned_views() == ["above", "AboveView"]


def test_starlette_warns_about_endpoint_registered_without_its_guard(
    instance: Instance, warned_views: WarnedViews
) -> None:
    async def above(request: Request) -> Response:
        return PlainTextResponse("in")

    @clerk_starlette.require_auth
    async def below(request: Request) -> Response:
        return PlainTextResponse("in")

    class Endpoint(HTTPEndpoint):
        pass

    class Derived(Endpoint):
        pass

    staff = Starlette(routes=[Route("/above", above)])
    app = Starlette(
        routes=[
            Mount("/staff", staff),
            Route("/below", below),
            Route("/endpoint", Endpoint),
            Route("/derived", Derived),
        ]
    )
    clerk_starlette.require_auth(above)
    clerk_starlette.require_auth(Endpoint)
    clerk_starlette.require_auth(staff)
    clerk_starlette.install(app, **instance.options())
    AsgiSite(app).close()

    assert warned_views() == ["Starlette", "above", "Endpoint"]


def test_starlette_warns_on_first_request_without_lifespan(
    instance: Instance, warned_views: WarnedViews
) -> None:
    async def above(request: Request) -> Response:
        return PlainTextResponse("in")

    app = Starlette(routes=[Route("/orders", above, methods=["POST"])])
    clerk_starlette.require_auth(above)
    clerk_starlette.install(app, **instance.options())

    assert [post(app), post(app)] == [200, 200]
    assert warned_views() == ["above"]


# Arguments of the wrong type.


@pytest.mark.parametrize(
    ("install", "kind"),
    [
        (clerk_flask.install, "flask.Flask"),
        (clerk_quart.install, "quart.Quart"),
        (clerk_litestar.install, "litestar.Litestar"),
        (clerk_starlette.install, "starlette.Starlette"),
        (clerk_aiohttp.install, "aiohttp.Application"),
    ],
)
@pytest.mark.parametrize("app", ["app", {"secret_key": "sk_test_1"}, web.RouteTableDef()])
def test_install_rejects_application_of_other_type(install: Any, kind: str, app: object) -> None:
    message = rf"\(app\): app must be a {kind}, not {type(app).__name__}"

    with pytest.raises(TypeError, match=message):
        install(app)


@pytest.mark.parametrize("adapter", [clerk_starlette, clerk_litestar, clerk_aiohttp])
@pytest.mark.parametrize("function", ["auth", "current_user", "clerk_client"])
def test_functions_reject_object_that_is_not_a_request(adapter: Any, function: str) -> None:
    with pytest.raises(TypeError, match=r"request must be a .*, not dict"):
        getattr(adapter, function)({})
