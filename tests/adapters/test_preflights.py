"""CORS preflights to guarded views, with the CORS package of each framework.

A preflight carries no credentials (https://fetch.spec.whatwg.org/#cors-preflight-request). Each
succeeds, names the allowed origin and runs no view.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from inspect import signature
from typing import TYPE_CHECKING, Any, ClassVar

import aiohttp_cors
import litestar
import pytest
import quart
import quart.views
import quart_cors
from aiohttp import web
from fastapi import APIRouter, FastAPI
from fastapi.middleware.cors import CORSMiddleware as FastAPICorsMiddleware
from flask import Blueprint, Flask
from flask.views import MethodView, View
from flask_cors import CORS, cross_origin
from litestar.config.cors import CORSConfig
from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Mount, Route

from clerk_core import AsgiMiddleware, WsgiMiddleware, asgi, wsgi
from clerk_core import aiohttp as clerk_aiohttp
from clerk_core import fastapi as clerk_fastapi
from clerk_core import flask as clerk_flask
from clerk_core import litestar as clerk_litestar
from clerk_core import quart as clerk_quart
from clerk_core import starlette as clerk_starlette
from clerk_core.testing._instance import Instance
from clerk_core.testing._tokens import bearer
from clerk_core.testing.contract import Answer, Site, WsgiSite
from tests.adapters.aiohttp_site import AiohttpSite
from tests.adapters.conftest import Serve, ServeQuart

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ORIGIN = "https://front.example"
PREFLIGHT = (("origin", ORIGIN), ("access-control-request-method", "PUT"))
BODY = b"the body of the view"
ALL_METHODS = ["GET", "PUT", "OPTIONS"]


def assert_preflight_is_answered(site: Site, path: str = "/") -> None:
    answer = site.visit(path, *PREFLIGHT, method="OPTIONS")
    assert 200 <= answer.status < 300
    assert answer.header("access-control-allow-origin") in (ORIGIN, "*")
    assert "PUT" in answer.header("access-control-allow-methods")
    assert BODY not in answer.content
    assert_other_requests_are_guarded(site, path)


def assert_other_requests_are_guarded(site: Site, path: str) -> None:
    assert site.visit(path, *PREFLIGHT).status == 401
    assert site.visit(path, *PREFLIGHT, method="PUT").status == 401
    signed_in = site.visit(path, ("origin", ORIGIN), bearer())
    assert (signed_in.status, signed_in.content) == (200, BODY)


def assert_preflight_runs_no_view(answer: Answer) -> None:
    assert 200 <= answer.status < 300
    assert answer.content == b""


# Flask, with Flask-CORS.


def flask_view() -> bytes:
    return BODY


class FlaskMethods(MethodView):
    decorators: ClassVar[list[Callable[..., Any]]] = [clerk_flask.require_auth]

    def get(self) -> bytes:
        return BODY

    put = options = get


class FlaskView(View):
    methods: ClassVar[list[str]] = ALL_METHODS
    decorators: ClassVar[list[Callable[..., Any]]] = [clerk_flask.require_auth]

    def dispatch_request(self) -> bytes:
        return BODY


FLASK_VIEWS = [
    clerk_flask.require_auth(flask_view),
    FlaskMethods.as_view("view"),
    FlaskView.as_view("view"),
]


@pytest.fixture(autouse=True)
def patch_quart_cors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pass the context that Quart 0.23 requires and Quart-CORS 0.8 leaves out."""
    original: Any = quart.Quart.make_default_options_response
    if "ctx" in signature(original).parameters:
        current: Any = quart.globals.app_ctx  # type: ignore[attr-defined,unused-ignore]

        def make(app: quart.Quart, ctx: Any = None) -> Any:
            return original(app, ctx or current._get_current_object())

        monkeypatch.setattr(quart.Quart, "make_default_options_response", make)


@pytest.fixture
def flask_app(instance: Instance) -> Flask:
    app = Flask("app")
    clerk_flask.install(app, **instance.options())
    return app


def flask_site(app: Flask) -> WsgiSite:
    return WsgiSite(app, app.extensions["clerk"].close)


@pytest.mark.parametrize("view", FLASK_VIEWS)
@pytest.mark.parametrize("methods", [ALL_METHODS, ["GET", "PUT"]])
def test_flask_cors_answers_preflight_of_guarded_view(
    flask_app: Flask, view: Callable[..., Any], methods: list[str]
) -> None:
    CORS(flask_app)
    flask_app.add_url_rule("/", "view", view, methods=methods)

    assert_preflight_is_answered(flask_site(flask_app))


