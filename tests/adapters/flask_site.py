"""The application of the adapter contract in Flask."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Flask, Response, jsonify, make_response, request, stream_with_context

from clerk_core import Settings, WebhookVerificationError, verify_webhook
from clerk_core import flask as clerk_flask
from clerk_core.flask import (
    auth,
    clerk_client,
    current_organization,
    current_user,
    install,
    protect,
    redirect_to_sign_in,
    redirect_to_sign_up,
    redirect_to_tasks,
    require_auth,
    sign_out,
)
from clerk_core.testing.contract import (
    API_KEY_FORMS,
    GUARDED_ROUTES,
    LINKS,
    PUBLIC_HEADERS,
    WsgiSite,
    describe_any_auth,
    describe_auth,
    parse_accepts_token,
)


class RefusedError(Exception):
    pass


def build(**options: Any) -> WsgiSite:
    app = Flask("site")
    install(app, **options)
    add_routes(app)
    return WsgiSite(app, app.extensions["clerk"].close)


def settings_of(app: Flask) -> Settings:
    with app.app_context():
        return clerk_client().settings


def add_routes(app: Flask) -> None:
    _add_open_routes(app)
    _add_routes_of_pages(app)
    _add_guarded_routes(app)
    _add_special_routes(app)


def _add_open_routes(app: Flask) -> None:
    @app.route("/", methods=["GET", "POST"])
    def index() -> dict[str, object]:
        return describe_auth(auth())

    @app.get("/pending")
    def pending() -> dict[str, object]:
        return describe_auth(auth(treat_pending_as_signed_out=False))

    @app.get("/user")
    def user() -> Response:
        users = [current_user() for _ in range(3)]
        assert users[0] is users[1] is users[2]
        return jsonify(users[0].to_public_dict() if users[0] else None)

    @app.get("/program")
    def program() -> dict[str, object]:
        accepts = parse_accepts_token(request.args["accepts"])
        states = [describe_any_auth(auth(accepts_token=accepts)) for _ in range(3)]
        assert states[0] == states[1] == states[2]
        return states[0]

    @app.get("/programs")
    def programs() -> Response:
        return jsonify(
            [describe_any_auth(auth(accepts_token=accepts)) for accepts in API_KEY_FORMS]
        )

    @app.get("/token")
    def token() -> dict[str, object]:
        return {"token": auth().get_token(template="supabase")}

    @app.post("/webhook")
    def webhook() -> Response:
        try:
            event = verify_webhook(request.headers, request.get_data())
        except WebhookVerificationError as error:
            return make_response(error.message, 400)
        return jsonify(type=event.type)

    @app.route("/to-sign-in", methods=["GET", "POST"])
    def to_sign_in() -> Response:
        return redirect_to_sign_in(request.args.get("back"))


def _add_routes_of_pages(app: Flask) -> None:
    @app.get("/organization")
    def organization() -> Response:
        found = [current_organization() for _ in range(3)]
        assert found[0] is found[1] is found[2]
        return jsonify(found[0].to_public_dict() if found[0] else None)

    @app.get("/protected")
    def protected() -> dict[str, object]:
        return describe_auth(protect(role="org:admin"))

    @app.get("/auth/public")
    def auth_public() -> dict[str, object]:
        return auth().to_public_dict()

    @app.get("/links")
    def links() -> dict[str, object]:
        return {name: getattr(clerk_flask, name)() for name in LINKS}

    @app.get("/to-sign-up")
    def to_sign_up() -> Response:
        return redirect_to_sign_up()

    @app.get("/to-tasks")
    def to_tasks() -> Response:
        return redirect_to_tasks()

    @app.route("/sign-out", methods=["GET", "POST"])
    def to_sign_out() -> Response:
        return sign_out(request.args.get("to", "/"))


def _add_guarded_routes(app: Flask) -> None:
    def view() -> dict[str, object]:
        return describe_auth(auth())

    @app.post("/order")
    @require_auth
    def order() -> dict[str, object]:
        return {"number": request.get_json()["number"]}

    app.add_url_rule("/called", "called", require_auth()(view), methods=["GET", "POST"])
    app.add_url_rule("/options", "options", require_auth(view), methods=["GET", "OPTIONS"])
    for path, required in GUARDED_ROUTES.items():
        guarded = require_auth(**required)(view) if required else require_auth(view)
        app.add_url_rule(path, path, guarded)


def _add_special_routes(app: Flask) -> None:
    _add_routes_about_headers(app)

    @app.get("/user/json")
    def user_json() -> Response:
        return jsonify(current_user())

    @app.get("/auth/json")
    def auth_json() -> Response:
        return jsonify(auth())

    @app.get("/crash")
    def crash() -> str:
        secret = clerk_client().settings.secret_key
        raise RuntimeError(f"crashed with {secret}")

    @app.get("/refused")
    def refused() -> str:
        raise RefusedError

    @app.errorhandler(RefusedError)
    def handle(error: RefusedError) -> tuple[dict[str, object], int]:
        return describe_auth(auth()), 418

    @app.get("/unknown-user")
    def unknown_user() -> str:
        return clerk_client().users.get("nobody").id

    @app.get("/stream")
    def stream() -> Response:
        def parts() -> Iterator[str]:
            yield "It is "
            yield str(auth().user_id)

        return Response(stream_with_context(parts()))

    @app.get("/client")
    def client() -> dict[str, object]:
        return {"publishable_key": clerk_client().settings.publishable_key}


def _add_routes_about_headers(app: Flask) -> None:
    # As flask-sock does it: other routes do not match requests that open a WebSocket.
    @app.route("/socket", websocket=True)
    def socket() -> dict[str, object]:
        return describe_auth(auth())

    @app.get("/cookies")
    def cookies() -> Response:
        response = make_response("set")
        response.set_cookie("first", "1")
        response.set_cookie("second", "2")
        return response

    @app.get("/public")
    def public() -> Response:
        response = jsonify(describe_auth(auth()))
        response.headers.extend(PUBLIC_HEADERS)
        return response

    kept_response = Response("kept", headers={"cache-control": "max-age=60"})

    @app.get("/kept")
    def kept() -> Response:
        return kept_response
