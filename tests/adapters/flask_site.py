"""The application of `tests.adapters.site`, in Flask."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Flask, Response, jsonify, make_response, request, stream_with_context
from werkzeug.test import EnvironBuilder, run_wsgi_app
from werkzeug.wrappers import Response as BaseResponse

from clerk_flask import (
    Clerk,
    auth,
    clerk_client,
    current_user,
    redirect_to_sign_in,
    require_auth,
)
from tests.adapters.site import EVERY_FORM, Answer, accepted, answer, which, who


class RefusedError(Exception):
    pass


class FlaskSite:
    """A Flask application, spoken to through WSGI."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def visit(
        self, path: str = "/", *headers: tuple[str, str], method: str = "GET", prefix: str = ""
    ) -> Answer:
        builder = EnvironBuilder(path, f"http://localhost{prefix}/", method=method)
        try:
            environ = builder.get_environ()
        finally:
            builder.close()
        # As servers do it: text that stands for bytes, several values of one name joined.
        for name, value in headers:
            key = f"HTTP_{name.upper().replace('-', '_')}"
            environ[key] = value
        content, status, received = run_wsgi_app(self.app, environ, buffered=True)
        return answer(int(status.split()[0]), received.items(), b"".join(content))

    def close(self) -> None:
        with self.app.app_context():
            clerk_client().close()


def build(**options: Any) -> FlaskSite:
    app = Flask("site")
    Clerk(app, **options)
    add_routes(app)
    return FlaskSite(app)


def add_routes(app: Flask) -> None:
    _add_open_routes(app)
    _add_guarded_routes(app)
    _add_odd_routes(app)


def _add_open_routes(app: Flask) -> None:
    @app.route("/", methods=["GET", "POST"])
    def index() -> dict[str, object]:
        return who(auth())

    @app.get("/pending")
    def pending() -> dict[str, object]:
        return who(auth(treat_pending_as_signed_out=False))

    @app.get("/user")
    def user() -> Response:
        asked = [current_user() for _ in range(3)]
        assert asked[0] is asked[1] is asked[2]
        return jsonify(asked[0].to_public_dict() if asked[0] else None)

    @app.get("/program")
    def program() -> dict[str, object]:
        accepts = accepted(request.args["accepts"])
        asked = [which(auth(accepts_token=accepts)) for _ in range(3)]
        assert asked[0] == asked[1] == asked[2]
        return asked[0]

    @app.get("/programs")
    def programs() -> Response:
        return jsonify([which(auth(accepts_token=accepts)) for accepts in EVERY_FORM])

    @app.get("/token")
    def token() -> dict[str, object]:
        return {"token": auth().get_token(template="supabase")}

    @app.get("/to-sign-in")
    def to_sign_in() -> BaseResponse:
        return redirect_to_sign_in(request.args.get("back"))


def _add_guarded_routes(app: Flask) -> None:
    def view() -> dict[str, object]:
        return who(auth())

    app.add_url_rule("/guarded", "guarded", require_auth(view))
    app.add_url_rule("/called", "called", require_auth()(view))
    app.add_url_rule("/admin", "admin", require_auth(role="org:admin")(view))
    app.add_url_rule("/reports", "reports", require_auth(permission="org:reports:read")(view))
    app.add_url_rule("/search", "search", require_auth(feature="search")(view))
    app.add_url_rule("/gold", "gold", require_auth(plan="gold")(view))
    app.add_url_rule("/fresh", "fresh", require_auth(reverification="strict")(view))
    both = require_auth(role="org:admin", plan="gold")(view)
    app.add_url_rule("/golden-admin", "golden_admin", both)


def _add_odd_routes(app: Flask) -> None:
    @app.get("/user/json")
    def user_json() -> Response:
        return jsonify(current_user())

    @app.get("/auth/json")
    def auth_json() -> Response:
        return jsonify(auth())

    @app.get("/crash")
    def crash() -> str:
        secret = clerk_client().settings.secret_key
        raise RuntimeError(f"crashed with {secret} at hand")

    @app.get("/refused")
    def refused() -> str:
        raise RefusedError

    @app.errorhandler(RefusedError)
    def handle(error: RefusedError) -> tuple[dict[str, object], int]:
        return who(auth()), 418

    @app.get("/unknown-user")
    def unknown_user() -> str:
        return clerk_client().users.get("nobody").id

    @app.get("/stream")
    def stream() -> Response:
        def parts() -> Iterator[str]:
            yield "It is "
            yield str(auth().user_id)

        return Response(stream_with_context(parts()))

    @app.get("/cookies")
    def cookies() -> Response:
        response = make_response("set")
        response.set_cookie("first", "1")
        response.set_cookie("second", "2")
        return response
