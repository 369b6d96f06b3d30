"""Behaviour specific to FastAPI: dependencies, the OpenAPI document, refusals."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable
from typing import Annotated, Any, ClassVar

import pytest
from anyio import from_thread
from fastapi import (
    APIRouter,
    BackgroundTasks,
    Depends,
    FastAPI,
    Form,
    HTTPException,
    Request,
    WebSocket,
)
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

import clerk_core
from clerk_core import starlette as clerk_starlette
from clerk_core.adapters import Refusal
from clerk_core.asgi import Message, Scope
from clerk_core.fastapi import (
    AnyToken,
    APIKey,
    Auth,
    CurrentUser,
    M2MToken,
    Machine,
    OAuthToken,
    Refused,
    Session,
    SignedIn,
    auth,
    current_user,
    install,
    require_auth,
)
from clerk_core.starlette import refused_exception
from clerk_core.testing._instance import Instance
from clerk_core.testing._tokens import ADMIN, PAGE, bearer, cookie, show
from clerk_core.testing.contract import AdapterContract, AsgiSite, WebSockets
from tests.adapters import fastapi_site
from tests.adapters.conftest import Serve

Admin = Annotated[Session, require_auth(role="org:admin")]
UserOrMachine = Annotated[AnyToken, require_auth(accepts_token=["session_token", "api_key"])]
CLOSED_PORT = "http://127.0.0.1:9"
SIGNED_OUT_BROWSER = (PAGE, cookie({"__clerk_db_jwt": "dvb_1", "__client_uat": "0"}))


class TestFastAPI(AdapterContract, WebSockets):
    awaits = True
    limits: ClassVar = {"crash-headers": "Unhandled errors are answered outside of all middleware."}

    def make(self, **options: Any) -> AsgiSite:
        return fastapi_site.build(**options)

    def require_auth(self, **required: Any) -> object:
        return require_auth(**required)

    make_sockets = make


@pytest.fixture
def app(instance: Instance) -> FastAPI:
    app = FastAPI()
    install(app, **instance.options())
    return app


def me(session: SignedIn) -> dict[str, str]:
    return {"user_id": session.user_id}


def maybe_me(session: Auth) -> dict[str, str | None]:
    return {"user_id": session.user_id}


def hello() -> dict[str, str]:
    return {"word": "aloha"}


def admin_id(found: Admin) -> str:
    return found.user_id


def nested(user_id: Annotated[str, Depends(admin_id)]) -> str:
    return user_id


# --- installing ----------------------------------------------------------------------------------


@pytest.mark.parametrize("install_clerk", [install, clerk_core.install])
def test_installed_clerk_authenticates_requests(
    install_clerk: Callable[..., object], serve: Serve, instance: Instance
) -> None:
    app = FastAPI()
    app.get("/")(me)
    install_clerk(app, **instance.options())
    site = serve(app)

    assert site.visit("/", bearer("user_7")).user_id == "user_7"
    assert site.visit("/").json()["errors"][0]["code"] == "unauthenticated"
    assert "401" in app.openapi()["paths"]["/"]["get"]["responses"]


@pytest.mark.parametrize("install_clerk", [install, clerk_core.install])
def test_missing_secret_key_fails_startup(
    install_clerk: Callable[..., object], serve: Serve
) -> None:
    app = FastAPI()
    install_clerk(app)

    with pytest.raises(AssertionError, match=r"lifespan\.startup\.failed.*CLERK_SECRET_KEY"):
        serve(app)


def test_dependencies_without_installed_clerk_raise_helpful_error(serve: Serve) -> None:
    errors: list[str] = []

    async def handle(request: Request, error: Exception) -> Response:
        errors.append(str(error))
        return Response(status_code=500)

    app = FastAPI(exception_handlers={clerk_core.ConfigurationError: handle})
    app.get("/")(me)
    app.get("/maybe")(maybe_me)
    site = serve(app)

    assert site.visit("/", bearer()).status == site.visit("/maybe", bearer()).status == 500
    assert ["clerk_core.fastapi.install(app)" in error for error in errors] == [True, True]


# --- the OpenAPI document ------------------------------------------------------------------------


@pytest.fixture
def documented(app: FastAPI) -> FastAPI:
    staff = APIRouter(prefix="/staff", dependencies=[require_auth(role="org:admin")])
    staff.get("/")(hello)
    app.include_router(staff)
    plain = APIRouter(prefix="/included")
    plain.get("/")(hello)
    app.include_router(plain, dependencies=[require_auth()])
    app.get("/open")(hello)
    app.get("/maybe")(maybe_me)
    app.get("/me")(me)
    app.get("/nested")(nested)
    app.get("/both", dependencies=[require_auth(plan="gold")])(admin_id)
    app.get("/own", responses={401: {"description": "Mine."}})(admin_id)

    @app.get("/key")
    def key(api_key: APIKey) -> str:
        return api_key.subject

    @app.get("/either")
    def either(either: UserOrMachine) -> str | None:
        return either.user_id

    return app


def _operations(app: FastAPI) -> dict[str, Any]:
    return {path: item["get"] for path, item in app.openapi()["paths"].items()}


def test_openapi_documents_401_and_403_of_guarded_operations_only(documented: FastAPI) -> None:
    responses = {
        path: sorted({"401", "403"} & operation["responses"].keys())
        for path, operation in _operations(documented).items()
    }

    assert responses == {
        "/open": [],
        "/maybe": [],
        "/me": ["401"],
        "/included/": ["401"],
        "/key": ["401"],
        "/either": ["401"],
        "/staff/": ["401", "403"],
        "/nested": ["401", "403"],
        "/both": ["401", "403"],
        "/own": ["401", "403"],
    }


def test_openapi_documents_token_types_and_requirements(
    documented: FastAPI,
) -> None:
    admin = {"Clerk_session_token": ["role=org:admin"]}
    security = {
        path: operation.get("security") for path, operation in _operations(documented).items()
    }

    assert security["/open"] is None
    assert security["/maybe"] is None
    assert security["/me"] == security["/included/"] == [{"Clerk_session_token": []}]
    assert security["/staff/"] == security["/nested"] == security["/own"] == [admin]
    assert security["/key"] == [{"Clerk_api_key": []}]
    assert security["/either"] == [{"Clerk_session_token_or_api_key": []}]


def test_openapi_documents_all_requirements_of_an_operation(documented: FastAPI) -> None:
    security = _operations(documented)["/both"]["security"]

    scopes = [scope for required in security for scope in required["Clerk_session_token"]]
    assert sorted(scopes) == ["plan=gold", "role=org:admin"]


def test_openapi_describes_security_schemes(documented: FastAPI) -> None:
    schemes = documented.openapi()["components"]["securitySchemes"]

    assert {name: (one["type"], one["scheme"]) for name, one in schemes.items()} == {
        "Clerk_session_token": ("http", "bearer"),
        "Clerk_api_key": ("http", "bearer"),
        "Clerk_session_token_or_api_key": ("http", "bearer"),
    }
    assert "cookie" in schemes["Clerk_session_token"]["description"]
    assert "cookie" not in schemes["Clerk_api_key"]["description"]


def test_openapi_schema_of_refusal_matches_response(documented: FastAPI, serve: Serve) -> None:
    response = _operations(documented)["/staff/"]["responses"]["403"]
    schema = response["content"]["application/json"]["schema"]
    answer = serve(documented).visit("/staff/", bearer()).json()

    assert answer.keys() == schema["properties"].keys()
    assert (
        answer["errors"][0].keys() == schema["properties"]["errors"]["items"]["properties"].keys()
    )


def test_openapi_schema_of_reverification_error_matches_response(
    app: FastAPI, serve: Serve
) -> None:
    app.get("/fresh", dependencies=[require_auth(reverification="strict")])(hello)
    response = _operations(app)["/fresh"]["responses"]["403"]

    schemas = response["content"]["application/json"]["schema"]["anyOf"]

    answer = serve(app).visit("/fresh", bearer(fva=[99, 99])).json()
    assert [list(one["properties"]) for one in schemas] == [["errors"], list(answer)]


def test_openapi_keeps_response_description_of_operation(documented: FastAPI) -> None:
    assert _operations(documented)["/own"]["responses"]["401"] == {"description": "Mine."}


def test_openapi_document_is_the_same_on_each_request(documented: FastAPI, serve: Serve) -> None:
    site = serve(documented)

    first, second = site.visit("/openapi.json"), site.visit("/openapi.json", bearer())

    assert first.status == 200
    assert first.content == second.content
    assert first.json() == documented.openapi()


# --- dependencies --------------------------------------------------------------------------------


def test_router_dependencies_guard_all_routes(documented: FastAPI, serve: Serve) -> None:
    site = serve(documented)

    assert site.visit("/staff/").status == site.visit("/included/").status == 401
    assert site.visit("/staff/", bearer()).status == 403
    for path, headers in (("/staff/", bearer(**ADMIN)), ("/included/", bearer())):
        assert site.visit(path, headers).json() == {"word": "aloha"}


def test_application_dependencies_guard_all_routes(instance: Instance, serve: Serve) -> None:
    app = FastAPI(dependencies=[require_auth()])
    install(app, **instance.options())
    app.get("/")(hello)
    site = serve(app)

    assert site.visit("/").status == 401
    assert site.visit("/", bearer()).status == 200


def test_all_dependencies_of_an_operation_are_checked(documented: FastAPI, serve: Serve) -> None:
    site = serve(documented)

    assert site.visit("/both", bearer(**ADMIN)).status == 403
    assert site.visit("/both", bearer(pla="u:gold")).status == 403
    assert site.visit("/both", bearer("user_7", pla="u:gold", **ADMIN)).json() == "user_7"


def test_custom_dependency_can_use_guard(documented: FastAPI, serve: Serve) -> None:
    site = serve(documented)

    assert site.visit("/nested", bearer()).status == 403
    assert site.visit("/nested", bearer("user_7", **ADMIN)).json() == "user_7"


def test_refused_request_gets_no_validation_errors(app: FastAPI, serve: Serve) -> None:
    class Order(BaseModel):
        number: int

    app.post("/orders", dependencies=[require_auth()])(_taking(Order))
    site = serve(app)

    assert site.visit("/orders?size=x", method="POST").status == 401
    assert site.visit("/orders?size=x", bearer(), method="POST").status == 422


def _taking(model: type[BaseModel]) -> Callable[..., object]:
    def take(order: Any, size: int) -> None:
        pass

    take.__annotations__ = {"order": model, "size": int}
    return take


def test_endpoint_in_thread_can_get_user_and_token(app: FastAPI, serve: Serve) -> None:
    loop: list[int] = []

    async def loop_thread() -> None:
        loop.append(threading.get_ident())

    @app.get("/", dependencies=[Depends(loop_thread)])
    def index(request: Request, session: SignedIn, user: CurrentUser) -> dict[str, str | None]:
        assert threading.get_ident() not in loop
        assert auth(request).user_id == session.user_id

        async def get_token() -> str | None:
            return await session.get_token(template="supabase")

        return {"name": user.first_name if user else None, "token": from_thread.run(get_token)}

    assert serve(app).visit("/", bearer("user_7")).json() == {
        "name": "First of user_7",
        "token": "supabase of sess_of_user_7",
    }


def test_background_task_gets_user_of_its_request(app: FastAPI, serve: Serve) -> None:
    done: list[str | None] = []

    @app.get("/")
    def index(tasks: BackgroundTasks, request: Request) -> None:
        tasks.add_task(lambda: done.append(auth(request).user_id))

    serve(app).visit("/", bearer("user_7"))

    assert done == ["user_7"]


def test_websocket_dependencies_check_role_and_machine_token(app: FastAPI, serve: Serve) -> None:
    async def send(websocket: WebSocket, word: str | None) -> None:
        await websocket.accept()
        await websocket.send_text(str(word))
        await websocket.close()

    @app.websocket("/admin")
    async def admin(websocket: WebSocket, session: Admin) -> None:
        await send(websocket, session.user_id)

    @app.websocket("/listed", dependencies=[require_auth(plan="gold")])
    async def listed(websocket: WebSocket, session: Auth) -> None:
        await send(websocket, session.user_id)

    @app.websocket("/key")
    async def key(websocket: WebSocket, api_key: APIKey) -> None:
        await send(websocket, api_key.name)

    site = serve(app)

    for path, allowed in (("/admin", ADMIN), ("/listed", {"pla": "u:gold"})):
        assert not site.connect(path).accepted
        assert not site.connect(path, bearer()).accepted
        assert site.connect(path, bearer("user_7", **allowed)).said == "user_7"
    assert not site.connect("/key", bearer()).accepted
    assert site.connect("/key", show("ak_1")).said == "Reports"


@pytest.mark.parametrize("first_line", ["from __future__ import annotations", ""])
def test_annotations_can_be_strings_or_objects(
    instance: Instance, serve: Serve, monkeypatch: pytest.MonkeyPatch, first_line: str
) -> None:
    source = f"""{first_line}
