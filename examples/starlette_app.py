"""Clerk in Starlette: an API of four endpoints, and a page to try them on.

Set CLERK_PUBLISHABLE_KEY and CLERK_SECRET_KEY, and run it:

    uvicorn --app-dir examples starlette_app:app
"""

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from clerk_core.starlette import (
    ClerkMiddleware,
    auth,
    clerk_client,
    current_user,
    redirect_to_sign_in,
    require_auth,
    sign_out,
)

STATIC = Path(__file__).with_name("static")


# 1. Protect an endpoint
@require_auth
async def me(request: Request) -> JSONResponse:
    return JSONResponse({"userId": auth(request).require().user_id})


# 2. Get a token for another service, from a JWT template
@require_auth
async def external(request: Request) -> JSONResponse:
    token = await auth(request).get_token(template="supabase") or ""
    return JSONResponse({"authorization": f"Bearer {token[:20]}…"})


# 3. Know the current user
@require_auth
async def profile(request: Request) -> JSONResponse:
    user = await current_user(request)
    return JSONResponse({"user": user.to_public_dict() if user else None})


# 4. Call the Backend API
@require_auth
async def rename(request: Request) -> JSONResponse:
    user_id = auth(request).require().user_id
    users = clerk_client(request).users
    user = await users.update(user_id, first_name="Clerk", last_name="Cookie")
    return JSONResponse({"user": user.to_public_dict()})


async def home(request: Request) -> FileResponse:
    return FileResponse(STATIC / "index.html")


async def sign_in(request: Request) -> Response:
    return redirect_to_sign_in(request, return_back_url="/")


async def end_session(request: Request) -> Response:
    return await sign_out(request)


app = Starlette(
    routes=[
        Route("/api/me", me),
        Route("/api/external", external),
        Route("/api/profile", profile),
        Route("/api/rename", rename, methods=["POST"]),
        Route("/", home),
        Route("/sign-in", sign_in),
        Route("/sign-out", end_session, methods=["POST"]),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]
)
app.add_middleware(ClerkMiddleware)
