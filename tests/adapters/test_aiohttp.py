"""The adapter contract for aiohttp, and behaviour specific to aiohttp."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

import clerk_core
from clerk_core import AsyncClerk, ConfigurationError
from clerk_core.aiohttp import (
    CLERK,
    auth,
    clerk_client,
    current_user,
    install,
    redirect_to_sign_in,
    require_auth,
)
from clerk_core.testing._contract.base import query_of
from clerk_core.testing._contract.installing import OTHER_INSTANCE
from clerk_core.testing._held_connection import HeldConnection
from clerk_core.testing._instance import Instance
from clerk_core.testing._tokens import (
    ADMIN,
    HOST,
    PAGE,
    SECRET_KEY,
    bearer,
    browser_cookies,
    cookie,
    other_rsa_key,
    public_pem,
    publishable_key,
    show,
    token,
)
from clerk_core.testing.contract import AdapterContract, WebSockets
from tests.adapters import aiohttp_site
from tests.adapters.aiohttp_site import AiohttpSite

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[web.Application], AiohttpSite]
MakeApp = Callable[..., web.Application]

LIVE_KEY = publishable_key("clerk.app.example", "live")
PATIENCE = 10


class TestContract(AdapterContract):
    awaits = True

    def make(self, **options: Any) -> AiohttpSite:
        return aiohttp_site.build(**options)

    def require_auth(self, **required: Any) -> object:
        return require_auth(**required)


class TestWebSockets(WebSockets):
    def make_sockets(self, **options: Any) -> AiohttpSite:
        return aiohttp_site.build(**options)


@pytest.fixture
def make_app(instance: Instance) -> MakeApp:
    """Return a function that installs Clerk into an application, by default a new one."""

    def make(app: web.Application | None = None, **over: Any) -> web.Application:
        app = web.Application() if app is None else app
        install(app, **{**instance.options(), **over})
        return app

    return make


@pytest.fixture
def app(make_app: MakeApp) -> web.Application:
    return make_app()


@pytest.fixture
def other(make_app: MakeApp) -> web.Application:
    """Return an application of another instance, which responds with the user id."""
    other = make_app(**OTHER_INSTANCE)
    other.router.add_get("/", me)
    return other


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Yield a function that serves an application until the end of the test."""
    with ExitStack() as sites:

        def start(app: web.Application) -> AiohttpSite:
            site = AiohttpSite(app)
            sites.callback(site.close)
            return site

        yield start


async def me(request: web.Request) -> web.Response:
    return web.json_response({"user_id": auth(request).user_id})


async def name_of_current_user(request: web.Request) -> web.Response:
    user = await current_user(request)
    return web.json_response(user.first_name if user else None)


def other_bearer(user_id: str) -> tuple[str, str]:
    return bearer(user_id, key=other_rsa_key())


# --- installing ----------------------------------------------------------------------------------


def test_client_is_available_from_application(
    app: web.Application, serve: Serve, instance: Instance
) -> None:
    seen: list[AsyncClerk] = []
    names: list[str | None] = []

    async def start(app: web.Application) -> None:
        seen.append(app[CLERK].client)
        names.append((await app[CLERK].client.users.get("user_7")).first_name)

    async def index(request: web.Request) -> web.Response:
        seen.extend([request.app[CLERK].client, clerk_client(request)])
        return web.Response()

    app.on_startup.append(start)
    app.router.add_get("/", index)
    serve(app).visit("/")

    assert len(seen) == 3
    assert len(set(map(id, seen))) == 1
    assert names == ["First of user_7"]


def test_missing_secret_key_fails_installation() -> None:
    with pytest.raises(ConfigurationError, match="CLERK_SECRET_KEY"):
        install(web.Application())


def test_installing_again_replaces_options(
    app: web.Application, make_app: MakeApp, serve: Serve
) -> None:
    app.router.add_get("/", me)
    make_app(app, jwt_key=public_pem(other_rsa_key()))
    site = serve(app)

    assert site.visit("/").headers.get_all("x-clerk-auth-status") == ["signed-out"]
    assert site.visit("/", bearer("user_7")).user_id is None
    assert site.visit("/", other_bearer("user_8")).user_id == "user_8"


