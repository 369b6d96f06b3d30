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

SEEN = "http://127.0.0.1:8000/path?x=1"


def seen_through(url: str = SEEN, **headers: str) -> str | None:
    pairs = [(name.replace("_", "-"), value) for name, value in headers.items()]
    found = public_url(Request("GET", url, pairs))
    return found.href if found else None


def test_without_a_proxy_the_url_is_the_one_the_server_saw() -> None:
    assert seen_through() == SEEN
    assert seen_through(host="127.0.0.1:8000") == SEEN


def test_the_host_header_replaces_the_servers_own_name() -> None:
    assert seen_through(host="app.example") == "http://app.example/path?x=1"


def test_a_proxy_tells_scheme_and_host() -> None:
    assert (
        seen_through(x_forwarded_proto="https", x_forwarded_host="app.example", host="internal")
        == "https://app.example/path?x=1"
    )
    assert seen_through(x_forwarded_proto="https", host="a.example") == "https://a.example/path?x=1"


def test_header_names_are_found_in_any_case() -> None:
    headers = [("X-Forwarded-Host", "app.example"), ("X-FORWARDED-PROTO", "HTTPS")]
    found = public_url(Request("GET", SEEN, headers))
    assert found is not None
    assert found.href == "https://app.example/path?x=1"


def test_the_ports_of_schemes_are_left_out() -> None:
    assert seen_through(host="a.example:80") == "http://a.example/path?x=1"
    assert seen_through(x_forwarded_proto="https", host="a.example:443").startswith(  # type: ignore[union-attr]
        "https://a.example/"
    )
    assert seen_through(host="[::1]:5000") == "http://[::1]:5000/path?x=1"


@pytest.mark.parametrize("between", [",", ", ", " ,", " , "])
def test_of_several_proxies_the_first_counts(between: str) -> None:
    # RFC 9110, 5.6.1: white space may stand on either side of the comma.
    assert (
        seen_through(
            x_forwarded_proto=f"https{between}http",
            x_forwarded_host=f"app.example{between}inner.example",
        )
        == "https://app.example/path?x=1"
    )


def test_of_several_fields_the_first_counts() -> None:
    headers = [("x-forwarded-host", "a.example"), ("X-Forwarded-Host", "b.example")]
    found = public_url(Request("GET", SEEN, headers))
    assert found is not None
    assert found.host == "a.example"


@pytest.mark.parametrize("host", ["", ",", ", a.example"])
def test_an_empty_forwarded_host_is_passed_over(host: str) -> None:
    assert seen_through(x_forwarded_host=host) == SEEN


def test_an_empty_host_header_is_passed_over() -> None:
    assert seen_through(host="") == SEEN


MALFORMED = [
    *("a b", "a.example:port", "[::1", "a%00b", "<x>", "a.example:123456", "a,b", "bücher.example"),
    *("evil.example/other", "evil.example?a=b", "evil.example#", "evil.example\\", "a.example: 80"),
    *("user@evil.example", "user:password@evil.example", "a.example:80@b.example", "a.example, b"),
]


@pytest.mark.parametrize("host", MALFORMED)
@pytest.mark.parametrize("name", ["host", "x_forwarded_host"])
def test_what_is_not_a_host_is_in_no_url(name: str, host: str) -> None:
    # Of several forwarded hosts only the first counts.
    malformed = host if name == "host" else host.replace(",", "!")
    assert seen_through(**{name: malformed}) is None


def test_the_forwarded_port_counts_where_the_host_has_it_already() -> None:
    forwarded = {"x_forwarded_host": "app.example", "x_forwarded_port": "8443"}
    assert seen_through(host="app.example:8443", **forwarded) == "http://app.example:8443/path?x=1"
    for host in ("app.example", "app.example:8000", "internal:8443"):
        assert seen_through(host=host, **forwarded) == "http://app.example/path?x=1"


@pytest.mark.parametrize(
    "scheme", ["", "javascript", "ftp", "file", "wss", "ht tp", "://", "https://evil.example/?"]
)
def test_a_scheme_that_is_not_http_is_passed_over(scheme: str) -> None:
    found = seen_through(x_forwarded_proto=scheme, host="127.0.0.1:8000")
    assert found == SEEN


@pytest.mark.parametrize(
    "path", ["//evil.example/", "///evil.example", "/\\evil.example", "//", "/x//y"]
)
def test_a_path_never_changes_the_host(path: str) -> None:
    for headers in ({}, {"x_forwarded_host": "app.example"}, {"x_forwarded_proto": "https"}):
        found = seen_through(f"http://127.0.0.1{path}", host="app.example", **headers)
        assert found is not None
        parsed = parse_url(found)
        assert parsed is not None
        assert parsed.host == "app.example"


texts = st.text(st.sampled_from("ab.:/?#@\\[]% ,-_1é\t"), max_size=12)


@examples(300)
@given(texts, texts, texts)
def test_no_header_crashes_the_reader_or_leaves_http(proto: str, forwarded: str, host: str) -> None:
    found = seen_through(x_forwarded_proto=proto, x_forwarded_host=forwarded, host=host)
    assert found is None or found.startswith(("http://", "https://"))


@pytest.mark.parametrize(
    "url", ["", "*", "/path", "//a.example/", "ftp://a.example/", "http://", "x"]
)
def test_without_an_absolute_url_there_is_none(url: str) -> None:
    request = Request.received("GET", url, Headers([("host", "app.example")]))
    assert public_url(request) is None
    assert parse_url(url) is None


def test_parameters_are_taken_away_all_of_a_name() -> None:
    url = parse_url("https://a.example/p?a=1&b=2&a=3#f")
    assert url is not None
    assert without_query(url, ["a", "c"]) == "https://a.example/p?b=2#f"
    assert without_query(url, ["a", "b"]) == "https://a.example/p#f"
    assert url.href == "https://a.example/p?a=1&b=2&a=3#f"


def test_parameters_are_added_or_set() -> None:
    url = "https://a.example/p?a=1&a=2"
    assert with_query(url, [("a", "3"), ("b", "x&y=z#")]) == (
        "https://a.example/p?a=1&a=2&a=3&b=x%26y%3Dz%23"
    )
    assert with_query_set(url, [("a", "3"), ("b", "ä")]) == "https://a.example/p?a=3&b=%C3%A4"
    assert with_query("https://a.example", []) == "https://a.example/"
