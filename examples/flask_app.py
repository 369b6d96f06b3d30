"""Clerk in Flask: an API of four endpoints, and a page to try them on.

Set CLERK_PUBLISHABLE_KEY and CLERK_SECRET_KEY, and run it:

    flask --app examples/flask_app run
"""

from flask import Flask, Response

from clerk_core.flask import (
    auth,
    clerk_client,
    current_user,
    install,
    redirect_to_sign_in,
    require_auth,
    sign_out,
)

app = Flask(__name__)
install(app)


# 1. Protect an endpoint
@app.get("/api/me")
@require_auth
def me() -> dict[str, str]:
    return {"userId": auth().require().user_id}


# 2. Get a token for another service, from a JWT template
@app.get("/api/external")
@require_auth
def external() -> dict[str, str]:
    token = auth().get_token(template="supabase") or ""
    return {"authorization": f"Bearer {token[:20]}…"}


# 3. Know the current user
@app.get("/api/profile")
@require_auth
def profile() -> dict[str, object]:
    user = current_user()
    return {"user": user.to_public_dict() if user else None}


# 4. Call the Backend API
@app.post("/api/rename")
@require_auth
def rename() -> dict[str, object]:
    user_id = auth().require().user_id
    user = clerk_client().users.update(user_id, first_name="Clerk", last_name="Cookie")
    return {"user": user.to_public_dict()}


@app.get("/")
def home() -> Response:
    return app.send_static_file("index.html")


@app.get("/sign-in")
def sign_in() -> Response:
    return redirect_to_sign_in(return_back_url="/")


@app.post("/sign-out")
def end_session() -> Response:
    return sign_out()
