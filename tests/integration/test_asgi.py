"""ASGI middleware: reading scopes, adding headers, WebSockets and guards."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Any

import pytest
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from clerk_core import (
    AccessDeniedError,
    AsgiMiddleware,
    AsyncRequestAuth,
    ClerkError,
    Request,
    Response,
)
from clerk_core._authentication.request.public_url import public_url
from clerk_core.adapters import AsyncInstallation
from clerk_core.asgi import (
    ASGIApp,
    Message,
    Receive,
    RequireAuth,
    Scope,
    Send,
    request_auth,
    request_from_scope,
    respond,
)
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
    token,
)

OPTIONS: dict[str, Any] = {
    "publishable_key": publishable_key(),
    "secret_key": SECRET_KEY,
    "jwt_key": public_pem(),
}
OWN: Message = {"type": "http.response.start", "status": 200, "headers": [(b"x-own", b"1")]}
DENIAL: dict[str, Any] = {"websocket.http.response": {}}


def scope(kind: str = "http", *headers: tuple[str, str], **over: Any) -> dict[str, Any]:
    """Return a scope as uvicorn creates it; None removes a key."""
    made: dict[str, Any] = {
        "type": kind,
        "method": "GET" if kind == "http" else None,
        "scheme": "http" if kind == "http" else "ws",
        "path": "/",
        "raw_path": b"/",
        "query_string": b"",
        "root_path": "",
        "headers": [
            (name.encode(), value.encode("latin-1"))
            for name, value in (("host", "app.example"), *headers)
        ],
        "server": ("10.0.0.7", 8080),
        "extensions": {},
        **over,
    }
    return {name: value for name, value in made.items() if value is not None}


async def receive_nothing() -> Message:
    return {"type": "http.request"}


def messages_of(app: ASGIApp, scope: Scope, *received: Message) -> list[Message]:
    """Return the messages that an application sends in response to these."""
    waiting, sent = list(received), []

    async def receive() -> Message:
        return waiting.pop(0) if waiting else await receive_nothing()

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(run(app, scope, receive, send))
    return sent


async def run(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    await app(scope, receive, send)


def app_sending(*messages: Message) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        for message in messages:
            await send(message)

    return app


def app_recording(seen: list[AsyncRequestAuth]) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["clerk"])

    return app


def headers_of(message: Message, name: bytes) -> list[bytes]:
    return [value for key, value in message.get("headers", ()) if key == name]


def url(**over: Any) -> str:
    return request_from_scope(scope(**over)).url


# Reading scopes


def test_url_is_absolute_with_unchanged_path_and_query() -> None:
    seen = url(path="/a b/ü", raw_path=b"/a%20b/%c3%bc", query_string=b"page=2&next=%2F")

    assert seen == "http://app.example/a%20b/%c3%bc?page=2&next=%2F"


def test_path_is_quoted_without_a_raw_path() -> None:
    seen = url(path="/a b/ü?#%", raw_path=None)

    assert seen == "http://app.example/a%20b/%C3%BC%3F%23%25"
    assert url(path="/grüße", raw_path=b"") == "http://app.example/gr%C3%BC%C3%9Fe"


@pytest.mark.parametrize("raw", [b"/orders?page=2", b"/orders#top", "/ördérs".encode()])
def test_invalid_raw_path_is_ignored(raw: bytes) -> None:
    seen = url(path="/orders", raw_path=raw, query_string=b"page=2")

    assert seen == "http://app.example/orders?page=2"


def test_invalid_utf_8_bytes_are_kept() -> None:
    path = b"/\xff\xfe".decode("utf-8", "surrogateescape")

    assert url(path=path, raw_path=b"/\xff\xfe") == "http://app.example/%FF%FE"
    assert url(path=path, raw_path=None, root_path=path) == "http://app.example/%FF%FE"


@pytest.mark.parametrize(
    ("root", "path", "raw", "expected"),
    [
        ("/shop", "/shop/orders", b"/shop/orders", "/shop/orders"),
        ("/shop", "/orders", b"/orders", "/shop/orders"),
        ("/shop", "/orders", b"/shop/orders", "/shop/orders"),
        ("/shop", "/shop/orders", None, "/shop/orders"),
        ("/shop", "/orders", None, "/shop/orders"),
        ("/shop", "/shopping", b"/shopping", "/shop/shopping"),
        ("/shop", "/shop", b"/shop", "/shop"),
        ("/shop", "", b"", "/shop"),
        ("/shop/", "/shop/orders", b"/shop/orders", "/shop/orders"),
        ("/shop/", "/orders", b"/orders", "/shop/orders"),
        ("/grüße", "/grüße/a", b"/gr%c3%bc%c3%9fe/a", "/gr%c3%bc%c3%9fe/a"),
        ("/grüße", "/a", b"/a", "/gr%C3%BC%C3%9Fe/a"),
        ("/", "/orders", b"/orders", "/orders"),
    ],
)
def test_root_path_is_part_of_the_path_once(
    root: str, path: str, raw: bytes | None, expected: str
) -> None:
    assert url(root_path=root, path=path, raw_path=raw) == f"http://app.example{expected}"


@pytest.mark.parametrize(
    ("server", "host"),
    [
        (("10.0.0.7", 8080), "10.0.0.7:8080"),
        (("::1", 8080), "[::1]:8080"),
        (["localhost", 80], "localhost:80"),
        (("/run/app.sock", None), "localhost"),
        (None, "localhost"),
    ],
)
def test_server_name_is_used_without_a_host_header(server: Any, host: str) -> None:
    assert url(headers=[], server=server) == f"http://{host}/"
    assert url(headers=[(b"host", b"")], server=server) == f"http://{host}/"


@pytest.mark.parametrize("path", ["*", "@elsewhere.example/", "http://elsewhere.example/a"])
def test_path_without_a_leading_slash_does_not_change_the_host(path: str) -> None:
    for raw in (path.encode(), None):
        seen = public_url(request_from_scope(scope(path=path, raw_path=raw)))

        assert seen is not None
        assert seen.hostname == "app.example"


def test_asterisk_path_reaches_the_application() -> None:
    connection = scope(method="OPTIONS", path="*", raw_path=b"*")

    assert (
        messages_of(AsgiMiddleware(app_sending(dict(OWN)), **OPTIONS), connection)[0]["status"]
        == 200
    )


@pytest.mark.parametrize(
    ("kind", "scheme", "expected"),
    [
        ("http", "http", "http"),
        ("http", "https", "https"),
        ("http", None, "http"),
        ("websocket", "ws", "http"),
        ("websocket", "wss", "https"),
        ("websocket", None, "http"),
    ],
)
def test_websocket_url_has_an_http_scheme(kind: str, scheme: str | None, expected: str) -> None:
    request = request_from_scope(scope(kind, scheme=scheme))

    assert request.url == f"{expected}://app.example/"
    assert request.method == "GET"


def test_headers_keep_their_bytes_and_repetitions() -> None:
    connection = scope("http", ("cookie", "a=\xc3\xa9"), ("cookie", "b=\xff"), ("x-one", "1"))

    headers = request_from_scope(connection).headers

    assert headers.get("cookie") == "a=\xc3\xa9; b=\xff"
    assert headers.get_all("cookie") == ["a=\xc3\xa9", "b=\xff"]
    assert headers.get("x-one") == "1"


def test_minimal_scope_is_sufficient() -> None:
    request = request_from_scope({"type": "http", "path": "/", "headers": []})

    assert (request.method, request.url) == ("GET", "http://localhost/")


# Responses


def test_application_finds_request_auth_in_the_scope() -> None:
    seen: list[AsyncRequestAuth] = []

    messages_of(AsgiMiddleware(app_recording(seen), **OPTIONS), scope("http", bearer("user_7")))

    assert seen[0].auth().user_id == "user_7"
    assert seen[0].client.settings.secret_key == SECRET_KEY


def test_headers_are_added_to_those_of_the_application() -> None:
    body: Message = {"type": "http.response.body", "body": b"parts", "more_body": True}

    start, passed = messages_of(AsgiMiddleware(app_sending(dict(OWN), body), **OPTIONS), scope())

    assert headers_of(start, b"x-own") == [b"1"]
    assert headers_of(start, b"x-clerk-auth-status") == [b"signed-out"]
    assert passed is body


def test_reused_message_is_not_modified() -> None:
    message = {**OWN, "headers": list(OWN["headers"])}
    app = AsgiMiddleware(app_sending(message), **OPTIONS)

    for _ in range(3):
        assert len(headers_of(messages_of(app, scope())[0], b"x-clerk-auth-status")) == 1
    assert messages_of(app, scope("http", bearer()))[0]["headers"] == OWN["headers"]
    assert message == OWN


@pytest.mark.parametrize("headers", [None, [], (), iter([(b"x-own", b"1")])])
def test_response_headers_may_be_missing_or_any_iterable(headers: Any) -> None:
    message = {"type": "http.response.start", "status": 204, "headers": headers}

    start = messages_of(AsgiMiddleware(app_sending(message), **OPTIONS), scope())[0]

    assert headers_of(start, b"x-clerk-auth-status") == [b"signed-out"]


def test_response_started_twice_reaches_the_server() -> None:
    app = AsgiMiddleware(app_sending(dict(OWN), dict(OWN)), **OPTIONS)

    for start in messages_of(app, scope()):
        assert len(headers_of(start, b"x-clerk-auth-status")) == 1


def test_cookies_of_the_application_are_kept() -> None:
    own = [(b"set-cookie", b"first=1"), (b"set-cookie", b"second=2")]
    message = {"type": "http.response.start", "status": 200, "headers": own}

    start = messages_of(AsgiMiddleware(app_sending(message), **OPTIONS), scope())[0]

    assert headers_of(start, b"set-cookie") == [b"first=1", b"second=2"]


def test_redirect_is_sent_without_calling_the_application() -> None:
    seen: list[AsyncRequestAuth] = []

    start, body = messages_of(AsgiMiddleware(app_recording(seen), **OPTIONS), scope("http", PAGE))

    assert start["status"] == 307
    assert headers_of(start, b"location")[0].startswith(b"https://happy-hippo-1.clerk.")
    assert headers_of(start, b"content-length") == [b"0"]
    assert body == {"type": "http.response.body", "body": b""}
    assert seen == []


def test_guard_sends_an_empty_response_to_a_preflight() -> None:
    seen: list[AsyncRequestAuth] = []
    app = AsgiMiddleware(RequireAuth(app_recording(seen)), **OPTIONS)
    preflight = (("origin", "https://front.example"), ("access-control-request-method", "PUT"))

    start, body = messages_of(app, scope("http", *preflight, method="OPTIONS"))
    no_preflight = messages_of(app, scope("http", method="OPTIONS"))[0]

    assert start["status"] == 204
    assert headers_of(start, b"content-length") == []
    assert body == {"type": "http.response.body", "body": b""}
    assert no_preflight["status"] == 401
    assert seen == []


def test_request_that_protect_refuses_is_answered() -> None:
    async def protecting(scope: Scope, receive: Receive, send: Send) -> None:
        scope["clerk"].protect(role="org:admin")
        await send(OWN)

    start, body = messages_of(AsgiMiddleware(protecting, **OPTIONS), scope())

    assert start["status"] == 401
    assert headers_of(start, b"www-authenticate") == [b"Bearer"]
    assert b"unauthenticated" in body["body"]


def test_response_that_has_started_is_not_replaced_by_a_refusal() -> None:
    async def protecting(scope: Scope, receive: Receive, send: Send) -> None:
        await send(OWN)
        scope["clerk"].protect(role="org:admin")

    with pytest.raises(AccessDeniedError):
        messages_of(AsgiMiddleware(protecting, **OPTIONS), scope())


def test_error_of_the_application_reaches_the_server() -> None:
    async def crashing(scope: Scope, receive: Receive, send: Send) -> None:
        raise LookupError("of the application")

    with pytest.raises(LookupError, match="of the application"):
        messages_of(AsgiMiddleware(crashing, **OPTIONS), scope())


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_outer_error_page_gets_the_error_of_options_for(kind: str) -> None:
    def find_tenant(request: object) -> Any:
        raise LookupError("The database is down.")

    connection = scope(kind)
    with pytest.raises(LookupError) as raised:
        messages_of(AsgiMiddleware(app_sending(), options_for=find_tenant), connection)

    with pytest.raises(LookupError) as again:
        request_auth(connection)
    assert again.value is raised.value


def test_inner_middleware_of_another_instance_is_used_inside() -> None:
    seen: list[AsyncRequestAuth] = []
    other = {**OPTIONS, "jwt_key": public_pem(other_rsa_key())}
    connection = scope("http", bearer("user_7", key=other_rsa_key()))

    messages_of(AsgiMiddleware(AsgiMiddleware(app_recording(seen), **other), **OPTIONS), connection)

    assert seen[0].auth().user_id == "user_7"
    assert connection["clerk"].auth().user_id is None


# Other connection types


@pytest.mark.parametrize("kind", ["lifespan", "telnet"])
def test_unknown_connection_type_is_passed_through(kind: str) -> None:
    message: Message = {"type": f"{kind}.message", "headers": []}
    connection = {"type": kind}

    assert messages_of(AsgiMiddleware(app_sending(message), **OPTIONS), connection) == [message]
    assert connection == {"type": kind}


@pytest.mark.parametrize(
    ("message", "closes"),
    [
        ("startup.complete", False),
        ("startup.failed", True),
        ("shutdown.complete", True),
        ("shutdown.failed", True),
    ],
)
def test_lifespan_end_closes_connections_first(
    message: str, closes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = AsgiMiddleware(app_sending({"type": f"lifespan.{message}"}), **OPTIONS)
    happened: list[str] = []

    async def close() -> None:
        happened.append("closed")

    async def send(message: Message) -> None:
        happened.append("sent")

    monkeypatch.setattr(app.installation, "close", close)
    asyncio.run(run(app, {"type": "lifespan"}, receive_nothing, send))

    assert happened == (["closed", "sent"] if closes else ["sent"])


def test_error_of_an_application_without_lifespan_is_raised() -> None:
    async def http_only(scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"

    with pytest.raises(AssertionError):
        messages_of(AsgiMiddleware(http_only, **OPTIONS), {"type": "lifespan"})


# WebSockets


def app_accepting(**over: Any) -> ASGIApp:
    return app_sending({"type": "websocket.accept", **over})


def test_websocket_is_accepted_with_auth_headers() -> None:
    app = AsgiMiddleware(app_accepting(headers=[(b"x-own", b"1")]), **OPTIONS)

    accept = messages_of(app, scope("websocket"))[0]

    assert headers_of(accept, b"x-own") == [b"1"]
    assert headers_of(accept, b"x-clerk-auth-status") == [b"signed-out"]
    assert "subprotocol" not in accept


def scope_offering(*protocols: str) -> dict[str, Any]:
    return scope("websocket", ("sec-websocket-protocol", ", ".join(protocols)))


def test_subprotocols_are_read_from_header_or_scope() -> None:
    app = AsgiMiddleware(app_accepting(), websocket_subprotocol="clerk", **OPTIONS)
    moved = scope("websocket", subprotocols=["clerk", token()])
    in_both = {**scope_offering("clerk", token()), "subprotocols": ["clerk", "other"]}

    for connection in (scope_offering("clerk", token()), moved, in_both):
        accept = messages_of(app, connection)[0]
        assert accept["subprotocol"] == "clerk"
        assert headers_of(accept, b"x-clerk-auth-status") == []
    assert len(request_from_scope(moved).headers) == len(moved["headers"]) + 1
    assert len(request_from_scope(scope("websocket", subprotocols=[])).headers) == 1


@pytest.mark.parametrize("chosen", ["absent", None, ""])
def test_token_subprotocol_is_accepted_if_the_application_chooses_none(
    chosen: str | None,
) -> None:
    inner = app_accepting() if chosen == "absent" else app_accepting(subprotocol=chosen)
    app = AsgiMiddleware(inner, websocket_subprotocol="clerk", **OPTIONS)

    assert messages_of(app, scope_offering("clerk", token()))[0]["subprotocol"] == "clerk"


def test_subprotocol_chosen_by_the_application_is_kept() -> None:
    app = AsgiMiddleware(
        app_accepting(subprotocol="chat"), websocket_subprotocol="clerk", **OPTIONS
    )

    accept = messages_of(app, scope_offering("chat", "clerk", token()))[0]

    assert accept["subprotocol"] == "chat"


def test_subprotocol_without_a_token_is_not_accepted() -> None:
    app = AsgiMiddleware(app_accepting(), websocket_subprotocol="clerk", **OPTIONS)

    for protocols in (["chat"], ["clerk"], ["chat", "clerk"]):
        assert "subprotocol" not in messages_of(app, scope_offering(*protocols))[0]


@pytest.mark.parametrize("destination", ["websocket", "document"])
def test_websocket_is_never_redirected(destination: str) -> None:
    claiming = (PAGE, ("sec-fetch-dest", destination))
    for inner in (app_accepting(), RequireAuth(app_accepting())):
        app = AsgiMiddleware(inner, **OPTIONS)

        first = messages_of(app, scope("websocket", *claiming, extensions=DENIAL))[0]

        assert headers_of(first, b"location") == []
        assert first.get("status") in (None, 401)
        assert headers_of(first, b"x-clerk-auth-status") == [b"signed-out"]


def test_refused_websocket_gets_a_response_if_supported() -> None:
    app = AsgiMiddleware(RequireAuth(app_accepting()), **OPTIONS)

    start, body = messages_of(app, scope("websocket", extensions=DENIAL))

    assert start["type"] == "websocket.http.response.start"
    assert start["status"] == 401
    assert headers_of(start, b"x-clerk-auth-status") == [b"signed-out"]
    assert body["type"] == "websocket.http.response.body"
    assert b"unauthenticated" in body["body"]


@pytest.mark.parametrize("extensions", [{}, None, {"tls": {}}])
def test_refused_websocket_is_closed_without_the_extension(
    extensions: dict[str, Any] | None,
) -> None:
    app = AsgiMiddleware(RequireAuth(app_accepting()), **OPTIONS)

    for connection in (
        scope("websocket", extensions=extensions),
        scope("websocket") | {"extensions": None},
    ):
        assert messages_of(app, connection) == [{"type": "websocket.close", "code": 1008}]


def test_websocket_that_fails_a_requirement_is_refused() -> None:
    app = AsgiMiddleware(RequireAuth(app_accepting(), role="org:admin"), **OPTIONS)

    refused = messages_of(app, scope("websocket", bearer(), extensions=DENIAL))[0]
    passed = messages_of(app, scope("websocket", bearer(**ADMIN)))[0]

    assert refused["status"] == 403
    assert passed["type"] == "websocket.accept"


def test_websocket_of_another_origin_is_signed_out() -> None:
    seen: list[AsyncRequestAuth] = []
    app = AsgiMiddleware(app_recording(seen), **OPTIONS)
    session = cookie(browser_cookies(token("user_7")))

    for origin in ("https://evil.example", "http://app.example.evil.example", "null", ""):
        messages_of(app, scope("websocket", session, ("origin", origin)))
    messages_of(app, scope("websocket", session, ("origin", "http://app.example")))

    assert [visit.auth().user_id for visit in seen] == [None, None, None, None, "user_7"]


# Guards


def test_guard_admits_signed_in_users_only() -> None:
    app = AsgiMiddleware(RequireAuth(app_sending(dict(OWN))), **OPTIONS)

    assert messages_of(app, scope("http", bearer()))[0]["status"] == 200
    assert messages_of(app, scope())[0]["status"] == 401


def test_guard_passes_lifespan_through() -> None:
    message: Message = {"type": "lifespan.startup.complete"}

    assert messages_of(RequireAuth(app_sending(message)), {"type": "lifespan"}) == [message]


def test_guard_without_the_middleware_raises_with_instructions() -> None:
    with pytest.raises(ClerkError, match=r"AsgiMiddleware\(app\)"):
        messages_of(RequireAuth(app_sending(dict(OWN))), scope())
    with pytest.raises(ClerkError, match=r"their\(middleware\)"):
        request_auth(scope(clerk="a visit?"), "their(middleware)")


def test_unknown_requirement_raises_type_error() -> None:
    with pytest.raises(TypeError, match="roles"):
        RequireAuth(app_sending(), roles="org:admin")  # type: ignore[call-arg]


def test_respond_sends_all_headers() -> None:
    pairs: Sequence[tuple[str, str]] = [("set-cookie", "a=1"), ("set-cookie", "b=2")]

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await respond(Response(418, pairs, b"short"), scope, send)

    start, body = messages_of(app, scope())

    assert start["status"] == 418
    assert headers_of(start, b"set-cookie") == [b"a=1", b"b=2"]
    assert headers_of(start, b"content-length") == [b"5"]
    assert body["body"] == b"short"


def test_concurrent_tasks_see_only_their_own_user() -> None:
    async def slowly(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(0)
        await send({**OWN, "user": scope["clerk"].auth().user_id})

    app = AsgiMiddleware(slowly, **OPTIONS)

    async def visit(number: int) -> bool:
        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        await app(scope("http", bearer(f"user_{number}")), receive_nothing, send)
        return bool(sent[0]["user"] == f"user_{number}")

    async def send_concurrently() -> list[bool]:
        visits: list[Awaitable[bool]] = [visit(number) for number in range(30)]
        return list(await asyncio.gather(*visits))

    assert all(asyncio.run(send_concurrently()))


def test_repr_of_the_middleware_hides_secrets() -> None:
    seen: list[AsyncRequestAuth] = []
    app = AsgiMiddleware(app_recording(seen), **OPTIONS)
    session = token()
    messages_of(app, scope("http", ("authorization", f"Bearer {session}")))

    for value in (app, app.installation, seen[0], seen[0].state, seen[0].auth()):
        assert SECRET_KEY not in repr(value)
        assert session not in repr(value)


# Hosts and proxies


@pytest.mark.parametrize(
    "host", ["a.example:80@b.example", "a.example, b.example", "a b", "a/b", "a?b", "a#b", "[::1"]
)
def test_malformed_host_is_never_part_of_the_url(host: str) -> None:
    headers = [(b"host", host.encode())]
    assert url(headers=headers, server=("10.0.0.7", 8080)) == "http://10.0.0.7:8080/"
    assert url(headers=headers, server=("a@b", 80)) == "http://localhost/"


def test_repeated_host_header_is_ignored() -> None:
    headers = [(b"host", b"a.example"), (b"host", b"b.example")]
    assert url(headers=headers, server=("10.0.0.7", 8080)) == "http://10.0.0.7:8080/"


def test_method_is_kept_unchanged() -> None:
    assert request_from_scope(scope(method="get")).method == "get"


def test_scheme_set_by_a_middleware_applies_to_websockets() -> None:
    for scheme in ("wss", "https"):
        assert request_from_scope(scope("websocket", scheme=scheme)).url.startswith("https://")


def test_scheme_set_by_uvicorn_is_used() -> None:
    proxied = ProxyHeadersMiddleware(read := RecordingApp())
    headers = [("x-forwarded-proto", "https"), ("x-forwarded-for", "192.0.2.1")]
    asyncio.run(proxied(scope("http", *headers), None, None))  # type: ignore[arg-type]

    assert str(public_url(read.request)) == "https://app.example/"


class RecordingApp:
    """An application that records its request."""

    request: Request

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.request = request_from_scope(scope)


def test_middleware_shares_an_installation_that_exists() -> None:
    installation = AsyncInstallation(**OPTIONS)
    found: list[AsyncRequestAuth] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        found.append(request_auth(scope))
        await send(OWN)

    messages_of(AsgiMiddleware.sharing(installation, app), scope("http", bearer()))

    assert found[0].auth().user_id == "user_1"
    assert found[0].client is installation.client
    with pytest.raises(TypeError, match="AsgiMiddleware"):
        AsgiMiddleware.sharing(installation, None)  # type: ignore[arg-type]
