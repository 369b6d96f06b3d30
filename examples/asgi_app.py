"""Clerk in an ASGI application without a framework: four endpoints, and a page to try them on.

Set CLERK_PUBLISHABLE_KEY and CLERK_SECRET_KEY, and run it:

    uvicorn --app-dir examples asgi_app:app
"""

import json
import mimetypes
from pathlib import Path

from clerk_core import AsgiMiddleware, Response
from clerk_core.asgi import ASGIApp, Receive, RequireAuth, Scope, Send, request_auth, respond

STATIC = Path(__file__).with_name("static")


def json_response(document: object, status: int = 200) -> Response:
    headers = [("content-type", "application/json")]
    return Response(status, headers, json.dumps(document).encode())


# 1. Protect an endpoint
async def me(scope: Scope, receive: Receive, send: Send) -> None:
    document = {"userId": request_auth(scope).auth().require().user_id}
    await respond(json_response(document), scope, send)


# 2. Get a token for another service, from a JWT template
async def external(scope: Scope, receive: Receive, send: Send) -> None:
    token = await request_auth(scope).auth().get_token(template="supabase") or ""
    document = {"authorization": f"Bearer {token[:20]}…"}
    await respond(json_response(document), scope, send)


# 3. Know the current user
async def profile(scope: Scope, receive: Receive, send: Send) -> None:
    user = await request_auth(scope).current_user()
    document = {"user": user.to_public_dict() if user else None}
    await respond(json_response(document), scope, send)


# 4. Call the Backend API
async def rename(scope: Scope, receive: Receive, send: Send) -> None:
    found = request_auth(scope)
    user_id = found.auth().require().user_id
    user = await found.client.users.update(user_id, first_name="Clerk", last_name="Cookie")
    await respond(json_response({"user": user.to_public_dict()}), scope, send)


async def sign_in(scope: Scope, receive: Receive, send: Send) -> None:
    await respond(request_auth(scope).redirect_to_sign_in("/"), scope, send)


async def sign_out(scope: Scope, receive: Receive, send: Send) -> None:
    await respond(await request_auth(scope).sign_out(), scope, send)


async def static(scope: Scope, receive: Receive, send: Send) -> None:
    name = scope["path"].removeprefix("/static/").removeprefix("/") or "index.html"
    file = STATIC / name
    if "/" in name or not file.is_file():
        return await respond(json_response({"error": "Not found."}, 404), scope, send)
    content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    response = Response(200, [("content-type", content_type)], file.read_bytes())
    return await respond(response, scope, send)


VIEWS: dict[tuple[str, str], ASGIApp] = {
    ("GET", "/api/me"): RequireAuth(me),
    ("GET", "/api/external"): RequireAuth(external),
    ("GET", "/api/profile"): RequireAuth(profile),
    ("POST", "/api/rename"): RequireAuth(rename),
    ("GET", "/sign-in"): sign_in,
    ("POST", "/sign-out"): sign_out,
}


async def route(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
    else:
        view = VIEWS.get((scope["method"], scope["path"]), static)
        await view(scope, receive, send)


app = AsgiMiddleware(route)
