"""Clerk in aiohttp: an API of four endpoints, and a page to try them on.

Set CLERK_PUBLISHABLE_KEY and CLERK_SECRET_KEY, and run it:

    python examples/aiohttp_app.py
"""

from pathlib import Path

from aiohttp import web

from clerk_core.aiohttp import (
    auth,
    clerk_client,
    current_user,
    install,
    redirect_to_sign_in,
    require_auth,
    sign_out,
)

STATIC = Path(__file__).with_name("static")

routes = web.RouteTableDef()


# 1. Protect an endpoint
@routes.get("/api/me")
@require_auth
async def me(request: web.Request) -> web.Response:
    return web.json_response({"userId": auth(request).require().user_id})


# 2. Get a token for another service, from a JWT template
@routes.get("/api/external")
@require_auth
async def external(request: web.Request) -> web.Response:
    token = await auth(request).get_token(template="supabase") or ""
    return web.json_response({"authorization": f"Bearer {token[:20]}…"})


# 3. Know the current user
@routes.get("/api/profile")
@require_auth
async def profile(request: web.Request) -> web.Response:
    user = await current_user(request)
    return web.json_response({"user": user.to_public_dict() if user else None})


# 4. Call the Backend API
@routes.post("/api/rename")
@require_auth
async def rename(request: web.Request) -> web.Response:
    user_id = auth(request).require().user_id
    users = clerk_client(request).users
    user = await users.update(user_id, first_name="Clerk", last_name="Cookie")
    return web.json_response({"user": user.to_public_dict()})


@routes.get("/")
async def home(request: web.Request) -> web.FileResponse:
    return web.FileResponse(STATIC / "index.html")


@routes.get("/sign-in")
async def sign_in(request: web.Request) -> web.StreamResponse:
    return redirect_to_sign_in(request, return_back_url="/")


@routes.post("/sign-out")
async def end_session(request: web.Request) -> web.Response:
    return await sign_out(request)


app = web.Application()
install(app)
app.add_routes(routes)
app.router.add_static("/static", STATIC)

if __name__ == "__main__":
    web.run_app(app, host="localhost", port=8080)
