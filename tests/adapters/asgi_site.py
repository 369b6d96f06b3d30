"""The application of `clerk_core.testing`, with WebSockets, of no framework: plain ASGI."""

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
from clerk_core.testing import (
    API_KEY_FORMS,
    GUARDED_ROUTES,
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


def answering(view: Callable[[AsyncRequestAuth, Scope], Awaitable[Response]]) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await respond(await view(scope["clerk"], scope), scope, send)

    return app


def parameter(scope: Scope, name: str) -> str | None:
    return dict(parse_qsl(scope["query_string"].decode())).get(name)


@answering
async def index(visit: AsyncRequestAuth, scope: Scope) -> Response:
    return document(describe_auth(visit.auth()))


@answering
async def pending(visit: AsyncRequestAuth, scope: Scope) -> Response:
    return document(describe_auth(visit.auth(treat_pending_as_signed_out=False)))


@answering
async def user(visit: AsyncRequestAuth, scope: Scope) -> Response:
    asked = [await visit.current_user() for _ in range(3)]
    assert asked[0] is asked[1] is asked[2]
    return document(asked[0].to_public_dict() if asked[0] else None)


async def found(visit: AsyncRequestAuth, accepts: Any) -> AsyncAnyAuth:
    """Who is asking, where only the request tells whether that has to be awaited."""
    asked: Any = visit.auth(accepts_token=accepts)
    auth: AsyncAnyAuth = await asked if isinstance(asked, Awaitable) else asked
    return auth


@answering
async def program(visit: AsyncRequestAuth, scope: Scope) -> Response:
    accepts = parse_accepts_token(parameter(scope, "accepts") or "")
    asked = [describe_any_auth(await found(visit, accepts)) for _ in range(3)]
    assert asked[0] == asked[1] == asked[2]
    return document(asked[0])


@answering
async def programs(visit: AsyncRequestAuth, scope: Scope) -> Response:
    return document(
        [describe_any_auth(await visit.auth(accepts_token=form)) for form in API_KEY_FORMS]
    )


@answering
async def token(visit: AsyncRequestAuth, scope: Scope) -> Response:
    return document({"token": await visit.auth().get_token(template="supabase")})


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


@answering
async def to_sign_in(visit: AsyncRequestAuth, scope: Scope) -> Response:
    return visit.redirect_to_sign_in(parameter(scope, "back"))


@answering
async def user_json(visit: AsyncRequestAuth, scope: Scope) -> Response:
    return document(await visit.current_user())


@answering
async def auth_json(visit: AsyncRequestAuth, scope: Scope) -> Response:
    return document(visit.auth())


@answering
async def crash(visit: AsyncRequestAuth, scope: Scope) -> Response:
    raise RuntimeError(f"crashed with {visit.client.settings.secret_key} at hand")


@answering
async def refused(visit: AsyncRequestAuth, scope: Scope) -> Response:
    raise RefusedError


@answering
async def unknown_user(visit: AsyncRequestAuth, scope: Scope) -> Response:
    return document((await visit.client.users.get("nobody")).id)


@answering
async def not_found(visit: AsyncRequestAuth, scope: Scope) -> Response:
    return document("There is no such page.", 404)


@answering
async def allowed(visit: AsyncRequestAuth, scope: Scope) -> Response:
    return Response(200, [("allow", "GET, HEAD, OPTIONS, POST")])


async def stream(scope: Scope, receive: Receive, send: Send) -> None:
    visit: AsyncRequestAuth = scope["clerk"]
    await send({"type": "http.response.start", "status": 200})
    await send({"type": "http.response.body", "body": b"It is ", "more_body": True})
    await send({"type": "http.response.body", "body": str(visit.auth().user_id).encode()})


async def cookies(scope: Scope, receive: Receive, send: Send) -> None:
    headers = [(b"set-cookie", b"first=1"), (b"set-cookie", b"second=2")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"set"})


@answering
async def public(visit: AsyncRequestAuth, scope: Scope) -> Response:
    page = document(describe_auth(visit.auth()))
    return Response(page.status, [*page.headers, *PUBLIC_HEADERS], page.content)


kept_start = {
    "type": "http.response.start",
    "status": 200,
    "headers": [(b"content-type", b"text/plain"), (b"cache-control", b"max-age=60")],
}


async def kept(scope: Scope, receive: Receive, send: Send) -> None:
    await send(kept_start)
    await send({"type": "http.response.body", "body": b"kept"})


@answering
async def client(visit: AsyncRequestAuth, scope: Scope) -> Response:
    return document({"publishable_key": visit.client.settings.publishable_key})


def saying(speech: Callable[[AsyncRequestAuth], Awaitable[str]]) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        assert (await receive())["type"] == "websocket.connect"
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "text": await speech(scope["clerk"])})
        await send({"type": "websocket.close", "code": 1000})

    return app


@saying
async def says_who(visit: AsyncRequestAuth) -> str:
    return json.dumps(describe_auth(visit.auth()))


@saying
async def says_first_name(visit: AsyncRequestAuth) -> str:
    signed_in = await visit.current_user()
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
    "/ws": says_who,
    "/ws/guarded": RequireAuth(says_who),
    "/ws/user": says_first_name,
}


async def live(receive: Receive, send: Send) -> None:
    for moment in ("startup", "shutdown"):
        assert (await receive())["type"] == f"lifespan.{moment}"
        await send({"type": f"lifespan.{moment}.complete"})


async def site(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await live(receive, send)
        return
    path = scope["path"].removeprefix(scope["root_path"])
    if scope["type"] == "websocket":
        await SOCKETS[path](scope, receive, send)
        return
    view = VIEWS.get(path, not_found)
    if scope["method"] == "OPTIONS" and not isinstance(view, RequireAuth):
        view = allowed
    try:
        await view(scope, receive, send)
    except RefusedError:
        await respond(document(describe_auth(scope["clerk"].auth()), 418), scope, send)
