"""The adapter contract for Litestar, and behaviour specific to Litestar."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Annotated, Any, cast

import httpx
import pytest
from litestar import Controller, Litestar, MediaType, Response, Router, get, post, websocket
from litestar import asgi as asgi_handler
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.handlers import WebsocketListener
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Components, SecurityScheme
from litestar.params import Body
from litestar.testing import TestClient
from litestar.types import Receive, Send
from litestar.types import Scope as LitestarScope
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Subprotocol

import clerk_core
from clerk_core import AsyncSessionAuth, ConfigurationError
from clerk_core.asgi import ASGIApp, Message, Scope
from clerk_core.litestar import (
    APIKey,
    Auth,
    ClerkPlugin,
    CurrentUser,
    M2MToken,
    OAuthToken,
    SignedIn,
    auth,
    clerk_context,
    current_user,
    install,
    protect,
    require_auth,
    sign_out,
)
from clerk_core.testing._contract.caching import LIVE, with_expired_session
from clerk_core.testing._held_connection import PATIENCE, HeldConnection
from clerk_core.testing._instance import Instance
from clerk_core.testing._tokens import (
    ADMIN,
    PAGE,
    bearer,
    browser_cookies,
    cookie,
    show,
    token,
)
from clerk_core.testing.contract import AdapterContract, AsgiSite, WebSockets
from tests.adapters import litestar_site
from tests.adapters.conftest import Serve
from tests.adapters.litestar_site import AnyRequest, Socket
from tests.adapters.servers import running_uvicorn


class TestContract(AdapterContract):
    awaits = True

    def make(self, **options: Any) -> AsgiSite:
        return litestar_site.build(**options)

    def require_auth(self, **required: Any) -> object:
        return require_auth(**required)


class TestWebSockets(WebSockets):
    def make_sockets(self, **options: Any) -> AsgiSite:
        return litestar_site.build(**options)


@get("/")
async def me(request: AnyRequest) -> dict[str, object]:
    return {"user_id": auth(request).user_id}


@get("/guarded", guards=[require_auth()])
async def guarded(signed_in: SignedIn) -> dict[str, object]:
    return {"user_id": signed_in.user_id}


ServeHandlers = Callable[..., AsgiSite]


@pytest.fixture
def serve_handlers(serve: Serve, instance: Instance) -> ServeHandlers:
    """Return a function that serves an application of these handlers, with the plugin."""

    def start(*handlers: Any, **config: Any) -> AsgiSite:
        app = Litestar(handlers, plugins=[ClerkPlugin(**instance.options())], **config)
        return serve(cast("ASGIApp", app))

    return start


# --- installing ----------------------------------------------------------------------------------


@pytest.mark.parametrize("install_clerk", [install, clerk_core.install])
def test_installed_clerk_authenticates_requests(
    install_clerk: Callable[..., object], serve: Serve, instance: Instance
) -> None:
    @get("/admin", guards=[require_auth(role="org:admin")])
    async def admin() -> str:
        return "admin"

    app = Litestar([me, admin])
    install_clerk(app, **instance.options())
    site = serve(cast("ASGIApp", app))

    assert site.visit("/", bearer("user_7")).user_id == "user_7"
    assert site.visit("/", PAGE).status == 307
    assert site.visit("/missing").headers.get_all("x-clerk-auth-status") == ["signed-out"]
    assert site.visit("/admin").json()["errors"][0]["code"] == "unauthenticated"
    assert site.visit("/admin", bearer()).status == 403
    assert site.visit("/admin", bearer(**ADMIN)).status == 200


def test_missing_secret_key_fails_startup_with_message(serve: Serve) -> None:
    app = Litestar([me], plugins=[ClerkPlugin()])

    with pytest.raises(AssertionError, match=r"(?s)lifespan\.startup\.failed.*CLERK_SECRET_KEY"):
        serve(cast("ASGIApp", app))


def test_missing_secret_key_fails_install() -> None:
    with pytest.raises(ConfigurationError, match="CLERK_SECRET_KEY"):
        install(Litestar([me]))


def test_application_without_lifespan_admits_nobody_and_says_what_to_do(
    instance: Instance,
) -> None:
    app = Litestar([guarded], plugins=[ClerkPlugin(**instance.options())])
    errors: list[Exception] = []

    async def note(error: Exception, scope: Any) -> None:
        errors.append(error)

    app.after_exception.append(note)
    client = TestClient(app)

    assert client.get("/guarded", headers=dict([bearer()])).status_code == 500
    assert isinstance(errors[0], ConfigurationError)
    assert "lifespan" in str(errors[0])


def test_application_can_be_started_again(instance: Instance) -> None:
    app = Litestar([me], plugins=[ClerkPlugin(**instance.options())])

    for user_id in ("user_7", "user_8"):
        with TestClient(app) as client:
            answer = client.get("/", headers=dict([bearer(user_id)]))
            assert answer.json() == {"user_id": user_id}
            assert client.get("/").headers.get_list("x-clerk-auth-status") == ["signed-out"]


def test_one_plugin_serves_several_applications(serve: Serve, instance: Instance) -> None:
    plugin = ClerkPlugin(**instance.options())
    first, second = (
        serve(cast("ASGIApp", Litestar([me, guarded], plugins=[plugin]))) for _ in range(2)
    )

    assert first.visit("/guarded", bearer("user_7")).user_id == "user_7"
    assert second.visit("/guarded", bearer("user_8")).user_id == "user_8"


def test_shutdown_closes_connections_of_installed_clerk(instance: Instance) -> None:
    @get("/user")
    async def name(request: AnyRequest) -> str | None:
        user = await current_user(request)
        return user.first_name if user else None

    with HeldConnection() as held:
        app = Litestar([name])
        install(app, **{**instance.options(), "api_url": held.url})
        site = AsgiSite(cast("ASGIApp", app))
        site.visit("/user", bearer("user_7"))
        assert not held.closed.is_set()

        site.close()

        assert held.closed.wait(PATIENCE)


def test_repr_of_plugin_contains_no_secret_key(instance: Instance) -> None:
    options = instance.options()

    assert str(options["secret_key"]) not in repr(ClerkPlugin(**options))


# --- dependencies --------------------------------------------------------------------------------


def test_dependencies_are_given_by_name(serve_handlers: ServeHandlers) -> None:
    @get("/maybe")
    async def maybe(auth: Auth, current_user: CurrentUser) -> dict[str, object]:
        return {"user_id": auth.user_id, "name": current_user and current_user.first_name}

    site = serve_handlers(maybe)

    assert site.visit("/maybe").json() == {"user_id": None, "name": None}
    assert site.visit("/maybe", bearer("user_7")).json() == {
        "user_id": "user_7",
        "name": "First of user_7",
    }


def test_signed_in_dependency_refuses_request_without_guard(serve_handlers: ServeHandlers) -> None:
    @get("/me")
    async def me(signed_in: SignedIn) -> dict[str, object]:
        return {"user_id": signed_in.user_id}

    site = serve_handlers(me)
    signed_out_browser = cookie({"__clerk_db_jwt": "dvb_1", "__client_uat": "0"})

    assert site.visit("/me", bearer("user_7")).user_id == "user_7"
    assert site.visit("/me").json()["errors"][0]["code"] == "unauthenticated"
    assert site.visit("/me", bearer(sts="pending")).status == 401
    assert site.visit("/me", PAGE, signed_out_browser).status == 307


@pytest.mark.parametrize(
    ("path", "secret"), [("/api", "ak_1"), ("/m2m", "mt_1"), ("/oauth", "oat_1")]
)
def test_machine_dependencies_admit_their_own_kind_of_token(
    serve_handlers: ServeHandlers, path: str, secret: str
) -> None:
    @get("/api")
    async def api(api_key: APIKey) -> str:
        return api_key.subject

    @get("/m2m")
    async def m2m(m2m_token: M2MToken) -> str:
        return m2m_token.subject

    @get("/oauth")
    async def oauth(oauth_token: OAuthToken) -> str:
        return oauth_token.subject

    site = serve_handlers(api, m2m, oauth)

    assert site.visit(path, show(secret)).content in (b"user_9", b"mch_9")
    assert site.visit(path, bearer()).status == 401
    for other in {"ak_1", "mt_1", "oat_1"} - {secret}:
        assert site.visit(path, show(other)).status == 401


async def account(signed_in: SignedIn) -> AsyncSessionAuth:
    return signed_in


@get("/account", dependencies={"account": Provide(account)})
async def show_account(account: SignedIn) -> dict[str, object]:
    return {"user_id": account.user_id}


def test_dependency_of_the_application_can_use_those_of_clerk(
    serve_handlers: ServeHandlers,
) -> None:
    site = serve_handlers(show_account)

    assert site.visit("/account", bearer("user_7")).user_id == "user_7"
    assert site.visit("/account").status == 401


def test_dependency_of_the_application_takes_precedence(serve_handlers: ServeHandlers) -> None:
    async def nobody() -> None:
        return None

    @get("/name")
    async def name(current_user: CurrentUser) -> dict[str, object]:
        return {"user": current_user}

    site = serve_handlers(name, dependencies={"current_user": Provide(nobody)})

    assert site.visit("/name", bearer("user_7")).json() == {"user": None}


def test_annotation_with_another_name_fails_startup(instance: Instance) -> None:
    @get("/me")
    async def me(user: SignedIn) -> None: ...

    with pytest.raises(Exception, match="'user'"):
        Litestar([me], plugins=[ClerkPlugin(**instance.options())])


# --- guards --------------------------------------------------------------------------------------


async def aloha() -> str:
    return "aloha"


def test_guard_of_each_layer_covers_its_handlers(serve_handlers: ServeHandlers) -> None:
    class Orders(Controller):
        path = "/orders"
        guards = (require_auth(plan="gold"),)

        @get()
        async def orders(self) -> str:
            return "orders"

    staff = Router("/staff", route_handlers=[Orders], guards=[require_auth(role="org:admin")])
    site = serve_handlers(staff, me, guards=[require_auth()])

    assert site.visit("/").status == 401
    assert site.visit("/", bearer()).status == 200
    assert site.visit("/staff/orders", bearer(pla="u:gold")).status == 403
    assert site.visit("/staff/orders", bearer(**ADMIN)).status == 403
    assert site.visit("/staff/orders", bearer(**ADMIN, pla="u:gold")).status == 200
    # Litestar's own pages, such as those of the OpenAPI document, are below the application, too.
    assert site.visit("/schema/openapi.json").status == 401


def test_guard_that_is_not_called_fails_startup(instance: Instance) -> None:
    uncalled: Any = require_auth

    class Orders(Controller):
        guards = (uncalled,)

        @get("/")
        async def orders(self) -> str:
            return "orders"

    @websocket("/ws", guards=[uncalled])
    async def socket(socket: Socket) -> None: ...

    for handler in (get("/", guards=[uncalled])(aloha), Orders, socket):
        with pytest.raises(ConfigurationError, match=r"guards=\[require_auth\(\)\]"):
            Litestar([handler], plugins=[ClerkPlugin(**instance.options())])


def test_guard_that_is_not_called_admits_nobody(serve: Serve, instance: Instance) -> None:
    uncalled: Any = require_auth
    app = Litestar([get("/", guards=[uncalled])(aloha)])
    install(app, **instance.options())

    assert serve(cast("ASGIApp", app)).visit("/", bearer()).status == 500


@pytest.mark.parametrize("decorate", [require_auth, require_auth()])
def test_guard_is_no_decorator(decorate: Any) -> None:
    with pytest.raises(TypeError):
        decorate(aloha)


def test_mounted_application_is_guarded(serve_handlers: ServeHandlers) -> None:
    inner = Litestar([me])

    @asgi_handler("/inner", is_mount=True, copy_scope=True, guards=[require_auth()])
    async def mounted(scope: LitestarScope, receive: Receive, send: Send) -> None:
        await inner(scope, receive, send)

    site = serve_handlers(mounted)

    assert site.visit("/inner/", bearer("user_7")).user_id == "user_7"
    assert site.visit("/inner/").status == 401


# --- refusals, errors and redirects --------------------------------------------------------------


def test_handler_of_http_exception_answers_refusals_but_no_redirects(
    serve_handlers: ServeHandlers,
) -> None:
    def own(request: AnyRequest, error: HTTPException) -> Response[str]:
        return Response(error.detail, status_code=error.status_code, headers=error.headers)

    site = serve_handlers(guarded, exception_handlers={HTTPException: own})
    signed_out_browser = cookie({"__clerk_db_jwt": "dvb_1", "__client_uat": "0"})
    refused = site.visit("/guarded")

    assert (refused.status, refused.content) == (401, b"Sign in first.")
    assert refused.header("www-authenticate") == "Bearer"
    assert site.visit("/guarded", PAGE, signed_out_browser).status == 307


def test_handler_of_exception_does_not_answer_refusals(serve_handlers: ServeHandlers) -> None:
    def own(request: AnyRequest, error: Exception) -> Response[str]:
        return Response("crashed", status_code=500)

    site = serve_handlers(guarded, exception_handlers={Exception: own, 500: own})

    assert site.visit("/guarded").status == 401


def test_error_page_of_unknown_path_knows_the_user(serve_handlers: ServeHandlers) -> None:
    def own(request: AnyRequest, error: Exception) -> Response[dict[str, object]]:
        return Response({"user_id": auth(request).user_id}, status_code=404)

    site = serve_handlers(me, exception_handlers={404: own})

    assert site.visit("/missing", bearer("user_7")).json() == {"user_id": "user_7"}
    assert site.visit("/missing", PAGE).status == 307


def test_sign_out_response_keeps_all_cookies(serve_handlers: ServeHandlers) -> None:
    @post("/sign-out")
    async def end(request: AnyRequest) -> Response[bytes]:
        return await sign_out(request, "/bye")

    answer = serve_handlers(end).visit(
        "/sign-out", cookie(browser_cookies(token())), ("origin", "http://localhost"), method="POST"
    )

    assert (answer.status, answer.header("location")) == (303, "http://localhost/bye")
    assert {"__session", "__client_uat"} <= answer.cookies().keys()


def test_cached_response_has_the_headers_of_its_own_request(
    serve: Serve, instance: Instance
) -> None:
    @get("/cached", cache=True)
    async def cached() -> str:
        return "cached"

    options = {**instance.options(), "publishable_key": LIVE}
    site = serve(cast("ASGIApp", Litestar([cached], plugins=[ClerkPlugin(**options)])))
    refreshed = site.visit("/cached", PAGE, with_expired_session(instance))
    other = site.visit("/cached")

    assert "__session" in refreshed.cookies()
    assert (other.content, other.cookies()) == (refreshed.content, {})
    assert other.header("x-clerk-auth-status") == "signed-out"


# --- templates -----------------------------------------------------------------------------------


def test_other_template_engines_get_clerk_as_context(serve_handlers: ServeHandlers) -> None:
    @get("/", media_type=MediaType.TEXT)
    async def page(request: AnyRequest) -> str:
        clerk = clerk_context(request)["clerk"]
        return str(clerk.auth.user_id)

    assert serve_handlers(page).visit("/", bearer("user_7")).content == b"user_7"


# --- OpenAPI -------------------------------------------------------------------------------------


@get("/key")
async def key(api_key: APIKey) -> str:
    return api_key.subject


@get("/maybe")
async def maybe(auth: Auth) -> str | None:
    return auth.user_id


EITHER = require_auth(accepts_token=["session_token", "api_key"], scopes=["read"])


def documented(**options: Any) -> Litestar:
    admin = [require_auth(role="org:admin")]
    return Litestar(
        [
            *(guarded, key, maybe, show_account),
            Router("/staff", route_handlers=[get("/")(aloha)], guards=admin),
            get(["/both", "/also"], guards=[*admin, require_auth(plan="gold")])(aloha),
            get("/either", guards=[EITHER])(aloha),
            get("/fresh", guards=[require_auth(reverification="strict")])(aloha),
            get("/own", guards=admin, responses={401: ResponseSpec(None, description="Mine.")})(
                aloha
            ),
        ],
        plugins=[ClerkPlugin(**options)],
    )


@pytest.fixture
def operations() -> dict[str, Any]:
    paths: dict[str, Any] = documented().openapi_schema.to_schema()["paths"]
    return {path: item["get"] for path, item in paths.items()}


def test_openapi_documents_401_and_403_of_guarded_handlers_only(operations: dict[str, Any]) -> None:
    responses = {
        path: sorted({"401", "403"} & operation["responses"].keys())
        for path, operation in operations.items()
    }

    assert responses == {
        "/maybe": [],
        "/guarded": ["401"],
        "/account": ["401"],
        "/key": ["401"],
        "/staff": ["401", "403"],
        "/both": ["401", "403"],
        "/also": ["401", "403"],
        "/either": ["401", "403"],
        "/fresh": ["401", "403"],
        "/own": ["401", "403"],
    }
    assert operations["/own"]["responses"]["401"] == {"description": "Mine."}


def test_openapi_documents_token_types_and_requirements(operations: dict[str, Any]) -> None:
    security = {path: operation.get("security") for path, operation in operations.items()}

    assert security == {
        "/maybe": None,
        "/guarded": [{"Clerk_session_token": []}],
        "/account": [{"Clerk_session_token": []}],
        "/key": [{"Clerk_api_key": []}],
        "/staff": [{"Clerk_session_token": ["role=org:admin"]}],
        "/both": [{"Clerk_session_token": ["role=org:admin", "plan=gold"]}],
        "/also": [{"Clerk_session_token": ["role=org:admin", "plan=gold"]}],
        "/either": [{"Clerk_session_token_or_api_key": ["read"]}],
        "/fresh": [{"Clerk_session_token": ["reverification=strict"]}],
        "/own": [{"Clerk_session_token": ["role=org:admin"]}],
    }


def test_openapi_describes_security_schemes_beside_those_of_the_application() -> None:
    own = Components(security_schemes={"Own": SecurityScheme(type="http", scheme="basic")})
    config = OpenAPIConfig("Shop", "1", components=own)
    app = Litestar([guarded, key], plugins=[ClerkPlugin()], openapi_config=config)

    schemes = app.openapi_schema.to_schema()["components"]["securitySchemes"]

    assert {name: (one["type"], one["scheme"]) for name, one in schemes.items()} == {
        "Own": ("http", "basic"),
        "Clerk_session_token": ("http", "bearer"),
        "Clerk_api_key": ("http", "bearer"),
    }
    assert "cookie" in schemes["Clerk_session_token"]["description"]
    # The configuration of the application, which others may share, is not changed.
    assert config.components is own


def test_openapi_schemas_match_the_responses(serve: Serve, instance: Instance) -> None:
    app = documented(**instance.options())
    document = app.openapi_schema.to_schema()
    site = serve(cast("ASGIApp", app))

    def properties(path: str, status: str) -> list[list[str]]:
        response = document["paths"][path]["get"]["responses"][status]
        schema = response["content"]["application/json"]["schema"]
        names = [one["$ref"].rpartition("/")[2] for one in schema.get("oneOf", [schema])]
        return [list(document["components"]["schemas"][name]["properties"]) for name in names]

    assert properties("/guarded", "401") == [list(site.visit("/guarded").json())]
    assert properties("/staff", "403") == [list(site.visit("/staff", bearer()).json())]
    fresh = site.visit("/fresh", bearer(fva=[99, 99])).json()
    assert sorted(properties("/fresh", "403")) == sorted([["errors"], list(fresh)])


def test_application_without_openapi_document_starts(serve_handlers: ServeHandlers) -> None:
    assert serve_handlers(guarded, openapi_config=None).visit("/guarded").status == 401


# --- WebSockets ----------------------------------------------------------------------------------


@websocket("/ws", guards=[require_auth(role="org:admin")])
async def admin_socket(socket: Socket) -> None:
    await socket.accept()
    await socket.send_text("in")


@websocket("/ws")
async def socket_of_user(socket: Socket, signed_in: SignedIn) -> None:
    await socket.accept()


class Listener(WebsocketListener):
    path = "/ws"
    guards: Any = (require_auth(),)

    async def on_receive(self, data: Annotated[str, Body()]) -> str:
        return data


@asgi_handler("/ws", is_mount=True, guards=[require_auth()], copy_scope=True)
async def mounted_socket(scope: LitestarScope, receive: Receive, send: Send) -> None:
    await send({"type": "websocket.accept", "subprotocol": None, "headers": []})


async def _connect(app: Any, headers: list[tuple[str, str]], extensions: Any) -> list[Message]:
    """Return what the application sends to a server with these extensions."""
    sent: list[Message] = []
    received = [{"type": "websocket.connect"}]
    scope: Scope = {
        "type": "websocket",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "scheme": "ws",
        "path": "/ws",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers],
        "subprotocols": [],
        "extensions": extensions,
    }

    async def receive() -> Message:
        return received.pop() if received else {"type": "websocket.disconnect", "code": 1006}

    async def send(message: Message) -> None:
        sent.append(message)

    async with app.lifespan():
        await app(scope, receive, send)
    return sent


@pytest.mark.parametrize("form", [admin_socket, socket_of_user, Listener, mounted_socket])
@pytest.mark.parametrize("extensions", [{}, {"websocket.http.response": {}}])
def test_refused_websocket_gets_a_response_if_the_server_can_send_one(
    instance: Instance, form: Any, extensions: Any
) -> None:
    app = Litestar([form], plugins=[ClerkPlugin(**instance.options())])

    sent = asyncio.run(_connect(app, [], extensions))

    if extensions:
        start, body = sent
        assert (start["type"], start["status"]) == ("websocket.http.response.start", 401)
        assert dict(start["headers"])[b"x-clerk-auth-reason"] == b"dev-browser-missing"
        assert json.loads(body["body"])["errors"][0]["code"] == "unauthenticated"
    else:
        assert [(one["type"], one["code"]) for one in sent] == [("websocket.close", 1008)]


def test_websocket_of_user_without_role_is_refused_with_403(instance: Instance) -> None:
    app = Litestar([admin_socket], plugins=[ClerkPlugin(**instance.options())])

    sent = asyncio.run(_connect(app, [bearer()], {"websocket.http.response": {}}))

    assert sent[0]["status"] == 403


def test_protect_closes_an_accepted_websocket(instance: Instance) -> None:
    @websocket("/ws")
    async def accepting(socket: Socket) -> None:
        await socket.accept()
        protect(socket, role="org:admin")

    app = Litestar([accepting], plugins=[ClerkPlugin(**instance.options())])

    sent = asyncio.run(_connect(app, [bearer()], {"websocket.http.response": {}}))

    assert [one["type"] for one in sent] == ["websocket.accept", "websocket.close"]
    assert sent[1]["code"] == 1008


# --- a real server -------------------------------------------------------------------------------


def test_uvicorn_serves_streams_and_websockets(instance: Instance) -> None:
    @websocket("/chat", guards=[require_auth()])
    async def chat(socket: Socket, signed_in: SignedIn) -> None:
        await socket.accept()
        await socket.send_text(signed_in.user_id)
        async for word in socket.iter_data("text"):
            await socket.send_text(str(word))

    app = litestar_site.application(
        [chat], plugins=[ClerkPlugin(**instance.options(), websocket_subprotocol="clerk")]
    )
    with running_uvicorn(app) as port:
        url = f"127.0.0.1:{port}"
        streamed = httpx.get(
            f"http://{url}/stream", headers=dict([bearer("user_7")]), trust_env=False
        )
        with pytest.raises(InvalidStatus) as refused, connect(f"ws://{url}/chat"):
            pass
        offered = [Subprotocol("clerk"), Subprotocol(token("user_7"))]
        with connect(f"ws://{url}/chat", subprotocols=offered) as opened:
            opened.send("aloha")
            messages = [opened.recv(timeout=20), opened.recv(timeout=20)]

    assert streamed.text == "It is user_7"
    response = refused.value.response
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert json.loads(response.body or b"")["errors"][0]["code"] == "unauthenticated"
    assert opened.subprotocol == "clerk"
    assert messages == ["user_7", "aloha"]


def test_missing_secret_key_stops_uvicorn() -> None:
    with (
        pytest.raises(AssertionError, match="did not start"),
        running_uvicorn(Litestar([me], plugins=[ClerkPlugin()])),
    ):
        pass