def test_clerk_core_install_supports_aiohttp(serve: Serve, instance: Instance) -> None:
    app = web.Application()
    app.router.add_get("/", me)
    clerk_core.install(app, **instance.options())

    assert serve(app).visit("/", bearer("user_7")).user_id == "user_7"


@pytest.mark.parametrize("handler", [me, name_of_current_user, require_auth(me)])
def test_handlers_without_installed_clerk_raise_helpful_error(
    handler: Handler, serve: Serve
) -> None:
    app = web.Application(middlewares=[report_configuration_error])
    app.router.add_get("/", handler)

    assert "clerk_core.aiohttp.install(app)" in serve(app).visit("/", bearer()).content.decode()


def test_redirect_and_client_without_installed_clerk_raise_helpful_error() -> None:
    request = make_mocked_request("GET", "/")

    with pytest.raises(ConfigurationError, match=r"clerk_core\.aiohttp\.install\(app\)"):
        clerk_client(request)
    with pytest.raises(ConfigurationError, match=r"clerk_core\.aiohttp\.install\(app\)"):
        redirect_to_sign_in(request)


@web.middleware
async def report_configuration_error(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except ConfigurationError as error:
        return web.Response(text=str(error))


def test_repr_of_application_and_client_contains_no_secret_key(app: web.Application) -> None:
    assert SECRET_KEY not in f"{app!r} {app[CLERK]!r} {app[CLERK].client!r}"


# --- shutdown ------------------------------------------------------------------------------------


def test_cleanup_closes_connections_to_clerk(
    make_app: MakeApp,
) -> None:
    with HeldConnection() as held:
        app = make_app(api_url=held.url)
        app.router.add_get("/user", name_of_current_user)
        site = AiohttpSite(app)
        assert site.visit("/user", bearer("user_7")).json() == "First of user_7"
        assert not held.closed.is_set()

        site.close()

        assert held.closed.wait(PATIENCE)


def test_cleanup_contexts_can_call_clerk_before_connections_close(
    make_app: MakeApp,
) -> None:
    done: list[str | None] = []

    async def call_clerk(app: web.Application) -> AsyncIterator[None]:
        yield
        done.append((await app[CLERK].client.users.get("user_7")).first_name)

    async def fail(app: web.Application) -> AsyncIterator[None]:
        yield
        done.append("failed")
        raise LookupError

    with HeldConnection() as held:
        app = web.Application()
        app.cleanup_ctx.append(call_clerk)
        make_app(app, api_url=held.url)
        app.cleanup_ctx.append(fail)
        site = AiohttpSite(app)

        with pytest.raises(LookupError):
            site.close()

        assert held.closed.wait(PATIENCE)
    assert done == ["failed", "First of user_7"]


# --- handlers ------------------------------------------------------------------------------------


def test_guard_of_view_class_covers_all_methods(app: web.Application, serve: Serve) -> None:
    routes = web.RouteTableDef()

    @routes.view("/orders")
    @require_auth
    class Orders(web.View):
        async def get(self) -> web.StreamResponse:
            return await me(self.request)

        post = get

    @routes.view("/reports")
    @require_auth(role="org:admin")
    class Reports(web.View):
        """Reports."""

        async def get(self) -> web.StreamResponse:
            return await me(self.request)

    app.add_routes(routes)
    site = serve(app)

    assert (Reports.__name__, Reports.__doc__) == ("Reports", "Reports.")
    assert site.visit("/orders").status == site.visit("/orders", method="POST").status == 401
    assert site.visit("/orders", bearer("user_7")).user_id == "user_7"
    assert site.visit("/orders", bearer("user_7"), method="POST").user_id == "user_7"
    assert site.visit("/orders", bearer("user_7"), method="PUT").status == 405
    assert site.visit("/reports", bearer("user_7")).status == 403
    assert site.visit("/reports", bearer("user_7", **ADMIN)).user_id == "user_7"


def test_guard_of_view_method_covers_only_that_method(app: web.Application, serve: Serve) -> None:
    class Orders(web.View):
        async def get(self) -> web.StreamResponse:
            return await me(self.request)

        @require_auth(role="org:admin")
        async def post(self) -> web.StreamResponse:
            return await me(self.request)

    app.router.add_view("/orders", Orders)
    site = serve(app)

    assert site.visit("/orders").user_id is None
    assert site.visit("/orders", method="POST").status == 401
    assert site.visit("/orders", bearer(), method="POST").status == 403
    assert site.visit("/orders", bearer("user_7", **ADMIN), method="POST").user_id == "user_7"


def test_bound_method_handler_is_guarded(app: web.Application, serve: Serve) -> None:
    class Orders:
        @require_auth
        async def show(self, request: web.Request) -> web.StreamResponse:
            """Show an order."""
            return web.json_response({"number": request.match_info["number"]})

    app.router.add_get("/orders/{number}", Orders().show)
    site = serve(app)

    assert Orders.show.__doc__ == "Show an order."
    assert site.visit("/orders/3").status == 401
    assert site.visit("/orders/3", bearer()).json() == {"number": "3"}


def test_response_of_guarded_handler_is_unchanged(app: web.Application, serve: Serve) -> None:
    @require_auth
    async def index(request: web.Request) -> web.Response:
        return web.Response(text="made", status=201, headers={"x-own": "1"})

    app.router.add_get("/", index)

    answer = serve(app).visit("/", bearer())

    assert (answer.status, answer.header("x-own"), answer.content) == (201, "1", b"made")


def test_require_auth_rejects_unknown_requirement() -> None:
    with pytest.raises(TypeError, match="roles"):
        require_auth(roles="org:admin")  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (web.HTTPForbidden(headers={"x-own": "1"}), 403),
        (web.HTTPFound("/elsewhere", headers={"x-own": "1"}), 302),
        (web.HTTPOk(headers={"x-own": "1"}), 200),
    ],
)
def test_raised_response_gets_clerk_headers(
    app: web.Application, serve: Serve, error: web.HTTPException, status: int
) -> None:
    async def refuse(request: web.Request) -> web.Response:
        raise error

    app.router.add_get("/", refuse)

    answer = serve(app).visit("/")

    assert (answer.status, answer.header("x-own")) == (status, "1")
    assert answer.headers.get_all("x-clerk-auth-status") == ["signed-out"]


