"""The demo application in Starlette: the four things that this library is for, as one writes them.

The word for each is asked of the request.
"""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from clerk_core import Options
from clerk_core.demo import routes
from clerk_core.demo.outside_service import claims_of
from clerk_core.demo.pages import PAGE_HEADERS, page, sign_out_page, static_file
from clerk_starlette import (
    ClerkMiddleware,
    auth,
    clerk_client,
    current_user,
    redirect_to_sign_in,
    require_auth,
)


async def me(request: Request) -> Response:
    """Protect an endpoint."""
    user_id = auth(request).user_id
    if user_id is None:
        return JSONResponse({"error": "Sign in first."}, 401)
    return JSONResponse({"userId": user_id})


@require_auth
async def external(request: Request) -> Response:
    """Get a token for an outside service."""
    token = await auth(request).get_token(template="supabase")
    claims = claims_of(token, request.app.state.service_key)
    return JSONResponse({"template": "supabase", "claims": claims})


async def profile(request: Request) -> Response:
    """Know the current user."""
    user = await current_user(request)
    if user is None:
        return JSONResponse({"error": "Sign in first."}, 401)
    return JSONResponse({"id": user.id, "emailAddress": user.email_addresses[0].email_address})


async def rename(request: Request) -> Response:
    """Speak to the Backend API."""
    user_id = auth(request).user_id
    if user_id is None:
        return JSONResponse({"error": "Sign in first."}, 401)
    users = clerk_client(request).users
    user = await users.update(user_id, first_name="Clerk", last_name="Cookie")
    return JSONResponse(user.to_public_dict())


async def home(request: Request) -> Response:
    """The page from which to try the four."""
    content = page("starlette", auth(request), await current_user(request))
    return HTMLResponse(content, headers=PAGE_HEADERS)


async def sign_in(request: Request) -> Response:
    """To the account portal, and from there back home."""
    return await redirect_to_sign_in(request, return_back_url=str(request.url_for("home")))


async def sign_out(request: Request) -> Response:
    """To the account portal's own page for it."""
    sign_out_url = request.app.state.sign_out_url
    return RedirectResponse(sign_out_page(sign_out_url, str(request.base_url)), 302)


async def static(request: Request) -> Response:
    """What the page loads."""
    found = static_file(request.path_params["name"])
    if found is None:
        raise HTTPException(404)
    content_type, text = found
    return Response(text, media_type=content_type)


def create_app(options: Options, sign_out_url: str, service_key: str) -> Starlette:
    """The application, for the instance that `options` name.

    `sign_out_url` is the account portal's page. `service_key` is the PEM with which the outside
    service of the second example checks the tokens that it gets.
    """
    app = Starlette(
        routes=[
            Route(routes.ME, me),
            Route(routes.EXTERNAL, external),
            Route(routes.PROFILE, profile),
            Route(routes.RENAME, rename, methods=["POST"]),
            Route(routes.HOME, home),
            Route(routes.SIGN_IN, sign_in),
            Route(routes.SIGN_OUT, sign_out),
            Route(f"{routes.STATIC}/{{name}}", static),
        ],
        middleware=[Middleware(ClerkMiddleware, **options)],
    )
    app.state.sign_out_url = sign_out_url
    app.state.service_key = service_key
    return app
