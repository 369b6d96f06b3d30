"""The application of the adapter contract in plain ASGI, with WebSockets."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

from clerk_core import (
    AsgiMiddleware,
    AsyncAnyAuth,
    AsyncRequestAuth,
    Response,
    WebhookVerificationError,
    verify_webhook,
)
from clerk_core.asgi import (
    ASGIApp,
    Receive,
    RequireAuth,
    Scope,
    Send,
    request_from_scope,
    respond,
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
    return AsgiSite(application(**options))


def application(**options: Any) -> AsgiMiddleware:
    return AsgiMiddleware(site, **options)


def document(content: object, status: int = 200) -> Response:
    headers = [("content-type", "application/json")]
    return Response(status, headers, json.dumps(content).encode())


def view(function: Callable[[AsyncRequestAuth, Scope], Awaitable[Response]]) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await respond(await function(scope["clerk"], scope), scope, send)

    return app


def parameter(scope: Scope, name: str) -> str | None:
    return dict(parse_qsl(scope["query_string"].decode())).get(name)


@view
async def index(request_auth: AsyncRequestAuth, scope: Scope) -> Response:
    return document(describe_auth(request_auth.auth()))


@view
async def pending(request_auth: AsyncRequestAuth, scope: Scope) -> Response:
    return document(describe_auth(request_auth.auth(treat_pending_as_signed_out=False)))


@view
async def user(request_auth: AsyncRequestAuth, scope: Scope) -> Response:
    users = [await request_auth.current_user() for _ in range(3)]
    assert users[0] is users[1] is users[2]
    return document(users[0].to_public_dict() if users[0] else None)


async def resolve(request_auth: AsyncRequestAuth, accepts: Any) -> AsyncAnyAuth:
    """Await the state if it is awaitable, which depends on `accepts_token`."""
    state: Any = request_auth.auth(accepts_token=accepts)
    resolved: AsyncAnyAuth = await state if isinstance(state, Awaitable) else state
    return resolved


@view
async def program(request_auth: AsyncRequestAuth, scope: Scope) -> Response:
    accepts = parse_accepts_token(parameter(scope, "accepts") or "")
    states = [describe_any_auth(await resolve(request_auth, accepts)) for _ in range(3)]
    assert states[0] == states[1] == states[2]
    return document(states[0])


@view
async def programs(request_auth: AsyncRequestAuth, scope: Scope) -> Response:
    return document(
        [describe_any_auth(await request_auth.auth(accepts_token=form)) for form in API_KEY_FORMS]
    )


@view
async def token(request_auth: AsyncRequestAuth, scope: Scope) -> Response:
    return document({"token": await request_auth.auth().get_token(template="supabase")})


async def read(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


async def order(scope: Scope, receive: Receive, send: Send) -> None:
    sent = json.loads(await read(receive))
    await respond(document({"number": sent["number"]}), scope, send)


async def webhook(scope: Scope, receive: Receive, send: Send) -> None:
    body = await read(receive)
    try:
        event = verify_webhook(request_from_scope(scope).headers, body)
    except WebhookVerificationError as error:
        await respond(document(error.message, 400), scope, send)
    else:
        await respond(document({"type": event.type}), scope, send)


@view
async def to_sign_in(request_auth: AsyncRequestAuth, scope: Scope) -> Response:
    return request_auth.redirect_to_sign_in(parameter(scope, "back"))


@view
async def organization(request_auth: AsyncRequestAuth, scope: Scope) -> Response:
    found = [await request_auth.current_organization() for _ in range(3)]
    assert found[0] is found[1] is found[2]
    return document(found[0].to_public_dict() if found[0] else None)


@view
async def protected(request_auth: AsyncRequestAuth, scope: Scope) -> Response:
    return document(describe_auth(request_auth.protect(role="org:admin")))


@view
async def auth_public(request_auth: AsyncRequestAuth, scope: Scope) -> Response:
    return document(request_auth.auth().to_public_dict())


@view
async def links(request_auth: AsyncRequestAuth, scope: Scope) -> Response:
    return document({name: getattr(request_auth, name)() for name in LINKS})


@view
async def to_sign_up(request_auth: AsyncRequestAuth, scope: Scope) -> Response:
    return request_auth.redirect_to_sign_up()


@view
async def to_tasks(request_auth: AsyncRequestAuth, scope: Scope) -> Response:
    return request_auth.redirect_to_tasks()


@view
async def to_sign_out(request_auth: AsyncRequestAuth, scope: Scope) -> Response:
    return await request_auth.sign_out(parameter(scope, "to") or "/")


@view
async def user_json(request_auth: AsyncRequestAuth, scope: Scope) -> Response:
    return document(await request_auth.current_user())


@view
async def auth_json(request_auth: AsyncRequestAuth, scope: Scope) -> Response:
    return document(request_auth.auth())


@view
async def crash(request_auth: AsyncRequestAuth, scope: Scope) -> Response:
    raise RuntimeError(f"crashed with {request_auth.client.settings.secret_key}")


@view
async def refused(request_auth: AsyncRequestAuth, scope: Scope) -> Response:
    raise RefusedError


@view
async def unknown_user(request_auth: AsyncRequestAuth, scope: Scope) -> Response:
    return document((await request_auth.client.users.get("nobody")).id)


@view
async def not_found(request_auth: AsyncRequestAuth, scope: Scope) -> Response:
    return document("There is no such page.", 404)


@view
async def allowed(request_auth: AsyncRequestAuth, scope: Scope) -> Response:
    return Response(200, [("allow", "GET, HEAD, OPTIONS, POST")])


async def stream(scope: Scope, receive: Receive, send: Send) -> None:
    request_auth: AsyncRequestAuth = scope["clerk"]
    await send({"type": "http.response.start", "status": 200})
    await send({"type": "http.response.body", "body": b"It is ", "more_body": True})
    await send({"type": "http.response.body", "body": str(request_auth.auth().user_id).encode()})


async def cookies(scope: Scope, receive: Receive, send: Send) -> None:
    headers = [(b"set-cookie", b"first=1"), (b"set-cookie", b"second=2")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"set"})


@view
async def public(request_auth: AsyncRequestAuth, scope: Scope) -> Response:
    page = document(describe_auth(request_auth.auth()))
    return Response(page.status, [*page.headers, *PUBLIC_HEADERS], page.content)


kept_start = {
    "type": "http.response.start",
    "status": 200,
    "headers": [(b"content-type", b"text/plain"), (b"cache-control", b"max-age=60")],
}


async def kept(scope: Scope, receive: Receive, send: Send) -> None:
    await send(kept_start)
    await send({"type": "http.response.body", "body": b"kept"})


@view
async def client(request_auth: AsyncRequestAuth, scope: Scope) -> Response:
    return document({"publishable_key": request_auth.client.settings.publishable_key})


def socket_view(function: Callable[[AsyncRequestAuth], Awaitable[str]]) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        assert (await receive())["type"] == "websocket.connect"
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "text": await function(scope["clerk"])})
        await send({"type": "websocket.close", "code": 1000})

    return app


@socket_view
async def send_auth(request_auth: AsyncRequestAuth) -> str:
    return json.dumps(describe_auth(request_auth.auth()))


@socket_view
async def send_first_name(request_auth: AsyncRequestAuth) -> str:
    signed_in = await request_auth.current_user()
    return str(signed_in and signed_in.first_name)


VIEWS: dict[str, ASGIApp] = {
    "/": index,
    "/pending": pending,
    "/called": RequireAuth(index),
    "/order": RequireAuth(order),
    "/options": RequireAuth(index),
    **{path: RequireAuth(index, **required) for path, required in GUARDED_ROUTES.items()},
    "/user": user,
    "/user/json": user_json,
    "/auth/json": auth_json,
    "/to-sign-in": to_sign_in,
    "/organization": organization,
    "/protected": protected,
    "/auth/public": auth_public,
    "/links": links,
    "/to-sign-up": to_sign_up,
    "/to-tasks": to_tasks,
    "/sign-out": to_sign_out,
    "/program": program,
    "/programs": programs,
    "/token": token,
    "/webhook": webhook,
    "/crash": crash,
    "/refused": refused,
    "/unknown-user": unknown_user,
    "/stream": stream,
    "/cookies": cookies,
    "/public": public,
    "/kept": kept,
    "/client": client,
}
SOCKETS: dict[str, ASGIApp] = {
    "/ws": send_auth,
    "/ws/guarded": RequireAuth(send_auth),
    "/ws/user": send_first_name,
}


async def handle_lifespan(receive: Receive, send: Send) -> None:
    for event in ("startup", "shutdown"):
        assert (await receive())["type"] == f"lifespan.{event}"
        await send({"type": f"lifespan.{event}.complete"})


async def site(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await handle_lifespan(receive, send)
        return
    path = scope["path"].removeprefix(scope["root_path"])
    if scope["type"] == "websocket":
        await SOCKETS[path](scope, receive, send)
        return
    app = VIEWS.get(path, not_found)
    if scope["method"] == "OPTIONS" and not isinstance(app, RequireAuth):
        app = allowed
    try:
        await app(scope, receive, send)
    except RefusedError:
        await respond(document(describe_auth(scope["clerk"].auth()), 418), scope, send)
