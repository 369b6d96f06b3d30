"""The demo application without a framework, on ASGI: the four things that this library is for.

Every view is an ASGI application of its own; who is asking is in its scope.
"""

from __future__ import annotations

from functools import partial

from clerk_core import AsgiMiddleware, AsyncVisit, Options
from clerk_core.demo import routes
from clerk_core.demo.outside_service import claims_of
from clerk_core.demo.pages import page, sign_out_page
from clerk_core.demo.plain import html_response, json_response, redirect, static_response
from clerk_core.edges.asgi import ASGIApp, Receive, RequireAuth, Scope, Send, respond


def create_app(options: Options, sign_out_url: str, service_key: str) -> AsgiMiddleware:
    """The application, for the instance that `options` name.

    `sign_out_url` is the account portal's page. `service_key` is the PEM with which the outside
    service of the second example checks the tokens that it gets.
    """
    views: dict[tuple[str, str], ASGIApp] = {
        ("GET", routes.ME): me,
        ("GET", routes.EXTERNAL): RequireAuth(partial(external, service_key)),
        ("GET", routes.PROFILE): profile,
        ("POST", routes.RENAME): rename,
        ("GET", routes.HOME): home,
        ("GET", routes.SIGN_IN): sign_in,
        ("GET", routes.SIGN_OUT): partial(sign_out, sign_out_url),
    }

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await lifespan(receive, send)
        else:
            await views.get((scope["method"], scope["path"]), static)(scope, receive, send)

    return AsgiMiddleware(app, **options)


async def me(scope: Scope, receive: Receive, send: Send) -> None:
    """Protect an endpoint."""
    visit: AsyncVisit = scope["clerk"]
    user_id = visit.auth().user_id
    if user_id is None:
        return await respond(json_response({"error": "Sign in first."}, 401), scope, send)
    return await respond(json_response({"userId": user_id}), scope, send)


async def external(service_key: str, scope: Scope, receive: Receive, send: Send) -> None:
    """Get a token for an outside service."""
    visit: AsyncVisit = scope["clerk"]
    claims = claims_of(await visit.auth().get_token(template="supabase"), service_key)
    await respond(json_response({"template": "supabase", "claims": claims}), scope, send)


async def profile(scope: Scope, receive: Receive, send: Send) -> None:
    """Know the current user."""
    visit: AsyncVisit = scope["clerk"]
    user = await visit.current_user()
    if user is None:
        return await respond(json_response({"error": "Sign in first."}, 401), scope, send)
    shown = {"id": user.id, "emailAddress": user.email_addresses[0].email_address}
    return await respond(json_response(shown), scope, send)


async def rename(scope: Scope, receive: Receive, send: Send) -> None:
    """Speak to the Backend API."""
    visit: AsyncVisit = scope["clerk"]
    user_id = visit.auth().user_id
    if user_id is None:
        return await respond(json_response({"error": "Sign in first."}, 401), scope, send)
    user = await visit.client.users.update(user_id, first_name="Clerk", last_name="Cookie")
    return await respond(json_response(user.to_public_dict()), scope, send)


async def home(scope: Scope, receive: Receive, send: Send) -> None:
    """The page from which to try the four."""
    visit: AsyncVisit = scope["clerk"]
    content = page("asgi", visit.auth(), await visit.current_user())
    await respond(html_response(content), scope, send)


async def sign_in(scope: Scope, receive: Receive, send: Send) -> None:
    """To the account portal, and from there back home."""
    visit: AsyncVisit = scope["clerk"]
    await respond(await visit.redirect_to_sign_in(routes.HOME), scope, send)


async def sign_out(sign_out_url: str, scope: Scope, receive: Receive, send: Send) -> None:
    """To the account portal's own page for it."""
    host = dict(scope["headers"])[b"host"].decode("latin-1")
    home_url = f"{scope['scheme']}://{host}{routes.HOME}"
    await respond(redirect(sign_out_page(sign_out_url, home_url)), scope, send)


async def static(scope: Scope, receive: Receive, send: Send) -> None:
    """What the page loads."""
    await respond(static_response(scope["path"]), scope, send)


async def lifespan(receive: Receive, send: Send) -> None:
    """Tell the server that there is nothing to start or to stop."""
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})
