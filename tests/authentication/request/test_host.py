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
def test_host_with_an_optional_port_is_valid(host: str) -> None:
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
def test_other_text_is_not_a_valid_host(host: str) -> None:
    assert not is_host(host)


def request_with(url: str = URL, **headers: str) -> Request:
    pairs = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return Request("GET", url, pairs)


def test_malformed_host_in_any_header_is_invalid() -> None:
    assert has_valid_host(request_with())
    assert has_valid_host(request_with(host="a.example"))
    assert has_valid_host(request_with(host="internal", x_forwarded_host="a.example, b c"))
    assert has_valid_host(request_with(host="", x_forwarded_host=""))
    for malformed in (
        request_with(host="a.example:80@b.example"),
        request_with(x_forwarded_host="a.example:80@b.example"),
        request_with("http://a.example:80@b.example/"),
        request_with("http://a.example:65536/"),
        request_with(host="a.example:99999"),
        request_with("http://"),
        request_with("http:///path"),
        request_with("http://a.example\\@b.example/"),
        Request("GET", URL, [("host", "a.example"), ("Host", "b.example")]),
        Request("GET", URL, [("host", "a.example"), ("host", "a.example")]),
        Request.received("GET", "javascript://a.example/", Headers()),
    ):
        assert not has_valid_host(malformed)


def test_malformed_host_headers_are_replaced_by_the_url_host() -> None:
    for host in ("a.example:80@b.example", "a b", "a/b"):
        for request in (
            request_with(host=host),
            request_with(host="c.example", x_forwarded_host=host),
        ):
            one = with_one_host(request)
            assert one.url == URL
            assert list(one.headers) == [("host", "127.0.0.1:8000")]
    nowhere = with_one_host(request_with("http://a@b/", host="a.example"))
    assert list(nowhere.headers) == [("host", "")]


def test_request_with_a_valid_host_is_unchanged() -> None:
    request = request_with(host="a.example", x_forwarded_host="b.example")
    assert with_one_host(request) is request


def test_forwarded_headers_are_removed_after_use() -> None:
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
def test_host_is_compared_with_forwarded_hosts(headers: dict[str, str], is_named: bool) -> None:
    assert names_host_as_forwarded(Headers(headers)) == is_named
