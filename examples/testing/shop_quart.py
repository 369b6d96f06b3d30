"""A shop in Quart, which test_quart.py tests."""

from quart import Quart, request
from quart.typing import ResponseReturnValue

from clerk_core import verify_webhook
from clerk_core.quart import auth, install, require_auth


def create_app() -> Quart:
    app = Quart(__name__)
    install(app)

    @app.get("/me")
    @require_auth
    async def me() -> ResponseReturnValue:
        return {"user_id": auth().require().user_id}

    @app.get("/staff")
    @require_auth(role="org:admin")
    async def staff() -> ResponseReturnValue:
        return {}

    @app.get("/discount")
    @require_auth(plan="gold", feature="discounts")
    async def discount() -> ResponseReturnValue:
        return {}

    @app.post("/refund")
    @require_auth(reverification="strict")
    async def refund() -> ResponseReturnValue:
        return {}

    @app.get("/stock")
    @require_auth(accepts_token="api_key", scopes=["stock:read"])
    async def stock() -> ResponseReturnValue:
        return {}

    @app.post("/webhook")
    async def webhook() -> ResponseReturnValue:
        return {"type": verify_webhook(request.headers, await request.get_data()).type}

    return app
