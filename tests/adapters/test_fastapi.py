"""What is particular to FastAPI: dependencies, the OpenAPI document, how a refusal is raised."""

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
from clerk_core import Response as ClerkResponse
from clerk_core import starlette as clerk_starlette
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
from clerk_core.testing import AdapterContract, AsgiSite, WebSockets
from clerk_core.testing._instance import Instance
from clerk_core.testing._tokens import ADMIN, PAGE, bearer, cookie, show
from tests.adapters import fastapi_site
from tests.adapters.conftest import Serve

Admin = Annotated[Session, require_auth(role="org:admin")]
Anybody = Annotated[AnyToken, require_auth(accepts_token=["session_token", "api_key"])]
NOBODY_LISTENS = "http://127.0.0.1:9"
SIGNED_OUT_BROWSER = (PAGE, cookie({"__clerk_db_jwt": "dvb_1", "__client_uat": "0"}))


class TestFastAPI(AdapterContract, WebSockets):
    awaits = True
    limits: ClassVar = {
        "crash-headers": "What nobody handles is answered outside of all middleware."
    }

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


def me(asking: SignedIn) -> dict[str, str]:
    return {"user_id": asking.user_id}


def maybe_me(asking: Auth) -> dict[str, str | None]:
    return {"user_id": asking.user_id}


def hello() -> dict[str, str]:
    return {"word": "aloha"}


def admin_id(found: Admin) -> str:
    return found.user_id


def nested(user_id: Annotated[str, Depends(admin_id)]) -> str:
    return user_id


# --- installing ----------------------------------------------------------------------------------


@pytest.mark.parametrize("way", [install, clerk_core.install])
def test_an_application_knows_who_is_asking(
    way: Callable[..., object], serve: Serve, instance: Instance
) -> None:
    app = FastAPI()
    app.get("/")(me)
    way(app, **instance.options())
    site = serve(app)

    assert site.visit("/", bearer("user_7")).user_id == "user_7"
    assert site.visit("/").json()["errors"][0]["code"] == "unauthenticated"
    assert "401" in app.openapi()["paths"]["/"]["get"]["responses"]


@pytest.mark.parametrize("way", [install, clerk_core.install])
def test_a_missing_key_fails_the_start(way: Callable[..., object], serve: Serve) -> None:
    app = FastAPI()
    way(app)

    with pytest.raises(AssertionError, match=r"lifespan\.startup\.failed.*CLERK_SECRET_KEY"):
        serve(app)


def test_without_clerk_the_error_says_what_to_do(serve: Serve) -> None:
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
    def key(program: APIKey) -> str:
        return program.subject

    @app.get("/anybody")
    def anybody(found: Anybody) -> str | None:
        return found.user_id

    return app


def _operations(app: FastAPI) -> dict[str, Any]:
    return {path: item["get"] for path, item in app.openapi()["paths"].items()}


def test_the_document_tells_401_and_403_exactly_where_they_belong(documented: FastAPI) -> None:
    told = {
        path: sorted({"401", "403"} & operation["responses"].keys())
        for path, operation in _operations(documented).items()
    }

    assert told == {
        "/open": [],
        "/maybe": [],
        "/me": ["401"],
        "/included/": ["401"],
        "/key": ["401"],
        "/anybody": ["401"],
        "/staff/": ["401", "403"],
        "/nested": ["401", "403"],
        "/both": ["401", "403"],
        "/own": ["401", "403"],
    }


def test_the_document_tells_which_token_is_wanted_and_what_is_required(
    documented: FastAPI,
) -> None:
    admin = {"Clerk_session_token": ["role=org:admin"]}
    told = {path: operation.get("security") for path, operation in _operations(documented).items()}

    assert told["/open"] is None
    assert told["/maybe"] is None
    assert told["/me"] == told["/included/"] == [{"Clerk_session_token": []}]
    assert told["/staff/"] == told["/nested"] == told["/own"] == [admin]
    assert told["/key"] == [{"Clerk_api_key": []}]
    assert told["/anybody"] == [{"Clerk_session_token_or_api_key": []}]


def test_two_requirements_of_one_operation_are_both_told(documented: FastAPI) -> None:
    security = _operations(documented)["/both"]["security"]

    told = [what for required in security for what in required["Clerk_session_token"]]
    assert sorted(told) == ["plan=gold", "role=org:admin"]