def test_streamed_response_sends_headers_and_each_part_immediately(
    app: web.Application, serve: Serve
) -> None:
    is_first_read = threading.Event()

    async def stream(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"x-own": "1"})
        await response.prepare(request)
        await response.write(b"first")
        await asyncio.get_running_loop().run_in_executor(None, is_first_read.wait, PATIENCE)
        await response.write(b"second")
        return response

    app.router.add_get("/", stream)
    site = serve(app)

    with closing(HTTPConnection("127.0.0.1", site.port, timeout=PATIENCE)) as connection:
        connection.request("GET", "/")
        response = connection.getresponse()
        assert response.getheader("x-clerk-auth-status") == "signed-out"
        assert response.getheader("x-own") == "1"
        assert response.read(5) == b"first"
        is_first_read.set()
        assert response.read() == b"second"


def test_static_files_get_clerk_headers(app: web.Application, serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("static")
    app.router.add_static("/static", tmp_path)
    site = serve(app)

    signed_out, signed_in = site.visit("/static/page.txt"), site.visit("/static/page.txt", bearer())

    assert signed_out.content == signed_in.content == b"static"
    assert signed_out.headers.get_all("x-clerk-auth-status") == ["signed-out"]
    assert not signed_in.header("x-clerk-auth-status")
    assert HOST in site.visit("/static/page.txt", PAGE).header("location")


def test_concurrent_tasks_of_request_share_its_user(app: web.Application, serve: Serve) -> None:
    async def index(request: web.Request) -> web.Response:
        users = await asyncio.gather(*(current_user(request) for _ in range(5)))
        return web.json_response(sorted({user.id for user in users if user}))

    app.router.add_get("/", index)

    assert serve(app).visit("/", bearer("user_7")).json() == ["user_7"]


def test_task_that_outlives_request_keeps_its_user(app: web.Application, serve: Serve) -> None:
    seen: list[str | None] = []
    is_answered, is_done = threading.Event(), threading.Event()
    tasks: list[asyncio.Task[None]] = []

    async def remember(request: web.Request) -> None:
        await asyncio.get_running_loop().run_in_executor(None, is_answered.wait, PATIENCE)
        seen.append(auth(request).user_id)
        is_done.set()

    async def index(request: web.Request) -> web.Response:
        tasks.append(asyncio.create_task(remember(request)))
        return await me(request)

    app.router.add_get("/", index)
    assert serve(app).visit("/", bearer("user_7")).user_id == "user_7"
    is_answered.set()

    assert is_done.wait(PATIENCE)
    assert seen == ["user_7"]


# --- middlewares ---------------------------------------------------------------------------------


@pytest.mark.parametrize("registered", ["before", "after"])
def test_middleware_gets_user_before_and_after_handler(
    make_app: MakeApp, serve: Serve, registered: str
) -> None:
    @web.middleware
    async def add_user(request: web.Request, handler: Handler) -> web.StreamResponse:
        before = auth(request).user_id
        response = await handler(request)
        response.headers["x-user"] = f"{before} and {auth(request).user_id}"
        return response

    app = web.Application()
    if registered == "before":
        app.middlewares.append(add_user)
    make_app(app)
    if registered == "after":
        app.middlewares.append(add_user)
    app.router.add_get("/", me)

    assert serve(app).visit("/", bearer("user_7")).header("x-user") == "user_7 and user_7"


def test_guard_in_middleware_does_not_prevent_handshake(make_app: MakeApp, serve: Serve) -> None:
    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        if auth(request).is_authenticated:
            return await handler(request)
        return redirect_to_sign_in(request)

    app = web.Application(middlewares=[guard])
    make_app(app)
    app.router.add_get("/", me)
    site = serve(app)

    # Only a handshake can tell whether this user is signed in.
    assert "/v1/client/handshake" in site.visit("/", PAGE).header("location")
    assert "/sign-in" in site.visit("/").header("location")


def test_request_cloned_by_middleware_keeps_its_user(app: web.Application, serve: Serve) -> None:
    @web.middleware
    async def clone(request: web.Request, handler: Handler) -> web.StreamResponse:
        return await handler(request.clone(method="PUT"))

    app.middlewares.append(clone)
    app.router.add_get("/", me)
    site = serve(app)

    assert site.visit("/", bearer("user_7")).user_id == "user_7"
    assert site.visit("/").headers.get_all("x-clerk-auth-status") == ["signed-out"]


@pytest.mark.parametrize("of_sub_application", [False, True])
def test_response_with_clerk_cookie_is_not_cacheable_despite_prepare_signal(
    make_app: MakeApp, serve: Serve, instance: Instance, of_sub_application: bool
) -> None:
    prepared: list[web.StreamResponse] = []

    async def let_caches_store(request: web.Request, response: web.StreamResponse) -> None:
        response.headers["cache-control"] = "public, max-age=60"
        prepared.append(response)

    app, shop = make_app(publishable_key=LIVE_KEY), web.Application()
    (shop if of_sub_application else app).on_response_prepare.append(let_caches_store)
    shop.router.add_get("/", me)
    app.add_subapp("/shop", shop)
    instance.nonces["n1"] = [f"__session={token('user_7')}; Path=/"]

    answer = serve(app).visit("/shop/", PAGE, ("cookie", "__clerk_handshake_nonce=n1"))

    assert answer.user_id == "user_7"
    assert "__session" in answer.cookies()
    assert answer.headers.get_all("cache-control") == ["private, no-store"]
    # The application's response is not modified.
    assert prepared[0].headers["cache-control"] == "public, max-age=60"
    assert "set-cookie" not in prepared[0].headers


def test_static_file_with_clerk_cookie_is_not_cacheable(
    tmp_path: Path, make_app: MakeApp, serve: Serve, instance: Instance
) -> None:
    (tmp_path / "app.css").write_text("body {}")
    app = make_app(publishable_key=LIVE_KEY)
    app.router.add_static("/static", tmp_path)
    instance.nonces["n1"] = [f"__session={token('user_7')}; Path=/"]
    site = serve(app)

    answer = site.visit("/static/app.css", PAGE, ("cookie", "__clerk_handshake_nonce=n1"))

    assert answer.content == b"body {}"
    assert "__session" in answer.cookies()
    assert answer.headers.get_all("cache-control") == ["private, no-store"]
    assert site.visit("/static/app.css").cookies() == {}


# --- sub-applications ----------------------------------------------------------------------------


def test_sub_application_shares_users_of_its_parent(app: web.Application, serve: Serve) -> None:
    shop, shelf = web.Application(), web.Application()
    for one in (shop, shelf):
        one.router.add_get("/", me)
        one.router.add_get("/guarded", require_auth(me))
    shop.add_subapp("/shelf", shelf)
    app.add_subapp("/shop", shop)
    site = serve(app)

    for path in ("/shop/", "/shop/shelf/"):
        assert site.visit(path, bearer("user_7")).user_id == "user_7"
        assert site.visit(f"{path}guarded").status == 401
        assert site.visit(path).headers.get_all("x-clerk-auth-status") == ["signed-out"]
    no_page = site.visit("/shop/shelf/no-such-page")
    assert no_page.status == 404
    assert no_page.headers.get_all("x-clerk-auth-status") == ["signed-out"]


@pytest.fixture
def nested(app: web.Application, other: web.Application, serve: Serve) -> AiohttpSite:
    """Serve an application that contains one of another instance."""
    app.router.add_get("/", me)
    other.router.add_get("/guarded", require_auth(me))
    other.router.add_get("/user", name_of_current_user)
    app.middlewares.append(add_parent_user)
    app.add_subapp("/other", other)
    return serve(app)


@web.middleware
async def add_parent_user(request: web.Request, handler: Handler) -> web.StreamResponse:
    before = auth(request).user_id
    response = await handler(request)
    response.headers["x-parent-user"] = f"{before} and {auth(request).user_id}"
    return response


def test_sub_application_with_own_clerk_has_its_own_users(nested: AiohttpSite) -> None:
    assert nested.visit("/", bearer("user_7")).user_id == "user_7"
    assert nested.visit("/", other_bearer("user_8")).user_id is None
    assert nested.visit("/other/", bearer("user_7")).user_id is None
    assert nested.visit("/other/", other_bearer("user_8")).user_id == "user_8"
    assert nested.visit("/other/guarded", bearer("user_7")).status == 401
    assert nested.visit("/other/guarded", other_bearer("user_8")).user_id == "user_8"


def test_parent_of_sub_application_keeps_its_own_users(nested: AiohttpSite) -> None:
    mine, theirs = bearer("user_7"), other_bearer("user_8")

    assert nested.visit("/other/", mine).header("x-parent-user") == "user_7 and user_7"
    assert nested.visit("/other/", theirs).header("x-parent-user") == "None and None"


def test_headers_of_each_instance_are_added_once(nested: AiohttpSite) -> None:
    def statuses(path: str, *headers: tuple[str, str]) -> list[str]:
        return nested.visit(path, *headers).headers.get_all("x-clerk-auth-status")

    assert statuses("/") == ["signed-out"]
    assert statuses("/other/") == ["signed-out", "signed-out"]
    assert statuses("/other/", bearer("user_7")) == statuses("/other/", other_bearer("user_8"))
    assert statuses("/other/", bearer("user_7")) == ["signed-out"]


def test_browser_with_cookies_of_two_instances_is_a_different_user_in_each(
    nested: AiohttpSite, instance: Instance
) -> None:
    other_issuer = "https://other-otter-2.clerk.accounts.dev"
    cookies = browser_cookies(token("user_7"))
    # The cookies without a suffix are those of the last sign-in.
    other_token = token("user_8", key=other_rsa_key(), iss=other_issuer)
    cookies |= browser_cookies(other_token, OTHER_INSTANCE["publishable_key"])

    assert nested.visit("/", cookie(cookies)).user_id == "user_7"
    assert nested.visit("/other/", cookie(cookies)).user_id == "user_8"
    assert nested.visit("/other/user", cookie(cookies)).json() == "First of user_8"
    assert instance.calls == ["GET /v1/users/user_8"]


def test_page_of_sub_application_redirects_to_handshake_of_its_instance(
    nested: AiohttpSite,
) -> None:
    parent_session = cookie(browser_cookies(token("user_7")))

    for headers, host in (((PAGE,), HOST), ((PAGE, parent_session), "other-otter-2")):
        location = nested.visit("/other/guarded", *headers).header("location")
        assert location.startswith(f"https://{host}")
        assert query_of(location)["redirect_url"] == "http://localhost/other/guarded"


def test_clerk_installed_in_sub_application_does_not_apply_to_parent(
    other: web.Application, serve: Serve
) -> None:
    app = web.Application(middlewares=[report_configuration_error])
    app.router.add_get("/", me)
    app.add_subapp("/other", other)
    site = serve(app)

    assert site.visit("/other/", other_bearer("user_8")).user_id == "user_8"
    assert b"clerk_core.aiohttp.install(app)" in site.visit("/").content
    assert not site.visit("/").header("x-clerk-auth-status")


def test_sub_application_mounted_by_domain_has_its_own_users(
    app: web.Application, other: web.Application, serve: Serve
) -> None:
    app.router.add_get("/here", me)
    app.add_domain("other.example", other)
    site = serve(app)
    other_host = ("host", "other.example")

    assert site.visit("/", other_bearer("user_8"), other_host).user_id == "user_8"
    assert site.visit("/", bearer("user_7"), other_host).user_id is None
    assert site.visit("/here", bearer("user_7")).user_id == "user_7"


# --- WebSockets ----------------------------------------------------------------------------------


def test_refused_websocket_gets_status_and_headers(app: web.Application, serve: Serve) -> None:
    app.router.add_get("/ws", require_auth(role="org:admin")(aiohttp_site.open_socket))
    site = serve(app)
    upgrade = (
        ("connection", "upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
    )

    signed_out, user = site.visit("/ws", *upgrade), site.visit("/ws", *upgrade, bearer())

    assert (signed_out.status, signed_out.header("content-type")) == (401, "application/json")
    assert signed_out.headers.get_all("x-clerk-auth-status") == ["signed-out"]
    assert user.status == 403


def test_websocket_can_select_its_own_subprotocol(make_app: MakeApp, serve: Serve) -> None:
    async def chat(request: web.Request) -> web.WebSocketResponse:
        websocket = web.WebSocketResponse(protocols=["chat"])
        await websocket.prepare(request)
        await websocket.send_json({"user_id": auth(request).user_id})
        await websocket.close()
        return websocket

    app = make_app(websocket_subprotocol="clerk")
    app.router.add_get("/ws", chat)

    opened = serve(app).connect("/ws", subprotocols=["clerk", token("user_7"), "chat"])

    assert opened.json() == {"user_id": "user_7"}
    assert opened.subprotocol == "chat"


def test_subprotocol_token_is_not_logged(
    make_app: MakeApp, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    app = make_app(websocket_subprotocol="clerk")
    app.router.add_get("/ws", aiohttp_site.open_socket)
    jwt = token("user_7")

    opened = serve(app).connect("/ws", subprotocols=["clerk", jwt])

    assert opened.json()["user_id"] == "user_7"
    assert jwt not in caplog.text


def test_websocket_keeps_user_while_it_is_open(app: web.Application, serve: Serve) -> None:
    async def echo(request: web.Request) -> web.WebSocketResponse:
        websocket = web.WebSocketResponse()
        await websocket.prepare(request)
        async for message in websocket:
            await websocket.send_str(f"{auth(request).user_id}: {message.data}")
        return websocket

    async def exchange_messages() -> list[str]:
        url = f"http://127.0.0.1:{site.port}/ws"
        async with aiohttp.ClientSession() as client, client.ws_connect(url, headers=headers) as ws:
            received = []
            for word in ("one", "two"):
                await ws.send_str(word)
                received.append(await ws.receive_str(timeout=PATIENCE))
            return received

    app.router.add_get("/ws", echo)
    site = serve(app)
    headers = dict([bearer("user_7")])

    assert asyncio.run(exchange_messages()) == ["user_7: one", "user_7: two"]


def test_websocket_accepts_machine_token(app: web.Application, serve: Serve) -> None:
    async def open_socket(request: web.Request) -> web.WebSocketResponse:
        api_key = await auth(request, accepts_token="api_key")
        websocket = web.WebSocketResponse()
        await websocket.prepare(request)
        await websocket.send_json({"subject": api_key.subject})
        await websocket.close()
        return websocket

    app.router.add_get("/ws", open_socket)

    assert serve(app).connect("/ws", show("ak_1")).json() == {"subject": "user_9"}


def test_websocket_of_sub_application_uses_users_of_its_instance(
    app: web.Application, other: web.Application, serve: Serve
) -> None:
    other.router.add_get("/ws", aiohttp_site.open_socket)
    app.add_subapp("/other", other)
    site = serve(app)

    assert site.connect("/other/ws", other_bearer("user_8")).json()["user_id"] == "user_8"
    assert site.connect("/other/ws", bearer("user_7")).json()["user_id"] is None


# --- request targets -----------------------------------------------------------------------------


def test_request_target_can_be_an_absolute_url(app: web.Application, serve: Serve) -> None:
    app.router.add_get("/guarded", require_auth(me))

    answer = send(serve(app), "GET http://localhost/guarded?page=2 HTTP/1.1", "host: localhost")

    assert query_of(answer["location"])["redirect_url"] == "http://localhost/guarded?page=2"


def test_path_that_looks_like_a_host_stays_a_path(app: web.Application, serve: Serve) -> None:
    answer = send(serve(app), "GET //evil.example/guarded HTTP/1.1", "host: localhost")

    assert query_of(answer["location"])["redirect_url"] == "http://localhost//evil.example/guarded"


def test_request_without_host_causes_no_host_name_lookup(
    app: web.Application, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up: list[str] = []

    def look_up(name: str = "") -> str:
        looked_up.append(name)
        return "slow.example"

    monkeypatch.setattr(socket, "getfqdn", look_up)

    answer = send(serve(app), "GET /guarded HTTP/1.0")

    assert query_of(answer["location"])["redirect_url"] == "http://localhost/guarded"
    assert looked_up == []


def send(site: AiohttpSite, *lines: str) -> dict[str, str]:
    """Send the lines of a browser's request and return the headers of the response."""
    text = "\r\n".join([*lines, "accept: text/html", "connection: close", "", ""])
    with socket.create_connection(("127.0.0.1", site.port), PATIENCE) as connection:
        connection.sendall(text.encode())
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    pairs = [line.partition(": ") for line in received.decode().split("\r\n")[1:]]
    return {name.lower(): value for name, _, value in pairs}


# --- hosts and proxies ---------------------------------------------------------------------------


async def here(request: web.Request) -> web.StreamResponse:
    answer = redirect_to_sign_in(request)
    # Made of the parts, since `request.url` fails on a port in aiohttp 3.9.0.
    answer.headers["x-aiohttp-url"] = f"{request.scheme}://{request.host}{request.path_qs}"
    answer.headers["x-user"] = str(auth(request).user_id)
    return answer


def exchange(port: int, target: str, *headers: tuple[str, str]) -> tuple[int, Any]:
    """Send a request with this target and only these headers; return status and headers."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
        connection.putrequest("GET", target, skip_host=True, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value)
        connection.endheaders()
        response = connection.getresponse()
        response.read()
        return response.status, response.headers


@pytest.mark.parametrize(
    ("target", "hosts"),
    [
        ("http://a.example/here", ["b.example"]),
        ("http://a.example:80@b.example/here", ["a.example:80@b.example"]),
        ("http://a.example/here", ["a.example:8080"]),
        ("/here", ["a.example", "b.example"]),
        ("/here", ["a.example", "a.example"]),
        ("/here", ["a.example:80@b.example"]),
    ],
)
def test_request_with_two_hosts_is_malformed(
    make_app: MakeApp, serve: Serve, target: str, hosts: list[str]
) -> None:
    requests: list[clerk_core.Request] = []

    def options_for(request: clerk_core.Request) -> clerk_core.Options:
        requests.append(request)
        return {}

    app = make_app(options_for=options_for)
    app.router.add_get("/here", here)

    named = [("host", host) for host in hosts]
    status, headers = exchange(serve(app).port, target, *named, bearer())

    if status != 400:  # which some versions of aiohttp send themselves
        assert headers["x-user"] == "None"
        assert headers["x-clerk-auth-reason"] == "request-malformed"
        assert "redirect_url" not in headers["location"]
        (received,) = requests
        assert received.url == "http://localhost/here"
        assert received.headers.get_all("host") == ["localhost"]


def test_absolute_target_with_the_same_host_is_accepted(app: web.Application, serve: Serve) -> None:
    app.router.add_get("/here", here)
    port = serve(app).port

    for host in ("a.example", "a.example:8080"):
        _, headers = exchange(port, f"http://{host}/here", ("Host", host.upper()), bearer())
        assert headers["x-user"] == "user_1"
        back = query_of(headers["location"])["redirect_url"]
        assert back == f"http://{host}/here"


def remotes() -> Any:
    """Return a middleware like that of aiohttp-remotes, which trusts one proxy."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        def last(name: str) -> str:
            return request.headers[name].split(",")[-1].strip()

        over = {
            "remote": last("x-forwarded-for"),
            "scheme": last("x-forwarded-proto"),
            "host": last("x-forwarded-host"),
        }
        return await handler(request.clone(**over))  # type: ignore[arg-type]

    middleware.__module__ = "aiohttp_remotes.x_forwarded"
    return middleware


@pytest.mark.parametrize(
    ("hosts", "schemes"),
    [
        ("evil.example, app.example:8443", "http, https"),
        ("app.example", "https"),
        # The same values as those of the connection.
        ("evil.example, 10.0.0.7:8080", "https, http"),
    ],
)
def test_redirect_url_is_request_url_of_aiohttp_behind_aiohttp_remotes(
    make_app: MakeApp, serve: Serve, hosts: str, schemes: str
) -> None:
    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        # Middleware of the application runs inside Clerk's.
        assert auth(request) is not None
        return await handler(request)

    app = make_app(web.Application(middlewares=[remotes(), guard]))
    app.router.add_get("/here", here)

    answer = serve(app).visit(
        "/here?page=2",
        ("host", "10.0.0.7:8080"),
        ("x-forwarded-for", "192.0.2.1, 192.0.2.2"),
        ("x-forwarded-host", hosts),
        ("x-forwarded-proto", schemes),
    )

    assert answer.header("location"), answer
    assert query_of(answer.header("location"))["redirect_url"] == answer.header("x-aiohttp-url")
    assert "evil.example" not in answer.header("x-aiohttp-url")
