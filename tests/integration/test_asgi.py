"""Plain ASGI: what servers tell, what applications send, and what is added on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Any

import pytest
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from clerk_core import AsgiMiddleware, AsyncRequestAuth, ClerkError, Request, Response
from clerk_core._authentication.request.public_url import public_url
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
    """A scope as uvicorn makes it; a value of None leaves its key out."""
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


async def nothing() -> Message:
    return {"type": "http.request"}


def sent_by(app: ASGIApp, scope: Scope, *received: Message) -> list[Message]:
    """What an application sends, told these messages."""
    waiting, sent = list(received), []

    async def receive() -> Message:
        return waiting.pop(0) if waiting else await nothing()

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(run(app, scope, receive, send))
    return sent


async def run(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    await app(scope, receive, send)


def sending(*messages: Message) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        for message in messages:
            await send(message)

    return app


def asking(seen: list[AsyncRequestAuth]) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["clerk"])

    return app


def headers_of(message: Message, name: bytes) -> list[bytes]:
    return [value for key, value in message["headers"] if key == name]


def url(**over: Any) -> str:
    return request_from_scope(scope(**over)).url


# What servers tell.


def test_the_url_is_absolute_with_the_path_and_the_query_as_they_came() -> None:
    seen = url(path="/a b/ü", raw_path=b"/a%20b/%c3%bc", query_string=b"page=2&next=%2F")

    assert seen == "http://app.example/a%20b/%c3%bc?page=2&next=%2F"


def test_a_server_that_tells_no_raw_path_has_its_path_quoted() -> None:
    seen = url(path="/a b/ü?#%", raw_path=None)

    assert seen == "http://app.example/a%20b/%C3%BC%3F%23%25"
    assert url(path="/grüße", raw_path=b"") == "http://app.example/gr%C3%BC%C3%9Fe"


@pytest.mark.parametrize("raw", [b"/orders?page=2", b"/orders#top", "/ördérs".encode()])
def test_a_raw_path_that_is_more_than_a_path_is_not_believed(raw: bytes) -> None:
    seen = url(path="/orders", raw_path=raw, query_string=b"page=2")

    assert seen == "http://app.example/orders?page=2"


def test_bytes_that_are_no_utf_8_keep_their_value() -> None:
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
def test_where_the_application_is_mounted_is_part_of_the_path_once(
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
def test_without_a_host_header_it_is_the_servers_own_name(server: Any, host: str) -> None:
    assert url(headers=[], server=server) == f"http://{host}/"
    assert url(headers=[(b"host", b"")], server=server) == f"http://{host}/"


@pytest.mark.parametrize("path", ["*", "@elsewhere.example/", "http://elsewhere.example/a"])
def test_a_path_that_does_not_begin_with_a_slash_changes_no_host(path: str) -> None:
    for raw in (path.encode(), None):
        seen = public_url(request_from_scope(scope(path=path, raw_path=raw)))

        assert seen is not None
        assert seen.hostname == "app.example"


def test_an_asterisk_as_the_path_is_answered() -> None:
    asked = scope(method="OPTIONS", path="*", raw_path=b"*")

    assert sent_by(AsgiMiddleware(sending(dict(OWN)), **OPTIONS), asked)[0]["status"] == 200


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
def test_the_url_of_a_websocket_is_of_http(kind: str, scheme: str | None, expected: str) -> None:
    request = request_from_scope(scope(kind, scheme=scheme))

    assert request.url == f"{expected}://app.example/"
    assert request.method == "GET"


def test_headers_keep_their_bytes_and_their_number() -> None:
    asked = scope("http", ("cookie", "a=\xc3\xa9"), ("cookie", "b=\xff"), ("x-one", "1"))

    headers = request_from_scope(asked).headers

    assert headers.get("cookie") == "a=\xc3\xa9; b=\xff"
    assert headers.get_all("cookie") == ["a=\xc3\xa9", "b=\xff"]
    assert headers.get("x-one") == "1"


def test_the_least_that_a_scope_may_have_is_enough() -> None:
    request = request_from_scope({"type": "http", "path": "/", "headers": []})

    assert (request.method, request.url) == ("GET", "http://localhost/")


# What applications send.


def test_an_application_finds_the_visit_in_the_scope() -> None:
    seen: list[AsyncRequestAuth] = []

    sent_by(AsgiMiddleware(asking(seen), **OPTIONS), scope("http", bearer("user_7")))

    assert seen[0].auth().user_id == "user_7"
    assert seen[0].client.settings.secret_key == SECRET_KEY


def test_a_response_gets_its_headers_beside_the_applications_own() -> None:
    body: Message = {"type": "http.response.body", "body": b"parts", "more_body": True}

    start, passed = sent_by(AsgiMiddleware(sending(dict(OWN), body), **OPTIONS), scope())

    assert headers_of(start, b"x-own") == [b"1"]
    assert headers_of(start, b"x-clerk-auth-status") == [b"signed-out"]
    assert passed is body


def test_a_message_that_is_sent_in_every_response_carries_nothing_from_one_to_the_next() -> None:
    message = {**OWN, "headers": list(OWN["headers"])}
    app = AsgiMiddleware(sending(message), **OPTIONS)

    for _ in range(3):
        assert len(headers_of(sent_by(app, scope())[0], b"x-clerk-auth-status")) == 1
    assert sent_by(app, scope("http", bearer()))[0]["headers"] == OWN["headers"]
    assert message == OWN


@pytest.mark.parametrize("headers", [None, [], (), iter([(b"x-own", b"1")])])
def test_an_application_may_send_no_headers_or_any_kind_of_them(headers: Any) -> None:
    message = {"type": "http.response.start", "status": 204, "headers": headers}

    start = sent_by(AsgiMiddleware(sending(message), **OPTIONS), scope())[0]

    assert headers_of(start, b"x-clerk-auth-status") == [b"signed-out"]


def test_a_response_that_starts_twice_is_passed_on_to_the_server_to_judge() -> None:
    app = AsgiMiddleware(sending(dict(OWN), dict(OWN)), **OPTIONS)

    for start in sent_by(app, scope()):
        assert len(headers_of(start, b"x-clerk-auth-status")) == 1


def test_several_cookies_of_the_application_are_kept() -> None:
    own = [(b"set-cookie", b"first=1"), (b"set-cookie", b"second=2")]
    message = {"type": "http.response.start", "status": 200, "headers": own}

    start = sent_by(AsgiMiddleware(sending(message), **OPTIONS), scope())[0]

    assert headers_of(start, b"set-cookie") == [b"first=1", b"second=2"]


def test_a_redirect_is_given_without_asking_the_application() -> None:
    seen: list[AsyncRequestAuth] = []

    start, body = sent_by(AsgiMiddleware(asking(seen), **OPTIONS), scope("http", PAGE))

    assert start["status"] == 307
    assert headers_of(start, b"location")[0].startswith(b"https://happy-hippo-1.clerk.")
    assert headers_of(start, b"content-length") == [b"0"]
    assert body == {"type": "http.response.body", "body": b""}
    assert seen == []


def test_a_guard_answers_a_preflight_with_an_empty_response_in_place_of_the_application() -> None:
    seen: list[AsyncRequestAuth] = []
    app = AsgiMiddleware(RequireAuth(asking(seen)), **OPTIONS)
    preflight = (("origin", "https://front.example"), ("access-control-request-method", "PUT"))

    start, body = sent_by(app, scope("http", *preflight, method="OPTIONS"))
    no_preflight = sent_by(app, scope("http", method="OPTIONS"))[0]

    assert start["status"] == 204
    assert headers_of(start, b"content-length") == []
    assert body == {"type": "http.response.body", "body": b""}
    assert no_preflight["status"] == 401
    assert seen == []


def test_an_error_of_the_application_reaches_the_server() -> None:
    async def crashing(scope: Scope, receive: Receive, send: Send) -> None:
        raise LookupError("of the application")

    with pytest.raises(LookupError, match="of the application"):
        sent_by(AsgiMiddleware(crashing, **OPTIONS), scope())


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_an_error_page_around_the_middleware_finds_the_error_of_options_for(kind: str) -> None:
    def find_tenant(request: object) -> Any:
        raise LookupError("The database is down.")

    asked = scope(kind)
    with pytest.raises(LookupError) as raised:
        sent_by(AsgiMiddleware(sending(), options_for=find_tenant), asked)

    with pytest.raises(LookupError) as again:
        request_auth(asked)
    assert again.value is raised.value


def test_an_inner_middleware_of_another_instance_decides_for_what_is_inside() -> None:
    seen: list[AsyncRequestAuth] = []
    other = {**OPTIONS, "jwt_key": public_pem(other_rsa_key())}
    asked = scope("http", bearer("user_7", key=other_rsa_key()))

    sent_by(AsgiMiddleware(AsgiMiddleware(asking(seen), **other), **OPTIONS), asked)

    assert seen[0].auth().user_id == "user_7"
    assert asked["clerk"].auth().user_id is None


# Other kinds of connection.


@pytest.mark.parametrize("kind", ["lifespan", "telnet"])
def test_an_unknown_kind_of_connection_is_the_applications(kind: str) -> None:
    message: Message = {"type": f"{kind}.message", "headers": []}
    asked = {"type": kind}

    assert sent_by(AsgiMiddleware(sending(message), **OPTIONS), asked) == [message]
    assert asked == {"type": kind}


@pytest.mark.parametrize(
    ("message", "closes"),
    [
        ("startup.complete", False),
        ("startup.failed", True),
        ("shutdown.complete", True),
        ("shutdown.failed", True),
    ],
)
def test_the_end_of_the_lifespan_closes_the_connections_before_the_server_hears_of_it(
    message: str, closes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = AsgiMiddleware(sending({"type": f"lifespan.{message}"}), **OPTIONS)
    happened: list[str] = []

    async def close() -> None:
        happened.append("closed")

    async def send(message: Message) -> None:
        happened.append("told")

    monkeypatch.setattr(app.installation, "close", close)
    asyncio.run(run(app, {"type": "lifespan"}, nothing, send))

    assert happened == (["closed", "told"] if closes else ["told"])


def test_an_application_that_knows_no_lifespan_says_so_to_the_server() -> None:
    async def knowing_http(scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"

    with pytest.raises(AssertionError):
        sent_by(AsgiMiddleware(knowing_http, **OPTIONS), {"type": "lifespan"})


# WebSockets.


def accepting(**over: Any) -> ASGIApp:
    return sending({"type": "websocket.accept", **over})


def test_a_websocket_is_accepted_with_the_headers_of_its_visit() -> None:
    app = AsgiMiddleware(accepting(headers=[(b"x-own", b"1")]), **OPTIONS)

    accept = sent_by(app, scope("websocket"))[0]

    assert headers_of(accept, b"x-own") == [b"1"]
    assert headers_of(accept, b"x-clerk-auth-status") == [b"signed-out"]
    assert "subprotocol" not in accept


def offering(*protocols: str) -> dict[str, Any]:
    return scope("websocket", ("sec-websocket-protocol", ", ".join(protocols)))


def test_subprotocols_are_read_from_the_header_or_where_the_server_put_them() -> None:
    app = AsgiMiddleware(accepting(), websocket_subprotocol="clerk", **OPTIONS)
    moved = scope("websocket", subprotocols=["clerk", token()])
    told_twice = {**offering("clerk", token()), "subprotocols": ["clerk", "other"]}

    for asked in (offering("clerk", token()), moved, told_twice):
        accept = sent_by(app, asked)[0]
        assert accept["subprotocol"] == "clerk"
        assert headers_of(accept, b"x-clerk-auth-status") == []
    assert len(request_from_scope(moved).headers) == len(moved["headers"]) + 1
    assert len(request_from_scope(scope("websocket", subprotocols=[])).headers) == 1


@pytest.mark.parametrize("chosen", ["absent", None, ""])
def test_the_subprotocol_of_the_token_is_accepted_where_the_application_chooses_none(
    chosen: str | None,
) -> None:
    inner = accepting() if chosen == "absent" else accepting(subprotocol=chosen)
    app = AsgiMiddleware(inner, websocket_subprotocol="clerk", **OPTIONS)

    assert sent_by(app, offering("clerk", token()))[0]["subprotocol"] == "clerk"


def test_the_subprotocol_that_the_application_chooses_is_kept() -> None:
    app = AsgiMiddleware(accepting(subprotocol="chat"), websocket_subprotocol="clerk", **OPTIONS)

    accept = sent_by(app, offering("chat", "clerk", token()))[0]

    assert accept["subprotocol"] == "chat"


def test_no_subprotocol_is_accepted_that_carried_no_token() -> None:
    app = AsgiMiddleware(accepting(), websocket_subprotocol="clerk", **OPTIONS)

    for protocols in (["chat"], ["clerk"], ["chat", "clerk"]):
        assert "subprotocol" not in sent_by(app, offering(*protocols))[0]


@pytest.mark.parametrize("destination", ["websocket", "document"])
def test_a_websocket_is_never_sent_anywhere(destination: str) -> None:
    claiming = (PAGE, ("sec-fetch-dest", destination))
    for inner in (accepting(), RequireAuth(accepting())):
        app = AsgiMiddleware(inner, **OPTIONS)

        first = sent_by(app, scope("websocket", *claiming, extensions=DENIAL))[0]

        assert headers_of(first, b"location") == []
        assert first.get("status") in (None, 401)
        assert headers_of(first, b"x-clerk-auth-status") == [b"signed-out"]


def test_a_refused_websocket_gets_a_response_where_the_server_can() -> None:
    app = AsgiMiddleware(RequireAuth(accepting()), **OPTIONS)

    start, body = sent_by(app, scope("websocket", extensions=DENIAL))

    assert start["type"] == "websocket.http.response.start"
    assert start["status"] == 401
    assert headers_of(start, b"x-clerk-auth-status") == [b"signed-out"]
    assert body["type"] == "websocket.http.response.body"
    assert b"unauthenticated" in body["body"]


@pytest.mark.parametrize("extensions", [{}, None, {"tls": {}}])
def test_a_refused_websocket_is_closed_where_the_server_can_do_nothing_else(
    extensions: dict[str, Any] | None,
) -> None:
    app = AsgiMiddleware(RequireAuth(accepting()), **OPTIONS)

    for asked in (
        scope("websocket", extensions=extensions),
        scope("websocket") | {"extensions": None},
    ):
        assert sent_by(app, asked) == [{"type": "websocket.close", "code": 1008}]


def test_a_websocket_lacks_what_is_required() -> None:
    app = AsgiMiddleware(RequireAuth(accepting(), role="org:admin"), **OPTIONS)

    refused = sent_by(app, scope("websocket", bearer(), extensions=DENIAL))[0]
    passed = sent_by(app, scope("websocket", bearer(**ADMIN)))[0]

    assert refused["status"] == 403
    assert passed["type"] == "websocket.accept"


def test_a_websocket_that_a_foreign_page_opens_is_nobodys() -> None:
    seen: list[AsyncRequestAuth] = []
    app = AsgiMiddleware(asking(seen), **OPTIONS)
    shown = cookie(browser_cookies(token("user_7")))

    for origin in ("https://evil.example", "http://app.example.evil.example", "null", ""):
        sent_by(app, scope("websocket", shown, ("origin", origin)))
    sent_by(app, scope("websocket", shown, ("origin", "http://app.example")))

    assert [visit.auth().user_id for visit in seen] == [None, None, None, None, "user_7"]


# Guards.


def test_a_guard_lets_who_is_signed_in_pass() -> None:
    app = AsgiMiddleware(RequireAuth(sending(dict(OWN))), **OPTIONS)

    assert sent_by(app, scope("http", bearer()))[0]["status"] == 200
    assert sent_by(app, scope())[0]["status"] == 401


def test_a_guard_lets_the_lifespan_pass() -> None:
    message: Message = {"type": "lifespan.startup.complete"}

    assert sent_by(RequireAuth(sending(message)), {"type": "lifespan"}) == [message]


def test_a_guard_without_the_middleware_says_what_to_install() -> None:
    with pytest.raises(ClerkError, match=r"AsgiMiddleware\(app\)"):
        sent_by(RequireAuth(sending(dict(OWN))), scope())
    with pytest.raises(ClerkError, match=r"their\(middleware\)"):
        request_auth(scope(clerk="a visit?"), "their(middleware)")


def test_a_question_that_does_not_exist_is_refused_at_once() -> None:
    with pytest.raises(TypeError, match="roles"):
        RequireAuth(sending(), roles="org:admin")  # type: ignore[call-arg]


def test_a_response_is_given_with_all_its_headers() -> None:
    pairs: Sequence[tuple[str, str]] = [("set-cookie", "a=1"), ("set-cookie", "b=2")]

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await respond(Response(418, pairs, b"short"), scope, send)

    start, body = sent_by(app, scope())

    assert start["status"] == 418
    assert headers_of(start, b"set-cookie") == [b"a=1", b"b=2"]
    assert headers_of(start, b"content-length") == [b"5"]
    assert body["body"] == b"short"


def test_tasks_of_one_application_never_see_each_others_visit() -> None:
    async def slowly(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(0)
        await send({**OWN, "user": scope["clerk"].auth().user_id})

    app = AsgiMiddleware(slowly, **OPTIONS)

    async def visit(number: int) -> bool:
        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        await app(scope("http", bearer(f"user_{number}")), nothing, send)
        return bool(sent[0]["user"] == f"user_{number}")

    async def crowd() -> list[bool]:
        visits: list[Awaitable[bool]] = [visit(number) for number in range(30)]
        return list(await asyncio.gather(*visits))

    assert all(asyncio.run(crowd()))


def test_a_middleware_shows_no_secret() -> None:
    seen: list[AsyncRequestAuth] = []
    app = AsgiMiddleware(asking(seen), **OPTIONS)
    shown = token()
    sent_by(app, scope("http", ("authorization", f"Bearer {shown}")))

    for value in (app, app.installation, seen[0], seen[0].state, seen[0].auth()):
        assert SECRET_KEY not in repr(value)
        assert shown not in repr(value)


# Hosts and proxies.


@pytest.mark.parametrize(
    "host", ["a.example:80@b.example", "a.example, b.example", "a b", "a/b", "a?b", "a#b", "[::1"]
)
def test_a_host_that_is_none_is_never_written_into_a_url(host: str) -> None:
    headers = [(b"host", host.encode())]
    assert url(headers=headers, server=("10.0.0.7", 8080)) == "http://10.0.0.7:8080/"
    assert url(headers=headers, server=("a@b", 80)) == "http://localhost/"


def test_of_two_host_lines_none_is_written_into_a_url() -> None:
    headers = [(b"host", b"a.example"), (b"host", b"b.example")]
    assert url(headers=headers, server=("10.0.0.7", 8080)) == "http://10.0.0.7:8080/"


def test_a_method_of_whatever_case_is_the_clients_choice() -> None:
    assert request_from_scope(scope(method="get")).method == "get"


def test_a_scheme_that_a_middleware_has_read_counts_for_websockets_too() -> None:
    for scheme in ("wss", "https"):
        assert request_from_scope(scope("websocket", scheme=scheme)).url.startswith("https://")


def test_what_uvicorn_has_read_is_the_scheme() -> None:
    proxied = ProxyHeadersMiddleware(read := Recorded())
    headers = [("x-forwarded-proto", "https"), ("x-forwarded-for", "192.0.2.1")]
    asyncio.run(proxied(scope("http", *headers), None, None))  # type: ignore[arg-type]

    assert str(public_url(read.request)) == "https://app.example/"


class Recorded:
    """An application that keeps the request it gets."""

    request: Request

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.request = request_from_scope(scope)
