"""An application of each framework that renders the same Jinja templates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import aiohttp_jinja2
import jinja2
from aiohttp import web
from fastapi import FastAPI
from fastapi import Request as FastAPIRequest
from fastapi.templating import Jinja2Templates as FastAPITemplates
from flask import Flask
from flask import render_template as render_in_flask
from litestar import Litestar, get, post
from litestar import Request as LitestarRequest
from litestar.response import Template
from litestar.template import TemplateConfig
from quart import Quart
from quart import render_template as render_in_quart
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates

import clerk_core.aiohttp as in_aiohttp
import clerk_core.fastapi as in_fastapi
import clerk_core.flask as in_flask
import clerk_core.litestar as in_litestar
import clerk_core.quart as in_quart
import clerk_core.starlette as in_starlette
from clerk_core.testing.contract import AsgiSite, Site, WsgiSite
from tests.adapters.aiohttp_site import AiohttpSite

TEMPLATES = {
    "page.html": """<head>{{ clerk.head(nonce="abc") }}</head>
{% if clerk.auth %}
<p id="user">{{ clerk.auth.user_id }}</p>
{% if clerk.auth.has(role="org:admin") %}<p id="admin"></p>{% endif %}
{{ clerk.user_button(show_name=True) }}
{{ clerk.sign_out_button(action="/sign-out") }}
{% else %}
{{ clerk.sign_in_button() }}
{{ clerk.sign_up_button("Join", return_back_url="/welcome") }}
{% endif %}""",
    "user.html": """{% if clerk.user %}{{ clerk.user | tojson }}{% else %}nobody{% endif %}""",
    "organization.html": "{{ clerk.organization.name if clerk.organization else 'none' }}",
    "misspelled.html": "{{ clerk.user_buton() }}",
    "plain.html": "{{ name }}",
}
"""The templates by name, which each application renders at their names without the extension.