@pytest.mark.parametrize("methods", [ALL_METHODS, ["GET", "PUT"]])
@pytest.mark.parametrize("of_blueprint", [False, True])
def test_flask_cors_answers_preflight_behind_blueprint_guard(
    flask_app: Flask, methods: list[str], of_blueprint: bool
) -> None:
    blueprint = Blueprint("shop", "shop")
    blueprint.before_request(clerk_flask.require_auth(lambda: None))
    blueprint.add_url_rule("/", "view", flask_view, methods=methods)
    CORS(blueprint if of_blueprint else flask_app)
    flask_app.register_blueprint(blueprint)

    assert_preflight_is_answered(flask_site(flask_app))


@pytest.mark.parametrize("of_blueprint", [False, True])
def test_flask_answers_preflight_behind_before_request_guard(
    flask_app: Flask, of_blueprint: bool
) -> None:
    blueprint = Blueprint("shop", "shop")
    guarded: Any = blueprint if of_blueprint else flask_app
    guarded.before_request(clerk_flask.require_auth(lambda: None))
    blueprint.add_url_rule("/", "view", flask_view, methods=["GET", "PUT"])
    flask_app.register_blueprint(blueprint)
    site = flask_site(flask_app)

    assert "PUT" in site.visit("/", *PREFLIGHT, method="OPTIONS").header("allow")
    assert site.visit("/", method="OPTIONS").status == 401
    assert site.visit("/no-such-page", *PREFLIGHT, method="OPTIONS").status in (204, 404)


@pytest.mark.parametrize("guarded_inside", [False, True])
def test_flask_cors_decorator_answers_preflight_inside_and_outside_guard(
    flask_app: Flask, guarded_inside: bool
) -> None:
    guard, cors = clerk_flask.require_auth, cross_origin()
    view = cors(guard(lambda: BODY)) if guarded_inside else guard(cors(lambda: BODY))
    flask_app.add_url_rule("/", "view", view, methods=["GET", "PUT"])

    assert_preflight_is_answered(flask_site(flask_app))


def test_flask_cors_decorator_answers_preflight_behind_blueprint_guard(
    flask_app: Flask,
) -> None:
    blueprint = Blueprint("shop", "shop")
    blueprint.before_request(clerk_flask.require_auth(lambda: None))
    view = cross_origin()(lambda: BODY)
    blueprint.add_url_rule("/", "view", view, methods=["GET", "PUT"])
    flask_app.register_blueprint(blueprint)

    assert_preflight_is_answered(flask_site(flask_app))


def test_preflight_runs_no_view_when_flask_cors_leaves_options_to_view(
    flask_app: Flask,
) -> None:
    flask_app.config["CORS_AUTOMATIC_OPTIONS"] = False
    blueprint = Blueprint("shop", "shop")
    blueprint.before_request(clerk_flask.require_auth(lambda: None))
    blueprint.add_url_rule("/shop", "view", cross_origin()(lambda: BODY))
    flask_app.register_blueprint(blueprint)
    guarded = clerk_flask.require_auth(cross_origin()(lambda: BODY))
    flask_app.add_url_rule("/", "view", guarded)
    site = flask_site(flask_app)

    for path in ("/", "/shop"):
        assert_preflight_runs_no_view(site.visit(path, *PREFLIGHT, method="OPTIONS"))


def test_preflight_runs_no_flask_view_that_handles_options_itself(
    flask_app: Flask,
) -> None:
    def view() -> bytes:
        return BODY

    view.provide_automatic_options = False  # type: ignore[attr-defined]
    view.required_methods = {"OPTIONS"}  # type: ignore[attr-defined]
    flask_app.add_url_rule("/", "view", clerk_flask.require_auth(view))

    answer = flask_site(flask_app).visit("/", *PREFLIGHT, method="OPTIONS")

    assert_preflight_runs_no_view(answer)


# Quart, with Quart-CORS.


async def quart_view() -> bytes:
    return BODY


class QuartMethods(quart.views.MethodView):
    decorators: ClassVar[list[Callable[..., Any]]] = [clerk_quart.require_auth]

    async def get(self) -> bytes:
        return BODY

    put = options = get


