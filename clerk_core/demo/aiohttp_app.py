"""The demo application in aiohttp: the four things that this library is for, as one writes them."""

from __future__ import annotations

from aiohttp import web

from clerk_aiohttp import (
    auth,
    clerk_client,
    current_user,
    redirect_to_sign_in,
    require_auth,
    setup,
)
from clerk_core import Options
from clerk_core.demo import routes
from clerk_core.demo.outside_service import claims_of
from clerk_core.demo.pages import PAGE_HEADERS, page, sign_out_page, static_file

SIGN_OUT_URL = web.AppKey("sign_out_url", str)
SERVICE_KEY = web.AppKey("service_key", str)

site = web.RouteTableDef()


def create_app(options: Options, sign_out_url: str, service_key: str) -> web.Application:
    """The application, for the instance that `options` name.

    `sign_out_url` is the account portal's page. `service_key` is the PEM with which the outside
    service of the second example checks the tokens that it gets.
    """
    app = web.Application()
    app[SIGN_OUT_URL] = sign_out_url
    app[SERVICE_KEY] = service_key
    setup(app, **options)
    app.add_routes(site)
    return app


@site.get(routes.ME)
async def me(request: web.Request) -> web.Response:
    """Protect an endpoint."""
    user_id = auth(request).user_id
    if user_id is None:
        return web.json_response({"error": "Sign in first."}, status=401)
    return web.json_response({"userId": user_id})


@site.get(routes.EXTERNAL)
@require_auth
async def external(request: web.Request) -> web.Response:
    """Get a token for an outside service."""
    token = await auth(request).get_token(template="supabase")
    claims = claims_of(token, request.app[SERVICE_KEY])
    return web.json_response({"template": "supabase", "claims": claims})


@site.get(routes.PROFILE)
async def profile(request: web.Request) -> web.Response:
    """Know the current user."""
    user = await current_user(request)
    if user is None:
        return web.json_response({"error": "Sign in first."}, status=401)
    email_address = user.email_addresses[0].email_address
    return web.json_response({"id": user.id, "emailAddress": email_address})


@site.post(routes.RENAME)
async def rename(request: web.Request) -> web.Response:
    """Speak to the Backend API."""
    user_id = auth(request).user_id
    if user_id is None:
        return web.json_response({"error": "Sign in first."}, status=401)
    users = clerk_client(request).users
    user = await users.update(user_id, first_name="Clerk", last_name="Cookie")
    return web.json_response(user.to_public_dict())


@site.get(routes.HOME, name="home")
async def home(request: web.Request) -> web.Response:
    """The page from which to try the four."""
    content = page("aiohttp", auth(request), await current_user(request))
    return web.Response(text=content, content_type="text/html", headers=PAGE_HEADERS)


@site.get(routes.SIGN_IN)
async def sign_in(request: web.Request) -> web.Response:
    """To the account portal, and from there back home."""
    home_url = request.app.router["home"].url_for()
    return await redirect_to_sign_in(request, return_back_url=str(home_url))


@site.get(routes.SIGN_OUT)
async def sign_out(request: web.Request) -> web.Response:
    """To the account portal's own page for it."""
    home_url = f"{request.scheme}://{request.host}{request.app.router['home'].url_for()}"
    raise web.HTTPFound(sign_out_page(request.app[SIGN_OUT_URL], home_url))


@site.get(f"{routes.STATIC}/{{name}}")
async def static(request: web.Request) -> web.Response:
    """What the page loads."""
    found = static_file(request.match_info["name"])
    if found is None:
        raise web.HTTPNotFound
    content_type, text = found
    return web.Response(body=text.encode(), headers={"content-type": content_type})