from typing import Annotated
from fastapi import FastAPI
from clerk_core.fastapi import APIKey, Auth, ClerkClient, CurrentUser, Session, SignedIn
from clerk_core.fastapi import require_auth

app = FastAPI()

@app.get("/")
async def index(
    session: SignedIn,
    admin: Annotated[Session, require_auth(role="org:admin")],
    maybe: Auth,
    user: CurrentUser,
    client: ClerkClient,
) -> list[str | None]:
    other = await client.users.get("user_8")
    return [session.user_id, admin.org_role, maybe.user_id, user.first_name, other.first_name]

@app.get("/key")
def key(api_key: APIKey) -> str:
    return api_key.subject
"""
    module = type(sys)("an_application")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(compile(source, "an_application.py", "exec", dont_inherit=True), module.__dict__)
    install(module.app, **instance.options())
    site = serve(module.app)

    answer = site.visit("/", bearer("user_7", **ADMIN))

    names = ["First of user_7", "First of user_8"]
    assert answer.json() == ["user_7", "org:admin", "user_7", *names]
    assert site.visit("/", bearer()).status == 403
    assert site.visit("/key", show("ak_1")).json() == "user_9"


@pytest.mark.parametrize(
    "options", [{"roles": "org:admin"}, {"accepts_token": "cookie"}, {"accepts_token": ["cookie"]}]
)
def test_require_auth_rejects_unknown_requirement(
    options: dict[str, Any],
) -> None:
    with pytest.raises(TypeError, match=r"roles|accepts_token"):
        require_auth(**options)


# --- refusals ------------------------------------------------------------------------------------


def test_refusal_keeps_its_headers(documented: FastAPI, serve: Serve) -> None:
    site = serve(documented)

    api, page = site.visit("/me"), site.visit("/me?page=2", *SIGNED_OUT_BROWSER)

    assert api.status == 401
    assert api.header("www-authenticate") == "Bearer"
    assert api.headers.get_all("content-type") == ["application/json"]
    assert api.header("x-clerk-auth-reason") == "dev-browser-missing"
    assert page.status == 307
    assert page.header("location").startswith("https://happy-hippo-1.accounts.dev/sign-in?")
    assert api.header("cache-control") == page.header("cache-control") == "no-store"


def test_http_exception_handler_of_application_does_not_change_refusals(
    documented: FastAPI, serve: Serve
) -> None:
    @documented.exception_handler(HTTPException)
    async def handle(request: Request, error: HTTPException) -> Response:
        return JSONResponse({"mine": error.status_code}, error.status_code)

    @documented.get("/teapot")
    def teapot() -> None:
        raise HTTPException(418)

    site = serve(documented)

    assert site.visit("/teapot").json() == {"mine": 418}
    assert site.visit("/me").json()["errors"][0]["code"] == "unauthenticated"
    assert site.visit("/me", *SIGNED_OUT_BROWSER).header("location")
    assert site.visit("/staff/", bearer()).json()["errors"][0]["code"] == "forbidden"


def test_application_can_handle_refusals_itself(documented: FastAPI, serve: Serve) -> None:
    @documented.exception_handler(Refused)
    async def handle(request: Request, error: Refused) -> Response:
        return JSONResponse({"mine": error.status_code}, error.status_code, error.headers)

    site = serve(documented)

    refused, page = site.visit("/me"), site.visit("/me", *SIGNED_OUT_BROWSER)

    assert (refused.status, refused.json()) == (401, {"mine": 401})
    assert refused.header("www-authenticate") == "Bearer"
    assert page.header("location").startswith("https://happy-hippo-1.accounts.dev/sign-in?")


def test_mounted_application_without_clerk_refuses_requests(app: FastAPI, serve: Serve) -> None:
    inner = FastAPI()
    inner.get("/")(me)
    app.mount("/inner", inner)
    site = serve(app)

    refused, page = site.visit("/inner/"), site.visit("/inner/", *SIGNED_OUT_BROWSER)

    assert site.visit("/inner/", bearer("user_7")).user_id == "user_7"
    assert (refused.status, refused.header("www-authenticate")) == (401, "Bearer")
    assert page.status == 307
    assert page.header("location").startswith("https://happy-hippo-1.accounts.dev/sign-in?")


def test_refusal_keeps_repeated_headers(serve: Serve, instance: Instance) -> None:
    challenges = (("www-authenticate", "Bearer"), ("www-authenticate", 'Basic realm="app"'))
    response = Refusal(401, challenges, b'{"errors": []}')

    async def refuse(request: Request) -> None:
        raise refused_exception(request.scope, response)

    app, mounted = FastAPI(), FastAPI()
    install(app, **instance.options())
    for one in (app, mounted):
        one.add_api_route("/refused", refuse)
    app.mount("/mounted", mounted)
    site = serve(app)

    for path in ("/refused", "/mounted/refused"):
        answer = site.visit(path)
        assert answer.status == 401
        assert answer.headers.get_all("www-authenticate") == ["Bearer", 'Basic realm="app"']


# --- machine tokens ------------------------------------------------------------------------------


@pytest.fixture
def machine_app(app: FastAPI) -> FastAPI:
    def describe(machine: Machine) -> dict[str, str]:
        return {"subject": machine.subject, "type": machine.token_type}

    @app.get("/api_key")
    def key(machine: APIKey) -> dict[str, str]:
        return describe(machine)

    @app.get("/m2m_token")
    async def m2m(machine: M2MToken) -> dict[str, str]:
        return describe(machine)

    @app.get("/oauth_token")
    async def oauth(machine: OAuthToken) -> dict[str, str]:
        return describe(machine)

    @app.get("/either", dependencies=[require_auth(accepts_token=["api_key", "session_token"])])
    async def either(either: UserOrMachine) -> dict[str, str | None]:
        return {"user_id": either.user_id}

    return app


TOKENS = [("api_key", "ak_1"), ("m2m_token", "mt_1"), ("oauth_token", "oat_1")]


@pytest.mark.parametrize(("token_type", "token"), TOKENS)
def test_machine_token_of_accepted_type_is_authenticated(
    machine_app: FastAPI, serve: Serve, instance: Instance, token_type: str, token: str
) -> None:
    answer = serve(machine_app).visit(f"/{token_type}", show(token))

    assert answer.json() == {
        "subject": "mch_9" if token_type == "m2m_token" else "user_9",
        "type": token_type,
    }
    assert not answer.header("x-clerk-auth-status")
    assert len(instance.calls) == 1


@pytest.mark.parametrize(("token_type", "token"), TOKENS)
def test_token_of_other_type_is_refused_without_a_request_to_clerk(
    machine_app: FastAPI, serve: Serve, instance: Instance, token_type: str, token: str
) -> None:
    site = serve(machine_app)
    others = [other for _, other in TOKENS if other != token]

    for headers in ((), (bearer(),), SIGNED_OUT_BROWSER, *((show(other),) for other in others)):
        answer = site.visit(f"/{token_type}", *headers)
        assert answer.status == 401
        error = ' error="invalid_token"' if "authorization" in dict(headers) else ""
        assert answer.header("www-authenticate").partition(",")[0] == f"Bearer{error}"
    assert instance.calls == []


@pytest.mark.parametrize(("token_type", "token"), TOKENS)
def test_unknown_machine_token_is_refused(
    machine_app: FastAPI, serve: Serve, instance: Instance, token_type: str, token: str
) -> None:
    instance.machines = {token_type: {} for token_type in instance.machines}

    assert serve(machine_app).visit(f"/{token_type}", show(token)).status == 401


@pytest.mark.parametrize(("token_type", "token"), TOKENS)
def test_clerk_outage_responds_503_to_machine_token(
    serve: Serve, instance: Instance, token_type: str, token: str
) -> None:
    app = FastAPI()
    install(app, **{**instance.options(), "api_url": CLOSED_PORT})
    app.get("/", dependencies=[require_auth(accepts_token=token_type)])(hello)  # type: ignore[arg-type]

    answer = serve(app).visit("/", show(token))

    assert answer.status == 503
    assert answer.header("retry-after") == "5"


def test_several_machine_token_dependencies_send_one_request_to_clerk(
    machine_app: FastAPI, serve: Serve, instance: Instance
) -> None:
    site = serve(machine_app)

    assert site.visit("/either", show("ak_1")).user_id == "user_9"
    assert instance.calls == ["POST /api_keys/verify"]
    assert site.visit("/either", bearer("user_7")).user_id == "user_7"
    assert site.visit("/either", show("mt_1")).status == 401
    assert site.visit("/either", *SIGNED_OUT_BROWSER).status == 307


# --- the body ------------------------------------------------------------------------------------


class Order(BaseModel):
    number: int


Endpoint = Callable[[FastAPI], object]


def _in_the_signature(app: FastAPI) -> object:
    @app.post("/orders")
    def order(order: Order, session: SignedIn) -> int:
        return order.number

    return order


def _in_the_decorator(app: FastAPI) -> object:
    @app.post("/orders", dependencies=[require_auth()])
    def order(order: Order) -> int:
        return order.number

    return order


def _in_a_dependency(app: FastAPI) -> object:
    def user_id(session: SignedIn) -> str:
        return session.user_id

    @app.post("/orders", dependencies=[Depends(user_id)])
    def order(order: Order) -> int:
        return order.number

    return order


def _in_a_router(app: FastAPI) -> object:
    router = APIRouter(dependencies=[require_auth()])

    @router.post("/orders")
    def order(order: Order) -> int:
        return order.number

    app.include_router(router)
    return order


def _where_a_router_is_included(app: FastAPI) -> object:
    inner, router = APIRouter(), APIRouter()

    @inner.post("/orders")
    def order(order: Order) -> int:
        return order.number

    router.include_router(inner)
    app.include_router(router, dependencies=[require_auth()])
    return order


def _of_the_application(app: FastAPI) -> object:
    app.router.dependencies.append(require_auth())
    return _unguarded(app)


def _beside_a_form(app: FastAPI) -> object:
    @app.post("/orders", dependencies=[require_auth()])
    async def order(request: Request, name: Annotated[str, Form()]) -> str:
        return name

    return order


def _unguarded(app: FastAPI) -> object:
    @app.post("/orders")
    def order(order: Order) -> int:
        return order.number

    return order


GUARDED = [
    _in_the_signature,
    _in_the_decorator,
    _in_a_dependency,
    _in_a_router,
    _where_a_router_is_included,
    _of_the_application,
]
JSON = ("content-type", "application/json")
FORM = ("content-type", "application/x-www-form-urlencoded")


def _post(app: FastAPI, headers: list[tuple[str, str]], body: bytes | None) -> tuple[int, int]:
    """Return the status of a POST of `/orders` and the number of body messages received.

    A body of None never arrives.
    """
    received, statuses = 0, []

    async def receive() -> Message:
        nonlocal received
        received += 1
        if body is None or received > 1:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    encoded = [(name.encode(), value.encode()) for name, value in headers]
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/orders",
        "raw_path": b"/orders",
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"localhost"), *encoded],
        "server": ("localhost", 80),
    }
    asyncio.run(app(scope, receive, send))
    return statuses[0], received


@pytest.mark.parametrize("guarded", GUARDED)
@pytest.mark.parametrize("has_inner_middleware", [False, True])
def test_signed_out_request_is_refused_before_body_is_read(
    app: FastAPI, guarded: Endpoint, has_inner_middleware: bool
) -> None:
    guarded(app)
    if has_inner_middleware:

        @app.middleware("http")
        async def inner(request: Request, call_next: Any) -> Response:
            response: Response = await call_next(request)
            return response

    for headers in ([JSON], [JSON, ("content-length", str(30 * 1024**2))]):
        status, received = _post(app, headers, None)
        assert status == 401
        # This middleware may wait for the end of the connection after the response.
        assert received == 0 or has_inner_middleware
    assert _post(app, [JSON, bearer()], b'{"number": 1}')[0] == 200
    assert _post(app, [JSON, bearer()], b'{"number":')[0] == 422


def test_signed_out_request_is_refused_before_form_is_read(app: FastAPI) -> None:
    _beside_a_form(app)

    assert _post(app, [FORM], None) == (401, 0)
    assert _post(app, [FORM, bearer()], b"name=Ada")[0] == 200


def test_body_of_unguarded_endpoint_is_read(app: FastAPI) -> None:
    _unguarded(app)

    assert _post(app, [JSON], b'{"number": 1}') == (200, 1)
    assert _post(app, [JSON], b'{"number":')[0] == 422


def test_user_without_role_is_refused_before_body_is_read(app: FastAPI) -> None:
    app.post("/orders", dependencies=[require_auth(role="org:admin")])(_taking(Order))

    assert _post(app, [JSON, bearer()], None) == (403, 0)


def test_refusal_handler_of_application_runs_before_body_is_read(
    app: FastAPI,
) -> None:
    _in_the_signature(app)

    @app.exception_handler(Refused)
    async def handle(request: Request, error: Refused) -> Response:
        return JSONResponse({"mine": error.status_code}, 418)

    assert _post(app, [JSON], None) == (418, 0)


def test_overridden_guard_refuses_no_request(app: FastAPI) -> None:
    guard = require_auth()
    app.post("/orders", dependencies=[guard])(_taking(Order))
    assert guard.dependency is not None
    app.dependency_overrides[guard.dependency] = lambda: None

    assert _post(app, [JSON], b'{"number": 1}')[0] == 422  # the query has no `size`


# --- mistakes ------------------------------------------------------------------------------------


# Typed as Any, since type checkers reject their use.
guard: Any = require_auth
no_app: Any = hello


def _misplaced(**parameter: Any) -> Callable[..., str]:
    """Return an endpoint whose parameter has this default value."""

    def view(who: Any) -> str:
        return "in"

    view.__defaults__ = tuple(parameter.values())
    view.__annotations__ = {}
    return view


@pytest.mark.parametrize(
    ("default", "written", "correction"),
    [
        (SignedIn, "who=SignedIn", "who: SignedIn"),
        (Auth, "who=Auth", "who: Auth"),
        (APIKey, "who=APIKey", "who: APIKey"),
        (CurrentUser, "who=CurrentUser", "who: CurrentUser"),
        (Session, "who=Session", "who: SignedIn"),
        (Admin, "who=Annotated", "who: Annotated"),
        (require_auth, "who=require_auth", r"who: Annotated\[Session, require_auth\(\)\]"),
        (auth, "who=auth", "who: Auth"),
        (Depends(SignedIn), r"Depends\(SignedIn\)", "who: SignedIn"),
        (Depends(Admin), r"Depends\(Annotated", "who: Annotated"),
        (Depends(auth), r"Depends\(auth\)", "who: Auth"),
        (Depends(current_user), r"Depends\(current_user\)", "who: CurrentUser"),
    ],
)
@pytest.mark.parametrize("place", ["an endpoint", "a router", "a dependency", "a mount"])
def test_misplaced_dependency_fails_startup(
    app: FastAPI, serve: Serve, default: Any, written: str, correction: str, place: str
) -> None:
    view = _misplaced(who=default)
    if place == "an endpoint":
        app.get("/")(view)
    elif place == "a router":
        router = APIRouter()
        router.get("/")(view)
        app.include_router(router)
    elif place == "a dependency":
        app.get("/", dependencies=[Depends(view)])(hello)
    else:
        mounted = FastAPI()
        mounted.get("/")(view)
        app.mount("/mounted", mounted)

    with pytest.raises(AssertionError, match=rf"startup\.failed.*{written}.*Write {correction}"):
        serve(app)


def test_misplaced_dependency_fails_requests_without_lifespan(
    app: FastAPI,
) -> None:
    app.post("/orders")(_misplaced(who=SignedIn))

    for _ in range(2):
        with pytest.raises(clerk_core.ConfigurationError, match="who=SignedIn"):
            _post(app, [], b"")


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (lambda app: app.get("/")(guard(hello)), "not a decorator"),
        (lambda app: app.get("/")(guard()(hello)), "not a decorator"),
        (lambda app: app.get("/", dependencies=[require_auth])(hello), "must be called"),
        (lambda app: app.get("/", dependencies=[Depends(require_auth)])(hello), "must be called"),
        (lambda app: app.get("/", dependencies=[Depends(guard())])(hello), "already"),
        (lambda app: app.get("/")(_misplaced(who=Depends(require_auth))), "must be called"),
        (lambda app: app.get("/")(_misplaced(who=Depends(guard()))), "already"),
        (lambda app: require_auth(accepts_token="api_key", role="org:admin"), "machine token"),
        (
            lambda app: install(no_app),
            r"install\(app\): app must be a fastapi.FastAPI, not function",
        ),
        (
            lambda app: auth(no_app),
            "request must be a starlette.HTTPConnection, not function",
        ),
    ],
)
def test_wrong_use_raises_type_error(
    app: FastAPI, write: Callable[[Any], object], message: str
) -> None:
    with pytest.raises(TypeError, match=message):
        write(app)


def test_guard_above_route_decorator_causes_warning_at_startup(
    app: FastAPI, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    router = APIRouter()

    async def above(request: Request) -> None:
        pass

    async def below(request: Request) -> None:
        pass

    for view in (above, below):
        # FastAPI 0.110 looks for the names of annotations where the guard is defined.
        view.__annotations__["request"] = Request
    clerk_starlette.require_auth(router.get("/above")(above))
    router.get("/below")(clerk_starlette.require_auth(below))
    app.include_router(router)
    serve(app)

    assert [record.getMessage() for record in caplog.records] == [
        f"@require_auth has no effect on {__name__}.{above.__qualname__}: the route decorator "
        "registers the view without it. Put @require_auth below the route decorator."
    ]
