"""This adapter keeps the contract of `clerk_core`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import clerk_bottle
from bottle import Bottle, HTTPResponse, abort, json_dumps, request, response
from clerk_bottle import (
    auth,
    clerk_client,
    current_organization,
    current_user,
    protect,
    redirect_to_sign_in,
    redirect_to_sign_up,
    redirect_to_tasks,
    require_auth,
    sign_out,
)

import clerk_core
from clerk_core import WebhookVerificationError, verify_webhook
from clerk_core.testing.contract import (
    API_KEY_FORMS,
    GUARDED_ROUTES,
    LINKS,
    PUBLIC_HEADERS,
    AdapterContract,
    Site,
    WsgiSite,
    describe_any_auth,
    describe_auth,
    parse_accepts_token,
)


class TestBottle(AdapterContract):
    def make(self, **options: Any) -> Site:
        app = Bottle()
        # As an application finds it that names no adapter: by the entry point.
        clerk_core.install(app, **options)
        add_routes(app)
        return WsgiSite(app, app.wsgi.close)

    def require_auth(self, **required: Any) -> object:
        return require_auth(**required)


def add_routes(app: Bottle) -> None:
    add_open_routes(app)
    add_routes_of_pages(app)
    add_guarded_routes(app)
    add_odd_routes(app)
    add_routes_about_headers(app)


def add_open_routes(app: Bottle) -> None:
    @app.route("/", method=["GET", "POST", "OPTIONS"])
    def index() -> dict[str, object]:
        return describe_auth(auth())

    @app.get("/pending")
    def pending() -> dict[str, object]:
        return describe_auth(auth(treat_pending_as_signed_out=False))

    @app.get("/user")
    def user() -> str:
        asked = [current_user() for _ in range(3)]
        assert asked[0] is asked[1] is asked[2]
        return as_json(asked[0].to_public_dict() if asked[0] else None)

    @app.get("/program")
    def program() -> dict[str, object]:
        accepts = parse_accepts_token(request.query["accepts"])
        asked = [describe_any_auth(auth(accepts_token=accepts)) for _ in range(3)]
        assert asked[0] == asked[1] == asked[2]
        return asked[0]

    @app.get("/programs")
    def programs() -> str:
        return as_json(
            [describe_any_auth(auth(accepts_token=accepts)) for accepts in API_KEY_FORMS]
        )

    @app.get("/token")
    def token() -> dict[str, object]:
        return {"token": auth().get_token(template="supabase")}

    @app.post("/webhook")
    def webhook() -> dict[str, object]:
        try:
            event = verify_webhook(request.headers, request.body.read())
        except WebhookVerificationError as error:
            abort(400, error.message)
        return {"type": event.type}

    @app.route("/to-sign-in", method=["GET", "POST"])
    def to_sign_in() -> HTTPResponse:
        return redirect_to_sign_in(request.query.get("back"))


def add_routes_of_pages(app: Bottle) -> None:
    @app.route("/organization")
    def organization() -> str:
        found = [current_organization() for _ in range(3)]
        assert found[0] is found[1] is found[2]
        return as_json(found[0].to_public_dict() if found[0] else None)

    @app.route("/protected")
    def protected() -> dict[str, object]:
        return describe_auth(protect(role="org:admin"))

    @app.route("/auth/public")
    def auth_public() -> dict[str, object]:
        return auth().to_public_dict()

    @app.route("/links")
    def links() -> dict[str, object]:
        return {name: getattr(clerk_bottle, name)() for name in LINKS}

    @app.route("/to-sign-up")
    def to_sign_up() -> HTTPResponse:
        return redirect_to_sign_up()

    @app.route("/to-tasks")
    def to_tasks() -> HTTPResponse:
        return redirect_to_tasks()

    @app.route("/sign-out", method=["GET", "POST"])
    def to_sign_out() -> HTTPResponse:
        return sign_out(request.query.get("to", "/"))


def add_guarded_routes(app: Bottle) -> None:
    def view() -> dict[str, object]:
        return describe_auth(auth())

    def order() -> dict[str, object]:
        return {"number": request.json["number"]}

    app.post("/order", callback=require_auth(order))
    app.route("/called", method=["GET", "POST"], callback=require_auth()(view))
    for path, required in GUARDED_ROUTES.items():
        guarded = require_auth(**required)(view) if required else require_auth(view)
        app.get(path, callback=guarded)
    app.route("/options", method=["GET", "OPTIONS"], callback=require_auth(view))
    # Bottle answers no preflight by itself.
    for path in ("/guarded", "/called", "/admin"):
        app.route(path, method="OPTIONS", callback=lambda: "")


def add_odd_routes(app: Bottle) -> None:
    @app.get("/user/json")
    def user_json() -> dict[str, object]:
        return {"user": current_user()}

    @app.get("/auth/json")
    def auth_json() -> dict[str, object]:
        return {"auth": auth()}

    @app.get("/crash")
    def crash() -> str:
        raise RuntimeError(f"crashed with {clerk_client().settings.secret_key} at hand")

    @app.get("/refused")
    def refused() -> None:
        abort(418)

    @app.error(418)
    def handle(error: HTTPResponse) -> str:
        return as_json(describe_auth(auth()))

    @app.get("/unknown-user")
    def unknown_user() -> str:
        return clerk_client().users.get("nobody").id

    @app.get("/stream")
    def stream() -> Iterator[str]:
        yield "It is "
        yield str(auth().user_id)

    @app.get("/client")
    def client() -> dict[str, object]:
        return {"publishable_key": clerk_client().settings.publishable_key}


def add_routes_about_headers(app: Bottle) -> None:
    @app.get("/cookies")
    def cookies() -> str:
        response.set_cookie("first", "1")
        response.set_cookie("second", "2")
        return "set"

    @app.get("/public")
    def public() -> dict[str, object]:
        for name, value in PUBLIC_HEADERS:
            response.add_header(name, value)
        return describe_auth(auth())

    kept_response = HTTPResponse("kept", 200, {"cache-control": "max-age=60"})

    @app.get("/kept")
    def kept() -> HTTPResponse:
        return kept_response


def as_json(value: object) -> str:
    response.content_type = "application/json"
    text: str = json_dumps(value)
    return text
