"""Clerk in Quart: an API of four endpoints, and a page to try them on.

Set CLERK_PUBLISHABLE_KEY and CLERK_SECRET_KEY, and run it:

    hypercorn examples/quart_app:app
"""

from quart import Quart, Response

from clerk_core.quart import (
    auth,
    clerk_client,
    current_user,
    install,
    redirect_to_sign_in,
    require_auth,
    sign_out,
)

app = Quart(__name__)
install(app)


# 1. Protect an endpoint
@app.get("/api/me")
@require_auth
async def me() -> dict[str, str]:
    return {"userId": auth().require().user_id}


# 2. Get a token for another service, from a JWT template
@app.get("/api/external")
@require_auth
async def external() -> dict[str, str]:
    token = await auth().get_token(template="supabase") or ""
    return {"authorization": f"Bearer {token[:20]}…"}


# 3. Know the current user
@app.get("/api/profile")
@require_auth
async def profile() -> dict[str, object]:
    user = await current_user()
    return {"user": user.to_public_dict() if user else None}


# 4. Call the Backend API
@app.post("/api/rename")
@require_auth
async def rename() -> dict[str, object]:
    user_id = auth().require().user_id
    user = await clerk_client().users.update(user_id, first_name="Clerk", last_name="Cookie")
    return {"user": user.to_public_dict()}


@app.get("/")
async def home() -> Response:
    return await app.send_static_file("index.html")


@app.get("/sign-in")
async def sign_in() -> Response:
    return redirect_to_sign_in(return_back_url="/")


@app.post("/sign-out")
async def end_session() -> Response:
    return await sign_out()
