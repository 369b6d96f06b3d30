"""Behaviour specific to Starlette: endpoints, mounts, middleware, the lifespan."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from http.client import HTTPConnection as HttpClient
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from anyio import from_thread
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.endpoints import HTTPEndpoint, WebSocketEndpoint
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Subprotocol

import clerk_core
from clerk_core import AsyncClerk, ConfigurationError
from clerk_core.asgi import Message, Receive, Scope, Send
from clerk_core.starlette import (
    ClerkMiddleware,
    as_response,
    auth,
    clerk_client,
    current_user,
    install,
    redirect_to_sign_in,
    require_auth,
)
from clerk_core.testing._instance import Instance
from clerk_core.testing._tokens import (
    ADMIN,
    HOST,
    PAGE,
    bearer,
    other_rsa_key,
    public_pem,
    publishable_key,
    token,
)
from clerk_core.testing.contract import AdapterContract, AsgiSite, WebSockets
from tests.adapters import starlette_site
from tests.adapters.conftest import Serve
from tests.adapters.servers import running_uvicorn
from tests.adapters.starlette_site import open_socket

OTHER_KEY = publishable_key("other-otter-2.clerk.accounts.dev")


class TestStarlette(AdapterContract, WebSockets):
    awaits = True
    limits: ClassVar = {"crash-headers": "Unhandled errors are answered outside of all middleware."}

    def make(self, **options: Any) -> AsgiSite:
        return starlette_site.build(**options)

    def require_auth(self, **required: Any) -> object:
        return require_auth(**required)

    make_sockets = make


async def me(request: Request) -> Response:
    return JSONResponse({"user_id": auth(request).user_id})


ServeRoutes = Callable[..., AsgiSite]


@pytest.fixture
def serve_routes(instance: Instance, serve: Serve) -> ServeRoutes:
    """Return a function that serves an application of these routes with Clerk installed."""

    def start(*routes: BaseRoute, **over: Any) -> AsgiSite:
        app = Starlette(routes=routes, middleware=[_clerk(instance)], **over)
        return serve(app)

    return start


def _clerk(instance: Instance, **over: Any) -> Middleware:
    return Middleware(ClerkMiddleware, **{**instance.options(), **over})


def _other_clerk(instance: Instance) -> Middleware:
    return _clerk(instance, publishable_key=OTHER_KEY, jwt_key=public_pem(other_rsa_key()))


def _other_bearer(user_id: str) -> tuple[str, str]:
    return bearer(user_id, key=other_rsa_key())


# --- installing ----------------------------------------------------------------------------------


def _with_add_middleware(**options: Any) -> Starlette:
    app = Starlette(routes=[Route("/", me)])
    app.add_middleware(ClerkMiddleware, **options)
    return app


def _with_middleware_list(**options: Any) -> Starlette:
    return Starlette(routes=[Route("/", me)], middleware=[Middleware(ClerkMiddleware, **options)])


def _with_install(**options: Any) -> Starlette:
    app = Starlette(routes=[Route("/", me)])
    install(app, **options)
    return app


def _with_clerk_core_install(**options: Any) -> Starlette:
    app = Starlette(routes=[Route("/", me)])
    clerk_core.install(app, **options)
    return app


each_installation = pytest.mark.parametrize(
    "make_app",
    [_with_add_middleware, _with_middleware_list, _with_install, _with_clerk_core_install],
)


@each_installation
def test_installed_clerk_authenticates_requests(
    make_app: Callable[..., Starlette], serve: Serve, instance: Instance
) -> None:
    site = serve(make_app(**instance.options()))

    assert site.visit("/", bearer("user_7")).user_id == "user_7"
    assert site.visit("/", PAGE).status == 307
    assert site.visit("/").headers.get_all("x-clerk-auth-status") == ["signed-out"]


@each_installation
def test_missing_secret_key_fails_startup_with_message(
    make_app: Callable[..., Starlette], serve: Serve
) -> None:
    with pytest.raises(AssertionError, match=r"lifespan\.startup\.failed.*CLERK_SECRET_KEY"):
        serve(make_app())


def test_missing_secret_key_fails_requests_without_lifespan() -> None:
    # Some servers run without a lifespan.
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    with pytest.raises(ConfigurationError, match="CLERK_SECRET_KEY"):
        asyncio.run(_with_add_middleware()(_scope(), _nothing, send))
    assert [message["status"] for message in sent if "status" in message] == [500]


def test_functions_without_middleware_raise_helpful_error() -> None:
    request = Request(_scope())
    calls: list[Callable[[], object]] = [
        partial(auth, request),
        partial(clerk_client, request),
        lambda: asyncio.run(current_user(request)),
        partial(redirect_to_sign_in, request),
        lambda: asyncio.run(require_auth(me)(request)),
    ]

    for call in calls:
        with pytest.raises(ConfigurationError, match=r"add_middleware\(ClerkMiddleware\)"):
            call()


def test_guarded_mount_without_middleware_responds_500(serve: Serve) -> None:
    app = Starlette(routes=[Mount("/staff", require_auth(Starlette(routes=[Route("/", me)])))])

    assert serve(app).visit("/staff/", bearer()).status == 500


def _scope() -> Scope:
    return {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}


async def _nothing() -> Message:
    return {"type": "http.request"}


# --- endpoints -----------------------------------------------------------------------------------


def test_guarded_coroutine_function_runs_on_event_loop(serve_routes: ServeRoutes) -> None:
    @require_auth
    async def thread(request: Request) -> Response:
        return JSONResponse({"user_id": auth(request).user_id, "thread": threading.get_ident()})

    site = serve_routes(Route("/", thread))

    first, second = site.visit("/", bearer("user_7")), site.visit("/", bearer("user_7"))
    assert first.json() == second.json()
    assert first.user_id == "user_7"
    assert site.visit("/").status == 401


def test_guarded_function_runs_in_thread_without_blocking_event_loop(
    serve_routes: ServeRoutes,
) -> None:
    meeting = threading.Barrier(2, timeout=30)

    @require_auth
    def meet(request: Request) -> Response:
        meeting.wait()
        return JSONResponse({"user_id": auth(request).user_id})

    site = serve_routes(Route("/", meet))

    with ThreadPoolExecutor(2) as pool:
        visits = [pool.submit(site.visit, "/", bearer(user)) for user in ("user_7", "user_8")]
        assert [visit.result().user_id for visit in visits] == ["user_7", "user_8"]
    assert site.visit("/").status == 401


def test_partial_function_is_guarded(serve_routes: ServeRoutes) -> None:
    async def later(request: Request, word: str) -> Response:
        return PlainTextResponse(word)

    def now(request: Request, word: str) -> Response:
        return PlainTextResponse(word)

    site = serve_routes(
        Route("/later", require_auth(partial(later, word="aloha"))),
        Route("/now", require_auth(plan="gold")(partial(now, word="mahalo"))),
    )

    assert site.visit("/later", bearer()).content == b"aloha"
    assert site.visit("/now", bearer(pla="u:gold")).content == b"mahalo"
    assert site.visit("/later").status == site.visit("/now").status == 401
    assert site.visit("/now", bearer()).status == 403


class Orders(HTTPEndpoint):
    """Orders."""

    async def get(self, request: Request) -> Response:
        return await me(request)

    @require_auth
    async def post(self, request: Request) -> Response:
        return await me(request)

    @require_auth(role="org:admin")
    def delete(self, request: Request) -> Response:
        return JSONResponse({"user_id": auth(request).user_id})


def test_guard_of_endpoint_class_covers_all_methods(serve_routes: ServeRoutes) -> None:
    site = serve_routes(Route("/orders", require_auth(Orders)))

    assert site.visit("/orders").status == site.visit("/orders", method="POST").status == 401
    assert site.visit("/orders", method="PATCH").status == 401
    assert site.visit("/orders", bearer("user_7")).user_id == "user_7"
    assert site.visit("/orders", bearer("user_7"), method="POST").user_id == "user_7"
    assert site.visit("/orders", bearer("user_7"), method="PATCH").status == 405


def test_guard_of_endpoint_method_covers_only_that_method(serve_routes: ServeRoutes) -> None:
    site = serve_routes(Route("/orders", Orders))

    assert site.visit("/orders").user_id is None
    assert site.visit("/orders", method="POST").status == 401
    assert site.visit("/orders", bearer("user_7"), method="POST").user_id == "user_7"
    assert site.visit("/orders", bearer(), method="DELETE").status == 403
    assert site.visit("/orders", bearer(**ADMIN), method="DELETE").user_id == "user_1"


def test_guarded_endpoint_keeps_name_and_url(serve_routes: ServeRoutes) -> None:
    @require_auth
    async def order(request: Request) -> Response:
        """One order."""
        return PlainTextResponse(str(request.path_params["number"] + 1))

    async def index(request: Request) -> Response:
        urls = request.app.url_path_for("order", number=3), request.app.url_path_for("all")
        return JSONResponse(urls)

    site = serve_routes(
        Route("/", index),
        Route("/orders/{number:int}", order),
        Route("/orders", require_auth(Orders), name="all"),
    )

    assert (order.__name__, order.__doc__) == ("order", "One order.")
    assert site.visit("/").json() == ["/orders/3", "/orders"]
    assert site.visit("/orders/3", bearer()).content == b"4"


def test_guarded_class_keeps_name_and_docstring() -> None:
    guarded: Any = require_auth(Orders)

    assert (guarded.__name__, guarded.__doc__) == ("Orders", "Orders.")


def test_require_auth_rejects_unknown_requirement() -> None:
    with pytest.raises(TypeError, match="roles"):
        require_auth(roles="org:admin")  # type: ignore[call-overload]


def test_as_response_keeps_repeated_headers() -> None:
    cookies = [("set-cookie", "first=1"), ("set-cookie", "second=2")]

    translated = as_response(clerk_core.Response(302, [("location", "/"), *cookies]))

    assert translated.headers.getlist("set-cookie") == ["first=1", "second=2"]
    assert (translated.status_code, translated.headers["location"]) == (302, "/")


def test_options_for_error_is_raised_when_error_page_calls_auth() -> None:
    def find_tenant(request: object) -> Any:
        raise LookupError("The database is down.")

    async def error_page(request: Request, error: Exception) -> Response:
        return JSONResponse({"user_id": auth(request).user_id}, 500)

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        raise AssertionError(message)

    app = Starlette(exception_handlers={Exception: error_page})
    app.add_middleware(ClerkMiddleware, options_for=find_tenant)
    scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""}

    with pytest.raises(LookupError, match="The database is down"):
        asyncio.run(app(scope, receive, send))


# --- mounted applications ------------------------------------------------------------------------


def test_guard_of_mounted_application_covers_all_paths(serve_routes: ServeRoutes) -> None:
    staff = Starlette(routes=[Route("/", me), Route("/{number:int}", me)])
    site = serve_routes(Mount("/staff", require_auth(role="org:admin")(staff)))

    for path in ("/staff/", "/staff/3", "/staff/no-such-page"):
        assert site.visit(path).status == 401
        assert site.visit(path, bearer()).status == 403
    assert site.visit("/staff/3", bearer("user_7", **ADMIN)).user_id == "user_7"
    assert site.visit("/staff/no-such-page", bearer(**ADMIN)).status == 404


def test_mounted_asgi_function_is_guarded(serve_routes: ServeRoutes) -> None:
    async def plain(scope: Scope, receive: Receive, send: Send) -> None:
        await JSONResponse({"user_id": auth(Request(scope)).user_id})(scope, receive, send)

    site = serve_routes(Mount("/plain", require_auth(plain)))

    assert site.visit("/plain/").status == 401
    assert site.visit("/plain/", bearer("user_7")).user_id == "user_7"


def test_mounted_static_files_are_guarded(serve_routes: ServeRoutes, tmp_path: Path) -> None:
    (tmp_path / "plan.txt").write_text("the plan")
    site = serve_routes(Mount("/files", require_auth(StaticFiles(directory=tmp_path))))

    assert site.visit("/files/plan.txt").status == 401
    assert site.visit("/files/plan.txt", bearer()).content == b"the plan"


def test_sign_in_redirect_of_mounted_application_returns_to_its_url(
    serve_routes: ServeRoutes,
) -> None:
    shop = Starlette(routes=[Route("/cart", redirect_to_sign_in)])
    site = serve_routes(Mount("/shop", shop))

    location = site.visit("/shop/cart", prefix="/apps").header("location")

    assert "redirect_url=http%3A%2F%2Flocalhost%2Fapps%2Fshop%2Fcart" in location


def test_mounted_application_of_another_instance_has_its_own_users(
    serve_routes: ServeRoutes, instance: Instance
) -> None:
    other = Starlette(
        routes=[Route("/", me), Route("/guarded", require_auth(me))],
        middleware=[_other_clerk(instance)],
    )
    site = serve_routes(Route("/", me), Mount("/other", other))

    assert site.visit("/", bearer("user_7")).user_id == "user_7"
    assert site.visit("/", _other_bearer("user_8")).user_id is None
    assert site.visit("/other/", bearer("user_7")).user_id is None
    assert site.visit("/other/", _other_bearer("user_8")).user_id == "user_8"
    assert site.visit("/other/guarded", _other_bearer("user_8")).user_id == "user_8"
    assert site.visit("/other/guarded", bearer("user_7")).status == 401


# --- other middleware ----------------------------------------------------------------------------


class Stamp(BaseHTTPMiddleware):
    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        response = await call_next(request)
        response.headers["x-user"] = str(auth(request).user_id)
        return response


@pytest.mark.parametrize("is_outside", [True, False])
def test_base_http_middleware_gets_user(serve: Serve, instance: Instance, is_outside: bool) -> None:
    stamp, clerk = Middleware(Stamp), _clerk(instance)
    order = [stamp, clerk] if is_outside else [clerk, stamp]
    site = serve(Starlette(routes=[Route("/", require_auth(me))], middleware=order))

    passed, refused = site.visit("/", bearer("user_7")), site.visit("/")

    assert (passed.user_id, passed.header("x-user")) == ("user_7", "user_7")
    assert (refused.status, refused.header("x-user")) == (401, "None")
    assert refused.headers.get_all("x-clerk-auth-status") == ["signed-out"]


def test_middleware_around_mounted_application_of_other_instance_keeps_its_own_user(
    serve: Serve, instance: Instance
) -> None:
    other = Starlette(routes=[Route("/", me)], middleware=[_other_clerk(instance)])
    middleware = [_clerk(instance), Middleware(Stamp)]
    site = serve(Starlette(routes=[Mount("/other", other)], middleware=middleware))

    mine, theirs = (
        site.visit("/other/", bearer("user_7")),
        site.visit("/other/", _other_bearer("user_8")),
    )

    assert (mine.user_id, mine.header("x-user")) == (None, "user_7")
    assert (theirs.user_id, theirs.header("x-user")) == ("user_8", "None")


def test_base_http_middleware_can_refuse_request_before_endpoint(
    serve: Serve, instance: Instance
) -> None:
    class StaffOnly(BaseHTTPMiddleware):
        async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
            if not auth(request).has(role="org:admin"):
                return redirect_to_sign_in(request)
            return await call_next(request)

    middleware = [_clerk(instance), Middleware(StaffOnly)]
    site = serve(Starlette(routes=[Route("/", me)], middleware=middleware))

    assert site.visit("/", bearer("user_7", **ADMIN)).user_id == "user_7"
    refused = site.visit("/")
    assert refused.status == 302
    assert refused.header("x-clerk-auth-status") == "signed-out"


def test_error_handlers_get_user(serve_routes: ServeRoutes) -> None:
    async def forbid(request: Request) -> Response:
        raise HTTPException(403)

    async def crash(request: Request) -> Response:
        raise LookupError("not today")

    async def handle(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return JSONResponse({"user_id": auth(request).user_id}, status)

    site = serve_routes(
        Route("/forbidden", forbid),
        Route("/crash", crash),
        exception_handlers={403: handle, 404: handle, 500: handle},
    )

    for path, status in (("/forbidden", 403), ("/no-such-page", 404), ("/crash", 500)):
        answer = site.visit(path, bearer("user_7"))
        assert (answer.status, answer.json()) == (status, {"user_id": "user_7"})


def test_background_task_gets_user_of_its_request(
    serve_routes: ServeRoutes, instance: Instance
) -> None:
    done: list[str] = []

    async def work(request: Request) -> None:
        user = await current_user(request)
        done.append(f"{auth(request).user_id}: {user and user.first_name}")

    def work_in_a_thread(request: Request) -> None:
        done.append(str(auth(request).user_id))

    async def start(request: Request) -> Response:
        return Response(background=BackgroundTask(work, request))

    @require_auth
    def start_in_a_thread(request: Request) -> Response:
        return Response(background=BackgroundTask(work_in_a_thread, request))

    site = serve_routes(Route("/", start), Route("/thread", start_in_a_thread))

    site.visit("/", bearer("user_7"))
    site.visit("/thread", bearer("user_8"))
    site.visit("/")
    assert done == ["user_7: First of user_7", "user_8", "None: None"]


def test_function_in_thread_can_get_current_user(serve_routes: ServeRoutes) -> None:
    @require_auth
    def name(request: Request) -> Response:
        user = from_thread.run(current_user, request)
        return PlainTextResponse(str(user and user.first_name))

    assert serve_routes(Route("/", name)).visit("/", bearer("user_7")).content == b"First of user_7"


# --- the lifespan --------------------------------------------------------------------------------


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record events in order, such as the closing of connections."""
    events: list[str] = []
    close = httpx.AsyncHTTPTransport.aclose

    async def close_and_record(transport: httpx.AsyncHTTPTransport) -> None:
        events.append("connections closed")
        await close(transport)

    monkeypatch.setattr(httpx.AsyncHTTPTransport, "aclose", close_and_record)
    return events


