from __future__ import annotations

from email.message import Message
from typing import Any
from wsgiref.headers import Headers as WsgirefHeaders

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_core._flight import Flight
from clerk_core._messages import Headers, HttpRequest, HttpResponse, Request
from tests.sample import examples

SECRET = "s3cr3t"
ARGUMENTS: dict[Any, Any] = {
    Request: ("GET", f"https://app.example/x?token={SECRET}", [("Authorization", SECRET)]),
    HttpRequest: (
        "POST",
        f"https://api.clerk.example/v1/x?nonce={SECRET}",
        [("authorization", f"Bearer {SECRET}")],
        SECRET.encode(),
    ),
    HttpResponse: (200, [("set-cookie", f"__session={SECRET}")], SECRET.encode()),
}
REQUEST = Request(*ARGUMENTS[Request])
HTTP_REQUEST = HttpRequest(*ARGUMENTS[HttpRequest])
HTTP_RESPONSE = HttpResponse(*ARGUMENTS[HttpResponse])

messages = pytest.mark.parametrize(
    "message", [REQUEST, HTTP_REQUEST, HTTP_RESPONSE], ids=lambda one: type(one).__name__
)


@pytest.mark.parametrize(
    "name", ["Authorization", "AUTHORIZATION", "authorization", "aUtHoRiZaTiOn"]
)
def test_header_names_are_case_insensitive(name: str) -> None:
    assert Headers([(name, "x")]).get("authorization") == "x"
    assert Headers([(name, "x")]).get_all("authorization") == ["x"]


def test_missing_header_is_none() -> None:
    assert Headers().get("host") is None
    assert Headers().get_all("host") == []


def test_repeated_headers_are_joined_with_a_comma_and_cookies_with_a_semicolon() -> None:
    headers = Headers([("Accept", "a"), ("Cookie", "x=1"), ("accept", "b"), ("cookie", "y=2")])
    assert headers.get("accept") == "a, b"
    assert headers.get("cookie") == "x=1; y=2"


def test_repeated_set_cookie_headers_keep_their_order() -> None:
    headers = Headers([("Set-Cookie", "a=1, x"), ("X", "y"), ("set-cookie", "b=2")])
    assert headers.get_all("set-cookie") == ["a=1, x", "b=2"]
    assert list(headers) == [("Set-Cookie", "a=1, x"), ("X", "y"), ("set-cookie", "b=2")]
    assert len(headers) == 3


@examples(50)
@given(st.lists(st.tuples(st.sampled_from(["A", "a", "b"]), st.text(max_size=3))))
def test_headers_keep_every_pair(pairs: list[tuple[str, str]]) -> None:
    headers = Headers(iter(pairs))
    assert list(headers) == pairs
    assert (headers.get("a") is None) == (headers.get_all("a") == [])
    joined = ",".join(value.strip(" \t") for value in headers.get_all("a"))
    assert (headers.get("a") or "").replace(" ", "") == joined.replace(" ", "")


@pytest.mark.parametrize("value", [" x", "x ", "\tx", "x\t", " \t x\t "])
def test_white_space_around_a_value_is_stripped(value: str) -> None:
    assert Headers([("a", value)]).get("a") == "x"
    assert Headers([("a", value), ("A", " y ")]).get("a") == "x, y"
    assert Headers([("a", "x\n")]).get("a") == "x\n"


def test_headers_are_compared_and_hashed_by_value() -> None:
    one, same = Headers([("a", "1")]), Headers([("a", "1")])
    assert one.get("a") == "1"  # A lookup does not change the value.
    assert one == same
    assert hash(one) == hash(same)
    assert one != Headers([("a", "2")])
    assert one != [("a", "1")]


def test_messages_accept_pairs_or_headers() -> None:
    headers = Headers([("a", "1")])
    assert Request("GET", "https://x.example/", headers).headers is headers
    assert Request("GET", "https://x.example/", iter([("a", "1")])).headers == headers


@messages
def test_repr_hides_header_values_query_and_body(message: object) -> None:
    assert SECRET not in repr(message)
    assert SECRET not in str(message)
    assert SECRET not in f"{message}"
    assert repr(message).startswith(f"{type(message).__name__}(")


def test_repr_shows_method_url_status_and_header_names() -> None:
    assert repr(REQUEST) == "Request(GET https://app.example/x)"
    assert repr(HTTP_REQUEST) == "HttpRequest(POST https://api.clerk.example/v1/x)"
    assert repr(HTTP_RESPONSE) == "HttpResponse(200, 6 bytes)"
    assert repr(Headers([("Cookie", SECRET), ("x", SECRET)])) == "Headers(Cookie, x)"


@messages
def test_messages_are_frozen(message: object) -> None:
    with pytest.raises(AttributeError):
        message.headers = Headers()  # type: ignore[attr-defined]
    with pytest.raises((AttributeError, TypeError)):
        message.another = 1  # type: ignore[attr-defined]