def test_the_document_describes_each_scheme(documented: FastAPI) -> None:
    schemes = documented.openapi()["components"]["securitySchemes"]

    assert {name: (one["type"], one["scheme"]) for name, one in schemes.items()} == {
        "Clerk_session_token": ("http", "bearer"),
        "Clerk_api_key": ("http", "bearer"),
        "Clerk_session_token_or_api_key": ("http", "bearer"),
    }
    assert "cookie" in schemes["Clerk_session_token"]["description"]
    assert "cookie" not in schemes["Clerk_api_key"]["description"]


def test_the_document_tells_what_a_refusal_looks_like(documented: FastAPI, serve: Serve) -> None:
    response = _operations(documented)["/staff/"]["responses"]["403"]
    schema = response["content"]["application/json"]["schema"]
    answer = serve(documented).visit("/staff/", bearer()).json()

    assert answer.keys() == schema["properties"].keys()
    assert (
        answer["errors"][0].keys() == schema["properties"]["errors"]["items"]["properties"].keys()
    )


def test_the_document_tells_what_a_user_who_has_to_verify_again_gets(
    app: FastAPI, serve: Serve
) -> None:
    app.get("/fresh", dependencies=[require_auth(reverification="strict")])(hello)
    response = _operations(app)["/fresh"]["responses"]["403"]

    schemas = response["content"]["application/json"]["schema"]["anyOf"]

    answer = serve(app).visit("/fresh", bearer(fva=[99, 99])).json()
    assert [list(one["properties"]) for one in schemas] == [["errors"], list(answer)]


def test_what_an_operation_tells_itself_is_kept(documented: FastAPI) -> None:
    assert _operations(documented)["/own"]["responses"]["401"] == {"description": "Mine."}


def test_the_document_stays_the_same_when_it_is_asked_for_again(
    documented: FastAPI, serve: Serve
) -> None:
    site = serve(documented)

    first, second = site.visit("/openapi.json"), site.visit("/openapi.json", bearer())

    assert first.status == 200
    assert first.content == second.content
    assert first.json() == documented.openapi()


# --- dependencies --------------------------------------------------------------------------------


def test_the_dependencies_of_a_router_guard_all_of_it(documented: FastAPI, serve: Serve) -> None:
    site = serve(documented)

    assert site.visit("/staff/").status == site.visit("/included/").status == 401
    assert site.visit("/staff/", bearer()).status == 403
    for path, headers in (("/staff/", bearer(**ADMIN)), ("/included/", bearer())):
        assert site.visit(path, headers).json() == {"word": "aloha"}


def test_the_dependencies_of_an_application_guard_all_of_it(
    instance: Instance, serve: Serve
) -> None:
    app = FastAPI(dependencies=[require_auth()])
    install(app, **instance.options())
    app.get("/")(hello)
    site = serve(app)

    assert site.visit("/").status == 401
    assert site.visit("/", bearer()).status == 200


def test_several_dependencies_of_one_operation_are_all_asked(
    documented: FastAPI, serve: Serve
) -> None:
    site = serve(documented)

    assert site.visit("/both", bearer(**ADMIN)).status == 403
    assert site.visit("/both", bearer(pla="u:gold")).status == 403
    assert site.visit("/both", bearer("user_7", pla="u:gold", **ADMIN)).json() == "user_7"


def test_a_dependency_of_ones_own_builds_on_who_is_signed_in(
    documented: FastAPI, serve: Serve
) -> None:
    site = serve(documented)

    assert site.visit("/nested", bearer()).status == 403
    assert site.visit("/nested", bearer("user_7", **ADMIN)).json() == "user_7"


def test_who_may_not_pass_is_told_nothing_of_what_the_body_should_be(
    app: FastAPI, serve: Serve
) -> None:
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


def test_an_endpoint_in_a_thread_asks_for_its_user_and_for_a_token(
    app: FastAPI, serve: Serve
) -> None:
    loop: list[int] = []

    async def loop_thread() -> None:
        loop.append(threading.get_ident())

    @app.get("/", dependencies=[Depends(loop_thread)])
    def index(request: Request, asking: SignedIn, user: CurrentUser) -> dict[str, str | None]:
        assert threading.get_ident() not in loop
        assert auth(request).user_id == asking.user_id

        async def get_token() -> str | None:
            return await asking.get_token(template="supabase")

        return {"name": user.first_name if user else None, "token": from_thread.run(get_token)}

    assert serve(app).visit("/", bearer("user_7")).json() == {
        "name": "First of user_7",
        "token": "supabase of sess_of_user_7",
    }