async def name_of_user(request: Request) -> Response:
    user = await current_user(request)
    return PlainTextResponse(str(user and user.first_name))


def test_lifespan_shutdown_closes_connections(instance: Instance, events: list[str]) -> None:
    app = Starlette(routes=[Route("/", name_of_user)], middleware=[_clerk(instance)])
    site = AsgiSite(app)

    assert site.visit("/", bearer("user_7")).content == b"First of user_7"
    assert events == []
    site.close()
    assert events == ["connections closed"]


def test_application_lifespan_can_call_clerk_before_connections_close(
    instance: Instance, events: list[str]
) -> None:
    clients: list[AsyncClerk] = []

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, str]]:
        events.append("started")
        yield {"word": "aloha"}
        events.append(f"stopped by {(await clients[0].users.get('user_8')).first_name}")

    async def index(request: Request) -> Response:
        clients.append(clerk_client(request))
        return PlainTextResponse("")

    app = Starlette(routes=[Route("/", index)], middleware=[_clerk(instance)], lifespan=lifespan)
    site = AsgiSite(app)
    site.visit("/", bearer("user_7"))
    site.close()

    assert events == ["started", "stopped by First of user_8", "connections closed"]


def test_startup_failure_of_application_is_reported(
    serve_routes: ServeRoutes,
) -> None:
    def connect_database() -> None:
        raise LookupError("no database")

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        connect_database()
        yield

    with pytest.raises(AssertionError, match=r"(?s)lifespan\.startup\.failed.*no database"):
        serve_routes(lifespan=lifespan)


