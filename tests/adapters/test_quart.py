"""The adapter contract for Quart, and behaviour specific to Quart."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any, ClassVar, TypeVar

import pytest
from hypercorn.middleware import ProxyFixMiddleware
from quart import (
    Blueprint,
    Quart,
    Response,
    abort,
    copy_current_request_context,
    jsonify,
    websocket,
)
from quart import request as current_request
from quart.views import MethodView, View

import clerk_core
from clerk_core import AsyncClerk, ConfigurationError
from clerk_core.quart import (
    auth,
    clerk_client,
    current_user,
    install,
    redirect_to_sign_in,
    require_auth,
)
from clerk_core.testing._contract.base import query_of
from clerk_core.testing._contract.installing import OTHER_INSTANCE, OTHER_KEY
from clerk_core.testing._held_connection import HeldConnection
from clerk_core.testing._instance import Instance
from clerk_core.testing._tokens import (
    ADMIN,
    PAGE,
    SECRET_KEY,
    bearer,
    browser_cookies,
    cookie,
    other_rsa_key,
    public_pem,
    show,
    token,
)
from clerk_core.testing.contract import AdapterContract, AsgiSite, WebSockets
from tests.adapters import quart_site
from tests.adapters.conftest import ServeQuart
from tests.adapters.quart_site import settings_of

T = TypeVar("T")

PATIENCE = 10


class TestContract(AdapterContract):
    awaits = True

    def make(self, **options: Any) -> AsgiSite:
        return quart_site.build(**options)

    def require_auth(self, **required: Any) -> object:
        return require_auth(**required)


class TestWebSockets(WebSockets):
    def make_sockets(self, **options: Any) -> AsgiSite:
        return quart_site.build(**options)


@pytest.fixture
def app(instance: Instance) -> Quart:
    app = Quart("app")
    install(app, **instance.options())
    return app


async def me() -> dict[str, object]:
    return {"user_id": auth().user_id}


async def name_of_current_user() -> Response:
    user = await current_user()
    return jsonify(user.first_name if user else None)


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(asyncio.wait_for(coroutine, PATIENCE))


# --- installing ----------------------------------------------------------------------------------


def test_application_factory_installs_clerk_in_each_application(
    serve_quart: ServeQuart, instance: Instance
) -> None:
    def create_app() -> Quart:
        app = Quart("app")
        install(app, **instance.options())
        app.add_url_rule("/", "index", me)
        return app

    first, second = serve_quart(create_app()), serve_quart(create_app())

    assert first.visit("/", bearer("user_7")).user_id == "user_7"
    assert second.visit("/", bearer("user_8")).user_id == "user_8"


def test_installing_again_replaces_options(
    app: Quart, serve_quart: ServeQuart, instance: Instance
) -> None:
    app.add_url_rule("/", "index", me)
    install(app, **{**instance.options(), "jwt_key": public_pem(other_rsa_key())})
    site = serve_quart(app)

    assert site.visit("/").headers.get_all("x-clerk-auth-status") == ["signed-out"]
    assert site.visit("/", bearer("user_7")).user_id is None
    assert site.visit("/", bearer("user_8", key=other_rsa_key())).user_id == "user_8"
    assert settings_of(app).jwt_key == public_pem(other_rsa_key()).strip()


def test_clerk_core_install_supports_quart(serve_quart: ServeQuart, instance: Instance) -> None:
    app = Quart("app")
    app.add_url_rule("/", "index", me)
    clerk_core.install(app, **instance.options())

    assert serve_quart(app).visit("/", bearer("user_7")).user_id == "user_7"


def test_functions_without_installed_clerk_raise_helpful_error(serve_quart: ServeQuart) -> None:
    app = Quart("app")
    app.register_error_handler(ConfigurationError, lambda error: str(error))
    app.add_url_rule("/", "index", me)
    app.add_url_rule("/user", "user", name_of_current_user)
    app.add_url_rule("/guarded", "guarded", require_auth(me))
    app.add_url_rule("/to-sign-in", "to_sign_in", redirect_to_sign_in)

    site = serve_quart(app)

    for path in ("/", "/user", "/guarded", "/to-sign-in"):
        assert "clerk_core.quart.install(app)" in site.visit(path).content.decode()
    with pytest.raises(ConfigurationError, match=r"clerk_core\.quart\.install\(app\)"):
        settings_of(app)


def test_functions_outside_request_raise_runtime_error(app: Quart) -> None:
    async def call() -> None:
        async with app.app_context():
            auth()

    with pytest.raises(RuntimeError, match="context"):
        auth()
    with pytest.raises(RuntimeError, match="context"):
        run(call())


def test_repr_of_application_and_client_contains_no_secret_key(app: Quart) -> None:
    async def read() -> str:
        async with app.app_context():
            return f"{app!r} {app.extensions!r} {clerk_client()!r}"

    assert SECRET_KEY not in run(read())


# --- the client ----------------------------------------------------------------------------------


def test_client_is_available_in_application_context(app: Quart, instance: Instance) -> None:
    async def call() -> str:
        async with app.test_app(), app.app_context():
            return (await clerk_client().users.get("user_7")).id

    assert run(call()) == "user_7"
    assert instance.calls == ["GET /v1/users/user_7"]


def test_application_uses_one_client(app: Quart, serve_quart: ServeQuart) -> None:
    seen: list[AsyncClerk] = []

    @app.before_serving
    async def start() -> None:
        seen.append(clerk_client())

    @app.get("/")
    async def index() -> str:
        seen.append(clerk_client())
        return ""

    site = serve_quart(app)
    site.visit("/")
    site.visit("/")

    assert len(seen) == 3
    assert len(set(map(id, seen))) == 1


def test_lifespan_shutdown_closes_connections_to_clerk(
    instance: Instance, serve_quart: ServeQuart
) -> None:
    app = Quart("app")
    app.add_url_rule("/user", "user", name_of_current_user)
    names: list[str | None] = []

    @app.after_serving
    async def stop() -> None:
        names.append((await clerk_client().users.get("user_7")).first_name)

    with HeldConnection() as held:
        install(app, **{**instance.options(), "api_url": held.url})
        site = quart_site.site(app)
        assert site.visit("/user", bearer("user_7")).json() == "First of user_7"
        assert not held.closed.is_set()

        site.close()

        assert held.closed.wait(PATIENCE)
    # Hooks at shutdown can still call Clerk, over the open connection.
    assert names == ["First of user_7"]


# --- views ---------------------------------------------------------------------------------------


def test_sync_and_async_views_get_user_of_request(app: Quart, serve_quart: ServeQuart) -> None:
    @app.get("/sync")
    def sync_view() -> dict[str, object]:
        return {"user_id": auth().user_id}

    @app.get("/sync/<int:number>")
    @require_auth(role="org:admin")
    def guarded_sync_view(number: int) -> dict[str, object]:
        """A view."""
        return {"user_id": auth().user_id, "number": number}

    @app.get("/async/<int:number>")
    @require_auth
    async def guarded_async_view(number: int) -> dict[str, object]:
        return {**await me(), "number": number}

    site = serve_quart(app)

    assert guarded_sync_view.__doc__ == "A view."
    assert site.visit("/sync", bearer("user_7")).user_id == "user_7"
    assert site.visit("/sync/3", bearer("user_7")).status == 403
    passed = site.visit("/sync/3", bearer("user_7", **ADMIN))
    assert passed.json() == {"user_id": "user_7", "number": 3}
    assert site.visit("/async/3").status == 401
    passed = site.visit("/async/3", bearer("user_8"))
    assert passed.json() == {"user_id": "user_8", "number": 3}


def test_response_of_guarded_view_is_unchanged(app: Quart, serve_quart: ServeQuart) -> None:
    @app.get("/")
    @require_auth
    async def index() -> tuple[str, int, dict[str, str]]:
        return "made", 201, {"x-own": "1"}

    answer = serve_quart(app).visit("/", bearer())

    assert (answer.status, answer.header("x-own"), answer.content) == (201, "1", b"made")


def test_blueprint_view_gets_user_of_request(app: Quart, serve_quart: ServeQuart) -> None:
    shop = Blueprint("shop", "shop", url_prefix="/shop")
    shop.add_url_rule("/", "index", me)
    shop.add_url_rule("/guarded", "guarded", require_auth(me))
    app.register_blueprint(shop)
    site = serve_quart(app)

    assert site.visit("/shop/", bearer("user_7")).user_id == "user_7"
    assert site.visit("/shop/guarded", bearer("user_7")).user_id == "user_7"
    assert site.visit("/shop/guarded").status == 401


def test_before_request_guard_covers_whole_blueprint(app: Quart, serve_quart: ServeQuart) -> None:
    staff = Blueprint("staff", "staff", url_prefix="/staff")
    staff.before_request(require_auth(role="org:admin")(lambda: None))
    staff.add_url_rule("/", "index", me)
    app.register_blueprint(staff)
    site = serve_quart(app)

    assert site.visit("/staff/").status == 401
    assert site.visit("/staff/", bearer()).status == 403
    assert site.visit("/staff/", bearer("user_7", **ADMIN)).user_id == "user_7"


def test_class_based_views_are_guarded_by_their_decorators(
    app: Quart, serve_quart: ServeQuart
) -> None:
    class Orders(MethodView):
        decorators: ClassVar[list[Callable[..., Any]]] = [require_auth]

        async def get(self) -> dict[str, object]:
            return await me()

        def post(self) -> dict[str, object]:
            return {"user_id": auth().user_id}

    class Reports(View):
        decorators: ClassVar[list[Callable[..., Any]]] = [require_auth(role="org:admin")]

        async def dispatch_request(self, **kwargs: Any) -> dict[str, object]:
            return await me()

    app.add_url_rule("/orders", view_func=Orders.as_view("orders"))
    app.add_url_rule("/reports", view_func=Reports.as_view("reports"))
    site = serve_quart(app)

    assert site.visit("/orders").status == site.visit("/orders", method="POST").status == 401
    assert site.visit("/orders", bearer("user_7")).user_id == "user_7"
    assert site.visit("/orders", bearer("user_7"), method="POST").user_id == "user_7"
    assert site.visit("/reports", bearer()).status == 403


def test_require_auth_rejects_unknown_requirement() -> None:
    with pytest.raises(TypeError, match="roles"):
        require_auth(roles="org:admin")  # type: ignore[call-overload]


# --- hooks and errors ----------------------------------------------------------------------------


@pytest.mark.parametrize("registered", ["before", "after"])
def test_before_request_hook_gets_user(
    serve_quart: ServeQuart, instance: Instance, registered: str
) -> None:
    app = Quart("app")

    def hook() -> dict[str, object] | None:
        return {"user_id": auth().user_id, "early": True} if auth().is_authenticated else None

    if registered == "before":
        app.before_request(hook)
    install(app, **instance.options())
    if registered == "after":
        app.before_request(hook)
    app.add_url_rule("/", "index", me)
    site = serve_quart(app)

    assert site.visit("/", bearer("user_7")).json() == {"user_id": "user_7", "early": True}
    assert site.visit("/").json() == {"user_id": None}


def test_guard_in_before_request_hook_does_not_prevent_handshake(
    serve_quart: ServeQuart, instance: Instance
) -> None:
    app = Quart("app")

    @app.before_request
    async def guard() -> Any:
        return None if auth().is_authenticated else redirect_to_sign_in()

    install(app, **instance.options())
    app.add_url_rule("/", "index", me)

    # Only a handshake can tell whether this user is signed in.
    assert "/v1/client/handshake" in serve_quart(app).visit("/", PAGE).header("location")


def test_after_request_hook_gets_user(app: Quart, serve_quart: ServeQuart) -> None:
    app.add_url_rule("/", "index", me)

    @app.after_request
    async def add(response: Response) -> Response:
        response.headers["x-user"] = str(auth().user_id)
        return response

    assert serve_quart(app).visit("/", bearer("user_7")).header("x-user") == "user_7"


def test_http_error_handlers_get_user(app: Quart, serve_quart: ServeQuart) -> None:
    async def handle(error: Any) -> tuple[dict[str, object], int]:
        return await me(), error.code

    for status in (403, 404, 500):
        app.register_error_handler(status, handle)
    app.add_url_rule("/crash", "crash", lambda: 1 / 0)  # type: ignore[arg-type]
    app.add_url_rule("/forbidden", "forbidden", lambda: abort(403))
    site = serve_quart(app)

    for path, status in (("/no-such-page", 404), ("/forbidden", 403), ("/crash", 500)):
        answer = site.visit(path, bearer("user_7"))
        assert (answer.status, answer.json()) == (status, {"user_id": "user_7"})


# --- streaming -----------------------------------------------------------------------------------


def test_streamed_response_sends_headers_and_each_part_immediately(app: Quart) -> None:
    async def exchange() -> None:
        is_first_read = asyncio.Event()

        @app.get("/stream")
        async def stream() -> tuple[AsyncIterator[bytes], int, dict[str, str]]:
            async def parts() -> AsyncIterator[bytes]:
                yield b"first"
                await is_first_read.wait()
                yield b"second"

            return parts(), 200, {"x-own": "1"}

        # Its type lacks the attribute `headers`.
        connection: Any
        async with app.test_client().request("/stream") as connection:
            await connection.send_complete()
            assert await connection.receive() == b"first"
            assert connection.headers["x-clerk-auth-status"] == "signed-out"
            assert connection.headers["x-own"] == "1"
            is_first_read.set()
            assert await connection.receive() == b"second"

    run(exchange())


def test_view_can_stream_request_body(app: Quart) -> None:
    async def exchange() -> list[str]:
        parts: list[str] = []

        @app.post("/upload")
        async def upload() -> dict[str, object]:
            async for part in current_request.body:
                # Some versions end with an empty part.
                parts.extend([part.decode()] if part else [])
                is_read.set()
            return await me()

        is_read = asyncio.Event()
        headers = dict([bearer("user_7")])
        async with app.test_client().request("/upload", method="POST", headers=headers) as sending:
            await sending.send(b"first")
            await is_read.wait()
            parts.append("and")
            await sending.send(b"second")
            await sending.send_complete()
        response = await sending.as_response()
        return [*parts, (await response.get_json())["user_id"]]

    assert run(exchange()) == ["first", "and", "second", "user_7"]


# --- contexts ------------------------------------------------------------------------------------


def test_background_task_has_client_and_user_of_its_request(
    app: Quart, serve_quart: ServeQuart, instance: Instance
) -> None:
    done: list[str | None] = []

    @app.get("/")
    async def index() -> dict[str, object]:
        @copy_current_request_context
        async def record_user() -> None:
            done.append(auth().user_id)

        async def look_up(user_id: str | None) -> None:
            done.append((await clerk_client().users.get(str(user_id))).first_name)

        app.add_background_task(record_user)
        app.add_background_task(look_up, auth().user_id)
        return await me()

    site = quart_site.site(app)
    assert site.visit("/", bearer("user_7")).user_id == "user_7"
    # Closing waits for the tasks.
    site.close()

    assert sorted(map(str, done)) == ["First of user_7", "user_7"]
    assert instance.calls == ["GET /v1/users/user_7"]


def test_concurrent_tasks_of_request_share_its_user(app: Quart, serve_quart: ServeQuart) -> None:
    @app.get("/")
    async def index() -> dict[str, object]:
        users = await asyncio.gather(*(current_user() for _ in range(5)))
        return {"user_id": ",".join({user.id for user in users if user})}

    assert serve_quart(app).visit("/", bearer("user_7")).user_id == "user_7"


def test_nested_request_has_its_own_user(app: Quart, serve_quart: ServeQuart) -> None:
    app.add_url_rule("/inner", "inner", me)

    @app.get("/outer")
    async def outer() -> dict[str, object]:
        inner = await app.test_client().get("/inner", headers=dict([bearer("user_8")]))
        return {"inner": await inner.get_json(), **await me()}

    answer = serve_quart(app).visit("/outer", bearer("user_7"))

    assert answer.json() == {"inner": {"user_id": "user_8"}, "user_id": "user_7"}


# --- two applications in one process -------------------------------------------------------------


@pytest.fixture
def other(instance: Instance) -> Quart:
    """Return an application of another instance."""
    other = Quart("other")
    install(other, **{**instance.options(), **OTHER_INSTANCE})
    return other


def other_bearer(user_id: str) -> tuple[str, str]:
    return bearer(user_id, key=other_rsa_key())


def dispatch(app: Quart, prefix: str, mounted: Quart) -> None:
    """Serve another application under a prefix of this one, within its ASGI application."""
    inner: Any = app.asgi_app
    outer: Any = mounted

    async def dispatching(scope: Any, receive: Any, send: Any) -> None:
        is_of_mounted = scope.get("path", "").startswith(prefix)
        if not is_of_mounted:
            await inner(scope, receive, send)
            return
        await outer({**scope, "root_path": prefix}, receive, send)

    app.asgi_app = dispatching  # type: ignore[method-assign]


def test_mounted_application_has_its_own_users(
    app: Quart, other: Quart, serve_quart: ServeQuart
) -> None:
    for one in (app, other):
        one.add_url_rule("/", "index", me)
    dispatch(app, "/other", other)
    site = serve_quart(app)

    assert site.visit("/", bearer("user_7")).user_id == "user_7"
    assert site.visit("/", other_bearer("user_8")).user_id is None
    assert site.visit("/other/", bearer("user_7")).user_id is None
    assert site.visit("/other/", other_bearer("user_8")).user_id == "user_8"


def test_browser_with_cookies_of_two_instances_is_a_different_user_in_each(
    app: Quart, other: Quart, serve_quart: ServeQuart
) -> None:
    for one in (app, other):
        one.add_url_rule("/", "index", me)
    other_issuer = "https://other-otter-2.clerk.accounts.dev"
    cookies = browser_cookies(token("user_7"))
    # The cookies without a suffix are those of the last sign-in.
    cookies |= browser_cookies(token("user_8", key=other_rsa_key(), iss=other_issuer), OTHER_KEY)

    assert serve_quart(app).visit("/", cookie(cookies)).user_id == "user_7"
    assert serve_quart(other).visit("/", cookie(cookies)).user_id == "user_8"


def test_mounted_application_adds_its_headers_to_those_of_outer_application(
    instance: Instance, other: Quart, serve_quart: ServeQuart
) -> None:
    app = Quart("app")
    other.add_url_rule("/", "index", me)
    dispatch(app, "/other", other)
    install(app, **instance.options())
    site = serve_quart(app)

    def statuses(*headers: tuple[str, str]) -> list[str]:
        return site.visit("/other/", *headers).headers.get_all("x-clerk-auth-status")

    assert site.visit("/other/", other_bearer("user_8")).user_id == "user_8"
    assert statuses() == ["signed-out", "signed-out"]
    assert statuses(bearer("user_7")) == statuses(other_bearer("user_8")) == ["signed-out"]


# --- WebSockets ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("headers", "status"), [([], 401), ([bearer()], 403)])
def test_refused_websocket_gets_status_and_headers_if_server_supports_them(
    app: Quart, headers: list[tuple[str, str]], status: int
) -> None:
    @app.websocket("/ws")
    @require_auth(role="org:admin")
    async def socket() -> None:
        await websocket.send("never")

    sent: list[Any] = []
    scope = {
        "type": "websocket",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "scheme": "ws",
        "path": "/ws",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers],
        "subprotocols": [],
        "extensions": {"websocket.http.response": {}},
    }

    async def connect() -> None:
        messages = [{"type": "websocket.connect"}]
        refused = asyncio.Event()

        async def receive() -> Any:
            if messages:
                return messages.pop()
            await asyncio.wait_for(refused.wait(), PATIENCE)
            return {"type": "websocket.disconnect", "code": 1006}

        async def send(message: Any) -> None:
            sent.append(message)
            if message["type"] == "websocket.http.response.body":
                refused.set()

        asgi_app: Any = app
        await asgi_app(scope, receive, send)

    run(connect())

    assert sent[0]["type"] == "websocket.http.response.start"
    assert sent[0]["status"] == status
    assert dict(sent[0]["headers"])[b"content-type"] == b"application/json"


def test_before_websocket_hook_gets_user(app: Quart, serve_quart: ServeQuart) -> None:
    @app.before_websocket
    async def hook() -> tuple[str, int] | None:
        return None if auth().is_authenticated else ("signed out", 401)

    @app.websocket("/ws")
    async def socket() -> None:
        await websocket.send_json(await me())

    site = serve_quart(app)

    assert not site.connect("/ws").accepted
    assert site.connect("/ws", bearer("user_7")).json() == {"user_id": "user_7"}


def test_blueprint_websocket_is_guarded(app: Quart, serve_quart: ServeQuart) -> None:
    live = Blueprint("live", "live", url_prefix="/live")

    @live.websocket("/ws/<name>")
    @require_auth(role="org:admin")
    async def socket(name: str) -> None:
        await websocket.send_json({**await me(), "name": name})

    app.register_blueprint(live)
    site = serve_quart(app)

    assert not site.connect("/live/ws/a", bearer()).accepted
    opened = site.connect("/live/ws/a", bearer("user_7", **ADMIN))
    assert opened.json() == {"user_id": "user_7", "name": "a"}


def test_websocket_accepts_machine_token(app: Quart, serve_quart: ServeQuart) -> None:
    @app.websocket("/ws")
    async def socket() -> None:
        api_key = await auth(accepts_token="api_key")
        await websocket.send_json({"subject": api_key.subject})

    assert serve_quart(app).connect("/ws", show("ak_1")).json() == {"subject": "user_9"}


def test_nested_request_of_websocket_has_its_own_user(app: Quart, serve_quart: ServeQuart) -> None:
    app.add_url_rule("/inner", "inner", me)

    @app.websocket("/ws")
    async def socket() -> None:
        inner = await app.test_client().get("/inner", headers=dict([bearer("user_8")]))
        await websocket.send_json({"inner": await inner.get_json(), **await me()})

    opened = serve_quart(app).connect("/ws", bearer("user_7"))

    assert opened.json() == {"inner": {"user_id": "user_8"}, "user_id": "user_7"}


def test_tasks_of_websocket_get_its_user(app: Quart, serve_quart: ServeQuart) -> None:
    @app.websocket("/ws")
    async def socket() -> None:
        async def send(document: Awaitable[dict[str, object]]) -> None:
            await websocket.send_json(await document)

        await asyncio.gather(send(me()))

    assert serve_quart(app).connect("/ws", bearer("user_7")).json() == {"user_id": "user_7"}


# --- proxies -------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["legacy", "modern"])
def test_redirect_url_is_request_url_of_quart_behind_hypercorn_proxy_fix(
    app: Quart, serve_quart: ServeQuart, mode: Any
) -> None:
    @app.get("/here")
    async def here() -> Response:
        answer = redirect_to_sign_in()
        answer.headers["x-quart-url"] = current_request.url
        return answer

    app.asgi_app = ProxyFixMiddleware(app.asgi_app, mode, 1)  # type: ignore
    forwarded = (
        ("host", "10.0.0.7:8080"),
        ("x-forwarded-for", "192.0.2.1, 192.0.2.2"),
        ("x-forwarded-host", "evil.example, app.example:8443"),
        ("x-forwarded-proto", "http, https"),
        (
            "forwarded",
            "host=evil.example;proto=http, for=192.0.2.2;host=app.example:8443;proto=https",
        ),
    )

    site = serve_quart(app)
    sign_in, handshake = site.visit("/here?page=2", *forwarded), site.visit("/", *forwarded, PAGE)

    assert sign_in.header("x-quart-url") == "https://app.example:8443/here?page=2"
    assert query_of(sign_in.header("location"))["redirect_url"] == sign_in.header("x-quart-url")
    assert query_of(handshake.header("location"))["redirect_url"] == "https://app.example:8443/"
