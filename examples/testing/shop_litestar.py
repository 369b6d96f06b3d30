"""A shop in Litestar, which test_litestar.py tests."""

from typing import Any

from litestar import Litestar, Request, get, post

from clerk_core import verify_webhook
from clerk_core.litestar import ClerkPlugin, SignedIn, require_auth


@get("/me")
async def me(signed_in: SignedIn) -> dict[str, str]:
    return {"user_id": signed_in.user_id}


async def done() -> dict[str, str]:
    return {}


@post("/webhook")
async def webhook(request: Request[Any, Any, Any]) -> dict[str, str]:
    return {"type": verify_webhook(dict(request.headers), await request.body()).type}


def create_app() -> Litestar:
    stock_reader = require_auth(accepts_token="api_key", scopes=["stock:read"])
    return Litestar(
        [
            me,
            get("/staff", guards=[require_auth(role="org:admin")])(done),
            get("/discount", guards=[require_auth(plan="gold", feature="discounts")])(done),
            post("/refund", guards=[require_auth(reverification="strict")], status_code=200)(done),
            get("/stock", guards=[stock_reader])(done),
            webhook,
        ],
        plugins=[ClerkPlugin()],
    )