@pytest.fixture
def quart_app(instance: Instance) -> quart.Quart:
    app = quart.Quart("app")
    clerk_quart.install(app, **instance.options())
    return app


@pytest.mark.parametrize("methods", [ALL_METHODS, ["GET", "PUT"]])
@pytest.mark.parametrize("form", ["function", "class"])
def test_quart_cors_answers_preflight_of_guarded_view(
    serve_quart: ServeQuart, quart_app: quart.Quart, form: str, methods: list[str]
) -> None:
    guarded: Any = clerk_quart.require_auth(quart_view)
    view = guarded if form == "function" else QuartMethods.as_view("view")
    quart_app.add_url_rule("/", "view", view, methods=methods)

    assert_preflight_is_answered(serve_quart(quart_cors.cors(quart_app)))


@pytest.mark.parametrize("methods", [ALL_METHODS, ["GET", "PUT"]])
@pytest.mark.parametrize("of_blueprint", [False, True])
def test_quart_cors_answers_preflight_behind_blueprint_guard(
    serve_quart: ServeQuart, quart_app: quart.Quart, methods: list[str], of_blueprint: bool
) -> None:
    blueprint = quart.Blueprint("shop", "shop")
    blueprint.before_request(clerk_quart.require_auth(lambda: None))
    blueprint.add_url_rule("/", "view", quart_view, methods=methods)
    if of_blueprint:
        quart_cors.cors(blueprint)
    else:
        quart_cors.cors(quart_app)
    quart_app.register_blueprint(blueprint)

    assert_preflight_is_answered(serve_quart(quart_app))


@pytest.mark.parametrize("guarded_inside", [False, True])
def test_quart_cors_decorator_answers_preflight_inside_and_outside_guard(
    serve_quart: ServeQuart, quart_app: quart.Quart, guarded_inside: bool
) -> None:
    async def own_view() -> bytes:
        return BODY

    guard: Any = clerk_quart.require_auth
    cors: Any = quart_cors.route_cors()
    view = cors(guard(own_view)) if guarded_inside else guard(cors(own_view))
    quart_app.add_url_rule("/", "view", view, methods=["GET", "PUT"])

    assert_preflight_is_answered(serve_quart(quart_app))


def test_quart_cors_decorator_answers_preflight_behind_blueprint_guard(
    serve_quart: ServeQuart, quart_app: quart.Quart
) -> None:
    async def own_view() -> bytes:
        return BODY

    blueprint = quart.Blueprint("shop", "shop")
    blueprint.before_request(clerk_quart.require_auth(lambda: None))
    cors: Any = quart_cors.route_cors()
    blueprint.add_url_rule("/", "view", cors(own_view), methods=["GET", "PUT"])
    quart_app.register_blueprint(blueprint)

    assert_preflight_is_answered(serve_quart(quart_app))


# Starlette and FastAPI, with the CORS middleware of Starlette.


async def endpoint(request: Request) -> PlainTextResponse:
    return PlainTextResponse(BODY)


class Endpoint(HTTPEndpoint):
    async def get(self, request: Request) -> PlainTextResponse:
        return PlainTextResponse(BODY)

    put = options = get


def all_methods_route() -> Route:
    return Route("/", endpoint, methods=ALL_METHODS)


STARLETTE_ROUTES: dict[str, Callable[[], BaseRoute]] = {
    "methods": lambda: Route("/", clerk_starlette.require_auth(endpoint), methods=ALL_METHODS),
    "class": lambda: Route("/", clerk_starlette.require_auth(Endpoint)),
    "mount": lambda: Mount(
        "/",
        clerk_starlette.require_auth(Starlette(routes=[all_methods_route()])),
    ),
    "middleware": lambda: Mount(
        "/",
        routes=[all_methods_route()],
        middleware=[Middleware(asgi.RequireAuth)],
    ),
}


@pytest.mark.parametrize("form", STARLETTE_ROUTES)
@pytest.mark.parametrize("clerk_is_outside", [False, True])
def test_starlette_cors_middleware_answers_preflight_of_guarded_endpoint(
    serve: Serve, instance: Instance, form: str, clerk_is_outside: bool
) -> None:
    clerk = Middleware(clerk_starlette.ClerkMiddleware, **instance.options())
    cors = Middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["*"])
    middleware = [clerk, cors] if clerk_is_outside else [cors, clerk]

    app: Any = Starlette(routes=[STARLETTE_ROUTES[form]()], middleware=middleware)

    assert_preflight_is_answered(serve(app))