Below `/fetched`, the view fetches the user first; `/error` responds with the message of the error.
"""


def flask_site(**options: Any) -> Site:
    app = Flask("site")
    app.jinja_loader = jinja2.DictLoader(TEMPLATES)
    in_flask.install(app, **options)

    @app.route("/<name>", methods=["GET", "POST"])
    def page(name: str) -> str:
        return render_in_flask(f"{name}.html")

    @app.get("/fetched/<name>")
    def fetched(name: str) -> str:
        in_flask.current_user()
        in_flask.current_organization()
        return render_in_flask(f"{name}.html")

    @app.get("/error/<name>")
    def error(name: str) -> str:
        try:
            return page(name)
        except Exception as error:
            return str(error)

    return WsgiSite(app, app.extensions["clerk"].close)


def quart_site(**options: Any) -> Site:
    app = Quart("site")
    # Quart 0.19.2 lacks it, and Flask reads it.
    app.config["EXPLAIN_TEMPLATE_LOADING"] = False
    app.jinja_loader = jinja2.DictLoader(TEMPLATES)
    in_quart.install(app, **options)

    @app.route("/<name>", methods=["GET", "POST"])
    async def page(name: str) -> str:
        return await render_in_quart(f"{name}.html")

    @app.get("/fetched/<name>")
    async def fetched(name: str) -> str:
        await in_quart.current_user()
        await in_quart.current_organization()
        return await render_in_quart(f"{name}.html")

    @app.get("/error/<name>")
    async def error(name: str) -> str:
        try:
            return await page(name)
        except Exception as error:
            return str(error)

    return AsgiSite(app)  # type: ignore[arg-type]


def _environment() -> jinja2.Environment:
    return jinja2.Environment(loader=jinja2.DictLoader(TEMPLATES), autoescape=True)


def starlette_site(**options: Any) -> Site:
    templates = Jinja2Templates(env=_environment(), context_processors=[in_starlette.clerk_context])

    async def page(request: Request) -> Response:
        return templates.TemplateResponse(request, f"{request.path_params['name']}.html")

    async def fetched(request: Request) -> Response:
        await in_starlette.current_user(request)
        await in_starlette.current_organization(request)
        return await page(request)

    async def error(request: Request) -> Response:
        try:
            return await page(request)
        except Exception as error:
            return Response(str(error))

    app = Starlette(
        routes=[
            Route("/fetched/{name}", fetched),
            Route("/error/{name}", error),
            Route("/{name}", page, methods=["GET", "POST"]),
        ]
    )
    in_starlette.install(app, **options)
    return AsgiSite(app)


def fastapi_site(**options: Any) -> Site:
    templates = FastAPITemplates(env=_environment(), context_processors=[in_fastapi.clerk_context])
    app = FastAPI()
    in_fastapi.install(app, **options)

    @app.get("/fetched/{name}")
    async def fetched(
        request: FastAPIRequest,
        name: str,
        user: in_fastapi.CurrentUser,
        organization: in_fastapi.CurrentOrganization,
    ) -> Response:
        return templates.TemplateResponse(request, f"{name}.html")

    @app.get("/error/{name}")
    async def error(request: FastAPIRequest, name: str) -> Response:
        try:
            return await page(request, name)
        except Exception as error:
            return Response(str(error))

    @app.api_route("/{name}", methods=["GET", "POST"])
    async def page(request: FastAPIRequest, name: str) -> Response:
        return templates.TemplateResponse(request, f"{name}.html")

    return AsgiSite(app)


def _jinja_engine() -> Any:
    try:
        from litestar.plugins.jinja import JinjaTemplateEngine
    except ImportError:
        # Before Litestar 2.22.
        from litestar.contrib.jinja import JinjaTemplateEngine
    return JinjaTemplateEngine(engine_instance=_environment())


def litestar_site(**options: Any) -> Site:
    @get("/{name:str}")
    async def page(request: LitestarRequest[Any, Any, Any]) -> Template:
        return Template(f"{request.path_params['name']}.html")

    @post("/{name:str}", status_code=200)
    async def posted(request: LitestarRequest[Any, Any, Any]) -> Template:
        return Template(f"{request.path_params['name']}.html")

    @get("/fetched/{name:str}")
    async def fetched(
        request: LitestarRequest[Any, Any, Any],
        current_user: in_litestar.CurrentUser,
        current_organization: in_litestar.CurrentOrganization,
    ) -> Template:
        return Template(f"{request.path_params['name']}.html")

    @get("/error/{name:str}", media_type="text/plain")
    async def error(request: LitestarRequest[Any, Any, Any]) -> str:
        try:
            engine: Any = request.app.template_engine
            template = engine.get_template(f"{request.path_params['name']}.html")
            return str(template.render())
        except Exception as error:
            return str(error)

    app = Litestar(
        [page, posted, fetched, error],
        plugins=[in_litestar.ClerkPlugin(**options)],
        template_config=TemplateConfig(instance=_jinja_engine()),
    )
    return AsgiSite(cast("Any", app))


def aiohttp_site(**options: Any) -> Site:
    app = web.Application()
    in_aiohttp.install(app, **options)
    aiohttp_jinja2.setup(
        app,
        loader=jinja2.DictLoader(TEMPLATES),
        context_processors=[in_aiohttp.clerk_context],
    )

    async def page(request: web.Request) -> web.Response:
        name = f"{request.match_info['name']}.html"
        return aiohttp_jinja2.render_template(name, request, {})

    async def fetched(request: web.Request) -> web.Response:
        await in_aiohttp.current_user(request)
        await in_aiohttp.current_organization(request)
        return await page(request)

    async def error(request: web.Request) -> web.Response:
        try:
            return await page(request)
        except Exception as error:
            return web.Response(text=str(error))

    app.router.add_get("/fetched/{name}", fetched)
    app.router.add_get("/error/{name}", error)
    app.router.add_route("*", "/{name}", page)
    return AiohttpSite(app)


SITES: dict[str, Callable[..., Site]] = {
    "flask": flask_site,
    "quart": quart_site,
    "starlette": starlette_site,
    "fastapi": fastapi_site,
    "litestar": litestar_site,
    "aiohttp": aiohttp_site,
}
"""The applications by the name of their framework."""
