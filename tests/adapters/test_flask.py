"""Behaviour specific to Flask: extensions, blueprints, hooks, contexts, async views."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import pytest
from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    copy_current_request_context,
    g,
    jsonify,
    request,
)
from flask.testing import FlaskClient
from flask.views import MethodView, View
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.test import Client as WsgiClient
from werkzeug.test import TestResponse

from clerk_core import AsyncClerk, Clerk, ConfigurationError
from clerk_core.flask import (
    auth,
    clerk_client,
    current_user,
    install,
    redirect_to_sign_in,
    require_auth,
)
from clerk_core.testing._contract.base import query_of
from clerk_core.testing._instance import Instance
from clerk_core.testing._tokens import (
    PAGE,
    SECRET_KEY,
    bearer,
    browser_cookies,
    cookie,
    other_rsa_key,
    public_pem,
    publishable_key,
    token,
)
from clerk_core.testing.contract import WsgiSite
from tests.adapters.flask_site import add_routes

LIVE_KEY = publishable_key("clerk.app.example", "live")
OTHER_KEY = publishable_key("other-otter-2.clerk.accounts.dev")


def _site(app: Flask) -> WsgiSite:
    return WsgiSite(app, lambda: None)


MakeApp = Callable[..., Flask]


@pytest.fixture
def make_app(instance: Instance) -> Iterator[MakeApp]:
    """Return a function that installs Clerk into an application, by default a new one."""
    installed: list[Flask] = []

    def make(app: Flask | None = None, **over: Any) -> Flask:
        app = app or Flask("app")
        install(app, **{**instance.options(), **over})
        installed.append(app)
        return app

    yield make
    for app in installed:
        with app.app_context():
            clerk_client().close()


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    return make_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client(use_cookies=False)


def _me() -> dict[str, object]:
    return {"user_id": auth().user_id}


def _user_at(client: FlaskClient | WsgiClient, path: str = "/", *headers: tuple[str, str]) -> Any:
    response = client.get(path, headers=list(headers))
    assert response.status_code == 200, response.text
    assert response.json is not None
    return response.json["user_id"]


# --- installing ----------------------------------------------------------------------------------


def test_application_factory_installs_clerk_in_each_application(instance: Instance) -> None:
    def create_app() -> Flask:
        app = Flask("app")
        install(app, **instance.options())
        app.add_url_rule("/", "index", _me)
        return app

    first, second = create_app(), create_app()

    assert _user_at(first.test_client(), "/", bearer("user_7")) == "user_7"
    assert _user_at(second.test_client(), "/", bearer("user_8")) == "user_8"


def test_missing_secret_key_fails_installation() -> None:
    with pytest.raises(ConfigurationError, match="CLERK_SECRET_KEY"):
        install(Flask("app"))


def test_installing_twice_adds_headers_once(app: Flask, make_app: MakeApp) -> None:
    with app.app_context():
        clerk_client().close()
    make_app(app)
    app.add_url_rule("/", "index", _me)

    response = app.test_client().get("/")

    assert response.headers.getlist("x-clerk-auth-status") == ["signed-out"]


def test_functions_without_installed_clerk_raise_helpful_error() -> None:
    app = Flask("app")
    app.testing = True
    app.add_url_rule("/", "index", _me)
    app.add_url_rule("/user", "user", lambda: jsonify(_name_of_current_user()))
    app.add_url_rule("/guarded", "guarded", require_auth(_me))
    app.add_url_rule("/to-sign-in", "to_sign_in", redirect_to_sign_in)

    for path in ("/", "/user", "/guarded", "/to-sign-in"):
        with pytest.raises(ConfigurationError, match=r"clerk_core\.flask\.install\(app\)"):
            app.test_client().get(path, headers=[bearer()])
    with (
        app.app_context(),
        pytest.raises(ConfigurationError, match=r"clerk_core\.flask\.install\(app\)"),
    ):
        clerk_client()


def test_functions_outside_request_raise_runtime_error(app: Flask) -> None:
    with pytest.raises(RuntimeError, match="context"):
        auth()
    with app.app_context(), pytest.raises(RuntimeError, match="context"):
        current_user()


def test_application_uses_one_client(app: Flask) -> None:
    seen: list[Clerk] = []

    @app.get("/")
    def index() -> str:
        seen.append(clerk_client())
        return ""

    app.test_client().get("/")
    app.test_client().get("/")
    with app.app_context():
        seen.append(clerk_client())

    assert len(set(map(id, seen))) == 1


# --- views ---------------------------------------------------------------------------------------


def test_blueprint_view_gets_user_of_request(app: Flask) -> None:
    blueprint = Blueprint("shop", "shop", url_prefix="/shop")
    blueprint.add_url_rule("/", "index", _me)
    blueprint.add_url_rule("/guarded", "guarded", require_auth(_me))
    app.register_blueprint(blueprint)
    client = app.test_client()

    assert _user_at(client, "/shop/", bearer()) == "user_1"
    assert _user_at(client, "/shop/guarded", bearer()) == "user_1"
    assert client.get("/shop/guarded").status_code == 401


def test_before_request_guard_covers_whole_blueprint(app: Flask) -> None:
    blueprint = Blueprint("staff", "staff", url_prefix="/staff")
    blueprint.before_request(require_auth(role="org:admin")(lambda: None))
    blueprint.add_url_rule("/", "index", _me)
    app.register_blueprint(blueprint)
    client = app.test_client()

    admin = bearer(o={"id": "org_1", "rol": "admin"})

    assert client.get("/staff/").status_code == 401
    assert client.get("/staff/", headers=[bearer()]).status_code == 403
    assert _user_at(client, "/staff/", admin) == "user_1"


def test_async_view_gets_user_of_request(app: Flask) -> None:
    @app.get("/")
    async def index() -> dict[str, object]:
        return _me()

    @app.get("/guarded")
    @require_auth
    async def guarded() -> dict[str, object]:
        return _me()

    @app.get("/admin/<int:number>")
    @require_auth(role="org:admin")
    async def admin(number: int) -> dict[str, object]:
        return {**_me(), "number": number}

    client = app.test_client()

    assert _user_at(client, "/", bearer("user_7")) == "user_7"
    assert _user_at(client, "/guarded", bearer("user_7")) == "user_7"
    assert client.get("/guarded").status_code == 401
    assert client.get("/admin/3", headers=[bearer()]).status_code == 403
    passed = client.get("/admin/3", headers=[bearer(o={"id": "org_1", "rol": "admin"})])
    assert passed.json == {"user_id": "user_1", "number": 3}


def test_async_view_calls_api_with_its_own_client(app: Flask, instance: Instance) -> None:
    @app.get("/")
    async def index() -> dict[str, object]:
        async with AsyncClerk(**instance.options()) as clerk:
            user = await clerk.users.get(str(auth().user_id))
        return {"user_id": user.id}

    assert _user_at(app.test_client(), "/", bearer("user_7")) == "user_7"


def test_class_based_views_are_guarded_by_their_decorators(app: Flask) -> None:
    class Orders(MethodView):
        decorators: ClassVar[list[Callable[..., Any]]] = [require_auth]

        def get(self) -> dict[str, object]:
            return _me()

        def post(self) -> dict[str, object]:
            return _me()

    class Reports(View):
        decorators: ClassVar[list[Callable[..., Any]]] = [require_auth(role="org:admin")]

        def dispatch_request(self) -> dict[str, object]:
            return _me()

    app.add_url_rule("/orders", view_func=Orders.as_view("orders"))
    app.add_url_rule("/reports", view_func=Reports.as_view("reports"))
    client = app.test_client()

    assert client.get("/orders").status_code == client.post("/orders").status_code == 401
    assert _user_at(client, "/orders", bearer()) == "user_1"
    assert client.post("/orders", headers=[bearer()]).json == {"user_id": "user_1"}
    assert client.get("/reports", headers=[bearer()]).status_code == 403


def test_guarded_view_keeps_name_and_gets_arguments(app: Flask) -> None:
    @app.get("/orders/<int:number>")
    @require_auth
    def order(number: int) -> dict[str, object]:
        """One order."""
        return {"number": number}

    @app.get("/invoices/<name>")
    @require_auth(plan="gold")
    def invoice(name: str) -> dict[str, object]:
        return {"name": name}

    client = app.test_client()

    assert (order.__name__, order.__doc__) == ("order", "One order.")
    assert {"order", "invoice"} <= app.view_functions.keys()
    assert client.get("/orders/3", headers=[bearer()]).json == {"number": 3}
    assert client.get("/invoices/a", headers=[bearer(pla="u:gold")]).json == {"name": "a"}


def test_return_value_of_guarded_view_is_unchanged(app: Flask, client: FlaskClient) -> None:
    @app.get("/created")
    @require_auth
    def created() -> tuple[dict[str, object], int, dict[str, str]]:
        return {}, 201, {"x-own": "1"}

    response = client.get("/created", headers=[bearer()])

    assert (response.status_code, response.headers["x-own"]) == (201, "1")


def test_require_auth_rejects_none_as_role() -> None:
    with pytest.raises(TypeError, match="'role' must be str, not NoneType"):
        require_auth(role=None)  # type: ignore[call-overload]


def test_unknown_token_type_is_rejected_and_empty_list_accepts_no_token(app: Flask) -> None:
    with app.test_request_context("/", headers=[bearer()]):
        with pytest.raises(TypeError, match="accepts_token"):
            auth(accepts_token=["cookie"])  # type: ignore[list-item]
        assert not auth(accepts_token=[]).is_authenticated


def test_accepts_token_is_keyword_only(app: Flask) -> None:
    with app.test_request_context("/"), pytest.raises(TypeError):
        auth("any")  # type: ignore[call-overload]


# --- hooks and errors ----------------------------------------------------------------------------


@pytest.mark.parametrize("registered", ["before", "after"])
def test_error_handler_gets_user_after_before_request_hook_raises(
    make_app: MakeApp, registered: str
) -> None:
    app = Flask("app")

    def hook() -> None:
        if auth().is_authenticated:
            raise LookupError("not today")

    def handle(error: LookupError) -> tuple[dict[str, object], int]:
        return _me(), 409

    if registered == "before":
        app.before_request(hook)
    make_app(app)
    if registered == "after":
        app.before_request(hook)
    app.register_error_handler(LookupError, handle)
    app.add_url_rule("/", "index", _me)
    client = app.test_client()

    refused = client.get("/", headers=[bearer("user_7")])

    assert (refused.status_code, refused.json) == (409, {"user_id": "user_7"})
    assert _user_at(client) is None


@pytest.mark.parametrize("registered", ["before", "after"])
def test_before_request_hook_that_responds_gets_user(make_app: MakeApp, registered: str) -> None:
    app = Flask("app")
    if registered == "before":
        app.before_request(_me)
    make_app(app)
    if registered == "after":
        app.before_request(_me)
    client = app.test_client()

    assert _user_at(client, "/", bearer("user_7")) == "user_7"
    signed_out = client.get("/")
    assert signed_out.json == {"user_id": None}
    assert signed_out.headers.getlist("x-clerk-auth-status") == ["signed-out"]


def test_response_of_hook_that_runs_before_authentication_is_unchanged(make_app: MakeApp) -> None:
    app = Flask("app")
    app.before_request(lambda: ("down for repairs", 503))
    make_app(app)

    response = app.test_client().get("/")

    assert (response.status_code, response.text) == (503, "down for repairs")


def test_guard_registered_before_clerk_does_not_prevent_handshake(make_app: MakeApp) -> None:
    app = Flask("app")

    @app.before_request
    def guard() -> Any:
        return None if auth().is_authenticated else redirect_to_sign_in()

    make_app(app)
    app.add_url_rule("/", "index", _me)

    response = app.test_client().get("/", headers=[PAGE])

    # Only a handshake can tell whether this user is signed in.
    assert "/v1/client/handshake" in response.headers["location"]


def test_after_request_hook_gets_user(app: Flask, client: FlaskClient) -> None:
    app.add_url_rule("/", "index", _me)

    @app.after_request
    def add(response: Response) -> Response:
        response.headers["x-user"] = str(auth().user_id)
        return response

    assert client.get("/", headers=[bearer("user_7")]).headers["x-user"] == "user_7"


def test_http_error_handlers_get_user(app: Flask, client: FlaskClient) -> None:
    app.register_error_handler(404, lambda error: (_me(), 404))
    app.register_error_handler(403, lambda error: (_me(), 403))
    app.register_error_handler(500, lambda error: (_me(), 500))
    app.add_url_rule("/crash", "crash", lambda: 1 / 0)  # type: ignore[arg-type]
    app.add_url_rule("/forbidden", "forbidden", lambda: abort(403))

    for path, status in (("/no-such-page", 404), ("/forbidden", 403), ("/crash", 500)):
        response = client.get(path, headers=[bearer("user_7")])
        assert (response.status_code, response.json) == (status, {"user_id": "user_7"})


def test_unhandled_error_propagates_in_testing_mode(app: Flask) -> None:
    app.testing = True
    app.add_url_rule("/crash", "crash", lambda: 1 / 0)  # type: ignore[arg-type]

    with pytest.raises(ZeroDivisionError):
        app.test_client().get("/crash", headers=[bearer()])


@pytest.mark.parametrize("registered", ["before", "after"])
def test_response_with_clerk_cookie_is_not_cacheable_despite_after_request_hook(
    make_app: MakeApp, instance: Instance, registered: str
) -> None:
    def let_caches_store(response: Response) -> Response:
        response.headers["cache-control"] = "public, max-age=60"
        return response

    app = Flask("app")
    if registered == "before":
        app.after_request(let_caches_store)
    make_app(app, publishable_key=LIVE_KEY)
    if registered == "after":
        app.after_request(let_caches_store)
    app.add_url_rule("/", "index", _me)

    response = _return_from_handshake(app, instance, "/")

    assert response.headers.getlist("cache-control") == ["private, no-store"]


def test_static_file_with_clerk_cookie_is_not_cacheable(
    tmp_path: Path, make_app: MakeApp, instance: Instance
) -> None:
    (tmp_path / "app.css").write_text("body {}")
    app = make_app(
        Flask("app", static_folder=tmp_path, static_url_path="/static"), publishable_key=LIVE_KEY
    )
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 60

    response = _return_from_handshake(app, instance, "/static/app.css")

    assert response.text == "body {}"
    assert response.headers.getlist("cache-control") == ["private, no-store"]
    assert "expires" not in response.headers


def _return_from_handshake(app: Flask, instance: Instance, path: str) -> TestResponse:
    """Return the response that completes a handshake and sets a cookie of Clerk."""
    instance.nonces["n1"] = [f"__session={token('user_7')}; Path=/"]
    headers = [PAGE, ("cookie", "__clerk_handshake_nonce=n1")]
    response = app.test_client(use_cookies=False).get(path, headers=headers, buffered=True)
    assert response.status_code == 200
    assert "__session" in response.headers["set-cookie"]
    return response


def test_response_cached_by_view_is_not_modified(app: Flask, client: FlaskClient) -> None:
    @app.get("/")
    @cache
    def index() -> Response:
        return Response("kept", headers={"x-own": "1"})

    before = list(index().headers)

    for _ in range(2):
        assert client.get("/").headers.getlist("x-clerk-auth-status") == ["signed-out"]
    assert list(index().headers) == before
    assert client.get("/").text == "kept"


def test_options_for_error_is_raised_when_error_page_calls_auth(
    caplog: pytest.LogCaptureFixture,
) -> None:
    requests: list[object] = []

    def find_tenant(request: object) -> Any:
        requests.append(request)
        raise LookupError("The database is down.")

    app = Flask("app")
    install(app, options_for=find_tenant)
    app.register_error_handler(500, lambda error: f"Signed in as {auth().user_id}")

    with pytest.raises(LookupError, match="The database is down"):
        app.test_client().get("/", headers=[bearer()])
    assert len(requests) == 1
    assert "Request finalizing failed" not in caplog.text


def test_error_page_is_sent_when_options_for_raises(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def find_tenant(request: object) -> Any:
        raise LookupError("The database is down.")

    app = Flask("app")
    install(app, options_for=find_tenant)
    app.register_error_handler(500, lambda error: ("Sorry", 500))

    response = app.test_client().get("/", headers=[bearer()])

    assert (response.status_code, response.text) == (500, "Sorry")
    assert "Request finalizing failed" not in caplog.text


# --- contexts ------------------------------------------------------------------------------------


def test_requests_in_one_application_context_do_not_share_their_user(
    app: Flask, client: FlaskClient, instance: Instance
) -> None:
    app.add_url_rule("/", "index", _me)
    app.add_url_rule("/user", "user", lambda: jsonify(_name_of_current_user()))

    with app.app_context():
        g.mine = "kept"
        assert _user_at(client, "/", bearer("user_7")) == "user_7"
        assert client.get("/user", headers=[bearer("user_7")]).json == "First of user_7"
        assert client.get("/user", headers=[bearer("user_8")]).json == "First of user_8"
        assert _user_at(client, "/", bearer("user_8")) == "user_8"
        assert client.get("/user").json is None
        assert _user_at(client) is None
        assert g.mine == "kept"


def _name_of_current_user() -> str | None:
    user = current_user()
    return user.first_name if user else None


def test_nested_request_has_its_own_user(app: Flask) -> None:
    @app.get("/outer")
    def outer() -> dict[str, object]:
        before = auth().user_id
        inner = app.test_client().get("/inner", headers=[bearer("user_8")])
        return {"before": before, "inner": inner.json, "user_id": auth().user_id}

    app.add_url_rule("/inner", "inner", _me)

    response = app.test_client().get("/outer", headers=[bearer("user_7")])

    inner = {"user_id": "user_8"}
    assert response.json == {"before": "user_7", "inner": inner, "user_id": "user_7"}


def test_pushed_request_context_has_its_own_user(app: Flask) -> None:
    with app.test_request_context("/", headers=[bearer("user_7")]):
        assert auth().user_id == "user_7"
        with app.test_request_context("/", headers=[bearer("user_8")]):
            assert auth().user_id == "user_8"
        assert auth().user_id == "user_7"


def test_thread_with_copied_context_has_user_of_its_request(app: Flask) -> None:
    @app.get("/")
    def index() -> dict[str, object]:
        seen: list[str | None] = []
        record = copy_current_request_context(lambda: seen.append(auth().user_id))
        thread = threading.Thread(target=record)
        thread.start()
        thread.join()
        return {"user_id": seen[0]}

    with ThreadPoolExecutor(4) as pool:
        users = [f"user_{number}" for number in range(12)]
        client = app.test_client(use_cookies=False)
        seen = list(pool.map(lambda user: _user_at(client, "/", bearer(user)), users))

    assert seen == users


# --- two applications in one process -------------------------------------------------------------


@pytest.fixture
def other(make_app: MakeApp) -> Flask:
    """Return an application of another instance."""
    return make_app(Flask("other"), publishable_key=OTHER_KEY, jwt_key=public_pem(other_rsa_key()))


def _other_bearer(user_id: str) -> tuple[str, str]:
    return bearer(user_id, key=other_rsa_key())


def test_dispatched_application_has_its_own_users(app: Flask, other: Flask) -> None:
    app.add_url_rule("/", "index", _me)
    other.add_url_rule("/", "index", _me)
    client = WsgiClient(DispatcherMiddleware(app, {"/other": other}))

    assert _user_at(client, "/", bearer("user_7")) == "user_7"
    assert _user_at(client, "/", _other_bearer("user_8")) is None
    assert _user_at(client, "/other/", bearer("user_7")) is None
    assert _user_at(client, "/other/", _other_bearer("user_8")) == "user_8"


def test_browser_with_cookies_of_two_instances_is_a_different_user_in_each(
    app: Flask, other: Flask
) -> None:
    app.add_url_rule("/", "index", _me)
    other.add_url_rule("/", "index", _me)
    client = WsgiClient(DispatcherMiddleware(app, {"/other": other}), use_cookies=False)
    other_issuer = "https://other-otter-2.clerk.accounts.dev"
    cookies = browser_cookies(token("user_7"))
    # The cookies without a suffix are those of the last sign-in.
    cookies |= browser_cookies(token("user_8", key=other_rsa_key(), iss=other_issuer), OTHER_KEY)
    header = cookie(cookies)

    assert _user_at(client, "/", header) == "user_7"
    assert _user_at(client, "/other/", header) == "user_8"


def test_threads_of_two_applications_never_see_each_others_user(app: Flask, other: Flask) -> None:
    for one in (app, other):
        one.add_url_rule("/", "index", _me)
    client = WsgiClient(DispatcherMiddleware(app, {"/other": other}), use_cookies=False)
    mine, theirs = bearer("user_7"), _other_bearer("user_8")

    def fetch(number: int) -> tuple[str | None, ...]:
        path = "/" if number % 2 else "/other/"
        return _user_at(client, path, mine), _user_at(client, path, theirs)

    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(fetch, range(200)))

    assert set(seen[0::2]) == {(None, "user_8")}
    assert set(seen[1::2]) == {("user_7", None)}


def test_auth_in_context_of_other_application_uses_its_instance(app: Flask, other: Flask) -> None:
    @app.get("/")
    def index() -> dict[str, object]:
        with other.app_context():
            inside = auth().user_id
        return {"inside": inside, "user_id": auth().user_id}

    response = app.test_client().get("/", headers=[_other_bearer("user_8")])

    assert response.json == {"inside": "user_8", "user_id": None}


def test_auth_in_context_of_other_application_does_not_affect_this_one(
    app: Flask, other: Flask
) -> None:
    with app.test_request_context("/", headers=[_other_bearer("user_8")]):
        with other.app_context():
            auth()
        assert auth().user_id is None


# --- prefixes and proxies ------------------------------------------------------------------------


def test_sign_in_of_dispatched_application_returns_to_its_prefix(
    app: Flask, make_app: MakeApp
) -> None:
    shop = make_app(Flask("shop"))
    add_routes(shop)
    site = _site(app)
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/shop": shop})  # type: ignore[method-assign]

    answer = site.visit("/shop/to-sign-in")

    assert "redirect_url=http%3A%2F%2Flocalhost%2Fshop%2Fto-sign-in" in answer.header("location")


def test_redirect_url_uses_host_and_prefix_of_proxy_fix(app: Flask) -> None:
    add_routes(app)
    app.wsgi_app = ProxyFix(app.wsgi_app, x_host=1, x_prefix=1)  # type: ignore[method-assign]

    answer = _site(app).visit(
        "/to-sign-in",
        ("x-forwarded-host", "app.example"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-prefix", "/shop"),
    )

    back = "redirect_url=https%3A%2F%2Fapp.example%2Fshop%2Fto-sign-in"
    assert back in answer.header("location")


@pytest.mark.parametrize(
    ("trusted", "forwarded"),
    [
        ({"x_port": 1}, [("x-forwarded-port", "8443")]),
        (
            {"x_host": 1, "x_port": 1},
            [("x-forwarded-host", "app.example"), ("x-forwarded-port", "8443")],
        ),
        ({"x_host": 1}, [("x-forwarded-host", "evil.example, app.example")]),
        ({"x_host": 2}, [("x-forwarded-host", "evil.example, app.example, inner.example")]),
        ({}, [("x-forwarded-host", "evil.example")]),
        ({}, [("x-forwarded-proto", "http, https")]),
        ({"x_proto": 2}, [("x-forwarded-proto", "http, https, http")]),
        ({"x_proto": 0}, [("x-forwarded-proto", "https")]),
    ],
)
def test_redirect_url_is_request_url_of_flask_behind_proxy_fix(
    app: Flask, trusted: dict[str, int], forwarded: list[tuple[str, str]]
) -> None:
    @app.get("/here")
    def here() -> Response:
        answer = redirect_to_sign_in()
        answer.headers["x-flask-url"] = request.url
        return answer

    app.wsgi_app = ProxyFix(app.wsgi_app, **trusted)  # type: ignore[method-assign]

    answer = _site(app).visit("/here?page=2", ("host", "app.example"), *forwarded)

    assert answer.header("x-flask-url")
    back = query_of(answer.header("location"))["redirect_url"]
    assert back == answer.header("x-flask-url")
    assert "evil.example" not in back


# --- secrets -------------------------------------------------------------------------------------


def test_repr_of_application_and_client_contains_no_secret_key(app: Flask) -> None:
    with app.app_context():
        shown = f"{app!r} {app.extensions!r} {clerk_client()!r}"

    assert SECRET_KEY not in shown
