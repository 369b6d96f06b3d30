from __future__ import annotations

import pytest

from clerk_core.edges.wsgi import request_from_environ
from clerk_core.reading.public_url import public_url

Environ = dict[str, object]


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


def test_the_url_is_absolute_with_the_path_and_the_query() -> None:
    url = _url(PATH_INFO="/orders", QUERY_STRING="page=2&sort=")

    assert url == "https://app.example/orders?page=2&sort="


def test_the_method_is_the_requests() -> None:
    assert request_from_environ(_environ(REQUEST_METHOD="DELETE")).method == "DELETE"


def test_the_prefix_that_the_application_is_mounted_under_is_part_of_the_path() -> None:
    assert _url(SCRIPT_NAME="/shop", PATH_INFO="/orders") == "https://app.example/shop/orders"
    assert _url(SCRIPT_NAME="/shop", PATH_INFO="") == "https://app.example/shop"


def test_a_path_outside_of_ascii_is_percent_encoded_utf_8() -> None:
    # PEP 3333 hands the bytes of the path over as Latin-1 text.
    path = "/grüße/日本".encode().decode("latin-1")

    assert _url(PATH_INFO=path) == "https://app.example/gr%C3%BC%C3%9Fe/%E6%97%A5%E6%9C%AC"


def test_bytes_that_are_no_utf_8_keep_their_value() -> None:
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
def test_what_may_not_stand_in_a_path_is_quoted(path: str, quoted: str) -> None:
    assert _url(PATH_INFO=path) == f"https://app.example{quoted}"


def test_the_query_is_left_as_it_came() -> None:
    query = "next=%2Fa%3Fb&x=a+b&x=%zz&y=é"

    assert _url(QUERY_STRING=query) == f"https://app.example/?{query}"


def test_without_a_host_header_it_is_the_servers_own_name() -> None:
    assert _url(HTTP_HOST=None) == "https://server.internal:8080/"
    assert _url(HTTP_HOST="") == "https://server.internal:8080/"


def test_the_port_of_the_host_header_is_kept() -> None:
    assert _url(HTTP_HOST="localhost:5000") == "https://localhost:5000/"
    assert _url(HTTP_HOST="[::1]:5000") == "https://[::1]:5000/"


@pytest.mark.parametrize(
    "path", ["@elsewhere.example/", ".elsewhere.example", ":80@elsewhere", "*"]
)
def test_a_path_that_does_not_begin_with_a_slash_changes_no_host(path: str) -> None:
    request = request_from_environ(_environ(HTTP_HOST=None, PATH_INFO=path))
    url = public_url(request)

    assert url is None or url.hostname == "server.internal"


def test_what_an_environ_lacks_does_no_harm() -> None:
    least = {"SERVER_NAME": "localhost", "SERVER_PORT": "80"}

    request = request_from_environ(least)

    assert (request.method, request.url) == ("GET", "http://localhost:80")
    assert list(request.headers) == []


def test_headers_are_found_under_their_names() -> None:
    request = request_from_environ(
        _environ(HTTP_AUTHORIZATION="Bearer t", HTTP_X_FORWARDED_HOST="a.example")
    )

    assert request.headers.get("authorization") == "Bearer t"
    assert request.headers.get("x-forwarded-host") == "a.example"
    assert request.headers.get("host") == "app.example"


def test_a_header_that_came_several_times_is_read_as_the_server_joined_it() -> None:
    request = request_from_environ(_environ(HTTP_X_FORWARDED_PROTO="https,http"))

    assert request.headers.get("x-forwarded-proto") == "https,http"
    assert request.headers.get_all("x-forwarded-proto") == ["https,http"]


def test_a_header_outside_of_ascii_keeps_its_bytes() -> None:
    request = request_from_environ(_environ(HTTP_COOKIE="name=Jos\xc3\xa9; __session=t"))

    assert request.headers.get("cookie") == "name=Jos\xc3\xa9; __session=t"


def test_odd_header_names_and_values_are_passed_on() -> None:
    request = request_from_environ(_environ(HTTP_="a", HTTP_X__Y="b", HTTP_X_EMPTY="", HTTP_N=3))

    assert request.headers.get("") == "a"
    assert request.headers.get("x--y") == "b"
    assert request.headers.get("x-empty") == ""
    assert request.headers.get("n") == "3"


def test_what_is_no_header_is_not_read_as_one() -> None:
    environ = _environ(HTTPS="on", CONTENT_TYPE="text/plain", REMOTE_USER="root", http_x="1")

    assert [name for name, _ in request_from_environ(environ).headers] == ["host"]


def test_reading_an_environ_does_not_change_it() -> None:
    environ = _environ(HTTP_COOKIE="a=1")
    before = dict(environ)

    request_from_environ(environ)

    assert environ == before
