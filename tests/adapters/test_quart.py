"""What Quart is held to: the contract, and what is particular to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import ExitStack
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
from clerk_core.testing import AdapterContract, AsgiSite, WebSockets
from clerk_core.testing._contract.base import query_of
from clerk_core.testing._contract.installing import OF_OTHER, OTHER_KEY
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
    publishable_key,
    show,
    token,
)
from tests.adapters import quart_site

T = TypeVar("T")
RequestAuth = Callable[..., AsgiSite]

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


@pytest.fixture
def served() -> Iterator[RequestAuth]:
    """Serves applications until the end of the test."""
    with ExitStack() as opened:

        def serve(app: Quart) -> AsgiSite:
            site = quart_site.site(app)
            opened.callback(site.close)
            return site

        yield serve


async def me() -> dict[str, object]:
    return {"user_id": auth().user_id}


async def name_of_current_user() -> Response:
    user = await current_user()
    return jsonify(user.first_name if user else None)


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(asyncio.wait_for(coroutine, PATIENCE))


# --- installing ----------------------------------------------------------------------------------


def test_an_application_factory_installs_clerk_in_each_application(
    served: RequestAuth, instance: Instance
) -> None:
    def create_app() -> Quart:
        app = Quart("app")
        install(app, **instance.options())
        app.add_url_rule("/", "index", me)
        return app

    first, second = served(create_app()), served(create_app())

    assert first.visit("/", bearer("user_7")).user_id == "user_7"
    assert second.visit("/", bearer("user_8")).user_id == "user_8"


def test_two_applications_have_settings_of_their_own() -> None:
    one, other = Quart("one"), Quart("other")
    one.config.update(CLERK_SECRET_KEY="sk_test_one", CLERK_PUBLISHABLE_KEY=publishable_key())
    other.config.update(CLERK_SECRET_KEY="sk_test_other", CLERK_PUBLISHABLE_KEY=OTHER_KEY)
    install(one)
    install(other)

    assert settings_of(one).secret_key == "sk_test_one"
    assert settings_of(other).secret_key == "sk_test_other"


def settings_of(app: Quart) -> clerk_core.Settings:
    async def look() -> clerk_core.Settings:
        async with app.app_context():
            return clerk_client().settings

    return run(look())


def test_options_go_before_the_configuration_and_that_before_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("SECRET_KEY", "SIGN_IN_URL", "SIGN_UP_URL"):
        monkeypatch.setenv(f"CLERK_{name}", f"/{name}/of/environment")
    monkeypatch.setenv("CLERK_PUBLISHABLE_KEY", publishable_key())
    app = Quart("app")
    app.config.update(CLERK_SECRET_KEY="sk_of_config", CLERK_SIGN_IN_URL="/of/config")
    install(app, secret_key="sk_of_options", publishable_key=OTHER_KEY, sign_in_url=None)

    settings = settings_of(app)

    assert settings.secret_key == "sk_of_options"
    assert settings.sign_in_url == "/of/config"
    assert settings.sign_up_url == "/SIGN_UP_URL/of/environment"
    assert settings.publishable_key == OTHER_KEY


@pytest.mark.parametrize("name", ["publishable_key", "jwt_key", "machine_secret_key"])
@pytest.mark.parametrize("place", ["configuration", "options"])
def test_a_key_of_one_source_is_not_completed_from_another(
    name: str, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys: dict[str, Any] = {
        "publishable_key": OTHER_KEY,
        "jwt_key": public_pem(other_rsa_key()),
        "machine_secret_key": "ak_other",
    }
    monkeypatch.setenv("CLERK_SECRET_KEY", "sk_test_of_environment")
    app = Quart("app")
    options: dict[str, Any] = {}
    if place == "configuration":
        app.config[f"CLERK_{name.upper()}"] = keys[name]
    else:
        options[name] = keys[name]

    with pytest.raises(ConfigurationError) as caught:
        install(app, **options)
    assert caught.value.code == "keys-missing"


def test_every_option_may_stand_in_the_configuration() -> None:
    app = Quart("app")
    app.config.update(
        CLERK_SECRET_KEY="sk_test_one",
        CLERK_AUTHORIZED_PARTIES=["https://app.example"],
        CLERK_TIMEOUT="soon",
    )

    with pytest.raises(ConfigurationError, match="timeout"):
        install(app)
    app.config["CLERK_TIMEOUT"] = 2.5
    install(app)
    assert settings_of(app).authorized_parties == ("https://app.example",)


def test_a_misspelled_setting_stops_the_application_and_an_own_one_does_not() -> None:
    app = Quart("app")
    app.config.update(CLERK_SECRET_KEY="sk_test_one", CLERK_ADMIN_ROLE="org:admin")
    install(app)
    app.config["CLERK_AUTHORISED_PARTIES"] = ["https://app.example"]

    with pytest.raises(ConfigurationError, match="Did you mean CLERK_AUTHORIZED_PARTIES"):
        install(app)


@pytest.mark.parametrize("parties", ["", [""], ["https://app.example", ""]])
def test_an_empty_authorized_party_in_the_configuration_is_refused(parties: object) -> None:
    app = Quart("app")
    app.config.update(CLERK_SECRET_KEY="sk_test_one", CLERK_AUTHORIZED_PARTIES=parties)

    with pytest.raises(ConfigurationError, match="authorized_parties has an empty item"):
        install(app)


def test_a_missing_key_stops_the_application_when_it_starts() -> None:
    app = Quart("app")
    app.config["SECRET_KEY"] = "quart's own"

    with pytest.raises(ConfigurationError, match="CLERK_SECRET_KEY"):
        install(app)


def test_installing_again_puts_other_options_into_place(
    app: Quart, served: RequestAuth, instance: Instance
) -> None:
    app.add_url_rule("/", "index", me)
    install(app, **{**instance.options(), "jwt_key": public_pem(other_rsa_key())})
    site = served(app)

    assert site.visit("/").headers.get_all("x-clerk-auth-status") == ["signed-out"]
    assert site.visit("/", bearer("user_7")).user_id is None
    assert site.visit("/", bearer("user_8", key=other_rsa_key())).user_id == "user_8"
    assert settings_of(app).jwt_key == public_pem(other_rsa_key()).strip()


def test_clerk_core_knows_how_to_install_into_quart(
    served: RequestAuth, instance: Instance
) -> None:
    app = Quart("app")
    app.add_url_rule("/", "index", me)
    clerk_core.install(app, **instance.options())

    assert served(app).visit("/", bearer("user_7")).user_id == "user_7"


def test_without_clerk_the_error_says_what_to_do(served: RequestAuth) -> None:
    app = Quart("app")
    app.register_error_handler(ConfigurationError, lambda error: str(error))
    app.add_url_rule("/", "index", me)
    app.add_url_rule("/user", "user", name_of_current_user)
    app.add_url_rule("/guarded", "guarded", require_auth(me))
    app.add_url_rule("/to-sign-in", "to_sign_in", redirect_to_sign_in)

    site = served(app)

    for path in ("/", "/user", "/guarded", "/to-sign-in"):
        assert "clerk_core.quart.install(app)" in site.visit(path).content.decode()
    with pytest.raises(ConfigurationError, match=r"clerk_core\.quart\.install\(app\)"):
        settings_of(app)


def test_outside_of_a_request_nobody_can_be_asked_for(app: Quart) -> None:
    async def ask() -> None:
        async with app.app_context():
            auth()

    with pytest.raises(RuntimeError, match="context"):
        auth()
    with pytest.raises(RuntimeError, match="context"):
        run(ask())


def test_neither_the_application_nor_its_client_shows_a_secret(app: Quart) -> None:
    async def look() -> str:
        async with app.app_context():
            return f"{app!r} {app.extensions!r} {clerk_client()!r}"

    assert SECRET_KEY not in run(look())


# --- the client, and what it holds ---------------------------------------------------------------


def test_the_client_is_at_hand_in_the_context_of_the_application(
    app: Quart, instance: Instance
) -> None:
    async def ask() -> str:
        async with app.test_app(), app.app_context():
            return (await clerk_client().users.get("user_7")).id

    assert run(ask()) == "user_7"
    assert instance.calls == ["GET /v1/users/user_7"]


def test_the_client_is_one_for_the_life_of_the_application(app: Quart, served: RequestAuth) -> None:
    seen: list[AsyncClerk] = []

    @app.before_serving
    async def start() -> None:
        seen.append(clerk_client())

    @app.get("/")
    async def index() -> str:
        seen.append(clerk_client())
        return ""

    site = served(app)
    site.visit("/")
    site.visit("/")

    assert len(seen) == 3
    assert len(set(map(id, seen))) == 1


def test_the_end_of_the_lifespan_closes_the_connections_to_clerk(
    instance: Instance, served: RequestAuth
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
    # Whoever cleans up may still ask, over the connection that was open.
    assert names == ["First of user_7"]


# --- views ---------------------------------------------------------------------------------------


def test_sync_and_async_views_know_who_is_asking(app: Quart, served: RequestAuth) -> None:
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

    site = served(app)

    assert guarded_sync_view.__doc__ == "A view."
    assert site.visit("/sync", bearer("user_7")).user_id == "user_7"
    assert site.visit("/sync/3", bearer("user_7")).status == 403
    passed = site.visit("/sync/3", bearer("user_7", **ADMIN))
    assert passed.json() == {"user_id": "user_7", "number": 3}
    assert site.visit("/async/3").status == 401
    passed = site.visit("/async/3", bearer("user_8"))
    assert passed.json() == {"user_id": "user_8", "number": 3}


def test_a_guarded_view_answers_as_it_would_alone(app: Quart, served: RequestAuth) -> None:
    @app.get("/")
    @require_auth
    async def index() -> tuple[str, int, dict[str, str]]:
        return "made", 201, {"x-own": "1"}

    answer = served(app).visit("/", bearer())

    assert (answer.status, answer.header("x-own"), answer.content) == (201, "1", b"made")


def test_a_view_of_a_blueprint_knows_who_is_asking(app: Quart, served: RequestAuth) -> None:
    shop = Blueprint("shop", "shop", url_prefix="/shop")
    shop.add_url_rule("/", "index", me)
    shop.add_url_rule("/guarded", "guarded", require_auth(me))
    app.register_blueprint(shop)
    site = served(app)

    assert site.visit("/shop/", bearer("user_7")).user_id == "user_7"
    assert site.visit("/shop/guarded", bearer("user_7")).user_id == "user_7"
    assert site.visit("/shop/guarded").status == 401


def test_a_blueprint_is_guarded_as_a_whole(app: Quart, served: RequestAuth) -> None:
    staff = Blueprint("staff", "staff", url_prefix="/staff")
    staff.before_request(require_auth(role="org:admin")(lambda: None))
    staff.add_url_rule("/", "index", me)
    app.register_blueprint(staff)
    site = served(app)

    assert site.visit("/staff/").status == 401
    assert site.visit("/staff/", bearer()).status == 403
    assert site.visit("/staff/", bearer("user_7", **ADMIN)).user_id == "user_7"


def test_class_based_views_are_guarded_by_their_decorators(app: Quart, served: RequestAuth) -> None:
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
    site = served(app)

    assert site.visit("/orders").status == site.visit("/orders", method="POST").status == 401
    assert site.visit("/orders", bearer("user_7")).user_id == "user_7"
    assert site.visit("/orders", bearer("user_7"), method="POST").user_id == "user_7"
    assert site.visit("/reports", bearer()).status == 403


def test_a_condition_that_does_not_exist_is_told_when_the_application_starts() -> None:
    with pytest.raises(TypeError, match="roles"):
        require_auth(roles="org:admin")  # type: ignore[call-overload]


# --- hooks and errors ----------------------------------------------------------------------------


@pytest.mark.parametrize("registered", ["before", "after"])
def test_a_hook_before_the_request_knows_who_is_asking(
    served: RequestAuth, instance: Instance, registered: str
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
    site = served(app)

    assert site.visit("/", bearer("user_7")).json() == {"user_id": "user_7", "early": True}
    assert site.visit("/").json() == {"user_id": None}


def test_an_own_guard_does_not_stop_a_handshake(served: RequestAuth, instance: Instance) -> None:
    app = Quart("app")

    @app.before_request
    async def guard() -> Any:
        return None if auth().is_authenticated else redirect_to_sign_in()

    install(app, **instance.options())
    app.add_url_rule("/", "index", me)

    # The user may well be signed in, which only a handshake can tell.
    assert "/v1/client/handshake" in served(app).visit("/", PAGE).header("location")


def test_a_hook_after_the_request_knows_who_is_asking(app: Quart, served: RequestAuth) -> None:
    app.add_url_rule("/", "index", me)

    @app.after_request
    async def add(response: Response) -> Response:
        response.headers["x-user"] = str(auth().user_id)
        return response

    assert served(app).visit("/", bearer("user_7")).header("x-user") == "user_7"


def test_handlers_of_http_errors_know_who_is_asking(app: Quart, served: RequestAuth) -> None:
    async def handle(error: Any) -> tuple[dict[str, object], int]:
        return await me(), error.code

    for status in (403, 404, 500):
        app.register_error_handler(status, handle)
    app.add_url_rule("/crash", "crash", lambda: 1 / 0)  # type: ignore[arg-type]
    app.add_url_rule("/forbidden", "forbidden", lambda: abort(403))
    site = served(app)

    for path, status in (("/no-such-page", 404), ("/forbidden", 403), ("/crash", 500)):
        answer = site.visit(path, bearer("user_7"))
        assert (answer.status, answer.json()) == (status, {"user_id": "user_7"})


# --- streaming -----------------------------------------------------------------------------------


def test_a_streamed_response_comes_part_by_part_with_its_headers_first(app: Quart) -> None:
    async def watch() -> None:
        is_first_read = asyncio.Event()

        @app.get("/stream")
        async def stream() -> tuple[AsyncIterator[bytes], int, dict[str, str]]:
            async def parts() -> AsyncIterator[bytes]:
                yield b"first"
                await is_first_read.wait()
                yield b"second"

            return parts(), 200, {"x-own": "1"}

        # Its type lacks the headers, which it has.
        connection: Any
        async with app.test_client().request("/stream") as connection:
            await connection.send_complete()
            assert await connection.receive() == b"first"
            assert connection.headers["x-clerk-auth-status"] == "signed-out"
            assert connection.headers["x-own"] == "1"
            is_first_read.set()
            assert await connection.receive() == b"second"

    run(watch())


def test_a_streamed_request_is_left_to_the_view(app: Quart) -> None:
    async def watch() -> list[str]:
        parts: list[str] = []

        @app.post("/upload")
        async def upload() -> dict[str, object]:
            async for part in current_request.body:
                # Some versions end with an empty one.
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

    assert run(watch()) == ["first", "and", "second", "user_7"]


# --- contexts ------------------------------------------------------------------------------------


def test_a_background_task_uses_the_client_and_has_the_user_of_its_request(
    app: Quart, served: RequestAuth, instance: Instance
) -> None:
    done: list[str | None] = []

    @app.get("/")
    async def index() -> dict[str, object]:
        @copy_current_request_context
        async def remember() -> None:
            done.append(auth().user_id)

        async def look_up(user_id: str | None) -> None:
            done.append((await clerk_client().users.get(str(user_id))).first_name)

        app.add_background_task(remember)
        app.add_background_task(look_up, auth().user_id)
        return await me()

    site = quart_site.site(app)
    assert site.visit("/", bearer("user_7")).user_id == "user_7"
    # Which waits for the tasks.
    site.close()

    assert sorted(map(str, done)) == ["First of user_7", "user_7"]
    assert instance.calls == ["GET /v1/users/user_7"]


def test_the_tasks_of_one_request_share_its_user(app: Quart, served: RequestAuth) -> None:
    @app.get("/")
    async def index() -> dict[str, object]:
        users = await asyncio.gather(*(current_user() for _ in range(5)))
        return {"user_id": ",".join({user.id for user in users if user})}

    assert served(app).visit("/", bearer("user_7")).user_id == "user_7"


def test_a_request_inside_of_a_request_has_its_own_user(app: Quart, served: RequestAuth) -> None:
    app.add_url_rule("/inner", "inner", me)

    @app.get("/outer")
    async def outer() -> dict[str, object]:
        inner = await app.test_client().get("/inner", headers=dict([bearer("user_8")]))
        return {"inner": await inner.get_json(), **await me()}

    answer = served(app).visit("/outer", bearer("user_7"))

    assert answer.json() == {"inner": {"user_id": "user_8"}, "user_id": "user_7"}


# --- two applications in one process -------------------------------------------------------------


@pytest.fixture
def other(instance: Instance) -> Quart:
    """An application of another instance."""
    other = Quart("other")
    install(other, **{**instance.options(), **OF_OTHER})
    return other


def of_other(user_id: str) -> tuple[str, str]:
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


def test_an_application_mounted_under_another_has_its_own_users(
    app: Quart, other: Quart, served: RequestAuth
) -> None:
    for one in (app, other):
        one.add_url_rule("/", "index", me)
    dispatch(app, "/other", other)
    site = served(app)

    assert site.visit("/", bearer("user_7")).user_id == "user_7"
    assert site.visit("/", of_other("user_8")).user_id is None
    assert site.visit("/other/", bearer("user_7")).user_id is None
    assert site.visit("/other/", of_other("user_8")).user_id == "user_8"


def test_a_browser_of_two_instances_on_one_domain_is_a_different_user_in_each(
    app: Quart, other: Quart, served: RequestAuth
) -> None:
    for one in (app, other):
        one.add_url_rule("/", "index", me)
    there = "https://other-otter-2.clerk.accounts.dev"
    cookies = browser_cookies(token("user_7"))
    # The plain names belong to whoever wrote them last.
    cookies |= browser_cookies(token("user_8", key=other_rsa_key(), iss=there), OTHER_KEY)

    assert served(app).visit("/", cookie(cookies)).user_id == "user_7"
    assert served(other).visit("/", cookie(cookies)).user_id == "user_8"


def test_an_application_mounted_within_clerk_adds_its_headers_to_those_of_the_outer_one(
    instance: Instance, other: Quart, served: RequestAuth
) -> None:
    app = Quart("app")
    other.add_url_rule("/", "index", me)
    dispatch(app, "/other", other)
    install(app, **instance.options())
    site = served(app)

    def said(*headers: tuple[str, str]) -> list[str]:
        return site.visit("/other/", *headers).headers.get_all("x-clerk-auth-status")

    assert site.visit("/other/", of_other("user_8")).user_id == "user_8"
    assert said() == ["signed-out", "signed-out"]
    assert said(bearer("user_7")) == said(of_other("user_8")) == ["signed-out"]


# --- WebSockets ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("shown", "status"), [([], 401), ([bearer()], 403)])
def test_a_guarded_socket_says_why_it_is_not_opened_where_the_server_lets_it(
    app: Quart, shown: list[tuple[str, str]], status: int
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
        "headers": [(name.encode(), value.encode()) for name, value in shown],
        "subprotocols": [],
        "extensions": {"websocket.http.response": {}},
    }

    async def connect() -> None:
        waiting = [{"type": "websocket.connect"}]
        refused = asyncio.Event()

        async def receive() -> Any:
            if waiting:
                return waiting.pop()
            await asyncio.wait_for(refused.wait(), PATIENCE)
            return {"type": "websocket.disconnect", "code": 1006}

        async def send(message: Any) -> None:
            sent.append(message)
            if message["type"] == "websocket.http.response.body":
                refused.set()

        whole: Any = app
        await whole(scope, receive, send)

    run(connect())

    assert sent[0]["type"] == "websocket.http.response.start"
    assert sent[0]["status"] == status
    assert dict(sent[0]["headers"])[b"content-type"] == b"application/json"


def test_a_hook_before_a_socket_knows_who_opens_it(app: Quart, served: RequestAuth) -> None:
    @app.before_websocket
    async def hook() -> tuple[str, int] | None:
        return None if auth().is_authenticated else ("nobody", 401)

    @app.websocket("/ws")
    async def socket() -> None:
        await websocket.send_json(await me())

    site = served(app)

    assert not site.connect("/ws").accepted
    assert site.connect("/ws", bearer("user_7")).json() == {"user_id": "user_7"}


def test_a_socket_of_a_blueprint_is_guarded(app: Quart, served: RequestAuth) -> None:
    live = Blueprint("live", "live", url_prefix="/live")

    @live.websocket("/ws/<name>")
    @require_auth(role="org:admin")
    async def socket(name: str) -> None:
        await websocket.send_json({**await me(), "name": name})

    app.register_blueprint(live)
    site = served(app)

    assert not site.connect("/live/ws/a", bearer()).accepted
    opened = site.connect("/live/ws/a", bearer("user_7", **ADMIN))
    assert opened.json() == {"user_id": "user_7", "name": "a"}


def test_a_program_opens_a_socket_that_accepts_its_token(app: Quart, served: RequestAuth) -> None:
    @app.websocket("/ws")
    async def socket() -> None:
        found = await auth(accepts_token="api_key")
        await websocket.send_json({"subject": found.subject})

    assert served(app).connect("/ws", show("ak_1")).json() == {"subject": "user_9"}


def test_a_request_that_a_socket_sends_to_its_own_application_has_its_own_user(
    app: Quart, served: RequestAuth
) -> None:
    app.add_url_rule("/inner", "inner", me)

    @app.websocket("/ws")
    async def socket() -> None:
        inner = await app.test_client().get("/inner", headers=dict([bearer("user_8")]))
        await websocket.send_json({"inner": await inner.get_json(), **await me()})

    opened = served(app).connect("/ws", bearer("user_7"))

    assert opened.json() == {"inner": {"user_id": "user_8"}, "user_id": "user_7"}


def test_the_tasks_of_a_socket_know_who_opened_it(app: Quart, served: RequestAuth) -> None:
    @app.websocket("/ws")
    async def socket() -> None:
        async def say(answer: Awaitable[dict[str, object]]) -> None:
            await websocket.send_json(await answer)

        await asyncio.gather(say(me()))

    assert served(app).connect("/ws", bearer("user_7")).json() == {"user_id": "user_7"}


# --- proxies -------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["legacy", "modern"])
def test_clerk_leads_back_to_the_url_that_quart_shows_behind_hypercorns_proxy_fix(
    app: Quart, served: RequestAuth, mode: Any
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

    site = served(app)
    sign_in, handshake = site.visit("/here?page=2", *forwarded), site.visit("/", *forwarded, PAGE)

    assert sign_in.header("x-quart-url") == "https://app.example:8443/here?page=2"
    assert query_of(sign_in.header("location"))["redirect_url"] == sign_in.header("x-quart-url")
    assert query_of(handshake.header("location"))["redirect_url"] == "https://app.example:8443/"
