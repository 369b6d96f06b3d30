"""Clerk in Litestar: an API of four endpoints, and a page to try them on.

Set CLERK_PUBLISHABLE_KEY and CLERK_SECRET_KEY, and run it:

    uvicorn --app-dir examples litestar_app:app
"""

from pathlib import Path
from typing import Any

from litestar import Litestar, Request, Response, get, post
from litestar.response import File
from litestar.static_files import (
    create_static_files_router,  # pyright: ignore[reportUnknownVariableType]
)

from clerk_core.litestar import (
    ClerkClient,
    ClerkPlugin,
    CurrentUser,
    SignedIn,
    redirect_to_sign_in,
    require_auth,
    sign_out,
)

STATIC = Path(__file__).parent / "static"


# 1. Protect an endpoint
@get("/api/me")
async def me(signed_in: SignedIn) -> dict[str, str]:
    return {"userId": signed_in.user_id}


# 2. Get a token for another service, from a JWT template
@get("/api/external")
async def external(signed_in: SignedIn) -> dict[str, str]:
    token = await signed_in.get_token(template="supabase") or ""
    return {"authorization": f"Bearer {token[:20]}…"}


# 3. Know the current user
@get("/api/profile", guards=[require_auth()])
async def profile(current_user: CurrentUser) -> dict[str, object]:
    return {"user": current_user.to_public_dict() if current_user else None}


# 4. Call the Backend API
@post("/api/rename", status_code=200)
async def rename(signed_in: SignedIn, clerk_client: ClerkClient) -> dict[str, object]:
    users = clerk_client.users
    user = await users.update(signed_in.user_id, first_name="Clerk", last_name="Cookie")
    return {"user": user.to_public_dict()}


@get("/")
async def home() -> File:
    index = STATIC / "index.html"
    return File(index, media_type="text/html", content_disposition_type="inline")


@get("/sign-in")
async def sign_in(request: Request[Any, Any, Any]) -> Response[bytes]:
    return redirect_to_sign_in(request, return_back_url="/")


@post("/sign-out")
async def end_session(request: Request[Any, Any, Any]) -> Response[bytes]:
    return await sign_out(request)


static = create_static_files_router("/static", [STATIC])
app = Litestar(
    [me, external, profile, rename, home, sign_in, end_session, static],
    plugins=[ClerkPlugin()],
    # The server logs.
    logging_config=None,
)
