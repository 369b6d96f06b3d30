"""A shop in Starlette, which test_starlette.py tests."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from clerk_core import verify_webhook
from clerk_core.starlette import auth, install, require_auth


@require_auth
async def me(request: Request) -> JSONResponse:
    return JSONResponse({"user_id": auth(request).require().user_id})


async def done(request: Request) -> JSONResponse:
    return JSONResponse({})


async def webhook(request: Request) -> JSONResponse:
    return JSONResponse({"type": verify_webhook(request.headers, await request.body()).type})


def create_app() -> Starlette:
    stock_reader = require_auth(accepts_token="api_key", scopes=["stock:read"])
    app = Starlette(
        routes=[
            Route("/me", me),
            Route("/staff", require_auth(role="org:admin")(done)),
            Route("/discount", require_auth(plan="gold", feature="discounts")(done)),
            Route("/refund", require_auth(reverification="strict")(done), methods=["POST"]),
            Route("/stock", stock_reader(done)),
            Route("/webhook", webhook, methods=["POST"]),
        ]
    )
    install(app)
    return app
