"""The demo application without a framework (PEP 3333): the four things that this library is for.

Every view is a WSGI application of its own; who is asking is in its environ.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING
from wsgiref.util import application_uri

from clerk_core import Options, Visit, WsgiMiddleware
from clerk_core.demo import routes
from clerk_core.demo.outside_service import claims_of
from clerk_core.demo.pages import page, sign_out_page
from clerk_core.demo.plain import html_response, json_response, redirect, static_response
from clerk_core.edges.wsgi import RequireAuth, respond

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def create_app(options: Options, sign_out_url: str, service_key: str) -> WsgiMiddleware:
    """The application, for the instance that `options` name.

    `sign_out_url` is the account portal's page. `service_key` is the PEM with which the outside
    service of the second example checks the tokens that it gets.
    """
    views: dict[tuple[str, str], WSGIApplication] = {
        ("GET", routes.ME): me,
        ("GET", routes.EXTERNAL): RequireAuth(partial(external, service_key)),
        ("GET", routes.PROFILE): profile,
        ("POST", routes.RENAME): rename,
        ("GET", routes.HOME): home,
        ("GET", routes.SIGN_IN): sign_in,
        ("GET", routes.SIGN_OUT): partial(sign_out, sign_out_url),
    }

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        route = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        return views.get(route, static)(environ, start_response)

    return WsgiMiddleware(app, **options)


def me(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Protect an endpoint."""
    visit: Visit = environ["clerk"]
    user_id = visit.auth().user_id
    if user_id is None:
        return respond(json_response({"error": "Sign in first."}, 401), environ, start_response)
    return respond(json_response({"userId": user_id}), environ, start_response)


def external(
    service_key: str, environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    """Get a token for an outside service."""
    visit: Visit = environ["clerk"]
    claims = claims_of(visit.auth().get_token(template="supabase"), service_key)
    return respond(
        json_response({"template": "supabase", "claims": claims}), environ, start_response
    )


def profile(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Know the current user."""
    visit: Visit = environ["clerk"]
    user = visit.current_user()
    if user is None:
        return respond(json_response({"error": "Sign in first."}, 401), environ, start_response)
    shown = {"id": user.id, "emailAddress": user.email_addresses[0].email_address}
    return respond(json_response(shown), environ, start_response)


def rename(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Speak to the Backend API."""
    visit: Visit = environ["clerk"]
    user_id = visit.auth().user_id
    if user_id is None:
        return respond(json_response({"error": "Sign in first."}, 401), environ, start_response)
    user = visit.client.users.update(user_id, first_name="Clerk", last_name="Cookie")
    return respond(json_response(user.to_public_dict()), environ, start_response)


def home(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """The page from which to try the four."""
    visit: Visit = environ["clerk"]
    content = page("wsgi", visit.auth(), visit.current_user())
    return respond(html_response(content), environ, start_response)


def sign_in(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """To the account portal, and from there back home."""
    visit: Visit = environ["clerk"]
    return respond(visit.redirect_to_sign_in(application_uri(environ)), environ, start_response)


def sign_out(
    sign_out_url: str, environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    """To the account portal's own page for it."""
    location = sign_out_page(sign_out_url, application_uri(environ))
    return respond(redirect(location), environ, start_response)


def static(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """What the page loads."""
    return respond(static_response(environ["PATH_INFO"]), environ, start_response)
