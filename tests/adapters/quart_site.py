"""The application of the adapter contract in Quart, with WebSockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from typing import Any, cast

from quart import Quart, Response, jsonify, make_response, request, stream_with_context, websocket

from clerk_core import AsyncAnyAuth, Settings, WebhookVerificationError, verify_webhook
from clerk_core import quart as clerk_quart
from clerk_core.quart import (
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
    AsgiSite,
    describe_any_auth,
    describe_auth,
    parse_accepts_token,
)


class RefusedError(Exception):
    pass


def build(**options: Any) -> AsgiSite:
    app = Quart("site")
    install(app, **options)
    add_routes(app)
    return site(app)


def site(app: Quart) -> AsgiSite:
    # Quart types the messages of ASGI more narrowly.
    return AsgiSite(cast("Any", app))


def settings_of(app: Quart) -> Settings:
    async def read() -> Settings:
        async with app.app_context():
            return clerk_client().settings

    return asyncio.run(read())


def add_routes(app: Quart) -> None:
    _add_open_routes(app)
    _add_routes_of_pages(app)
    _add_guarded_routes(app)
    _add_special_routes(app)
    _add_sockets(app)


async def _resolve(state: AsyncAnyAuth | Awaitable[AsyncAnyAuth]) -> AsyncAnyAuth:
    """Await the state if it is awaitable, which depends on `accepts_token`."""
    return await state if isinstance(state, Awaitable) else state


def _add_open_routes(app: Quart) -> None:
    @app.route("/", methods=["GET", "POST"])
    async def index() -> dict[str, object]:
        return describe_auth(auth())

    @app.get("/pending")
    def pending() -> dict[str, object]:
        return describe_auth(auth(treat_pending_as_signed_out=False))

    @app.get("/user")
    async def user() -> Response:
        users = [await current_user() for _ in range(3)]
        assert users[0] is users[1] is users[2]
        return jsonify(users[0].to_public_dict() if users[0] else None)

    @app.get("/program")
    async def program() -> dict[str, object]:
        accepts = parse_accepts_token(request.args["accepts"])
        states = [describe_any_auth(await _resolve(auth(accepts_token=accepts))) for _ in range(3)]
        assert states[0] == states[1] == states[2]
        return states[0]

    @app.get("/programs")
    async def programs() -> Response:
        return jsonify(
            [describe_any_auth(await auth(accepts_token=accepts)) for accepts in API_KEY_FORMS]
        )

    @app.get("/token")
    async def token() -> dict[str, object]:
        return {"token": await auth().get_token(template="supabase")}

    @app.post("/webhook")
    async def webhook() -> tuple[dict[str, str] | str, int]:
        try:
            event = verify_webhook(request.headers, await request.get_data(as_text=False))
        except WebhookVerificationError as error:
            return error.message, 400
        return {"type": event.type}, 200

    @app.route("/to-sign-in", methods=["GET", "POST"])
    async def to_sign_in() -> Response:
        return redirect_to_sign_in(request.args.get("back"))


def _add_routes_of_pages(app: Quart) -> None:
    @app.get("/organization")
    async def organization() -> Response:
        found = [await current_organization() for _ in range(3)]
        assert found[0] is found[1] is found[2]
        return jsonify(found[0].to_public_dict() if found[0] else None)

    @app.get("/protected")
    async def protected() -> dict[str, object]:
        return describe_auth(protect(role="org:admin"))

    @app.get("/auth/public")
    async def auth_public() -> dict[str, object]:
        return auth().to_public_dict()

    @app.get("/links")
    async def links() -> dict[str, object]:
        return {name: getattr(clerk_quart, name)() for name in LINKS}

    @app.get("/to-sign-up")
    async def to_sign_up() -> Response:
        return redirect_to_sign_up()

    @app.get("/to-tasks")
    async def to_tasks() -> Response:
        return redirect_to_tasks()

    @app.route("/sign-out", methods=["GET", "POST"])
    async def to_sign_out() -> Response:
        return await sign_out(request.args.get("to", "/"))


def _add_guarded_routes(app: Quart) -> None:
    async def view() -> dict[str, object]:
        return describe_auth(auth())

    def sync_view() -> dict[str, object]:
        return describe_auth(auth())

    @app.post("/order")
    @require_auth
    async def order() -> dict[str, object]:
        return {"number": (await request.get_json())["number"]}

    app.add_url_rule("/called", "called", require_auth()(sync_view), methods=["GET", "POST"])
    app.add_url_rule("/options", "options", require_auth(view), methods=["GET", "OPTIONS"])
    for path, required in GUARDED_ROUTES.items():
        guarded = require_auth(**required)(view) if required else require_auth(view)
        app.add_url_rule(path, path, guarded)


def _add_special_routes(app: Quart) -> None:
    _add_routes_about_headers(app)

    @app.get("/user/json")
    async def user_json() -> Response:
        return jsonify(await current_user())

    @app.get("/auth/json")
    async def auth_json() -> Response:
        return jsonify(auth())

    @app.get("/crash")
    async def crash() -> str:
        secret = clerk_client().settings.secret_key
        raise RuntimeError(f"crashed with {secret}")

    @app.get("/refused")
    async def refused() -> str:
        raise RefusedError

    @app.errorhandler(RefusedError)
    async def handle(error: RefusedError) -> tuple[dict[str, object], int]:
        return describe_auth(auth()), 418

    @app.get("/unknown-user")
    async def unknown_user() -> str:
        return (await clerk_client().users.get("nobody")).id

    @app.get("/stream")
    async def stream() -> Response:
        @stream_with_context
        async def parts() -> AsyncIterator[str]:
            yield "It is "
            yield str(auth().user_id)

        return Response(parts())

    @app.get("/client")
    async def client() -> dict[str, object]:
        return {"publishable_key": clerk_client().settings.publishable_key}


def _add_routes_about_headers(app: Quart) -> None:
    @app.get("/cookies")
    async def cookies() -> Any:
        response = await make_response("set")
        response.set_cookie("first", "1")
        response.set_cookie("second", "2")
        return response

    @app.get("/public")
    async def public() -> Response:
        response = jsonify(describe_auth(auth()))
        response.headers.extend(PUBLIC_HEADERS)
        return response

    kept_response = Response("kept", headers={"cache-control": "max-age=60"})

    @app.get("/kept")
    async def kept() -> Response:
        return kept_response


def _add_sockets(app: Quart) -> None:
    @app.websocket("/ws")
    async def socket() -> None:
        await websocket.accept()
        await websocket.send_json(describe_auth(auth()))

    @app.websocket("/ws/guarded")
    @require_auth
    async def guarded_socket() -> None:
        await websocket.send_json(describe_auth(auth()))

    @app.websocket("/ws/user")
    async def user_socket() -> None:
        user = await current_user()
        await websocket.send(str(user and user.first_name))
