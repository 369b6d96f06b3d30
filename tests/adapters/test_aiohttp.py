"""What aiohttp is held to: the contract, and what is particular to it."""

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
from clerk_core.testing import AdapterContract, WebSockets
from clerk_core.testing._contract.base import query_of
from clerk_core.testing._contract.installing import OF_OTHER
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
    """Installs Clerk into an application, a new one if none is given."""

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
    """An application of another instance, that says who is asking."""
    other = make_app(**OF_OTHER)
    other.router.add_get("/", me)
    return other


@pytest.fixture
def served() -> Iterator[Serve]:
    """Serves applications until the end of the test."""
    with ExitStack() as opened:

        def serve(app: web.Application) -> AiohttpSite:
            site = AiohttpSite(app)
            opened.callback(site.close)
            return site

        yield serve


async def me(request: web.Request) -> web.Response:
    return web.json_response({"user_id": auth(request).user_id})


async def name_of_current_user(request: web.Request) -> web.Response:
    user = await current_user(request)
    return web.json_response(user.first_name if user else None)


def of_other(user_id: str) -> tuple[str, str]:
    return bearer(user_id, key=other_rsa_key())


# --- installing ----------------------------------------------------------------------------------


def test_the_client_is_at_hand_wherever_the_application_is(
    app: web.Application, served: Serve, instance: Instance
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
    served(app).visit("/")

    assert len(seen) == 3
    assert len(set(map(id, seen))) == 1
    assert names == ["First of user_7"]


def test_a_missing_key_stops_the_application_when_it_is_made() -> None:
    with pytest.raises(ConfigurationError, match="CLERK_SECRET_KEY"):
        install(web.Application())


def test_installing_again_puts_other_options_into_place(
    app: web.Application, make_app: MakeApp, served: Serve
) -> None:
    app.router.add_get("/", me)
    make_app(app, jwt_key=public_pem(other_rsa_key()))
    site = served(app)

    assert site.visit("/").headers.get_all("x-clerk-auth-status") == ["signed-out"]
    assert site.visit("/", bearer("user_7")).user_id is None
    assert site.visit("/", of_other("user_8")).user_id == "user_8"


def test_clerk_core_knows_how_to_install_into_aiohttp(served: Serve, instance: Instance) -> None:
    app = web.Application()
    app.router.add_get("/", me)
    clerk_core.install(app, **instance.options())

    assert served(app).visit("/", bearer("user_7")).user_id == "user_7"


@pytest.mark.parametrize("handler", [me, name_of_current_user, require_auth(me)])
def test_without_clerk_the_error_says_what_to_do(handler: Handler, served: Serve) -> None:
    app = web.Application(middlewares=[telling_of_configuration])
    app.router.add_get("/", handler)

    assert "clerk_core.aiohttp.install(app)" in served(app).visit("/", bearer()).content.decode()


def test_without_clerk_a_redirect_and_the_client_say_what_to_do() -> None:
    request = make_mocked_request("GET", "/")

    with pytest.raises(ConfigurationError, match=r"clerk_core\.aiohttp\.install\(app\)"):
        clerk_client(request)
    with pytest.raises(ConfigurationError, match=r"clerk_core\.aiohttp\.install\(app\)"):
        redirect_to_sign_in(request)


@web.middleware
async def telling_of_configuration(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except ConfigurationError as error:
        return web.Response(text=str(error))


def test_an_application_and_its_client_show_no_secret(app: web.Application) -> None:
    assert SECRET_KEY not in f"{app!r} {app[CLERK]!r} {app[CLERK].client!r}"


# --- the end -------------------------------------------------------------------------------------


def test_the_end_of_the_application_closes_the_connections_to_clerk(
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


def test_the_cleanup_contexts_of_the_application_still_run_and_may_still_ask(
    make_app: MakeApp,
) -> None:
    done: list[str | None] = []

    async def ask(app: web.Application) -> AsyncIterator[None]:
        yield
        done.append((await app[CLERK].client.users.get("user_7")).first_name)

    async def fail(app: web.Application) -> AsyncIterator[None]:
        yield
        done.append("failed")
        raise LookupError

    with HeldConnection() as held:
        app = web.Application()
        app.cleanup_ctx.append(ask)
        make_app(app, api_url=held.url)
        app.cleanup_ctx.append(fail)
        site = AiohttpSite(app)

        with pytest.raises(LookupError):
            site.close()

        assert held.closed.wait(PATIENCE)
    assert done == ["failed", "First of user_7"]


# --- handlers ------------------------------------------------------------------------------------


def test_a_class_of_views_is_guarded_as_a_whole(app: web.Application, served: Serve) -> None:
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
    site = served(app)

    assert (Reports.__name__, Reports.__doc__) == ("Reports", "Reports.")
    assert site.visit("/orders").status == site.visit("/orders", method="POST").status == 401
    assert site.visit("/orders", bearer("user_7")).user_id == "user_7"
    assert site.visit("/orders", bearer("user_7"), method="POST").user_id == "user_7"
    assert site.visit("/orders", bearer("user_7"), method="PUT").status == 405
    assert site.visit("/reports", bearer("user_7")).status == 403
    assert site.visit("/reports", bearer("user_7", **ADMIN)).user_id == "user_7"


def test_a_method_of_a_view_is_guarded_alone(app: web.Application, served: Serve) -> None:
    class Orders(web.View):
        async def get(self) -> web.StreamResponse:
            return await me(self.request)

        @require_auth(role="org:admin")
        async def post(self) -> web.StreamResponse:
            return await me(self.request)

    app.router.add_view("/orders", Orders)
    site = served(app)

    assert site.visit("/orders").user_id is None
    assert site.visit("/orders", method="POST").status == 401
    assert site.visit("/orders", bearer(), method="POST").status == 403
    assert site.visit("/orders", bearer("user_7", **ADMIN), method="POST").user_id == "user_7"


def test_a_method_that_takes_the_request_is_guarded(app: web.Application, served: Serve) -> None:
    class Orders:
        @require_auth
        async def show(self, request: web.Request) -> web.StreamResponse:
            """Show an order."""
            return web.json_response({"number": request.match_info["number"]})

    app.router.add_get("/orders/{number}", Orders().show)
    site = served(app)

    assert Orders.show.__doc__ == "Show an order."
    assert site.visit("/orders/3").status == 401
    assert site.visit("/orders/3", bearer()).json() == {"number": "3"}


def test_a_guarded_handler_answers_as_it_would_alone(app: web.Application, served: Serve) -> None:
    @require_auth
    async def index(request: web.Request) -> web.Response:
        return web.Response(text="made", status=201, headers={"x-own": "1"})

    app.router.add_get("/", index)

    answer = served(app).visit("/", bearer())

    assert (answer.status, answer.header("x-own"), answer.content) == (201, "1", b"made")


def test_a_condition_that_does_not_exist_is_told_when_the_application_starts() -> None:
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
def test_a_response_that_is_raised_gets_clerks_headers(
    app: web.Application, served: Serve, error: web.HTTPException, status: int
) -> None:
    async def refuse(request: web.Request) -> web.Response:
        raise error

    app.router.add_get("/", refuse)

    answer = served(app).visit("/")

    assert (answer.status, answer.header("x-own")) == (status, "1")
    assert answer.headers.get_all("x-clerk-auth-status") == ["signed-out"]


def test_a_streamed_response_comes_part_by_part_with_its_headers_first(
    app: web.Application, served: Serve
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
    site = served(app)

    with closing(HTTPConnection("127.0.0.1", site.port, timeout=PATIENCE)) as connection:
        connection.request("GET", "/")
        response = connection.getresponse()
        assert response.getheader("x-clerk-auth-status") == "signed-out"
        assert response.getheader("x-own") == "1"
        assert response.read(5) == b"first"
        is_first_read.set()
        assert response.read() == b"second"


def test_static_files_get_clerks_headers(
    app: web.Application, served: Serve, tmp_path: Path
) -> None:
    (tmp_path / "page.txt").write_text("static")
    app.router.add_static("/static", tmp_path)
    site = served(app)

    signed_out, signed_in = site.visit("/static/page.txt"), site.visit("/static/page.txt", bearer())

    assert signed_out.content == signed_in.content == b"static"
    assert signed_out.headers.get_all("x-clerk-auth-status") == ["signed-out"]
    assert not signed_in.header("x-clerk-auth-status")
    assert HOST in site.visit("/static/page.txt", PAGE).header("location")


def test_the_tasks_of_one_request_share_its_user(app: web.Application, served: Serve) -> None:
    async def index(request: web.Request) -> web.Response:
        users = await asyncio.gather(*(current_user(request) for _ in range(5)))
        return web.json_response(sorted({user.id for user in users if user}))

    app.router.add_get("/", index)

    assert served(app).visit("/", bearer("user_7")).json() == ["user_7"]


def test_a_task_that_outlives_its_request_has_its_user(app: web.Application, served: Serve) -> None:
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
    assert served(app).visit("/", bearer("user_7")).user_id == "user_7"
    is_answered.set()

    assert is_done.wait(PATIENCE)
    assert seen == ["user_7"]


# --- middlewares ---------------------------------------------------------------------------------


@pytest.mark.parametrize("registered", ["before", "after"])
def test_a_middleware_of_the_application_knows_who_is_asking_before_and_after(
    make_app: MakeApp, served: Serve, registered: str
) -> None:
    @web.middleware
    async def look(request: web.Request, handler: Handler) -> web.StreamResponse:
        before = auth(request).user_id
        response = await handler(request)
        response.headers["x-user"] = f"{before} and {auth(request).user_id}"
        return response

    app = web.Application()
    if registered == "before":
        app.middlewares.append(look)
    make_app(app)
    if registered == "after":
        app.middlewares.append(look)
    app.router.add_get("/", me)

    assert served(app).visit("/", bearer("user_7")).header("x-user") == "user_7 and user_7"


def test_an_own_guard_does_not_stop_a_handshake(make_app: MakeApp, served: Serve) -> None:
    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        if auth(request).is_authenticated:
            return await handler(request)
        return redirect_to_sign_in(request)

    app = web.Application(middlewares=[guard])
    make_app(app)
    app.router.add_get("/", me)
    site = served(app)

    # The user may well be signed in, which only a handshake can tell.
    assert "/v1/client/handshake" in site.visit("/", PAGE).header("location")
    assert "/sign-in" in site.visit("/").header("location")


def test_a_request_that_a_middleware_clones_keeps_its_user(
    app: web.Application, served: Serve
) -> None:
    @web.middleware
    async def clone(request: web.Request, handler: Handler) -> web.StreamResponse:
        return await handler(request.clone(method="PUT"))

    app.middlewares.append(clone)
    app.router.add_get("/", me)
    site = served(app)

    assert site.visit("/", bearer("user_7")).user_id == "user_7"
    assert site.visit("/").headers.get_all("x-clerk-auth-status") == ["signed-out"]


@pytest.mark.parametrize("of_sub_application", [False, True])
def test_no_signal_lets_caches_store_a_response_that_sets_a_cookie_of_clerk(
    make_app: MakeApp, served: Serve, instance: Instance, of_sub_application: bool
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

    answer = served(app).visit("/shop/", PAGE, ("cookie", "__clerk_handshake_nonce=n1"))

    assert answer.user_id == "user_7"
    assert "__session" in answer.cookies()
    assert answer.headers.get_all("cache-control") == ["private, no-store"]
    # The response of the application is left as it made it.
    assert prepared[0].headers["cache-control"] == "public, max-age=60"
    assert "set-cookie" not in prepared[0].headers


def test_a_static_file_with_a_cookie_of_clerk_is_stored_by_no_cache(
    tmp_path: Path, make_app: MakeApp, served: Serve, instance: Instance
) -> None:
    (tmp_path / "app.css").write_text("body {}")
    app = make_app(publishable_key=LIVE_KEY)
    app.router.add_static("/static", tmp_path)
    instance.nonces["n1"] = [f"__session={token('user_7')}; Path=/"]
    site = served(app)

    answer = site.visit("/static/app.css", PAGE, ("cookie", "__clerk_handshake_nonce=n1"))

    assert answer.content == b"body {}"
    assert "__session" in answer.cookies()
    assert answer.headers.get_all("cache-control") == ["private, no-store"]
    assert site.visit("/static/app.css").cookies() == {}


# --- sub-applications ----------------------------------------------------------------------------


def test_a_sub_application_has_the_users_of_what_it_is_mounted_in(
    app: web.Application, served: Serve
) -> None:
    shop, shelf = web.Application(), web.Application()
    for one in (shop, shelf):
        one.router.add_get("/", me)
        one.router.add_get("/guarded", require_auth(me))
    shop.add_subapp("/shelf", shelf)
    app.add_subapp("/shop", shop)
    site = served(app)

    for path in ("/shop/", "/shop/shelf/"):
        assert site.visit(path, bearer("user_7")).user_id == "user_7"
        assert site.visit(f"{path}guarded").status == 401
        assert site.visit(path).headers.get_all("x-clerk-auth-status") == ["signed-out"]
    no_page = site.visit("/shop/shelf/no-such-page")
    assert no_page.status == 404
    assert no_page.headers.get_all("x-clerk-auth-status") == ["signed-out"]


@pytest.fixture
def nested(app: web.Application, other: web.Application, served: Serve) -> AiohttpSite:
    """An application, and one of another instance mounted in it."""
    app.router.add_get("/", me)
    other.router.add_get("/guarded", require_auth(me))
    other.router.add_get("/user", name_of_current_user)
    app.middlewares.append(saying_who_is_known_here)
    app.add_subapp("/other", other)
    return served(app)


@web.middleware
async def saying_who_is_known_here(request: web.Request, handler: Handler) -> web.StreamResponse:
    before = auth(request).user_id
    response = await handler(request)
    response.headers["x-known-here"] = f"{before} and {auth(request).user_id}"
    return response


def test_a_sub_application_with_a_clerk_of_its_own_has_its_own_users(nested: AiohttpSite) -> None:
    assert nested.visit("/", bearer("user_7")).user_id == "user_7"
    assert nested.visit("/", of_other("user_8")).user_id is None
    assert nested.visit("/other/", bearer("user_7")).user_id is None
    assert nested.visit("/other/", of_other("user_8")).user_id == "user_8"
    assert nested.visit("/other/guarded", bearer("user_7")).status == 401
    assert nested.visit("/other/guarded", of_other("user_8")).user_id == "user_8"


def test_what_a_sub_application_is_mounted_in_keeps_its_own_users(nested: AiohttpSite) -> None:
    mine, theirs = bearer("user_7"), of_other("user_8")

    assert nested.visit("/other/", mine).header("x-known-here") == "user_7 and user_7"
    assert nested.visit("/other/", theirs).header("x-known-here") == "None and None"


def test_the_headers_of_each_instance_are_added_once(nested: AiohttpSite) -> None:
    def said(path: str, *headers: tuple[str, str]) -> list[str]:
        return nested.visit(path, *headers).headers.get_all("x-clerk-auth-status")

    assert said("/") == ["signed-out"]
    assert said("/other/") == ["signed-out", "signed-out"]
    assert said("/other/", bearer("user_7")) == said("/other/", of_other("user_8"))
    assert said("/other/", bearer("user_7")) == ["signed-out"]


def test_a_browser_of_both_instances_is_a_different_user_in_each(
    nested: AiohttpSite, instance: Instance
) -> None:
    there = "https://other-otter-2.clerk.accounts.dev"
    cookies = browser_cookies(token("user_7"))
    # The plain names belong to whoever wrote them last.
    signed_in_there = token("user_8", key=other_rsa_key(), iss=there)
    cookies |= browser_cookies(signed_in_there, OF_OTHER["publishable_key"])

    assert nested.visit("/", cookie(cookies)).user_id == "user_7"
    assert nested.visit("/other/", cookie(cookies)).user_id == "user_8"
    assert nested.visit("/other/user", cookie(cookies)).json() == "First of user_8"
    assert instance.calls == ["GET /v1/users/user_8"]


def test_a_page_of_a_sub_application_is_sent_to_the_handshake_of_its_own_instance(
    nested: AiohttpSite,
) -> None:
    known_here = cookie(browser_cookies(token("user_7")))

    for headers, host in (((PAGE,), HOST), ((PAGE, known_here), "other-otter-2")):
        location = nested.visit("/other/guarded", *headers).header("location")
        assert location.startswith(f"https://{host}")
        assert query_of(location)["redirect_url"] == "http://localhost/other/guarded"


def test_a_clerk_of_a_sub_application_alone_leaves_the_rest_without(
    other: web.Application, served: Serve
) -> None:
    app = web.Application(middlewares=[telling_of_configuration])
    app.router.add_get("/", me)
    app.add_subapp("/other", other)
    site = served(app)

    assert site.visit("/other/", of_other("user_8")).user_id == "user_8"
    assert b"clerk_core.aiohttp.install(app)" in site.visit("/").content
    assert not site.visit("/").header("x-clerk-auth-status")


def test_a_sub_application_that_is_mounted_by_domain_has_its_own_users(
    app: web.Application, other: web.Application, served: Serve
) -> None:
    app.router.add_get("/here", me)
    app.add_domain("other.example", other)
    site = served(app)
    there = ("host", "other.example")

    assert site.visit("/", of_other("user_8"), there).user_id == "user_8"
    assert site.visit("/", bearer("user_7"), there).user_id is None
    assert site.visit("/here", bearer("user_7")).user_id == "user_7"


# --- WebSockets ----------------------------------------------------------------------------------


def test_a_guarded_socket_says_why_it_is_not_opened(app: web.Application, served: Serve) -> None:
    app.router.add_get("/ws", require_auth(role="org:admin")(aiohttp_site.open_socket))
    site = served(app)
    upgrade = (
        ("connection", "upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
    )

    nobody, user = site.visit("/ws", *upgrade), site.visit("/ws", *upgrade, bearer())

    assert (nobody.status, nobody.header("content-type")) == (401, "application/json")
    assert nobody.headers.get_all("x-clerk-auth-status") == ["signed-out"]
    assert user.status == 403


def test_a_socket_may_choose_a_subprotocol_of_its_own(make_app: MakeApp, served: Serve) -> None:
    async def chat(request: web.Request) -> web.WebSocketResponse:
        websocket = web.WebSocketResponse(protocols=["chat"])
        await websocket.prepare(request)
        await websocket.send_json({"user_id": auth(request).user_id})
        await websocket.close()
        return websocket

    app = make_app(websocket_subprotocol="clerk")
    app.router.add_get("/ws", chat)

    opened = served(app).connect("/ws", subprotocols=["clerk", token("user_7"), "chat"])

    assert opened.json() == {"user_id": "user_7"}
    assert opened.subprotocol == "chat"


def test_the_token_of_a_subprotocol_is_in_no_log(
    make_app: MakeApp, served: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    app = make_app(websocket_subprotocol="clerk")
    app.router.add_get("/ws", aiohttp_site.open_socket)
    shown = token("user_7")

    opened = served(app).connect("/ws", subprotocols=["clerk", shown])

    assert opened.json()["user_id"] == "user_7"
    assert shown not in caplog.text


def test_a_socket_knows_who_opened_it_as_long_as_it_is_open(
    app: web.Application, served: Serve
) -> None:
    async def echo(request: web.Request) -> web.WebSocketResponse:
        websocket = web.WebSocketResponse()
        await websocket.prepare(request)
        async for message in websocket:
            await websocket.send_str(f"{auth(request).user_id}: {message.data}")
        return websocket

    async def talk() -> list[str]:
        url = f"http://127.0.0.1:{site.port}/ws"
        async with aiohttp.ClientSession() as client, client.ws_connect(url, headers=shown) as said:
            heard = []
            for word in ("one", "two"):
                await said.send_str(word)
                heard.append(await said.receive_str(timeout=PATIENCE))
            return heard

    app.router.add_get("/ws", echo)
    site = served(app)
    shown = dict([bearer("user_7")])

    assert asyncio.run(talk()) == ["user_7: one", "user_7: two"]


def test_a_program_opens_a_socket_that_accepts_its_token(
    app: web.Application, served: Serve
) -> None:
    async def open_socket(request: web.Request) -> web.WebSocketResponse:
        found = await auth(request, accepts_token="api_key")
        websocket = web.WebSocketResponse()
        await websocket.prepare(request)
        await websocket.send_json({"subject": found.subject})
        await websocket.close()
        return websocket

    app.router.add_get("/ws", open_socket)

    assert served(app).connect("/ws", show("ak_1")).json() == {"subject": "user_9"}


def test_a_socket_of_a_sub_application_has_the_users_of_its_own_instance(
    app: web.Application, other: web.Application, served: Serve
) -> None:
    other.router.add_get("/ws", aiohttp_site.open_socket)
    app.add_subapp("/other", other)
    site = served(app)

    assert site.connect("/other/ws", of_other("user_8")).json()["user_id"] == "user_8"
    assert site.connect("/other/ws", bearer("user_7")).json()["user_id"] is None


# --- requests as they come -----------------------------------------------------------------------


def test_the_target_of_a_request_may_be_a_whole_url(app: web.Application, served: Serve) -> None:
    app.router.add_get("/guarded", require_auth(me))

    answer = send(served(app), "GET http://localhost/guarded?page=2 HTTP/1.1", "host: localhost")

    assert query_of(answer["location"])["redirect_url"] == "http://localhost/guarded?page=2"


def test_a_path_that_looks_like_a_host_stays_a_path(app: web.Application, served: Serve) -> None:
    answer = send(served(app), "GET //evil.example/guarded HTTP/1.1", "host: localhost")

    assert query_of(answer["location"])["redirect_url"] == "http://localhost//evil.example/guarded"


def test_a_request_without_a_host_looks_none_up(
    app: web.Application, served: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up: list[str] = []

    def look_up(name: str = "") -> str:
        looked_up.append(name)
        return "slow.example"

    monkeypatch.setattr(socket, "getfqdn", look_up)

    answer = send(served(app), "GET /guarded HTTP/1.0")

    assert query_of(answer["location"])["redirect_url"] == "http://localhost/guarded"
    assert looked_up == []


def send(site: AiohttpSite, *lines: str) -> dict[str, str]:
    """The headers of the answer to a browser that sends these lines."""
    text = "\r\n".join([*lines, "accept: text/html", "connection: close", "", ""])
    with socket.create_connection(("127.0.0.1", site.port), PATIENCE) as connection:
        connection.sendall(text.encode())
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    pairs = [line.partition(": ") for line in received.decode().split("\r\n")[1:]]
    return {name.lower(): value for name, _, value in pairs}


# --- hosts and proxies ---------------------------------------------------------------------------


async def here(request: web.Request) -> web.StreamResponse:
    answer = redirect_to_sign_in(request)
    # What `request.url` is made of: that itself fails on a port in aiohttp 3.9.0.
    answer.headers["x-aiohttp-url"] = f"{request.scheme}://{request.host}{request.path_qs}"
    answer.headers["x-user"] = str(auth(request).user_id)
    return answer


def exchange(port: int, target: str, *headers: tuple[str, str]) -> tuple[int, Any]:
    """Send a request with this target and these headers, and no other."""
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
def test_a_request_that_names_two_hosts_is_malformed(
    make_app: MakeApp, served: Serve, target: str, hosts: list[str]
) -> None:
    asked: list[clerk_core.Request] = []

    def recorded(request: clerk_core.Request) -> clerk_core.Options:
        asked.append(request)
        return {}

    app = make_app(options_for=recorded)
    app.router.add_get("/here", here)

    named = [("host", host) for host in hosts]
    status, headers = exchange(served(app).port, target, *named, bearer())

    if status != 400:  # of aiohttp itself, by its version
        assert headers["x-user"] == "None"
        assert headers["x-clerk-auth-reason"] == "request-malformed"
        assert "redirect_url" not in headers["location"]
        (one,) = asked
        assert one.url == "http://localhost/here"
        assert one.headers.get_all("host") == ["localhost"]


def test_an_absolute_target_that_names_the_same_host_is_read(
    app: web.Application, served: Serve
) -> None:
    app.router.add_get("/here", here)
    port = served(app).port

    for host in ("a.example", "a.example:8080"):
        _, headers = exchange(port, f"http://{host}/here", ("Host", host.upper()), bearer())
        assert headers["x-user"] == "user_1"
        back = query_of(headers["location"])["redirect_url"]
        assert back == f"http://{host}/here"


def remotes() -> Any:
    """A middleware as aiohttp-remotes makes it, which trusts one proxy."""

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
        # What the connection says already.
        ("evil.example, 10.0.0.7:8080", "https, http"),
    ],
)
def test_clerk_leads_back_to_the_url_that_aiohttp_shows_behind_aiohttp_remotes(
    make_app: MakeApp, served: Serve, hosts: str, schemes: str
) -> None:
    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        # Of the application: inside of Clerk, as ever.
        assert auth(request) is not None
        return await handler(request)

    app = make_app(web.Application(middlewares=[remotes(), guard]))
    app.router.add_get("/here", here)

    answer = served(app).visit(
        "/here?page=2",
        ("host", "10.0.0.7:8080"),
        ("x-forwarded-for", "192.0.2.1, 192.0.2.2"),
        ("x-forwarded-host", hosts),
        ("x-forwarded-proto", schemes),
    )

    assert answer.header("location"), answer
    assert query_of(answer.header("location"))["redirect_url"] == answer.header("x-aiohttp-url")
    assert "evil.example" not in answer.header("x-aiohttp-url")
