"""The programs of docs/recipes.md run, each with the framework or platform that it is for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import grpc
import grpc.aio
import pytest
import socketio

from clerk_core import AsyncClerk, Clerk
from clerk_core._demo.servers import serve
from clerk_core.testing._contract.caching import LIVE, returning_from_handshake
from clerk_core.testing._instance import PRIVATE, Instance
from clerk_core.testing._tokens import ADMIN, PAGE, bearer, browser_cookies, cookie, token
from clerk_core.testing.contract import AsgiSite, Site
from tests.docs.examples import recipes, run
from tests.docs.recipe_sites import SITES, event_1, event_2, lambda_site, site_of

pytestmark = [
    # Of the modules that Pyramid, and older versions of Starlette, import.
    pytest.mark.filterwarnings("ignore:'cgi' is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:.*pkg_resources"),
    pytest.mark.filterwarnings("ignore:.*import python_multipart:PendingDeprecationWarning"),
]


@pytest.fixture(scope="module")
def running() -> Iterator[Instance]:
    with Instance() as instance:
        yield instance


@pytest.fixture
def instance(running: Instance) -> Instance:
    running.forget()
    return running


@pytest.fixture(params=SITES, scope="module")
def site(request: pytest.FixtureRequest, running: Instance) -> Iterator[Site]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**running.options(), "publishable_key": LIVE}.items():
            patch.setenv(f"CLERK_{name.upper()}", value)
        site = site_of(request.param, patch)
        yield site
        site.close()


def test_everybody_may_open_the_home_page(site: Site) -> None:
    nobody, somebody = site.visit("/"), site.visit("/", bearer("user_7"))

    assert (nobody.status, somebody.status) == (200, 200)
    assert b"user_" not in nobody.content
    assert b"user_7" in somebody.content
    assert nobody.header("x-clerk-auth-reason") == "session-token-and-uat-missing"


def test_user_is_shown_to_that_user_only(site: Site) -> None:
    nobody, somebody = site.visit("/me"), site.visit("/me", bearer("user_7"))

    assert nobody.status == 401
    assert nobody.json()["errors"][0]["code"] == "unauthenticated"
    assert somebody.status == 200
    assert b"First of user_7" in somebody.content
    assert PRIVATE.encode() not in somebody.content


def test_reports_are_for_administrators(site: Site) -> None:
    assert site.visit("/reports").status == 401
    assert site.visit("/reports", bearer()).status == 403
    admin = site.visit("/reports", bearer(**ADMIN))
    assert admin.status == 200
    assert b"org_1" in admin.content


def test_browser_is_sent_to_the_handshake(site: Site) -> None:
    answer = site.visit("/me?page=2", PAGE, ("cookie", "__client_uat=1"))

    assert answer.status == 307
    assert "/v1/client/handshake?" in answer.header("location")
    assert "localhost%2Fme%3Fpage%3D2" in answer.header("location").replace("api%2F", "")


def test_browser_gets_the_cookies_of_a_handshake(site: Site, instance: Instance) -> None:
    answer = site.visit("/", PAGE, returning_from_handshake(instance))

    assert answer.status == 200
    assert b"user_7" in answer.content
    assert answer.cookies().keys() >= {"__session", "__client_uat"}
    assert answer.headers.get_all("cache-control") == ["private, no-store"]


def test_browser_that_is_signed_out_is_led_to_the_sign_in_page(site: Site) -> None:
    answer = site.visit("/me", PAGE)

    assert answer.status == 307
    assert "/sign-in?redirect_url=" in answer.header("location")


@pytest.fixture
def options(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    options = instance.options()
    for name, value in options.items():
        monkeypatch.setenv(f"CLERK_{name.upper()}", value)
    return options


@pytest.mark.parametrize("make_event", [event_1, event_2])
def test_lambda_fetches_keys_once(
    make_event: Any, instance: Instance, options: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CLERK_JWT_KEY")
    function = lambda_site(make_event)(run(recipes()["aws_lambda"], monkeypatch))

    cold, warm = function.visit("/", bearer("user_1")), function.visit("/", bearer("user_2"))

    assert [cold.json(), warm.json()] == [{"userId": "user_1"}, {"userId": "user_2"}]
    assert instance.calls == ["GET /v1/jwks"]
    function.close()


@pytest.mark.parametrize("make_event", [event_1, event_2])
def test_lambda_redirects_with_every_cookie(
    make_event: Any, instance: Instance, options: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    function = lambda_site(make_event)(run(recipes()["aws_lambda"], monkeypatch))
    instance.nonces["n1"] = [f"__session={token()}; Path=/", "__client_uat=1; Path=/"]

    answer = function.visit("/me?tab=a%20b&__clerk_handshake_nonce=n1", PAGE)

    assert answer.status == 307
    assert answer.header("location") in ("https://localhost/me?tab=a+b",)
    assert answer.cookies().keys() >= {"__session", "__client_uat"}
    function.close()


QUERY = b'{"query": "{ %s }"}'


@pytest.fixture
def graphql(options: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[AsgiSite]:
    site = AsgiSite(run(recipes()["strawberry_graphql"], monkeypatch)["app"])
    yield site
    site.close()


@pytest.mark.parametrize(
    ("field", "claims", "expected"),
    [
        ("hello", None, "Hello, stranger."),
        ("hello", {}, "Hello, user_1."),
        ("firstName", None, "UNAUTHENTICATED"),
        ("firstName", {}, "First of user_1"),
        ("orgId", None, "UNAUTHENTICATED"),
        ("orgId", {}, "FORBIDDEN"),
        ("orgId", ADMIN, "org_1"),
    ],
)
def test_graphql_field_is_resolved_for_whom_it_is(
    graphql: AsgiSite, field: str, claims: dict[str, Any] | None, expected: str
) -> None:
    headers = [("content-type", "application/json")]
    if claims is not None:
        headers.append(bearer(**claims))

    content = b'{"query": "{ %s }"}' % field.encode()
    document = graphql.visit("/", *headers, method="POST", content=content).json()

    if "errors" in document:
        assert document["errors"][0]["extensions"]["code"] == expected
    else:
        assert document["data"] == {field: expected}


CALLS = [
    ("Hello", None, "Hello, stranger."),
    ("Hello", {}, "Hello, user_1."),
    ("Me", None, grpc.StatusCode.UNAUTHENTICATED),
    ("Me", {}, "First name: First of user_1"),
    ("Reports", None, grpc.StatusCode.UNAUTHENTICATED),
    ("Reports", {}, grpc.StatusCode.PERMISSION_DENIED),
    ("Reports", ADMIN, "Reports of org_1"),
    ("Unknown", ADMIN, grpc.StatusCode.UNIMPLEMENTED),
]
"""Methods, claims of the token or None, and the response or the status."""


def call(port: int, method: str, claims: dict[str, Any] | None) -> object:
    metadata = [] if claims is None else [bearer(**claims)]
    with grpc.insecure_channel(f"localhost:{port}") as channel:
        stub = channel.unary_unary(f"/shop.Shop/{method}")
        try:
            return stub(b"", metadata=metadata, timeout=10).decode()
        except grpc.RpcError as error:
            return error.code()


def test_grpc_method_admits_whom_it_is_for(
    options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    names = run(recipes()["grpc_threads"], monkeypatch)
    with Clerk() as clerk:
        server, port = names["serve"](clerk, "localhost:0")
        got = [call(port, method, claims) for method, claims, _ in CALLS]
        server.stop(None).wait()

    assert got == [expected for *_, expected in CALLS]


def test_grpc_method_of_asyncio_admits_whom_it_is_for(
    options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    names = run(recipes()["grpc_asyncio"], monkeypatch)

    async def main() -> list[object]:
        async with AsyncClerk() as clerk:
            server, port = await names["serve"](clerk, "localhost:0")
            got = [
                await anyio.to_thread.run_sync(call, port, method, claims)
                for method, claims, _ in CALLS
            ]
            await server.stop(None)
            return got

    assert anyio.run(main) == [expected for *_, expected in CALLS]


STREAMS: dict[str, tuple[str, Any]] = {
    "Down": ("unary_stream", lambda stub, **how: list(stub(b"", **how))),
    "Up": ("stream_unary", lambda stub, **how: stub(iter([b"", b""]), **how)),
    "Both": ("stream_stream", lambda stub, **how: list(stub(iter([b"", b""]), **how))),
}
"""Methods that stream, with their kind and how a client calls them."""


def stream(port: int, method: str, *metadata: tuple[str, str]) -> object:
    kind, use = STREAMS[method]
    with grpc.insecure_channel(f"localhost:{port}") as channel:
        stub = getattr(channel, kind)(f"/shop.Shop/{method}")
        try:
            return use(stub, metadata=metadata, timeout=10)
        except grpc.RpcError as error:
            return error.code()


def streaming(one: Any, several: Any) -> Any:
    """Return the handlers of the methods that stream."""
    handlers = {
        "Down": grpc.unary_stream_rpc_method_handler(several),
        "Up": grpc.stream_unary_rpc_method_handler(one),
        "Both": grpc.stream_stream_rpc_method_handler(several),
    }
    return (grpc.method_handlers_generic_handler("shop.Shop", handlers),)


def stream_all(port: int) -> list[object]:
    """Call each method that streams, signed out and signed in."""
    return [stream(port, name, *sent) for sent in ((), (bearer("user_7"),)) for name in STREAMS]


STREAMED = [grpc.StatusCode.UNAUTHENTICATED] * 3 + [[b"user_7"], b"user_7", [b"user_7"]]


def test_grpc_streams_are_guarded(options: object, monkeypatch: pytest.MonkeyPatch) -> None:
    names = run(recipes()["grpc_threads"], monkeypatch)

    def one(messages: Any, context: Any) -> bytes:
        return str(names["current"].get().auth().user_id).encode()

    def several(messages: Any, context: Any) -> Iterator[bytes]:
        yield one(messages, context)

    with Clerk() as clerk:
        interceptor = names["ClerkInterceptor"](clerk)
        server = grpc.server(ThreadPoolExecutor(), interceptors=[interceptor])
        server.add_generic_rpc_handlers(streaming(one, several))
        port = server.add_insecure_port("localhost:0")
        server.start()
        got = stream_all(port)
        server.stop(None).wait()

    assert got == STREAMED


def test_grpc_streams_of_asyncio_are_guarded(
    options: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = run(recipes()["grpc_asyncio"], monkeypatch)

    async def one(messages: Any, context: Any) -> bytes:
        return str(names["current"].get().auth().user_id).encode()

    async def several(messages: Any, context: Any) -> AsyncIterator[bytes]:
        yield await one(messages, context)

    async def main() -> list[object]:
        async with AsyncClerk() as clerk:
            server = grpc.aio.server(interceptors=[names["ClerkInterceptor"](clerk)])
            server.add_generic_rpc_handlers(streaming(one, several))
            port = server.add_insecure_port("localhost:0")
            await server.start()
            got = await anyio.to_thread.run_sync(stream_all, port)
            await server.stop(None)
            return got

    assert anyio.run(main) == STREAMED


@pytest.fixture
def socket_url(options: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    server = serve(run(recipes()["socket_io"], monkeypatch)["app"], "hypercorn")
    yield server.url
    server.close()


async def talk(url: str, auth: object, headers: dict[str, str]) -> list[Any]:
    """Connect, and return the responses to two events; or the reason why it is refused."""
    client = socketio.AsyncClient(reconnection=False)
    refusals: list[Any] = []
    client.on("connect_error", refusals.append)
    try:
        await client.connect(url, headers, auth, ["websocket"])
        return [await client.call("me"), await client.call("reports")]
    except socketio.exceptions.ConnectionError:
        return refusals
    finally:
        await client.disconnect()


def test_socket_io_connection_belongs_to_the_user_who_opened_it(socket_url: str) -> None:
    def connect(auth: object = None, **headers: str) -> list[Any]:
        return anyio.run(talk, socket_url, auth, headers)

    cookies = cookie(browser_cookies(token()))[1]
    refused = [{"message": "Sign in first.", "data": {"code": "unauthenticated"}}]

    assert connect() == connect({"token": "forged"}) == refused
    member, admin = connect({"token": token()}), connect({"token": token(**ADMIN)})
    assert member[0]["user"]["first_name"] == "First of user_1"
    assert member[1] == {"error": "forbidden"}
    assert admin[1] == {"orgId": "org_1"}
    assert connect(Cookie=cookies, Origin=socket_url) == member
    # python-socketio itself refuses pages of other origins.
    assert connect(Cookie=cookies, Origin="https://evil.example") == ["Connection error"]


def test_document_has_no_untested_program() -> None:
    own = {"strawberry_graphql", "grpc_threads", "grpc_asyncio", "socket_io"}

    assert set(recipes()) == {recipe for recipe, _ in SITES.values()} | own