def test_a_background_task_knows_who_was_asking(app: FastAPI, serve: Serve) -> None:
    done: list[str | None] = []

    @app.get("/")
    def index(tasks: BackgroundTasks, request: Request) -> None:
        tasks.add_task(lambda: done.append(auth(request).user_id))

    serve(app).visit("/", bearer("user_7"))

    assert done == ["user_7"]


def test_a_websocket_depends_on_a_role_or_lets_a_program_in(app: FastAPI, serve: Serve) -> None:
    async def say(websocket: WebSocket, word: str | None) -> None:
        await websocket.accept()
        await websocket.send_text(str(word))
        await websocket.close()

    @app.websocket("/admin")
    async def admin(websocket: WebSocket, found: Admin) -> None:
        await say(websocket, found.user_id)

    @app.websocket("/listed", dependencies=[require_auth(plan="gold")])
    async def listed(websocket: WebSocket, asking: Auth) -> None:
        await say(websocket, asking.user_id)

    @app.websocket("/key")
    async def key(websocket: WebSocket, program: APIKey) -> None:
        await say(websocket, program.name)

    site = serve(app)

    for path, allowed in (("/admin", ADMIN), ("/listed", {"pla": "u:gold"})):
        assert not site.connect(path).accepted
        assert not site.connect(path, bearer()).accepted
        assert site.connect(path, bearer("user_7", **allowed)).said == "user_7"
    assert not site.connect("/key", bearer()).accepted
    assert site.connect("/key", show("ak_1")).said == "Reports"


@pytest.mark.parametrize("first_line", ["from __future__ import annotations", ""])
def test_annotations_may_be_evaluated_later_or_at_once(
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
    asking: SignedIn,
    admin: Annotated[Session, require_auth(role="org:admin")],
    maybe: Auth,
    user: CurrentUser,
    client: ClerkClient,
) -> list[str | None]:
    other = await client.users.get("user_8")
    return [asking.user_id, admin.org_role, maybe.user_id, user.first_name, other.first_name]

@app.get("/key")
def key(program: APIKey) -> str:
    return program.subject
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
    "slip", [{"roles": "org:admin"}, {"accepts_token": "cookie"}, {"accepts_token": ["cookie"]}]
)
def test_a_condition_that_does_not_exist_is_told_when_the_dependency_is_made(
    slip: dict[str, Any],
) -> None:
    with pytest.raises(TypeError, match=r"roles|accepts_token"):
        require_auth(**slip)


# --- refusals ------------------------------------------------------------------------------------


def test_a_refusal_keeps_its_headers(documented: FastAPI, serve: Serve) -> None:
    site = serve(documented)

    program, person = site.visit("/me"), site.visit("/me?page=2", *SIGNED_OUT_BROWSER)

    assert program.status == 401
    assert program.header("www-authenticate") == "Bearer"
    assert program.headers.get_all("content-type") == ["application/json"]
    assert program.header("x-clerk-auth-reason") == "dev-browser-missing"
    assert person.status == 307
    assert person.header("location").startswith("https://happy-hippo-1.accounts.dev/sign-in?")
    assert program.header("cache-control") == person.header("cache-control") == "no-store"