def test_shutdown_failure_of_application_is_reported_and_connections_close(
    instance: Instance, events: list[str]
) -> None:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        raise LookupError("no database")

    app = Starlette(
        routes=[Route("/", name_of_user)], middleware=[_clerk(instance)], lifespan=lifespan
    )
    site = AsgiSite(app)
    site.visit("/", bearer("user_7"))

    with pytest.raises(AssertionError, match=r"(?s)lifespan\.shutdown\.failed.*no database"):
        site.close()
    assert events == ["connections closed"]


# --- WebSockets ----------------------------------------------------------------------------------


def test_each_form_of_websocket_endpoint_is_guarded(serve_routes: ServeRoutes) -> None:
    class Chat(WebSocketEndpoint):
        async def on_connect(self, websocket: WebSocket) -> None:
            await open_socket(websocket)

    class Staff(WebSocketEndpoint):
        @require_auth(role="org:admin")
        async def on_connect(self, websocket: WebSocket) -> None:
            await open_socket(websocket)

    admin = require_auth(role="org:admin")
    site = serve_routes(
        WebSocketRoute("/function", admin(open_socket)),
        WebSocketRoute("/class", admin(Chat)),
        WebSocketRoute("/method", Staff),
        Mount("/mount", admin(Starlette(routes=[WebSocketRoute("/", open_socket)]))),
    )

    for path in ("/function", "/class", "/method", "/mount/"):
        assert not site.connect(path).accepted
        assert not site.connect(path, bearer()).accepted
        passed = site.connect(path, bearer("user_7", **ADMIN))
        assert passed.json()["user_id"] == "user_7"


