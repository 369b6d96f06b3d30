"""A shop in Flask, which test_flask.py tests."""

from flask import Flask, request
from flask.typing import ResponseReturnValue

from clerk_core import verify_webhook
from clerk_core.flask import auth, install, require_auth


def create_app() -> Flask:
    app = Flask(__name__)
    install(app)

    @app.get("/me")
    @require_auth
    def me() -> ResponseReturnValue:
        return {"user_id": auth().require().user_id}

    @app.get("/staff")
    @require_auth(role="org:admin")
    def staff() -> ResponseReturnValue:
        return {}

    @app.get("/discount")
    @require_auth(plan="gold", feature="discounts")
    def discount() -> ResponseReturnValue:
        return {}

    @app.post("/refund")
    @require_auth(reverification="strict")
    def refund() -> ResponseReturnValue:
        return {}

    @app.get("/stock")
    @require_auth(accepts_token="api_key", scopes=["stock:read"])
    def stock() -> ResponseReturnValue:
        return {}

    @app.post("/webhook")
    def webhook() -> ResponseReturnValue:
        return {"type": verify_webhook(request.headers, request.get_data()).type}

    return app
