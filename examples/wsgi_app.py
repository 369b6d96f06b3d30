"""Clerk in a WSGI application without a framework: four endpoints, and a page to try them on.

Set CLERK_PUBLISHABLE_KEY and CLERK_SECRET_KEY, and run it:

    python examples/wsgi_app.py
"""

import json
import mimetypes
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from clerk_core import Response, WsgiMiddleware
from clerk_core.wsgi import RequireAuth, request_auth, respond

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

STATIC = Path(__file__).with_name("static")


def json_response(document: object, status: int = 200) -> Response:
    headers = [("content-type", "application/json")]
    return Response(status, headers, json.dumps(document).encode())


# 1. Protect an endpoint
def me(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    document = {"userId": request_auth(environ).auth().require().user_id}
    return respond(json_response(document), environ, start_response)


# 2. Get a token for another service, from a JWT template
def external(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    token = request_auth(environ).auth().get_token(template="supabase") or ""
    document = {"authorization": f"Bearer {token[:20]}…"}
    return respond(json_response(document), environ, start_response)


# 3. Know the current user
def profile(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    user = request_auth(environ).current_user()
    document = {"user": user.to_public_dict() if user else None}
    return respond(json_response(document), environ, start_response)


# 4. Call the Backend API
def rename(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    found = request_auth(environ)
    user_id = found.auth().require().user_id
    user = found.client.users.update(user_id, first_name="Clerk", last_name="Cookie")
    return respond(json_response({"user": user.to_public_dict()}), environ, start_response)


def sign_in(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    return respond(request_auth(environ).redirect_to_sign_in("/"), environ, start_response)


def sign_out(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    return respond(request_auth(environ).sign_out(), environ, start_response)


def static(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    name = environ["PATH_INFO"].removeprefix("/static/").removeprefix("/") or "index.html"
    file = STATIC / name
    if "/" in name or not file.is_file():
        return respond(json_response({"error": "Not found."}, 404), environ, start_response)
    content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    response = Response(200, [("content-type", content_type)], file.read_bytes())
    return respond(response, environ, start_response)


VIEWS: "dict[tuple[str, str], WSGIApplication]" = {
    ("GET", "/api/me"): RequireAuth(me),
    ("GET", "/api/external"): RequireAuth(external),
    ("GET", "/api/profile"): RequireAuth(profile),
    ("POST", "/api/rename"): RequireAuth(rename),
    ("GET", "/sign-in"): sign_in,
    ("POST", "/sign-out"): sign_out,
}


def route(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    view = VIEWS.get((environ["REQUEST_METHOD"], environ["PATH_INFO"]), static)
    return view(environ, start_response)


app = WsgiMiddleware(route)

if __name__ == "__main__":
    from wsgiref.simple_server import make_server

    with make_server("localhost", 8000, app) as server:
        server.serve_forever()