def test_an_applications_own_handler_of_errors_leaves_refusals_as_they_are(
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


def test_an_application_may_word_refusals_itself(documented: FastAPI, serve: Serve) -> None:
    @documented.exception_handler(Refused)
    async def handle(request: Request, error: Refused) -> Response:
        return JSONResponse({"mine": error.status_code}, error.status_code, error.headers)

    site = serve(documented)

    refused, person = site.visit("/me"), site.visit("/me", *SIGNED_OUT_BROWSER)

    assert (refused.status, refused.json()) == (401, {"mine": 401})
    assert refused.header("www-authenticate") == "Bearer"
    assert person.header("location").startswith("https://happy-hippo-1.accounts.dev/sign-in?")


def test_a_mounted_application_without_clerk_refuses_as_well(app: FastAPI, serve: Serve) -> None:
    inner = FastAPI()
    inner.get("/")(me)
    app.mount("/inner", inner)
    site = serve(app)

    refused, person = site.visit("/inner/"), site.visit("/inner/", *SIGNED_OUT_BROWSER)

    assert site.visit("/inner/", bearer("user_7")).user_id == "user_7"
    assert (refused.status, refused.header("www-authenticate")) == (401, "Bearer")
    assert person.status == 307
    assert person.header("location").startswith("https://happy-hippo-1.accounts.dev/sign-in?")


def test_a_refusal_keeps_headers_of_one_name_wherever_it_is_answered(
    serve: Serve, instance: Instance
) -> None:
    challenges = [("www-authenticate", "Bearer"), ("www-authenticate", 'Basic realm="app"')]
    response = ClerkResponse(401, challenges, b'{"errors": []}')

    async def refuse() -> None:
        raise Refused(response)

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


# --- programs ------------------------------------------------------------------------------------


@pytest.fixture
def with_programs(app: FastAPI) -> FastAPI:
    def name_of(found: Machine) -> dict[str, str]:
        return {"subject": found.subject, "kind": found.token_type}

    @app.get("/api_key")
    def key(program: APIKey) -> dict[str, str]:
        return name_of(program)

    @app.get("/m2m_token")
    async def m2m(program: M2MToken) -> dict[str, str]:
        return name_of(program)

    @app.get("/oauth_token")
    async def oauth(program: OAuthToken) -> dict[str, str]:
        return name_of(program)

    @app.get("/anybody", dependencies=[require_auth(accepts_token=["api_key", "session_token"])])
    async def anybody(found: Anybody) -> dict[str, str | None]:
        return {"user_id": found.user_id}

    return app


KINDS = [("api_key", "ak_1"), ("m2m_token", "mt_1"), ("oauth_token", "oat_1")]


@pytest.mark.parametrize(("kind", "shown"), KINDS)
def test_a_program_passes_where_its_kind_of_token_is_accepted(
    with_programs: FastAPI, serve: Serve, instance: Instance, kind: str, shown: str
) -> None:
    answer = serve(with_programs).visit(f"/{kind}", show(shown))

    assert answer.json() == {
        "subject": "mch_9" if kind == "m2m_token" else "user_9",
        "kind": kind,
    }
    assert not answer.header("x-clerk-auth-status")
    assert len(instance.calls) == 1


@pytest.mark.parametrize(("kind", "shown"), KINDS)
def test_another_kind_of_token_is_refused_and_costs_no_call(
    with_programs: FastAPI, serve: Serve, instance: Instance, kind: str, shown: str
) -> None:
    site = serve(with_programs)
    others = [other for _, other in KINDS if other != shown]

    for headers in ((), (bearer(),), SIGNED_OUT_BROWSER, *((show(other),) for other in others)):
        answer = site.visit(f"/{kind}", *headers)
        assert answer.status == 401
        assert answer.header("www-authenticate") == "Bearer"
    assert instance.calls == []


@pytest.mark.parametrize(("kind", "shown"), KINDS)
def test_a_program_that_clerk_does_not_know_is_refused(
    with_programs: FastAPI, serve: Serve, instance: Instance, kind: str, shown: str
) -> None:
    instance.machines = {kind: {} for kind in instance.machines}

    assert serve(with_programs).visit(f"/{kind}", show(shown)).status == 401


@pytest.mark.parametrize(("kind", "shown"), KINDS)
def test_an_outage_of_clerk_is_no_401_to_a_program(
    serve: Serve, instance: Instance, kind: str, shown: str
) -> None:
    app = FastAPI()
    install(app, **{**instance.options(), "api_url": NOBODY_LISTENS})
    app.get("/", dependencies=[require_auth(accepts_token=kind)])(hello)  # type: ignore[arg-type]

    answer = serve(app).visit("/", show(shown))

    assert answer.status == 503
    assert answer.header("retry-after") == "5"


def test_several_dependencies_on_a_program_cost_one_call(
    with_programs: FastAPI, serve: Serve, instance: Instance
) -> None:
    site = serve(with_programs)

    assert site.visit("/anybody", show("ak_1")).user_id == "user_9"
    assert instance.calls == ["POST /api_keys/verify"]
    assert site.visit("/anybody", bearer("user_7")).user_id == "user_7"
    assert site.visit("/anybody", show("mt_1")).status == 401
    assert site.visit("/anybody", *SIGNED_OUT_BROWSER).status == 307


# --- the body ------------------------------------------------------------------------------------


class Order(BaseModel):
    number: int


Endpoint = Callable[[FastAPI], object]


def _in_the_signature(app: FastAPI) -> object:
    @app.post("/orders")
    def order(order: Order, asking: SignedIn) -> int:
        return order.number

    return order


def _in_the_decorator(app: FastAPI) -> object:
    @app.post("/orders", dependencies=[require_auth()])
    def order(order: Order) -> int:
        return order.number

    return order


def _in_a_dependency(app: FastAPI) -> object:
    def user_id(asking: SignedIn) -> str:
        return asking.user_id

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
    """The status of a POST of `/orders`, and how many messages of the body were received.

    A body of None never comes.
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
def test_a_stranger_is_refused_before_the_body_is_read(
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
        # Such a middleware may listen for the end of the connection after the response.
        assert received == 0 or has_inner_middleware
    assert _post(app, [JSON, bearer()], b'{"number": 1}')[0] == 200
    assert _post(app, [JSON, bearer()], b'{"number":')[0] == 422


def test_a_stranger_is_refused_before_a_form_is_read(app: FastAPI) -> None:
    _beside_a_form(app)

    assert _post(app, [FORM], None) == (401, 0)
    assert _post(app, [FORM, bearer()], b"name=Ada")[0] == 200


def test_the_body_of_an_endpoint_that_nobody_guards_is_read(app: FastAPI) -> None:
    _unguarded(app)

    assert _post(app, [JSON], b'{"number": 1}') == (200, 1)
    assert _post(app, [JSON], b'{"number":')[0] == 422


def test_who_lacks_a_role_is_refused_before_the_body_is_read(app: FastAPI) -> None:
    app.post("/orders", dependencies=[require_auth(role="org:admin")])(_taking(Order))

    assert _post(app, [JSON, bearer()], None) == (403, 0)


def test_an_applications_own_words_for_a_refusal_are_used_before_the_body_is_read(
    app: FastAPI,
) -> None:
    _in_the_signature(app)

    @app.exception_handler(Refused)
    async def handle(request: Request, error: Refused) -> Response:
        return JSONResponse({"mine": error.status_code}, 418)

    assert _post(app, [JSON], None) == (418, 0)


def test_a_guard_that_a_test_overrides_refuses_nobody(app: FastAPI) -> None:
    guard = require_auth()
    app.post("/orders", dependencies=[guard])(_taking(Order))
    assert guard.dependency is not None
    app.dependency_overrides[guard.dependency] = lambda: None

    assert _post(app, [JSON], b'{"number": 1}')[0] == 422  # the query lacks its size


# --- slips ---------------------------------------------------------------------------------------


# What type checkers refuse.
guard: Any = require_auth
no_app: Any = hello


def _misplaced(**parameter: Any) -> Callable[..., str]:
    """An endpoint with this default value."""

    def view(who: Any) -> str:
        return "in"

    view.__defaults__ = tuple(parameter.values())
    view.__annotations__ = {}
    return view


@pytest.mark.parametrize(
    ("default", "written", "right"),
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
def test_a_dependency_that_is_written_where_it_guards_nothing_stops_the_application(
    app: FastAPI, serve: Serve, default: Any, written: str, right: str, place: str
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

    with pytest.raises(AssertionError, match=rf"startup\.failed.*{written}.*Write {right}"):
        serve(app)


def test_a_dependency_that_guards_nothing_lets_nobody_in_where_there_is_no_lifespan(
    app: FastAPI,
) -> None:
    app.post("/orders")(_misplaced(who=SignedIn))

    for _ in range(2):
        with pytest.raises(clerk_core.ConfigurationError, match="who=SignedIn"):
            _post(app, [], b"")


@pytest.mark.parametrize(
    ("write", "told"),
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
def test_a_slip_is_told_when_it_is_written(
    app: FastAPI, write: Callable[[Any], object], told: str
) -> None:
    with pytest.raises(TypeError, match=told):
        write(app)


def test_a_guard_above_the_decorator_of_the_route_is_warned_of_at_start(
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
