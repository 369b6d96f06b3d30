"""A shop in aiohttp, which test_aiohttp.py tests."""

from aiohttp import web

from clerk_core import verify_webhook
from clerk_core.aiohttp import auth, install, require_auth


@require_auth
async def me(request: web.Request) -> web.Response:
    return web.json_response({"user_id": auth(request).require().user_id})


async def done(request: web.Request) -> web.Response:
    return web.json_response({})


async def webhook(request: web.Request) -> web.Response:
    return web.json_response({"type": verify_webhook(request.headers, await request.read()).type})


def create_app() -> web.Application:
    app = web.Application()
    install(app)
    stock_reader = require_auth(accepts_token="api_key", scopes=["stock:read"])
    app.router.add_get("/me", me)
    app.router.add_get("/staff", require_auth(role="org:admin")(done))
    app.router.add_get("/discount", require_auth(plan="gold", feature="discounts")(done))
    app.router.add_post("/refund", require_auth(reverification="strict")(done))
    app.router.add_get("/stock", stock_reader(done))
    app.router.add_post("/webhook", webhook)
    return app
