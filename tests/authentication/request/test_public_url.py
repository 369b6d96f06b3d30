from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_core._authentication.request.public_url import (
    parse_url,
    public_url,
    with_query,
    with_query_set,
    without_query,
)
from clerk_core._messages import Headers, Request
from tests.sample import examples

SERVER_URL = "http://127.0.0.1:8000/path?x=1"


def public_url_with(url: str = SERVER_URL, **headers: str) -> str | None:
    pairs = [(name.replace("_", "-"), value) for name, value in headers.items()]
    found = public_url(Request("GET", url, pairs))
    return found.href if found else None


def test_without_a_proxy_the_server_url_is_used() -> None:
    assert public_url_with() == SERVER_URL
    assert public_url_with(host="127.0.0.1:8000") == SERVER_URL


def test_host_header_replaces_the_server_name() -> None:
    assert public_url_with(host="app.example") == "http://app.example/path?x=1"


def test_forwarded_headers_determine_scheme_and_host() -> None:
    assert (
        public_url_with(x_forwarded_proto="https", x_forwarded_host="app.example", host="internal")
        == "https://app.example/path?x=1"
    )
    assert (
        public_url_with(x_forwarded_proto="https", host="a.example") == "https://a.example/path?x=1"
    )


def test_header_names_are_case_insensitive() -> None:
    headers = [("X-Forwarded-Host", "app.example"), ("X-FORWARDED-PROTO", "HTTPS")]
    found = public_url(Request("GET", SERVER_URL, headers))
    assert found is not None
    assert found.href == "https://app.example/path?x=1"


def test_default_ports_are_omitted() -> None:
    assert public_url_with(host="a.example:80") == "http://a.example/path?x=1"
    assert public_url_with(x_forwarded_proto="https", host="a.example:443").startswith(  # type: ignore[union-attr]
        "https://a.example/"
    )
    assert public_url_with(host="[::1]:5000") == "http://[::1]:5000/path?x=1"


@pytest.mark.parametrize("between", [",", ", ", " ,", " , "])
def test_first_of_several_forwarded_values_is_used(between: str) -> None:
    # RFC 9110, 5.6.1: commas may be surrounded by white space.
    assert (
        public_url_with(
            x_forwarded_proto=f"https{between}http",
            x_forwarded_host=f"app.example{between}inner.example",
        )
        == "https://app.example/path?x=1"
    )


def test_first_of_repeated_headers_is_used() -> None:
    headers = [("x-forwarded-host", "a.example"), ("X-Forwarded-Host", "b.example")]
    found = public_url(Request("GET", SERVER_URL, headers))
    assert found is not None
    assert found.host == "a.example"


@pytest.mark.parametrize("host", ["", ",", ", a.example"])
def test_empty_forwarded_host_is_ignored(host: str) -> None:
    assert public_url_with(x_forwarded_host=host) == SERVER_URL


def test_empty_host_header_is_ignored() -> None:
    assert public_url_with(host="") == SERVER_URL


MALFORMED = [
    *("a b", "a.example:port", "[::1", "a%00b", "<x>", "a.example:123456", "a,b", "bücher.example"),
    *("evil.example/other", "evil.example?a=b", "evil.example#", "evil.example\\", "a.example: 80"),
    *("user@evil.example", "user:password@evil.example", "a.example:80@b.example", "a.example, b"),
]


@pytest.mark.parametrize("host", MALFORMED)
@pytest.mark.parametrize("name", ["host", "x_forwarded_host"])
def test_malformed_host_gives_no_url(name: str, host: str) -> None:
    # Of several forwarded hosts only the first counts.
    malformed = host if name == "host" else host.replace(",", "!")
    assert public_url_with(**{name: malformed}) is None


def test_forwarded_port_is_used_only_if_the_host_header_has_it() -> None:
    forwarded = {"x_forwarded_host": "app.example", "x_forwarded_port": "8443"}
    assert (
        public_url_with(host="app.example:8443", **forwarded) == "http://app.example:8443/path?x=1"
    )
    for host in ("app.example", "app.example:8000", "internal:8443"):
        assert public_url_with(host=host, **forwarded) == "http://app.example/path?x=1"


@pytest.mark.parametrize(
    "scheme", ["", "javascript", "ftp", "file", "wss", "ht tp", "://", "https://evil.example/?"]
)
def test_scheme_other_than_http_is_ignored(scheme: str) -> None:
    found = public_url_with(x_forwarded_proto=scheme, host="127.0.0.1:8000")
    assert found == SERVER_URL


@pytest.mark.parametrize(
    "path", ["//evil.example/", "///evil.example", "/\\evil.example", "//", "/x//y"]
)
def test_path_never_changes_the_host(path: str) -> None:
    for headers in ({}, {"x_forwarded_host": "app.example"}, {"x_forwarded_proto": "https"}):
        found = public_url_with(f"http://127.0.0.1{path}", host="app.example", **headers)
        assert found is not None
        parsed = parse_url(found)
        assert parsed is not None
        assert parsed.host == "app.example"


texts = st.text(st.sampled_from("ab.:/?#@\\[]% ,-_1é\t"), max_size=12)


@examples(300)
@given(texts, texts, texts)
def test_arbitrary_headers_give_an_http_url_or_none(proto: str, forwarded: str, host: str) -> None:
    found = public_url_with(x_forwarded_proto=proto, x_forwarded_host=forwarded, host=host)
    assert found is None or found.startswith(("http://", "https://"))


@pytest.mark.parametrize(
    "url", ["", "*", "/path", "//a.example/", "ftp://a.example/", "http://", "x"]
)
def test_relative_or_invalid_url_gives_none(url: str) -> None:
    request = Request.received("GET", url, Headers([("host", "app.example")]))
    assert public_url(request) is None
    assert parse_url(url) is None


def test_all_query_parameters_of_a_name_are_removed() -> None:
    url = parse_url("https://a.example/p?a=1&b=2&a=3#f")
    assert url is not None
    assert without_query(url, ["a", "c"]) == "https://a.example/p?b=2#f"
    assert without_query(url, ["a", "b"]) == "https://a.example/p#f"
    assert url.href == "https://a.example/p?a=1&b=2&a=3#f"


def test_query_parameters_are_added_or_replaced() -> None:
    url = "https://a.example/p?a=1&a=2"
    assert with_query(url, [("a", "3"), ("b", "x&y=z#")]) == (
        "https://a.example/p?a=1&a=2&a=3&b=x%26y%3Dz%23"
    )
    assert with_query_set(url, [("a", "3"), ("b", "ä")]) == "https://a.example/p?a=3&b=%C3%A4"
    assert with_query("https://a.example", []) == "https://a.example/"
