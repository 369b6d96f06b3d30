"""The demo application in FastAPI: the four things that this library is for, as one writes them.

Who is asking is what an endpoint depends on.
"""

from __future__ import annotations

from fastapi import APIRouter, FastAPI, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from clerk_core import Options
from clerk_core.demo import routes
from clerk_core.demo.outside_service import claims_of
from clerk_core.demo.pages import PAGE_HEADERS, page, sign_out_page, static_file
from clerk_fastapi import Auth, Clerk, ClerkClient, CurrentUser, SignedIn, redirect_to_sign_in

api = APIRouter()
site = APIRouter(include_in_schema=False)


def create_app(options: Options, sign_out_url: str, service_key: str) -> FastAPI:
    """The application, for the instance that `options` name.

    `sign_out_url` is the account portal's page. `service_key` is the PEM with which the outside
    service of the second example checks the tokens that it gets.
    """
    app = FastAPI(title="clerk-core demo")
    app.state.sign_out_url = sign_out_url
    app.state.service_key = service_key
    Clerk(app, **options)
    app.include_router(api)
    app.include_router(site)
    return app


@api.get(routes.ME)
async def me(auth: Auth) -> dict[str, str]:
    """Protect an endpoint."""
    if auth.user_id is None:
        raise HTTPException(401, "Sign in first.")
    return {"userId": auth.user_id}


@api.get(routes.EXTERNAL)
async def external(auth: SignedIn, request: Request) -> dict[str, object]:
    """Get a token for an outside service."""
    token = await auth.get_token(template="supabase")
    return {"template": "supabase", "claims": claims_of(token, request.app.state.service_key)}


@api.get(routes.PROFILE)
async def profile(user: CurrentUser) -> dict[str, str | None]:
    """Know the current user."""
    if user is None:
        raise HTTPException(401, "Sign in first.")
    return {"id": user.id, "emailAddress": user.email_addresses[0].email_address}


@api.post(routes.RENAME)
async def rename(auth: SignedIn, clerk: ClerkClient) -> dict[str, object]:
    """Speak to the Backend API."""
    user = await clerk.users.update(auth.user_id, first_name="Clerk", last_name="Cookie")
    return user.to_public_dict()


@site.get(routes.HOME)
async def home(auth: Auth, user: CurrentUser) -> HTMLResponse:
    """The page from which to try the four."""
    return HTMLResponse(page("fastapi", auth, user), headers=PAGE_HEADERS)


@site.get(routes.SIGN_IN)
async def sign_in(request: Request) -> Response:
    """To the account portal, and from there back home."""
    return await redirect_to_sign_in(request, return_back_url=str(request.url_for("home")))


@site.get(routes.SIGN_OUT)
async def sign_out(request: Request) -> RedirectResponse:
    """To the account portal's own page for it."""
    sign_out_url = request.app.state.sign_out_url
    return RedirectResponse(sign_out_page(sign_out_url, str(request.base_url)), 302)


@site.get(f"{routes.STATIC}/{{name}}")
async def static(name: str) -> Response:
    """What the page loads."""
    found = static_file(name)
    if found is None:
        raise HTTPException(404)
    content_type, text = found
    return Response(text, media_type=content_type)
