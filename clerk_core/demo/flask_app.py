"""The demo application in Flask: the four things that this library is for, as one writes them."""

from __future__ import annotations

import jwt
from flask import Blueprint, Flask, Response, current_app, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from clerk_core import Options
from clerk_core.demo.pages import PAGE_HEADERS, page, static_file
from clerk_flask import Clerk, auth, clerk_client, current_user, redirect_to_sign_in, require_auth

site = Blueprint("site", __name__)
api = Blueprint("api", __name__, url_prefix="/api")


def create_app(options: Options, sign_out_url: str, service_key: str) -> Flask:
    """The application, for the instance that `options` name.

    `sign_out_url` is the account portal's page. `service_key` is the PEM with which the outside
    service of the second example checks the tokens that it gets.
    """
    app = Flask(__name__, static_folder=None)
    app.config.update(SIGN_OUT_URL=sign_out_url, SERVICE_KEY=service_key)
    Clerk(app, **options)
    app.register_blueprint(site)
    app.register_blueprint(api)
    return app


@api.get("/me")
def me() -> ResponseReturnValue:
    """Protect an endpoint."""
    if not auth().is_authenticated:
        return jsonify(error="Sign in first."), 401
    return jsonify(userId=auth().user_id)


@api.get("/external")
@require_auth
def external() -> ResponseReturnValue:
    """Get a token for an outside service."""
    token = auth().get_token(template="supabase")
    # A real application sends it: headers={"Authorization": f"Bearer {token}"}. The service then
    # checks it like this, and goes by its claims.
    key = current_app.config["SERVICE_KEY"]
    claims = jwt.decode(token or "", key, algorithms=["RS256"], audience="authenticated")
    return jsonify(template="supabase", claims=claims)


@api.get("/profile")
def profile() -> ResponseReturnValue:
    """Know the current user."""
    user = current_user()
    if user is None:
        return jsonify(error="Sign in first."), 401
    return jsonify(id=user.id, emailAddress=user.email_addresses[0].email_address)


@api.post("/rename")
def rename() -> ResponseReturnValue:
    """Speak to the Backend API."""
    who = auth()
    if not who.is_authenticated:
        return jsonify(error="Sign in first."), 401
    user = clerk_client().users.update(who.user_id, first_name="Clerk", last_name="Cookie")
    return jsonify(user.to_public_dict())


@site.get("/")
def home() -> ResponseReturnValue:
    """The page from which to try the four."""
    return page(auth(), current_user()), PAGE_HEADERS


@site.get("/sign-in")
def sign_in() -> BaseResponse:
    """To the account portal, and from there back home."""
    return redirect_to_sign_in(return_back_url=url_for("site.home"))


@site.get("/sign-out")
def sign_out() -> BaseResponse:
    """To the account portal's own page for it."""
    return redirect(f"{current_app.config['SIGN_OUT_URL']}?redirect_url={request.host_url}")


@site.get("/static/<name>")
def static(name: str) -> Response:
    """What the page loads."""
    found = static_file(name)
    if found is None:
        raise NotFound
    content_type, text = found
    return Response(text, content_type=content_type)
