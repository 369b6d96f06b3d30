"""The application of the adapter contract in plain WSGI."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from clerk_core import (
    RequestAuth,
    Response,
    WebhookVerificationError,
    WsgiMiddleware,
    verify_webhook,
)
from clerk_core.testing.contract import (
    API_KEY_FORMS,
    GUARDED_ROUTES,
    LINKS,
    PUBLIC_HEADERS,
    WsgiSite,
    describe_any_auth,
    describe_auth,
    parse_accepts_token,
)
from clerk_core.wsgi import RequireAuth, request_from_environ, respond

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class RefusedError(Exception):
    pass


def build(**options: Any) -> WsgiSite:
    app = WsgiMiddleware(site, **options)
    return WsgiSite(app, app.close)


def document(content: object, status: int = 200) -> Response:
    headers = [("content-type", "application/json")]
    return Response(status, headers, json.dumps(content).encode())


def view(function: Callable[[RequestAuth, WSGIEnvironment], Response]) -> WSGIApplication:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return respond(function(environ["clerk"], environ), environ, start_response)

    return app


def parameter(environ: WSGIEnvironment, name: str) -> str | None:
    return dict(parse_qsl(environ["QUERY_STRING"])).get(name)


@view
def index(request_auth: RequestAuth, environ: WSGIEnvironment) -> Response:
    return document(describe_auth(request_auth.auth()))


@view
def pending(request_auth: RequestAuth, environ: WSGIEnvironment) -> Response:
    return document(describe_auth(request_auth.auth(treat_pending_as_signed_out=False)))


@view
def user(request_auth: RequestAuth, environ: WSGIEnvironment) -> Response:
    users = [request_auth.current_user() for _ in range(3)]
    assert users[0] is users[1] is users[2]
    return document(users[0].to_public_dict() if users[0] else None)


@view
def program(request_auth: RequestAuth, environ: WSGIEnvironment) -> Response:
    accepts = parse_accepts_token(parameter(environ, "accepts") or "")
    states = [describe_any_auth(request_auth.auth(accepts_token=accepts)) for _ in range(3)]
    assert states[0] == states[1] == states[2]
    return document(states[0])


@view
def programs(request_auth: RequestAuth, environ: WSGIEnvironment) -> Response:
    return document(
        [describe_any_auth(request_auth.auth(accepts_token=accepts)) for accepts in API_KEY_FORMS]
    )


@view
def token(request_auth: RequestAuth, environ: WSGIEnvironment) -> Response:
    return document({"token": request_auth.auth().get_token(template="supabase")})


@view
def webhook(request_auth: RequestAuth, environ: WSGIEnvironment) -> Response:
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    try:
        event = verify_webhook(request_from_environ(environ).headers, body)
    except WebhookVerificationError as error:
        return document(error.message, 400)
    return document({"type": event.type})


@view
def order(request_auth: RequestAuth, environ: WSGIEnvironment) -> Response:
    sent = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
    return document({"number": sent["number"]})


@view
def to_sign_in(request_auth: RequestAuth, environ: WSGIEnvironment) -> Response:
    return request_auth.redirect_to_sign_in(parameter(environ, "back"))


@view
def organization(request_auth: RequestAuth, environ: WSGIEnvironment) -> Response:
    found = [request_auth.current_organization() for _ in range(3)]
    assert found[0] is found[1] is found[2]
    return document(found[0].to_public_dict() if found[0] else None)


@view
def protected(request_auth: RequestAuth, environ: WSGIEnvironment) -> Response:
    return document(describe_auth(request_auth.protect(role="org:admin")))


@view
def auth_public(request_auth: RequestAuth, environ: WSGIEnvironment) -> Response:
    return document(request_auth.auth().to_public_dict())


@view
def links(request_auth: RequestAuth, environ: WSGIEnvironment) -> Response:
    return document({name: getattr(request_auth, name)() for name in LINKS})


@view
def to_sign_up(request_auth: RequestAuth, environ: WSGIEnvironment) -> Response:
    return request_auth.redirect_to_sign_up()


@view
def to_tasks(request_auth: RequestAuth, environ: WSGIEnvironment) -> Response:
    return request_auth.redirect_to_tasks()


@view
def to_sign_out(request_auth: RequestAuth, environ: WSGIEnvironment) -> Response:
    return request_auth.sign_out(parameter(environ, "to") or "/")


@view
def user_json(request_auth: RequestAuth, environ: WSGIEnvironment) -> Response:
    return document(request_auth.current_user())


@view
def auth_json(request_auth: RequestAuth, environ: WSGIEnvironment) -> Response:
    return document(request_auth.auth())


@view
def crash(request_auth: RequestAuth, environ: WSGIEnvironment) -> Response:
    raise RuntimeError(f"crashed with {request_auth.client.settings.secret_key}")


@view
def refused(request_auth: RequestAuth, environ: WSGIEnvironment) -> Response:
    raise RefusedError


@view
def unknown_user(request_auth: RequestAuth, environ: WSGIEnvironment) -> Response:
    return document(request_auth.client.users.get("nobody").id)


@view
def not_found(request_auth: RequestAuth, environ: WSGIEnvironment) -> Response:
    return document("There is no such page.", 404)


@view
def allowed(request_auth: RequestAuth, environ: WSGIEnvironment) -> Response:
    return Response(200, [("allow", "GET, HEAD, OPTIONS, POST")])


def stream(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
    request_auth: RequestAuth = environ["clerk"]
    start_response("200 OK", [("content-type", "text/plain")])
    yield b"It is "
    yield str(request_auth.auth().user_id).encode()


def cookies(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    write = start_response("200 OK", [("set-cookie", "first=1"), ("set-cookie", "second=2")])
    write(b"set")
    return []


@view
def public(request_auth: RequestAuth, environ: WSGIEnvironment) -> Response:
    page = document(describe_auth(request_auth.auth()))
    return Response(page.status, [*page.headers, *PUBLIC_HEADERS], page.content)


kept_headers = [("content-type", "text/plain"), ("cache-control", "max-age=60")]


def kept(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", kept_headers)
    return [b"kept"]


@view
def client(request_auth: RequestAuth, environ: WSGIEnvironment) -> Response:
    return document({"publishable_key": request_auth.client.settings.publishable_key})


VIEWS: dict[str, WSGIApplication] = {
    "/": index,
    "/pending": pending,
    "/called": RequireAuth(index),
    "/order": RequireAuth(order),
    "/options": RequireAuth(index),
    **{path: RequireAuth(index, **required) for path, required in GUARDED_ROUTES.items()},
    "/user": user,
    "/user/json": user_json,
    "/auth/json": auth_json,
    "/to-sign-in": to_sign_in,
    "/organization": organization,
    "/protected": protected,
    "/auth/public": auth_public,
    "/links": links,
    "/to-sign-up": to_sign_up,
    "/to-tasks": to_tasks,
    "/sign-out": to_sign_out,
    "/program": program,
    "/programs": programs,
    "/token": token,
    "/webhook": webhook,
    "/crash": crash,
    "/refused": refused,
    "/unknown-user": unknown_user,
    "/stream": stream,
    "/cookies": cookies,
    "/public": public,
    "/kept": kept,
    "/client": client,
}


def site(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    app = VIEWS.get(environ["PATH_INFO"], not_found)
    if environ["REQUEST_METHOD"] == "OPTIONS" and not isinstance(app, RequireAuth):
        app = allowed
    try:
        return app(environ, start_response)
    except RefusedError:
        request_auth: RequestAuth = environ["clerk"]
        return respond(document(describe_auth(request_auth.auth()), 418), environ, start_response)