@pytest.mark.parametrize("form", STARLETTE_ROUTES)
def test_preflight_runs_no_guarded_starlette_endpoint_without_cors_middleware(
    serve: Serve, instance: Instance, form: str
) -> None:
    clerk = Middleware(clerk_starlette.ClerkMiddleware, **instance.options())
    app: Any = Starlette(routes=[STARLETTE_ROUTES[form]()], middleware=[clerk])

    assert_preflight_runs_no_view(serve(app).visit("/", *PREFLIGHT, method="OPTIONS"))


def fastapi_app(form: str, instance: Instance) -> FastAPI:
    app = FastAPI()
    guard = clerk_fastapi.require_auth()
    router = APIRouter(dependencies=[guard] if form == "router" else [])

    async def view() -> PlainTextResponse:
        return PlainTextResponse(BODY)

    async def annotated(session: clerk_fastapi.SignedIn) -> PlainTextResponse:
        return PlainTextResponse(BODY)

    if form == "annotated":
        router.add_api_route("/", annotated, methods=ALL_METHODS)
    else:
        dependencies = [guard] if form == "route" else []
        router.add_api_route("/", view, methods=ALL_METHODS, dependencies=dependencies)
    app.include_router(router)
    clerk_fastapi.install(app, **instance.options())
    return app


@pytest.mark.parametrize("form", ["router", "route", "annotated"])
def test_fastapi_cors_middleware_answers_preflight_of_guarded_endpoint(
    serve: Serve, instance: Instance, form: str
) -> None:
    app = fastapi_app(form, instance)
    app.add_middleware(FastAPICorsMiddleware, allow_origins=["*"], allow_methods=["*"])

    assert_preflight_is_answered(serve(app))


@pytest.mark.parametrize("form", ["router", "route", "annotated"])
@pytest.mark.parametrize("mounted", [False, True])
def test_preflight_runs_no_guarded_fastapi_endpoint_without_cors_middleware(
    serve: Serve, instance: Instance, form: str, mounted: bool
) -> None:
    app = fastapi_app(form, instance)
    if mounted:
        # An application without its own handler for refusals.
        inner, app = fastapi_app(form, instance), FastAPI()
        app.mount("/", inner)

    assert_preflight_runs_no_view(serve(app).visit("/", *PREFLIGHT, method="OPTIONS"))


# Litestar, with its `cors_config`.


@litestar.route("/", http_method=["GET", "PUT"], status_code=200)
async def litestar_handler() -> bytes:
    return BODY


@litestar.route(
    "/", http_method=["GET", "PUT"], status_code=200, guards=[clerk_litestar.require_auth()]
)
async def guarded_litestar_handler() -> bytes:
    return BODY


@litestar.route("/", http_method=["GET", "PUT", "OPTIONS"], status_code=200)
async def litestar_handler_of_options(signed_in: clerk_litestar.SignedIn) -> bytes:
    return BODY


LITESTAR: dict[str, dict[str, Any]] = {
    "application": {
        "route_handlers": [litestar_handler],
        "guards": [clerk_litestar.require_auth()],
    },
    "handler": {"route_handlers": [guarded_litestar_handler]},
    "dependency": {"route_handlers": [litestar_handler_of_options]},
}


def litestar_app(form: str, instance: Instance, **config: Any) -> Any:
    plugin = clerk_litestar.ClerkPlugin(**instance.options())
    return litestar.Litestar(plugins=[plugin], **LITESTAR[form], **config)


@pytest.mark.parametrize("form", LITESTAR)
def test_litestar_answers_preflight_of_guarded_handler(
    serve: Serve, instance: Instance, form: str
) -> None:
    cors = CORSConfig(allow_origins=[ORIGIN])

    assert_preflight_is_answered(serve(litestar_app(form, instance, cors_config=cors)))


@pytest.mark.parametrize("form", LITESTAR)
def test_preflight_runs_no_guarded_litestar_handler_without_cors_config(
    serve: Serve, instance: Instance, form: str
) -> None:
    site = serve(litestar_app(form, instance))

    assert_preflight_runs_no_view(site.visit("/", *PREFLIGHT, method="OPTIONS"))