# --- a real server -------------------------------------------------------------------------------


def _refused(url: str, *headers: tuple[str, str]) -> Any:
    with pytest.raises(InvalidStatus) as refused, connect(url, additional_headers=headers):
        pass
    return refused.value.response


def test_uvicorn_serves_pages_redirects_and_websockets(instance: Instance) -> None:
    app = starlette_site.application(**instance.options(), websocket_subprotocol="clerk")

    @require_auth
    async def chat(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text(str(auth(websocket).user_id))
        async for word in websocket.iter_text():
            await websocket.send_text(word)

    admin = require_auth(role="org:admin")(open_socket)
    app.router.routes += [WebSocketRoute("/chat", chat), WebSocketRoute("/admin", admin)]

    with running_uvicorn(app) as port:
        client = HttpClient("127.0.0.1", port, timeout=20)
        client.request("GET", "/guarded?page=2", headers=dict([PAGE]))
        page = client.getresponse()
        page.read()
        client.request("GET", "/guarded", headers=dict([bearer("user_7")]))
        page_of_user = client.getresponse().read()
        client.close()
        url = f"ws://127.0.0.1:{port}"
        signed_out = _refused(f"{url}/chat")
        member = _refused(f"{url}/admin", bearer())
        offered = [Subprotocol("clerk"), Subprotocol(token("user_7"))]
        with connect(f"{url}/chat", subprotocols=offered) as opened:
            opened.send("aloha")
            messages = [opened.recv(timeout=20), opened.recv(timeout=20)]

    assert page.status == 307
    assert page.headers["location"].startswith(f"https://{HOST}/v1/client/handshake?")
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-clerk-auth-reason"] == "dev-browser-missing"
    assert page.headers["set-cookie"].startswith("__clerk_redirect_count=1;")
    assert json.loads(page_of_user)["user_id"] == "user_7"
    assert signed_out.status_code == 401
    assert signed_out.headers["www-authenticate"] == "Bearer"
    assert signed_out.headers["x-clerk-auth-reason"] == "dev-browser-missing"
    assert json.loads(signed_out.body)["errors"][0]["code"] == "unauthenticated"
    assert member.status_code == 403
    assert opened.subprotocol == "clerk"
    assert messages == ["user_7", "aloha"]


def test_missing_secret_key_stopsrunning_uvicorn() -> None:
    with (
        pytest.raises(AssertionError, match="did not start"),
        running_uvicorn(_with_add_middleware()),
    ):
        pass
