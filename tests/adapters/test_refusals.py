"""Refusals go through the error handling of the framework; `protect` refuses inside of a view."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from typing import Any, cast

import pytest
from aiohttp import web
from fastapi import FastAPI
from flask import Blueprint, Flask
from flask.views import MethodView
from litestar import Controller, Litestar, Router, get
from litestar import Request as LitestarRequest
from litestar import Response as LitestarResponse
from litestar.exceptions import NotAuthorizedException
from quart import Blueprint as QuartBlueprint
from quart import Quart
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route

from clerk_core import aiohttp as clerk_aiohttp
from clerk_core import fastapi as clerk_fastapi
from clerk_core import flask as clerk_flask
from clerk_core import litestar as clerk_litestar
from clerk_core import quart as clerk_quart
from clerk_core import starlette as clerk_starlette
from clerk_core.testing._instance import Instance
from clerk_core.testing._tokens import ADMIN, PAGE, bearer, browser_cookies, cookie, token
from clerk_core.testing.contract import AsgiSite, Site, WsgiSite
from tests.adapters.aiohttp_site import AiohttpSite

OWN = "the application's own page"


def flask_site(options: Any, has_handler: bool) -> Site:
    app = Flask(__name__)
    clerk_flask.install(app, **options)

    @app.get("/guarded")
    @clerk_flask.require_auth
    def guarded() -> str:
        return "in"

    @app.get("/protected")
    def protected() -> str:
        return clerk_flask.protect(role="org:admin").user_id

    @app.get("/scoped")
    @clerk_flask.require_auth(accepts_token="api_key", scopes=["read"])
    def scoped() -> str:
        return "machine"

    staff = clerk_flask.require_auth(role="org:admin")(Blueprint("staff", __name__))
    return WsgiSite(_flask_part(app, staff, has_handler), app.extensions["clerk"].close)


def _flask_part(app: Flask, staff: Blueprint, has_handler: bool) -> Flask:
    staff.add_url_rule("/staff", "staff", lambda: "staff")
    app.register_blueprint(staff)

    @clerk_flask.require_auth(role="org:admin")
    class Orders(MethodView):
        def get(self) -> str:
            return "orders"

    app.add_url_rule("/class", view_func=Orders.as_view("orders"))
    if has_handler:
        for status in (401, 403):
            app.register_error_handler(status, lambda error: (OWN, error.code))
    return app


def quart_site(options: Any, has_handler: bool) -> Site:
    app = Quart(__name__)
    clerk_quart.install(app, **options)

    async def view() -> str:
        return "in"

    async def protected() -> str:
        return clerk_quart.protect(role="org:admin").user_id

    app.get("/guarded")(clerk_quart.require_auth(view))
    app.get("/protected")(protected)
    scoped = clerk_quart.require_auth(accepts_token="api_key", scopes=["read"])(view)
    app.add_url_rule("/scoped", "scoped", scoped)
    staff = clerk_quart.require_auth(role="org:admin")(QuartBlueprint("staff", __name__))
    staff.add_url_rule("/staff", "staff", view)
    staff.add_url_rule("/class", "class", view)
    app.register_blueprint(staff)
    if has_handler:

        async def own(error: Any) -> tuple[str, int]:
            return OWN, error.code

        for status in (401, 403):
            app.register_error_handler(status, own)
    return AsgiSite(cast("Any", app))


def starlette_site(options: Any, has_handler: bool) -> Site:
    @clerk_starlette.require_auth
    async def guarded(request: Request) -> Response:
        return PlainTextResponse("in")

    async def protected(request: Request) -> Response:
        return PlainTextResponse(clerk_starlette.protect(request, role="org:admin").user_id)

    @clerk_starlette.require_auth(accepts_token="api_key", scopes=["read"])
    async def scoped(request: Request) -> Response:
        return PlainTextResponse("machine")

    async def own(request: Request, error: Any) -> Response:
        return PlainTextResponse(OWN, error.status_code)

    async def staff(request: Request) -> Response:
        return PlainTextResponse("staff")

    admin = clerk_starlette.require_auth(role="org:admin")
    inner = admin(Starlette(routes=[Route("/", staff)]))
    handlers: Any = {HTTPException: own} if has_handler else {}
    app = Starlette(
        routes=[
            Route("/guarded", guarded),
            Route("/protected", protected),
            Route("/scoped", scoped),
            Route("/class", admin(staff)),
            Mount("/staff", inner),
        ],
        exception_handlers=handlers,
    )
    app.add_middleware(clerk_starlette.ClerkMiddleware, **options)
    return AsgiSite(app)


def fastapi_site(options: Any, has_handler: bool) -> Site:
    app = FastAPI()
    clerk_fastapi.install(app, **options)
    admin = clerk_fastapi.require_auth(role="org:admin")

    async def view() -> str:
        return "in"

    async def protected(request: Request) -> str:
        return clerk_fastapi.protect(request, role="org:admin").user_id

    app.get("/guarded", dependencies=[clerk_fastapi.require_auth()])(view)
    app.get("/protected")(protected)
    scoped = clerk_fastapi.require_auth(accepts_token="api_key", scopes=["read"])
    app.get("/scoped", dependencies=[scoped])(view)
    app.get("/class", dependencies=[admin])(view)
    app.get("/staff", dependencies=[admin])(view)
    if has_handler:

        async def own(request: Request, error: Any) -> Response:
            return PlainTextResponse(OWN, error.status_code)

        for status in (401, 403):
            app.add_exception_handler(status, own)
    return AsgiSite(app)


def litestar_site(options: Any, has_handler: bool) -> Site:
    admin = clerk_litestar.require_auth(role="org:admin")
    scoped = clerk_litestar.require_auth(accepts_token="api_key", scopes=["read"])

    @get(["/guarded", "/second"], guards=[clerk_litestar.require_auth()])
    async def view() -> str:
        return "in"

    @get("/protected")
    async def protected(request: LitestarRequest[Any, Any, Any]) -> str:
        return clerk_litestar.protect(request, role="org:admin").user_id

    @get("/scoped", guards=[scoped])
    async def machine() -> str:
        return "machine"

    class Orders(Controller):
        path = "/class"
        guards = (admin,)

        @get()
        async def orders(self) -> str:
            return "orders"

    def own(request: LitestarRequest[Any, Any, Any], error: Any) -> LitestarResponse[str]:
        return LitestarResponse(OWN, status_code=error.status_code, media_type="text/plain")

    @get("/")
    async def staff() -> str:
        return "staff"

    handlers: Any = {NotAuthorizedException: own, 403: own} if has_handler else {}
    app = Litestar(
        [
            view,
            protected,
            machine,
            Orders,
            Router("/staff", route_handlers=[staff], guards=[admin]),
        ],
        exception_handlers=handlers,
        plugins=[clerk_litestar.ClerkPlugin(**options)],
    )
    return AsgiSite(cast("Any", app))


def aiohttp_site(options: Any, has_handler: bool) -> Site:
    app, staff = web.Application(), web.Application()
    clerk_aiohttp.install(app, **options)

    async def view(request: web.Request) -> web.Response:
        return web.Response(text="in")

    async def protected(request: web.Request) -> web.Response:
        return web.Response(text=clerk_aiohttp.protect(request, role="org:admin").user_id)

    @web.middleware
    async def own(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        try:
            return await handler(request)
        except (web.HTTPUnauthorized, web.HTTPForbidden) as error:
            return web.Response(text=OWN, status=error.status)

    app.router.add_get("/guarded", clerk_aiohttp.require_auth(view))
    app.router.add_get("/protected", protected)
    app.router.add_get("/class", clerk_aiohttp.require_auth(role="org:admin")(view))
    scoped = clerk_aiohttp.require_auth(accepts_token="api_key", scopes=["read"])(view)
    app.router.add_get("/scoped", scoped)
    staff.router.add_get("", view)
    app.add_subapp("/staff", clerk_aiohttp.require_auth(role="org:admin")(staff))
    if has_handler:
        app.middlewares.append(own)
    return AiohttpSite(app)


SITES = {
    "flask": flask_site,
    "quart": quart_site,
    "starlette": starlette_site,
    "fastapi": fastapi_site,
    "litestar": litestar_site,
    "aiohttp": aiohttp_site,
}


@pytest.fixture(params=SITES)
def build(request: pytest.FixtureRequest, instance: Instance) -> Iterator[Callable[[bool], Site]]:
    with ExitStack() as sites:

        def make(has_handler: bool) -> Site:
            site = SITES[request.param](instance.options(), has_handler)
            sites.callback(site.close)
            return site

        yield make


def test_handler_of_the_application_answers_refusals(build: Callable[[bool], Site]) -> None:
    site = build(True)

    for path, headers, status in (
        ("/guarded", (), 401),
        ("/protected", (), 401),
        ("/protected", (bearer(),), 403),
        ("/class", (bearer(),), 403),
    ):
        answer = site.visit(path, *headers)
        assert (answer.status, answer.content.decode()) == (status, OWN)
    # A redirect is no error.
    signed_out = cookie({"__clerk_db_jwt": "dvb_1", "__client_uat": "0"})
    assert site.visit("/guarded", PAGE, signed_out).status in (303, 307)


def test_protect_admits_or_refuses_inside_of_a_view(build: Callable[[bool], Site]) -> None:
    site = build(False)

    assert "user_7" in site.visit("/protected", bearer("user_7", **ADMIN)).content.decode()
    for headers, status, code in (((), 401, "unauthenticated"), ((bearer(),), 403, "forbidden")):
        answer = site.visit("/protected", *headers)
        assert answer.status == status
        assert answer.json()["errors"][0]["code"] == code


def test_group_of_views_is_guarded(build: Callable[[bool], Site]) -> None:
    site = build(False)

    for path in ("/class", "/staff"):
        assert site.visit(path).status in (401, 307)
        assert site.visit(path, bearer()).status in (403, 307)


def test_person_gets_a_page_and_a_program_json(build: Callable[[bool], Site]) -> None:
    site = build(False)

    page = site.visit("/class", PAGE, cookie(browser_cookies(token())))
    program = site.visit("/class", bearer())

    assert (page.status, program.status) == (403, 403)
    assert page.header("content-type").startswith("text/html")
    assert "frame-ancestors" in page.header("content-security-policy")
    assert program.header("content-type") == "application/json"


def test_machine_needs_all_scopes(build: Callable[[bool], Site], instance: Instance) -> None:
    site = build(False)

    assert site.visit("/scoped", ("authorization", "Bearer ak_1")).status == 200
    instance.machines["api_keys"]["scopes"] = ["write"]
    refused = site.visit("/scoped", ("authorization", "Bearer ak_2"))
    assert refused.status == 403
    assert 'error="insufficient_scope"' in refused.header("www-authenticate")
    assert site.visit("/scoped", bearer(**ADMIN)).status == 401


class OwnPage:
    async def __call__(self, request: Request, error: Any) -> Response:
        return PlainTextResponse(OWN, error.status_code)


def own_page(request: Request, error: Any) -> Response:
    return PlainTextResponse(OWN, error.status_code)


@pytest.mark.parametrize("handler", [OwnPage(), own_page], ids=["object", "function"])
@pytest.mark.parametrize("handled", [401, HTTPException], ids=["status", "class"])
@pytest.mark.parametrize("framework", ["starlette", "fastapi"])
def test_every_form_of_handler_answers_refusals(
    instance: Instance, framework: str, handled: Any, handler: Any
) -> None:
    async def view(request: Request) -> Response:
        return PlainTextResponse(clerk_starlette.protect(request).user_id)

    app: Any
    if framework == "fastapi":
        app = FastAPI()
        clerk_fastapi.install(app, **instance.options())
    else:
        app = Starlette()
        clerk_starlette.install(app, **instance.options())
    app.add_route("/", view)
    app.add_exception_handler(handled, handler)
    with_handler = AsgiSite(app)
    try:
        answer = with_handler.visit("/")
        assert (answer.status, answer.content.decode()) == (401, OWN)
    finally:
        with_handler.close()
