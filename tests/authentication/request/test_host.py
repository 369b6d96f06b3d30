from __future__ import annotations

import pytest

from clerk_core._authentication.request.host import (
    has_valid_host,
    is_host,
    names_host_as_forwarded,
    with_one_host,
    without_forwarded,
)
from clerk_core._messages import Headers, Request

URL = "http://127.0.0.1:8000/x?y=1"


@pytest.mark.parametrize(
    "host",
    [
        *("a.example", "A.Example", "a.example:443", "a.example:", "localhost", "my_service:8000"),
        *("127.0.0.1:5000", "[::1]", "[::1]:5000", "xn--bcher-kva.example", "a.example."),
        *("a.example:0", "a.example:00080", "a.example:65535", "a.example:65529"),
    ],
)
def test_a_host_with_an_optional_port_is_one(host: str) -> None:
    assert is_host(host)


@pytest.mark.parametrize(
    "host",
    [
        *("", " ", "a b", "a.example:80@b.example", "b.example@", "a.example/", "a.example\n"),
        *("a.example,b.example", "a%2eexample", "a.example:8x", "::1", "[::1", "[]", "[a.example]"),
        *("http://a.example", "ä.example", "a.example\t", "*.example", "a.example:-1"),
        *("a.example:65536", "[::1]:99999"),
    ],
)
def test_anything_else_is_none(host: str) -> None:
    assert not is_host(host)


def asked(url: str = URL, **headers: str) -> Request:
    pairs = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return Request("GET", url, pairs)


def test_a_request_names_one_host_in_all_places_that_say_one() -> None:
    assert has_valid_host(asked())
    assert has_valid_host(asked(host="a.example"))
    assert has_valid_host(asked(host="internal", x_forwarded_host="a.example, b c"))
    assert has_valid_host(asked(host="", x_forwarded_host=""))
    for malformed in (
        asked(host="a.example:80@b.example"),
        asked(x_forwarded_host="a.example:80@b.example"),
        asked("http://a.example:80@b.example/"),
        asked("http://a.example:65536/"),
        asked(host="a.example:99999"),
        asked("http://"),
        asked("http:///path"),
        asked("http://a.example\\@b.example/"),
        Request("GET", URL, [("host", "a.example"), ("Host", "b.example")]),
        Request("GET", URL, [("host", "a.example"), ("host", "a.example")]),
        Request.received("GET", "javascript://a.example/", Headers()),
    ):
        assert not has_valid_host(malformed)


def test_of_a_malformed_request_every_reader_sees_the_host_of_its_url() -> None:
    for host in ("a.example:80@b.example", "a b", "a/b"):
        for request in (asked(host=host), asked(host="c.example", x_forwarded_host=host)):
            one = with_one_host(request)
            assert one.url == URL
            assert list(one.headers) == [("host", "127.0.0.1:8000")]
    nowhere = with_one_host(asked("http://a@b/", host="a.example"))
    assert list(nowhere.headers) == [("host", "")]


def test_a_request_that_names_one_host_is_left_as_it_is() -> None:
    request = asked(host="a.example", x_forwarded_host="b.example")
    assert with_one_host(request) is request


def test_the_headers_of_proxies_are_left_out_where_they_have_been_read() -> None:
    headers = Headers(
        {
            "Host": "a.example",
            "X-Forwarded-Host": "b.example",
            "X-FORWARDED-PROTO": "https",
            "x-forwarded-port": "1",
            "x-forwarded-for": "192.0.2.1",
        }
    )
    kept = [("Host", "a.example"), ("x-forwarded-for", "192.0.2.1")]
    assert list(without_forwarded(headers)) == kept
    assert list(without_forwarded(headers, "c.example")) == [kept[1], ("host", "c.example")]


@pytest.mark.parametrize(
    ("headers", "is_named"),
    [
        ({"host": "a", "x-forwarded-host": "b, a"}, True),
        ({"host": "a", "x-forwarded-host": "a"}, True),
        ({"host": "a", "x-forwarded-host": "b"}, False),
        ({"host": "a:1", "forwarded": 'for=192.0.2.1;host="a:1";proto=https'}, True),
        ({"host": "a", "forwarded": "host=b, for=x;host=a"}, True),
        ({"host": "a", "forwarded": "host=b"}, False),
        ({"host": "", "x-forwarded-host": ""}, False),
        ({"host": "a"}, False),
        ({}, False),
    ],
)
def test_a_host_is_one_that_proxies_tell_of(headers: dict[str, str], is_named: bool) -> None:
    assert names_host_as_forwarded(Headers(headers)) == is_named