# aiohttp, with aiohttp-cors.


async def handler(request: web.Request) -> web.Response:
    return web.Response(body=BODY)


class Handler(web.View):
    async def get(self) -> web.Response:
        return web.Response(body=BODY)

    put = options = get


@pytest.fixture
def aiohttp_app(instance: Instance) -> web.Application:
    app = web.Application()
    clerk_aiohttp.install(app, **instance.options())
    return app


def check_and_close(site: AiohttpSite, check: Callable[[AiohttpSite], None]) -> None:
    try:
        check(site)
    finally:
        site.close()


ALLOWED = {
    "*": aiohttp_cors.ResourceOptions(  # type: ignore[no-untyped-call]
        allow_methods="*", allow_headers="*", expose_headers="*"
    )
}


def test_aiohttp_cors_answers_preflight_of_guarded_handler(aiohttp_app: web.Application) -> None:
    cors = aiohttp_cors.setup(aiohttp_app, defaults=ALLOWED)
    resource = aiohttp_app.router.add_resource("/")
    for method in ("GET", "PUT"):
        cors.add(resource.add_route(method, clerk_aiohttp.require_auth(handler)))

    check_and_close(AiohttpSite(aiohttp_app), assert_preflight_is_answered)


def test_aiohttp_cors_answers_preflight_of_class_with_guarded_methods(
    aiohttp_app: web.Application,
) -> None:
    class Guarded(web.View, aiohttp_cors.CorsViewMixin):
        @clerk_aiohttp.require_auth
        async def get(self) -> web.Response:
            return web.Response(body=BODY)

        put = get

    cors = aiohttp_cors.setup(aiohttp_app, defaults=ALLOWED)
    cors.add(aiohttp_app.router.add_view("/", Guarded))

    check_and_close(AiohttpSite(aiohttp_app), assert_preflight_is_answered)


@web.middleware
async def allow_all_origins(request: web.Request, handler: Any) -> web.StreamResponse:
    response: web.StreamResponse = await handler(request)
    response.headers["access-control-allow-origin"] = "*"
    response.headers["access-control-allow-methods"] = "GET, PUT"
    return response


@pytest.mark.parametrize("form", [handler, Handler])
def test_aiohttp_cors_middleware_answers_preflight_of_guarded_handler(
    aiohttp_app: web.Application, form: Any
) -> None:
    aiohttp_app.middlewares.append(allow_all_origins)
    aiohttp_app.router.add_route("*", "/", clerk_aiohttp.require_auth(form))

    check_and_close(AiohttpSite(aiohttp_app), assert_preflight_is_answered)


# Plain WSGI and ASGI, with CORS middleware outside or inside of Clerk's.


def wsgi_view(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [("content-type", "text/plain")])
    return [BODY]


def wsgi_cors(app: Any) -> Any:
    def allowing(environ: WSGIEnvironment, start_response: StartResponse) -> Any:
        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            allowed = [
                ("access-control-allow-origin", "*"),
                ("access-control-allow-methods", "GET, PUT"),
            ]
            return start_response(status, [*headers, *allowed], exc_info)

        return app(environ, start)

    return allowing


@pytest.mark.parametrize("cors_is_outside", [False, True])
def test_wsgi_cors_middleware_answers_preflight_of_guarded_application(
    instance: Instance, cors_is_outside: bool
) -> None:
    guarded: Any = wsgi.RequireAuth(wsgi_view)
    clerk = WsgiMiddleware(guarded if cors_is_outside else wsgi_cors(guarded), **instance.options())

    assert_preflight_is_answered(
        WsgiSite(wsgi_cors(clerk) if cors_is_outside else clerk, clerk.close)
    )


@pytest.mark.parametrize("cors_is_outside", [False, True])
def test_starlette_cors_middleware_answers_preflight_of_guarded_asgi_application(
    serve: Serve, instance: Instance, cors_is_outside: bool
) -> None:
    def cors(app: Any) -> Any:
        return CORSMiddleware(app, allow_origins=["*"], allow_methods=["*"])

    guarded: Any = asgi.RequireAuth(Starlette(routes=[all_methods_route()]))
    if cors_is_outside:
        app = cors(AsgiMiddleware(guarded, **instance.options()))
    else:
        app = AsgiMiddleware(cors(guarded), **instance.options())

    assert_preflight_is_answered(serve(app))
