"""The application of the adapter contract in Litestar, with WebSockets."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Sequence
from itertools import cycle
from typing import Annotated, Any, cast

from litestar import (
    Controller,
    Litestar,
    MediaType,
    Request,
    Response,
    Router,
    WebSocket,
    asgi,
    get,
    post,
    route,
    websocket,
)
from litestar.params import Body
from litestar.response import Stream
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Scope, Send

from clerk_core import AsyncAnyAuth, WebhookVerificationError, verify_webhook
from clerk_core import litestar as clerk_litestar
from clerk_core.litestar import (
    APIKey,
    Auth,
    ClerkClient,
    ClerkPlugin,
    CurrentUser,
    SignedIn,
    auth,
    clerk_client,
    current_organization,
    current_user,
    protect,
    redirect_to_sign_in,
    redirect_to_sign_up,
    redirect_to_tasks,
    require_auth,
    sign_out,
)
from clerk_core.testing.contract import (
    API_KEY_FORMS,
    GUARDED_ROUTES,
    LINKS,
    PUBLIC_HEADERS,
    AsgiSite,
    describe_any_auth,
    describe_auth,
    parse_accepts_token,
)

AnyRequest = Request[Any, Any, Any]
Socket = WebSocket[Any, Any, Any]


class RefusedError(Exception):
    pass


def build(**options: Any) -> AsgiSite:
    return site(application(plugins=[ClerkPlugin(**options)]))


def site(app: Litestar) -> AsgiSite:
    # Litestar types the messages of ASGI one by one.
    return AsgiSite(cast("Any", app))


def application(handlers: Sequence[Any] = (), **config: Any) -> Litestar:
    return Litestar(
        [*_open, *_guarded(), *_special, *_sockets, *handlers],
        exception_handlers={RefusedError: handle},
        **config,
    )


@route(["/", "/index"], http_method=["GET", "POST", "OPTIONS"], status_code=200)
async def index(request: AnyRequest) -> dict[str, object]:
    return describe_auth(auth(request))


@route("/", http_method="HEAD", status_code=200)
async def index_head() -> None:
    pass


@get("/pending", sync_to_thread=True)
def pending(request: AnyRequest) -> dict[str, object]:
    return describe_auth(auth(request, treat_pending_as_signed_out=False))


@get("/user")
async def signed_in_user(request: AnyRequest) -> dict[str, Any] | None:
    users = [await current_user(request) for _ in range(3)]
    assert users[0] is users[1] is users[2]
    return users[0].to_public_dict() if users[0] else None


async def resolve(state: AsyncAnyAuth | Awaitable[AsyncAnyAuth]) -> AsyncAnyAuth:
    """Await the state if it is awaitable, which depends on `accepts_token`."""
    return await state if isinstance(state, Awaitable) else state


@get("/program")
async def program(request: AnyRequest) -> dict[str, object]:
    accepts = parse_accepts_token(request.query_params["accepts"])
    states = [
        describe_any_auth(await resolve(auth(request, accepts_token=accepts))) for _ in range(3)
    ]
    assert states[0] == states[1] == states[2]
    return states[0]


@get("/programs")
async def programs(request: AnyRequest) -> list[dict[str, object]]:
    return [describe_any_auth(await auth(request, accepts_token=form)) for form in API_KEY_FORMS]


@get("/token")
async def token(request: AnyRequest) -> dict[str, object]:
    return {"token": await auth(request).get_token(template="supabase")}


@post("/webhook", status_code=200)
async def webhook(request: AnyRequest) -> Response[Any]:
    try:
        event = verify_webhook(dict(request.headers), await request.body())
    except WebhookVerificationError as error:
        return Response(error.message, status_code=400, media_type=MediaType.TEXT)
    return Response({"type": event.type})


@route("/to-sign-in", http_method=["GET", "POST"], status_code=200)
async def to_sign_in(request: AnyRequest) -> Response[bytes]:
    return redirect_to_sign_in(request, request.query_params.get("back"))


@get("/organization")
async def organization(request: AnyRequest) -> dict[str, Any] | None:
    found = [await current_organization(request) for _ in range(3)]
    assert found[0] is found[1] is found[2]
    return found[0].to_public_dict() if found[0] else None


@get("/protected")
async def protected(request: AnyRequest) -> dict[str, object]:
    return describe_auth(protect(request, role="org:admin"))


@get("/auth/public")
async def auth_public(request: AnyRequest) -> dict[str, object]:
    return auth(request).to_public_dict()


@get("/links")
async def links(request: AnyRequest) -> dict[str, object]:
    return {name: getattr(clerk_litestar, name)(request) for name in LINKS}


@get("/to-sign-up")
async def to_sign_up(request: AnyRequest) -> Response[bytes]:
    return redirect_to_sign_up(request)


@get("/to-tasks")
async def to_tasks(request: AnyRequest) -> Response[bytes]:
    return redirect_to_tasks(request)


@route("/sign-out", http_method=["GET", "POST"], status_code=200)
async def to_sign_out(request: AnyRequest) -> Response[bytes]:
    return await sign_out(request, request.query_params.get("to", "/"))


@post("/order", guards=[require_auth()], status_code=200)
async def order(request: AnyRequest, data: Annotated[dict[str, int], Body()]) -> dict[str, object]:
    return {"number": data["number"]}


@route("/called", http_method=["GET", "POST"], guards=[require_auth()], status_code=200)
async def called(signed_in: SignedIn) -> dict[str, object]:
    return describe_auth(signed_in)


@route("/options", http_method=["GET", "OPTIONS"], guards=[require_auth()], status_code=200)
async def with_options(request: AnyRequest) -> dict[str, object]:
    return describe_auth(auth(request))


def _handler(path: str, guards: Any) -> Any:
    @get(path, guards=guards)
    async def show_auth(request: AnyRequest) -> dict[str, object]:
        return describe_auth(auth(request))

    return show_auth


def _sync_handler(path: str, guards: Any) -> Any:
    @get(path, guards=guards, sync_to_thread=True)
    def show_auth_in_thread(request: AnyRequest) -> dict[str, object]:
        return describe_auth(auth(request))

    return show_auth_in_thread


def _controller(at: str, guarded_by: Any) -> Any:
    class Guarded(Controller):
        path = at
        guards = guarded_by

        @get()
        async def show_auth(self, auth: Auth) -> dict[str, object]:
            return describe_auth(auth)

    return Guarded


def _router(path: str, guards: Any) -> Any:
    return Router(path, route_handlers=[_handler("/", None)], guards=guards)


def _mounted(path: str, guards: Any) -> Any:
    @asgi(path, is_mount=True, guards=guards, copy_scope=True)
    async def mounted(scope: Scope, receive: Receive, send: Send) -> None:
        request: AnyRequest = Request(scope)
        response = Response(describe_auth(auth(request)))
        await response.to_asgi_response(None, request)(scope, receive, send)

    return mounted


def _guarded() -> list[Any]:
    forms = cycle([_handler, _sync_handler, _controller, _router, _mounted])
    return [
        order,
        called,
        with_options,
        *(
            form(path, [require_auth(**required)])
            for (path, required), form in zip(GUARDED_ROUTES.items(), forms, strict=False)
        ),
    ]


@get("/user/json")
async def user_json(current_user: CurrentUser) -> Response[Any]:
    return Response(current_user)


@get("/auth/json")
async def auth_json(auth: Auth) -> Response[Any]:
    return Response(auth)


@get("/crash")
async def crash(request: AnyRequest) -> None:
    raise RuntimeError(f"crashed with {clerk_client(request).settings.secret_key}")


@get("/refused")
async def refused() -> None:
    raise RefusedError


def handle(request: AnyRequest, error: Exception) -> Response[Any]:
    return Response(describe_auth(auth(request)), status_code=418)


@get("/unknown-user")
async def unknown_user(clerk_client: ClerkClient) -> str:
    return (await clerk_client.users.get("nobody")).id


@get("/stream")
async def stream(request: AnyRequest) -> Stream:
    async def parts() -> AsyncIterator[str]:
        yield "It is "
        yield str(auth(request).user_id)

    return Stream(parts())


@get("/cookies", media_type=MediaType.TEXT)
async def cookies() -> Response[str]:
    response = Response("set")
    response.set_cookie("first", "1")
    response.set_cookie("second", "2")
    return response


@get("/public")
async def public(request: AnyRequest) -> ASGIResponse:
    response = Response(describe_auth(auth(request))).to_asgi_response(None, request)
    for name, value in PUBLIC_HEADERS:
        response.headers.add(name, value)
    return response


kept_response = Response("kept", headers={"cache-control": "max-age=60"}, media_type=MediaType.TEXT)


@get("/kept")
async def kept() -> Response[str]:
    return kept_response


@get("/client")
async def client(request: AnyRequest) -> dict[str, object]:
    return {"publishable_key": clerk_client(request).settings.publishable_key}


@get("/key")
async def key(api_key: APIKey) -> dict[str, object]:
    return {"subject": api_key.subject}


@websocket("/ws")
async def open_socket(socket: Socket) -> None:
    await socket.accept()
    await socket.send_json(describe_auth(auth(socket)))
    await socket.close()


@websocket("/ws/guarded", guards=[require_auth()])
async def guarded_socket(socket: Socket, signed_in: SignedIn) -> None:
    await socket.accept()
    await socket.send_json(describe_auth(signed_in))
    await socket.close()


@websocket("/ws/user")
async def user_socket(socket: Socket, current_user: CurrentUser) -> None:
    await socket.accept()
    await socket.send_text(str(current_user and current_user.first_name))
    await socket.close()


_open: list[Any] = [
    *(index, index_head, pending, signed_in_user, program, programs, token, webhook, to_sign_in),
    *(organization, protected, auth_public, links, to_sign_up, to_tasks, to_sign_out),
]
_special: list[Any] = [
    *(user_json, auth_json, crash, refused, unknown_user, stream, cookies, public, kept, client),
    key,
]
_sockets: list[Any] = [open_socket, guarded_socket, user_socket]
