"""The application of `clerk_core.testing`, of no framework: plain WSGI."""

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
from clerk_core.testing import (
    API_KEY_FORMS,
    GUARDED_ROUTES,
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


def answering(view: Callable[[RequestAuth, WSGIEnvironment], Response]) -> WSGIApplication:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return respond(view(environ["clerk"], environ), environ, start_response)

    return app


def parameter(environ: WSGIEnvironment, name: str) -> str | None:
    return dict(parse_qsl(environ["QUERY_STRING"])).get(name)


@answering
def index(visit: RequestAuth, environ: WSGIEnvironment) -> Response:
    return document(describe_auth(visit.auth()))


@answering
def pending(visit: RequestAuth, environ: WSGIEnvironment) -> Response:
    return document(describe_auth(visit.auth(treat_pending_as_signed_out=False)))


@answering
def user(visit: RequestAuth, environ: WSGIEnvironment) -> Response:
    asked = [visit.current_user() for _ in range(3)]
    assert asked[0] is asked[1] is asked[2]
    return document(asked[0].to_public_dict() if asked[0] else None)


@answering
def program(visit: RequestAuth, environ: WSGIEnvironment) -> Response:
    accepts = parse_accepts_token(parameter(environ, "accepts") or "")
    asked = [describe_any_auth(visit.auth(accepts_token=accepts)) for _ in range(3)]
    assert asked[0] == asked[1] == asked[2]
    return document(asked[0])


@answering
def programs(visit: RequestAuth, environ: WSGIEnvironment) -> Response:
    return document(
        [describe_any_auth(visit.auth(accepts_token=accepts)) for accepts in API_KEY_FORMS]
    )


@answering
def token(visit: RequestAuth, environ: WSGIEnvironment) -> Response:
    return document({"token": visit.auth().get_token(template="supabase")})


@answering
def webhook(visit: RequestAuth, environ: WSGIEnvironment) -> Response:
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    try:
        event = verify_webhook(request_from_environ(environ).headers, body)
    except WebhookVerificationError as error:
        return document(error.message, 400)
    return document({"type": event.type})


@answering
def order(visit: RequestAuth, environ: WSGIEnvironment) -> Response:
    sent = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
    return document({"number": sent["number"]})


@answering
def to_sign_in(visit: RequestAuth, environ: WSGIEnvironment) -> Response:
    return visit.redirect_to_sign_in(parameter(environ, "back"))


@answering
def user_json(visit: RequestAuth, environ: WSGIEnvironment) -> Response:
    return document(visit.current_user())


@answering
def auth_json(visit: RequestAuth, environ: WSGIEnvironment) -> Response:
    return document(visit.auth())


@answering
def crash(visit: RequestAuth, environ: WSGIEnvironment) -> Response:
    raise RuntimeError(f"crashed with {visit.client.settings.secret_key} at hand")


@answering
def refused(visit: RequestAuth, environ: WSGIEnvironment) -> Response:
    raise RefusedError


@answering
def unknown_user(visit: RequestAuth, environ: WSGIEnvironment) -> Response:
    return document(visit.client.users.get("nobody").id)


@answering
def not_found(visit: RequestAuth, environ: WSGIEnvironment) -> Response:
    return document("There is no such page.", 404)


@answering
def allowed(visit: RequestAuth, environ: WSGIEnvironment) -> Response:
    return Response(200, [("allow", "GET, HEAD, OPTIONS, POST")])


def stream(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
    visit: RequestAuth = environ["clerk"]
    start_response("200 OK", [("content-type", "text/plain")])
    yield b"It is "
    yield str(visit.auth().user_id).encode()


def cookies(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    write = start_response("200 OK", [("set-cookie", "first=1"), ("set-cookie", "second=2")])
    write(b"set")
    return []


@answering
def public(visit: RequestAuth, environ: WSGIEnvironment) -> Response:
    page = document(describe_auth(visit.auth()))
    return Response(page.status, [*page.headers, *PUBLIC_HEADERS], page.content)


kept_headers = [("content-type", "text/plain"), ("cache-control", "max-age=60")]


def kept(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", kept_headers)
    return [b"kept"]


@answering
def client(visit: RequestAuth, environ: WSGIEnvironment) -> Response:
    return document({"publishable_key": visit.client.settings.publishable_key})


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
    view = VIEWS.get(environ["PATH_INFO"], not_found)
    if environ["REQUEST_METHOD"] == "OPTIONS" and not isinstance(view, RequireAuth):
        view = allowed
    try:
        return view(environ, start_response)
    except RefusedError:
        visit: RequestAuth = environ["clerk"]
        return respond(document(describe_auth(visit.auth()), 418), environ, start_response)
