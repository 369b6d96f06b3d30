"""The demo application in Quart: the four things that this library is for, as one writes them."""

from __future__ import annotations

from typing import cast

from quart import (
    Blueprint,
    Quart,
    Response,
    abort,
    current_app,
    jsonify,
    redirect,
    request,
    url_for,
)
from quart.typing import ResponseReturnValue

from clerk_core import Options
from clerk_core.demo import routes
from clerk_core.demo.outside_service import claims_of
from clerk_core.demo.pages import PAGE_HEADERS, page, sign_out_page, static_file
from clerk_quart import Clerk, auth, clerk_client, current_user, redirect_to_sign_in, require_auth

site = Blueprint("site", __name__)
api = Blueprint("api", __name__)


def create_app(options: Options, sign_out_url: str, service_key: str) -> Quart:
    """The application, for the instance that `options` name.

    `sign_out_url` is the account portal's page. `service_key` is the PEM with which the outside
    service of the second example checks the tokens that it gets.
    """
    app = Quart(__name__, static_folder=None)
    app.config["SIGN_OUT_URL"] = sign_out_url
    app.config["SERVICE_KEY"] = service_key
    Clerk(app, **options)
    app.register_blueprint(site)
    app.register_blueprint(api)
    return app


@api.get(routes.ME)
async def me() -> ResponseReturnValue:
    """Protect an endpoint."""
    user_id = auth().user_id
    if user_id is None:
        return jsonify(error="Sign in first."), 401
    return jsonify(userId=user_id)


@api.get(routes.EXTERNAL)
@require_auth
async def external() -> ResponseReturnValue:
    """Get a token for an outside service."""
    token = await auth().get_token(template="supabase")
    service_key = cast("str", current_app.config["SERVICE_KEY"])
    return jsonify(template="supabase", claims=claims_of(token, service_key))


@api.get(routes.PROFILE)
async def profile() -> ResponseReturnValue:
    """Know the current user."""
    user = await current_user()
    if user is None:
        return jsonify(error="Sign in first."), 401
    return jsonify(id=user.id, emailAddress=user.email_addresses[0].email_address)


@api.post(routes.RENAME)
async def rename() -> ResponseReturnValue:
    """Speak to the Backend API."""
    user_id = auth().user_id
    if user_id is None:
        return jsonify(error="Sign in first."), 401
    user = await clerk_client().users.update(user_id, first_name="Clerk", last_name="Cookie")
    return jsonify(user.to_public_dict())


@site.get(routes.HOME)
async def home() -> ResponseReturnValue:
    """The page from which to try the four."""
    return page("quart", auth(), await current_user()), PAGE_HEADERS


@site.get(routes.SIGN_IN)
async def sign_in() -> ResponseReturnValue:
    """To the account portal, and from there back home."""
    return await redirect_to_sign_in(return_back_url=url_for("site.home"))


@site.get(routes.SIGN_OUT)
async def sign_out() -> ResponseReturnValue:
    """To the account portal's own page for it."""
    sign_out_url = cast("str", current_app.config["SIGN_OUT_URL"])
    return redirect(sign_out_page(sign_out_url, request.host_url))


@site.get(f"{routes.STATIC}/<name>")
async def static(name: str) -> ResponseReturnValue:
    """What the page loads."""
    found = static_file(name)
    if found is None:
        abort(404)
    content_type, text = found
    return Response(text, content_type=content_type)
