"""Clerk in FastAPI: an API of four endpoints, and a page to try them on.

Set CLERK_PUBLISHABLE_KEY and CLERK_SECRET_KEY, and run it:

    uvicorn --app-dir examples fastapi_app:app
"""

from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

from clerk_core.fastapi import (
    ClerkClient,
    CurrentUser,
    SignedIn,
    install,
    redirect_to_sign_in,
    sign_out,
)

STATIC = Path(__file__).with_name("static")

app = FastAPI()
app.mount("/static", StaticFiles(directory=STATIC))
install(app)


# 1. Protect an endpoint
@app.get("/api/me")
async def me(auth: SignedIn) -> dict[str, str]:
    return {"userId": auth.user_id}


# 2. Get a token for another service, from a JWT template
@app.get("/api/external")
async def external(auth: SignedIn) -> dict[str, str]:
    token = await auth.get_token(template="supabase") or ""
    return {"authorization": f"Bearer {token[:20]}…"}


# 3. Know the current user
@app.get("/api/profile")
async def profile(auth: SignedIn, user: CurrentUser) -> dict[str, object]:
    return {"user": user.to_public_dict() if user else None}


# 4. Call the Backend API
@app.post("/api/rename")
async def rename(auth: SignedIn, clerk: ClerkClient) -> dict[str, object]:
    user = await clerk.users.update(auth.user_id, first_name="Clerk", last_name="Cookie")
    return {"user": user.to_public_dict()}


@app.get("/", include_in_schema=False)
async def home() -> FileResponse:
    return FileResponse(STATIC / "index.html")


@app.get("/sign-in", include_in_schema=False)
async def sign_in(request: Request) -> Response:
    return redirect_to_sign_in(request, return_back_url="/")


@app.post("/sign-out", include_in_schema=False)
async def end_session(request: Request) -> Response:
    return await sign_out(request)
