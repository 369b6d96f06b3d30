"""WSGI middleware: reading environs, adding headers, and guards."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from clerk_core import AccessDeniedError, ClerkError, RequestAuth, WsgiMiddleware
from clerk_core._authentication.request.public_url import public_url
from clerk_core.testing._instance import Instance
from clerk_core.testing._tokens import (
    ADMIN,
    PAGE,
    SECRET_KEY,
    bearer,
    other_rsa_key,
    public_pem,
    publishable_key,
    show,
    token,
)
from clerk_core.wsgi import RequireAuth, request_auth, request_from_environ

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Environ = dict[str, Any]

OPTIONS: dict[str, Any] = {
    "publishable_key": publishable_key(),
    "secret_key": SECRET_KEY,
    "jwt_key": public_pem(),
}
OWN = [("x-own", "1"), ("set-cookie", "first=1"), ("set-cookie", "second=2")]


@pytest.fixture(scope="module")
def backend() -> Iterator[Instance]:
    with Instance() as running:
        yield running


def _environ(**over: object) -> Environ:
    environ: Environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/",
        "QUERY_STRING": "",
        "SERVER_NAME": "server.internal",
        "SERVER_PORT": "8080",
        "HTTP_HOST": "app.example",
        "wsgi.url_scheme": "https",
    }
    environ.update(over)
    return {name: value for name, value in environ.items() if value is not None}


def _url(**over: object) -> str:
    return request_from_environ(_environ(**over)).url


def test_url_is_absolute_with_path_and_query() -> None:
    url = _url(PATH_INFO="/orders", QUERY_STRING="page=2&sort=")

    assert url == "https://app.example/orders?page=2&sort="


def test_method_is_that_of_the_request() -> None:
    assert request_from_environ(_environ(REQUEST_METHOD="DELETE")).method == "DELETE"


def test_script_name_is_part_of_the_path() -> None:
    assert _url(SCRIPT_NAME="/shop", PATH_INFO="/orders") == "https://app.example/shop/orders"
    assert _url(SCRIPT_NAME="/shop", PATH_INFO="") == "https://app.example/shop"


def test_non_ascii_path_is_percent_encoded() -> None:
    # PEP 3333: the bytes of the path are represented as a Latin-1 string.
    path = "/grüße/日本".encode().decode("latin-1")

    assert _url(PATH_INFO=path) == "https://app.example/gr%C3%BC%C3%9Fe/%E6%97%A5%E6%9C%AC"


def test_invalid_utf_8_bytes_are_kept() -> None:
    assert _url(PATH_INFO="/\xff\xfe") == "https://app.example/%FF%FE"


@pytest.mark.parametrize(
    ("path", "quoted"),
    [
        ("/a b", "/a%20b"),
        ("/a?b#c", "/a%3Fb%23c"),
        ("/100%", "/100%25"),
        ("/a%2Fb", "/a%252Fb"),
        ("/a;v=1,2/@me:x", "/a;v=1,2/@me:x"),
        ('/"<>\\^`{|}', "/%22%3C%3E%5C%5E%60%7B%7C%7D"),
        ("/a\r\nb", "/a%0D%0Ab"),
        ("//elsewhere.example/a", "//elsewhere.example/a"),
    ],
)
def test_reserved_characters_in_the_path_are_quoted(path: str, quoted: str) -> None:
    assert _url(PATH_INFO=path) == f"https://app.example{quoted}"


def test_query_is_unchanged() -> None:
    query = "next=%2Fa%3Fb&x=a+b&x=%zz&y=é"

    assert _url(QUERY_STRING=query) == f"https://app.example/?{query}"


def test_server_name_is_used_without_a_host_header() -> None:
    assert _url(HTTP_HOST=None) == "https://server.internal:8080/"
    assert _url(HTTP_HOST="") == "https://server.internal:8080/"
    assert _url(HTTP_HOST=None, SERVER_NAME="::1") == "https://[::1]:8080/"
    assert _url(HTTP_HOST=None, SERVER_NAME="/run/app.sock", SERVER_PORT="") == "https://localhost/"


def test_port_of_the_host_header_is_kept() -> None:
    assert _url(HTTP_HOST="localhost:5000") == "https://localhost:5000/"
    assert _url(HTTP_HOST="[::1]:5000") == "https://[::1]:5000/"


@pytest.mark.parametrize(
    "path", ["@elsewhere.example/", ".elsewhere.example", ":80@elsewhere", "*"]
)
def test_path_without_a_leading_slash_does_not_change_the_host(path: str) -> None:
    request = request_from_environ(_environ(HTTP_HOST=None, PATH_INFO=path))
    url = public_url(request)

    assert url is None or url.hostname == "server.internal"


def test_minimal_environ_is_sufficient() -> None:
    least = {"SERVER_NAME": "localhost", "SERVER_PORT": "80"}

    request = request_from_environ(least)

    assert (request.method, request.url) == ("GET", "http://localhost:80")
    assert list(request.headers) == []


def test_headers_are_read_from_the_environ() -> None:
    request = request_from_environ(
        _environ(HTTP_AUTHORIZATION="Bearer t", HTTP_X_FORWARDED_HOST="a.example")
    )

    assert request.headers.get("authorization") == "Bearer t"
    assert request.headers.get("x-forwarded-host") == "a.example"
    assert request.headers.get("host") == "app.example"


def test_repeated_header_is_read_as_joined_by_the_server() -> None:
    request = request_from_environ(_environ(HTTP_X_FORWARDED_PROTO="https,http"))

    assert request.headers.get("x-forwarded-proto") == "https,http"
    assert request.headers.get_all("x-forwarded-proto") == ["https,http"]


def test_non_ascii_header_keeps_its_bytes() -> None:
    request = request_from_environ(_environ(HTTP_COOKIE="name=Jos\xc3\xa9; __session=t"))

    assert request.headers.get("cookie") == "name=Jos\xc3\xa9; __session=t"


def test_odd_header_names_and_values_are_kept() -> None:
    request = request_from_environ(_environ(HTTP_="a", HTTP_X__Y="b", HTTP_X_EMPTY="", HTTP_N=3))

    assert request.headers.get("") == "a"
    assert request.headers.get("x--y") == "b"
    assert request.headers.get("x-empty") == ""
    assert request.headers.get("n") == "3"


def test_other_environ_keys_are_not_headers() -> None:
    environ = _environ(HTTPS="on", CONTENT_TYPE="text/plain", REMOTE_USER="root", http_x="1")

    assert [name for name, _ in request_from_environ(environ).headers] == ["host"]


def test_reading_does_not_change_the_environ() -> None:
    environ = _environ(HTTP_COOKIE="a=1")
    before = dict(environ)

    request_from_environ(environ)

    assert environ == before


# The middleware


def _call(app: WSGIApplication, *headers: tuple[str, str], **over: object) -> Recorder:
    """Call an application as a server does and record the response."""
    pairs = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers}
    recorded = Recorder(_environ(**pairs, **over))
    parts = app(recorded.environ, recorded.start_response)
    recorded.parts += list(parts)
    return recorded


class Recorder:
    def __init__(self, environ: Environ) -> None:
        self.environ = environ
        self.parts: list[bytes] = []
        self.started: list[tuple[Any, ...]] = []

    def start_response(self, *arguments: Any) -> Any:
        self.started.append(arguments)
        return self.parts.append

    def header(self, name: str) -> list[str]:
        return [value for key, value in self.started[-1][1] if key == name]


def _hello(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", OWN)
    return [b"hello"]


def test_application_finds_request_auth_in_the_environ() -> None:
    recorded = _call(WsgiMiddleware(_hello, **OPTIONS), bearer("user_7"))

    visit = recorded.environ["clerk"]
    assert isinstance(visit, RequestAuth)
    assert visit.auth().user_id == "user_7"
    assert visit.client.settings.secret_key == SECRET_KEY


def test_headers_are_added_to_those_of_the_application() -> None:
    recorded = _call(WsgiMiddleware(_hello, **OPTIONS))

    assert recorded.header("x-own") == ["1"]
    assert recorded.header("set-cookie") == ["first=1", "second=2"]
    assert recorded.header("x-clerk-auth-status") == ["signed-out"]
    assert recorded.parts == [b"hello"]


def test_reused_header_list_is_not_modified() -> None:
    app, before = WsgiMiddleware(_hello, **OPTIONS), list(OWN)

    for _ in range(3):
        assert len(_call(app).header("x-clerk-auth-status")) == 1
    assert _call(app, bearer()).header("x-clerk-auth-status") == []
    assert before == OWN


def test_write_callable_of_the_server_is_returned() -> None:
    def writing(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        write = start_response("200 OK", [])
        write(b"written")
        return [b" and returned"]

    assert _call(WsgiMiddleware(writing, **OPTIONS)).parts == [b"written", b" and returned"]


def test_restarted_response_passes_exc_info_to_the_server() -> None:
    def failing(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("x-own", "1")])
        try:
            raise LookupError
        except LookupError:
            start_response("500 Internal Server Error", [("x-own", "2")], sys.exc_info())
        return []

    recorded = _call(WsgiMiddleware(failing, **OPTIONS))

    assert recorded.started[0][2] is None
    assert recorded.started[1][2][0] is LookupError
    assert recorded.header("x-own") == ["2"]
    assert recorded.header("x-clerk-auth-status") == ["signed-out"]


def test_returned_body_is_passed_through() -> None:
    class Body(list[bytes]):
        def close(self) -> None:
            raise NotImplementedError

    body = Body([b"hello"])

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        return body

    recorded = Recorder(_environ())
    assert WsgiMiddleware(app, **OPTIONS)(recorded.environ, recorded.start_response) is body


def test_generator_may_start_its_response_late() -> None:
    def late(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        start_response("200 OK", [])
        yield f"It is {environ['clerk'].auth().user_id}".encode()

    recorded = Recorder(_environ(HTTP_AUTHORIZATION=bearer("user_7")[1]))
    parts = WsgiMiddleware(late, **OPTIONS)(recorded.environ, recorded.start_response)

    assert recorded.started == []
    assert list(parts) == [b"It is user_7"]
    assert recorded.header("x-clerk-auth-status") == []
    assert _call(WsgiMiddleware(late, **OPTIONS)).header("x-clerk-auth-status") == ["signed-out"]


def test_admitted_machine_token_gets_no_signed_out_headers(
    backend: Instance,
) -> None:
    def machines_only(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        subject = str(environ["clerk"].auth(accepts_token="api_key").subject)
        start_response("200 OK", [])
        yield subject.encode()

    recorded = _call(WsgiMiddleware(machines_only, **backend.options()), show("ak_1"))

    assert recorded.parts == [b"user_9"]
    assert recorded.header("x-clerk-auth-status") == []


def test_redirect_is_sent_without_calling_the_application() -> None:
    def never(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        raise AssertionError

    recorded = _call(WsgiMiddleware(never, **OPTIONS), PAGE)

    assert recorded.started[0][0] == "307 Temporary Redirect"
    assert recorded.header("location")[0].startswith("https://happy-hippo-1.clerk.")
    assert recorded.header("content-length") == ["0"]
    assert b"".join(recorded.parts) == b""
    assert "clerk" not in recorded.environ


@pytest.mark.parametrize("starts", [False, True])
def test_request_that_protect_refuses_is_answered(starts: bool) -> None:
    def protecting(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if starts:
            start_response("200 OK", OWN)
        request_auth(environ).protect(role="org:admin")
        return [b"secret"]

    recorded = _call(WsgiMiddleware(protecting, **OPTIONS))

    status, _, exc_info = recorded.started[-1]
    assert status == "401 Unauthorized"
    # PEP 3333: without the exception, a server may not replace headers.
    assert exc_info[0] is AccessDeniedError
    assert recorded.header("www-authenticate") == ["Bearer"]
    assert b"secret" not in b"".join(recorded.parts)


def test_error_of_the_application_reaches_the_server() -> None:
    def crashing(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        raise LookupError("of the application")

    with pytest.raises(LookupError, match="of the application"):
        _call(WsgiMiddleware(crashing, **OPTIONS))


def test_outer_error_page_gets_the_error_of_options_for() -> None:
    def find_tenant(request: object) -> Any:
        raise LookupError("The database is down.")

    environ = _environ()
    with pytest.raises(LookupError) as raised:
        WsgiMiddleware(_hello, options_for=find_tenant)(environ, Recorder(environ).start_response)

    with pytest.raises(LookupError) as again:
        request_auth(environ)
    assert again.value is raised.value


def test_error_of_an_inner_middleware_keeps_the_outer_request_auth() -> None:
    def find_tenant(request: object) -> Any:
        raise LookupError("The database is down.")

    def recovering(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            return WsgiMiddleware(_hello, options_for=find_tenant)(environ, start_response)
        except LookupError:
            return _hello(environ, start_response)

    recorded = _call(WsgiMiddleware(recovering, **OPTIONS), bearer("user_7"))

    assert request_auth(recorded.environ).auth().user_id == "user_7"


def test_request_headers_cannot_inject_a_request_auth() -> None:
    headers = [("clerk", "me"), ("x-clerk", "me")]

    recorded = _call(WsgiMiddleware(_hello, **OPTIONS), *headers)

    assert recorded.environ["clerk"].auth().user_id is None


def test_guard_admits_signed_in_users_only() -> None:
    app = WsgiMiddleware(RequireAuth(_hello), **OPTIONS)

    assert _call(app, bearer()).started[0][0] == "200 OK"
    refused = _call(app)
    assert refused.started[0][0] == "401 Unauthorized"
    assert refused.header("content-length") == [str(len(b"".join(refused.parts)))]
    assert refused.header("x-clerk-auth-status") == ["signed-out"]


def test_guard_refuses_users_who_fail_the_requirement() -> None:
    app = WsgiMiddleware(RequireAuth(_hello, role="org:admin"), **OPTIONS)

    assert _call(app, bearer()).started[0][0] == "403 Forbidden"
    assert _call(app, bearer(**ADMIN)).started[0][0] == "200 OK"


def test_guard_sends_an_empty_response_to_a_preflight() -> None:
    def never(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        raise AssertionError

    app = WsgiMiddleware(RequireAuth(never), **OPTIONS)
    preflight = (("origin", "https://front.example"), ("access-control-request-method", "PUT"))

    recorded = _call(app, *preflight, REQUEST_METHOD="OPTIONS")

    assert recorded.started[0][0] == "204 No Content"
    assert recorded.header("content-length") == []
    assert b"".join(recorded.parts) == b""
    assert _call(app, REQUEST_METHOD="OPTIONS").started[0][0] == "401 Unauthorized"


def test_head_response_has_content_length_and_no_body() -> None:
    app = WsgiMiddleware(RequireAuth(_hello), **OPTIONS)

    head, get = _call(app, REQUEST_METHOD="HEAD"), _call(app)

    assert head.started == get.started
    assert head.header("content-length") != ["0"]
    assert b"".join(head.parts) == b""


def test_guard_without_the_middleware_raises_with_instructions() -> None:
    with pytest.raises(ClerkError, match=r"WsgiMiddleware\(app\)"):
        _call(RequireAuth(_hello))
    with pytest.raises(ClerkError, match=r"WsgiMiddleware\(app\)"):
        request_auth({"clerk": "a visit?"})


def test_unknown_requirement_raises_type_error() -> None:
    with pytest.raises(TypeError, match="roles"):
        RequireAuth(_hello, roles="org:admin")  # type: ignore[call-arg]


def test_inner_middleware_of_another_instance_is_used_inside() -> None:
    other = {**OPTIONS, "jwt_key": public_pem(other_rsa_key())}
    seen: list[RequestAuth] = []

    def inside(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        seen.append(environ["clerk"])
        return _hello(environ, start_response)

    app = WsgiMiddleware(WsgiMiddleware(inside, **other), **OPTIONS)
    recorded = _call(app, bearer("user_7", key=other_rsa_key()))

    assert seen[0].auth().user_id == "user_7"
    assert recorded.environ["clerk"].auth().user_id is None


def test_closing_the_middleware_closes_its_connections(backend: Instance) -> None:
    app = WsgiMiddleware(_hello, **backend.options())
    assert app.installation.client.users.get("user_1").id == "user_1"

    app.close()
    app.close()

    assert app.installation.client.users.get("user_2").id == "user_2"
    app.close()


def test_repr_of_middleware_and_request_auth_hides_secrets() -> None:
    app, shown = WsgiMiddleware(_hello, **OPTIONS), token()
    visit = _call(app, show(shown)).environ["clerk"]

    for value in (app, app.installation, visit, visit.state, visit.auth()):
        assert SECRET_KEY not in repr(value)
        assert shown not in repr(value)


# Hosts and proxies


@pytest.mark.parametrize(
    "host", ["a.example:80@b.example", "a.example,b.example", "a b", "a/b", "a?b", "a#b", "[::1"]
)
def test_malformed_host_is_never_part_of_the_url(host: str) -> None:
    assert _url(HTTP_HOST=host) == "https://server.internal:8080/"
    assert _url(HTTP_HOST=host, SERVER_NAME="a@b") == "https://localhost/"


def test_method_is_kept_unchanged() -> None:
    assert request_from_environ(_environ(REQUEST_METHOD="get")).method == "get"


def test_headers_read_by_proxy_fix_are_not_read_again() -> None:
    forwarded = {"HTTP_X_FORWARDED_HOST": "evil.example", "HTTP_X_FORWARDED_PROTO": "http"}
    read = request_from_environ(_environ(**forwarded, **{"werkzeug.proxy_fix.orig": {}}))
    unread = request_from_environ(_environ(**forwarded))

    assert [name for name, _ in read.headers] == ["host"]
    assert str(public_url(read)) == "https://app.example/"
    assert str(public_url(unread)) == "http://evil.example/"