@messages
def test_messages_are_compared_and_hashed_by_value(message: object) -> None:
    assert message in {REQUEST, HTTP_REQUEST, HTTP_RESPONSE}
    assert hash(message) == hash(type(message)(*ARGUMENTS[type(message)]))
    assert message == type(message)(*ARGUMENTS[type(message)])
    assert [one for one in (REQUEST, HTTP_REQUEST, HTTP_RESPONSE) if one == message] == [message]
    assert message != SECRET


def test_transport_options_do_not_affect_equality() -> None:
    alone = HttpRequest("GET", "https://x.example/")
    shared = HttpRequest("GET", "https://x.example/", timeout=5, flight=Flight(), may_repeat=True)
    assert alone == shared
    assert alone != HttpRequest("GET", "https://x.example/", content=b"x")


# Header types of servers and frameworks


def message_of(*pairs: tuple[str, str]) -> Message:
    """Return headers as `http.server` and `http.client` represent them."""
    message = Message()
    for name, value in pairs:
        message[name] = value
    return message


SOURCES: list[Any] = [
    {"Cookie": "a=1", "X-Forwarded-Host": "a.example"},
    {"Cookie": ["a=1"], "X-Forwarded-Host": ("a.example",)},
    [("Cookie", "a=1"), ("X-Forwarded-Host", "a.example")],
    [["Cookie", "a=1"], ["X-Forwarded-Host", "a.example"]],
    message_of(("Cookie", "a=1"), ("X-Forwarded-Host", "a.example")),
    WsgirefHeaders([("Cookie", "a=1"), ("X-Forwarded-Host", "a.example")]),
]


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: type(source).__name__)
def test_headers_are_read_from_mappings_pairs_and_standard_library_types(source: Any) -> None:
    request = Request("GET", "https://x.example/", source)
    assert list(request.headers) == [("Cookie", "a=1"), ("X-Forwarded-Host", "a.example")]
    assert HttpResponse(200, source).headers == request.headers == Headers(source)


@pytest.mark.parametrize(
    "source",
    [
        {"Set-Cookie": ["a=1", "b=2"]},
        message_of(("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")),
        WsgirefHeaders([("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]),
    ],
    ids=lambda source: type(source).__name__,
)
def test_repeated_headers_are_kept_from_every_source(source: Any) -> None:
    assert Headers(source).get_all("set-cookie") == ["a=1", "b=2"]


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ([(b"cookie", SECRET.encode())], "bytes"),
        ([("cookie", SECRET.encode())], "a value of type bytes for 'cookie'"),
        ({"cookie": None}, "a value of None for 'cookie'"),
        ({"cookie": [SECRET, None]}, "a value of None for 'cookie'"),
        ({"cookie": {SECRET: SECRET}}, "a value of type dict for 'cookie'"),
        ([("cookie", SECRET, SECRET)], "in place of a pair"),
        ([SECRET], "in place of a pair"),
        ([None], "None in place of a pair"),
        (SECRET, "str"),
        (SECRET.encode(), "bytes"),
        (None, "None"),
        (3, "int"),
    ],
)
@pytest.mark.parametrize("make", [Headers, lambda source: Request("GET", "http://x/", source)])
def test_headers_that_are_not_text_raise_type_error(make: Any, source: Any, named: str) -> None:
    with pytest.raises(TypeError, match="mapping, or pairs, of str") as error:
        make(source)
    assert named in str(error.value)
    assert SECRET not in str(error.value)


@pytest.mark.parametrize(
    ("method", "url", "error", "expected"),
    [
        ("get", "https://x.example/", ValueError, "upper case"),
        ("", "https://x.example/", ValueError, "upper case"),
        (b"GET", "https://x.example/", TypeError, "'GET', not bytes"),
        (None, "https://x.example/", TypeError, "NoneType"),
        ("GET", f"/x?{SECRET}", ValueError, "url must be absolute"),
        ("GET", f"x.example/{SECRET}", ValueError, "url must be absolute"),
        ("GET", f"//x.example/{SECRET}", ValueError, "url must be absolute"),
        ("GET", f"wss://x.example/{SECRET}", ValueError, "url must be absolute"),
        ("GET", b"https://x.example/", TypeError, "not bytes"),
        ("GET", None, TypeError, "NoneType"),
    ],
)
def test_invalid_method_or_url_is_rejected(
    method: Any, url: Any, error: type[Exception], expected: str
) -> None:
    with pytest.raises(error, match=expected) as raised:
        Request(method, url)
    assert SECRET not in str(raised.value)


def test_received_request_is_not_validated() -> None:
    headers = Headers([("a", "1")])
    request = Request.received("get", "*", headers)
    assert (request.method, request.url, request.headers) == ("get", "*", headers)
