from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_core.words.flight import Flight
from clerk_core.words.messages import Headers, HttpRequest, HttpResponse, Request
from tests.sample import examples

SECRET = "s3cr3t"
REQUEST = Request("GET", f"https://app.example/x?token={SECRET}", [("Authorization", SECRET)])
HTTP_REQUEST = HttpRequest(
    "POST",
    f"https://api.clerk.example/v1/x?nonce={SECRET}",
    [("authorization", f"Bearer {SECRET}")],
    SECRET.encode(),
)
HTTP_RESPONSE = HttpResponse(200, [("set-cookie", f"__session={SECRET}")], SECRET.encode())

messages = pytest.mark.parametrize(
    "message", [REQUEST, HTTP_REQUEST, HTTP_RESPONSE], ids=lambda one: type(one).__name__
)


@pytest.mark.parametrize(
    "name", ["Authorization", "AUTHORIZATION", "authorization", "aUtHoRiZaTiOn"]
)
def test_header_names_are_found_in_any_case(name: str) -> None:
    assert Headers([(name, "x")]).get("authorization") == "x"
    assert Headers([(name, "x")]).get_all("authorization") == ["x"]


def test_a_missing_header_is_none() -> None:
    assert Headers().get("host") is None
    assert Headers().get_all("host") == []


def test_values_of_one_name_are_joined_with_a_comma_and_cookies_with_a_semicolon() -> None:
    headers = Headers([("Accept", "a"), ("Cookie", "x=1"), ("accept", "b"), ("cookie", "y=2")])
    assert headers.get("accept") == "a, b"
    assert headers.get("cookie") == "x=1; y=2"


def test_several_set_cookie_fields_survive_in_order() -> None:
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
def test_white_space_around_a_value_is_no_part_of_it(value: str) -> None:
    assert Headers([("a", value)]).get("a") == "x"
    assert Headers([("a", value), ("A", " y ")]).get("a") == "x, y"
    assert Headers([("a", "x\n")]).get("a") == "x\n"


def test_headers_are_values() -> None:
    one, same = Headers([("a", "1")]), Headers([("a", "1")])
    assert one.get("a") == "1"  # looking up changes nothing
    assert one == same
    assert hash(one) == hash(same)
    assert one != Headers([("a", "2")])
    assert one != [("a", "1")]


def test_messages_take_pairs_or_headers() -> None:
    headers = Headers([("a", "1")])
    assert Request("GET", "https://x.example/", headers).headers is headers
    assert Request("GET", "https://x.example/", iter([("a", "1")])).headers == headers


@messages
def test_no_repr_shows_a_header_value_a_query_or_a_body(message: object) -> None:
    assert SECRET not in repr(message)
    assert SECRET not in str(message)
    assert SECRET not in f"{message}"
    assert repr(message).startswith(f"{type(message).__name__}(")


def test_a_repr_shows_what_helps() -> None:
    assert repr(REQUEST) == "Request(GET https://app.example/x)"
    assert repr(HTTP_REQUEST) == "HttpRequest(POST https://api.clerk.example/v1/x)"
    assert repr(HTTP_RESPONSE) == "HttpResponse(200, 6 bytes)"
    assert repr(Headers([("Cookie", SECRET), ("x", SECRET)])) == "Headers(Cookie, x)"


@messages
def test_messages_are_frozen(message: object) -> None:
    with pytest.raises((FrozenInstanceError, AttributeError)):
        message.headers = Headers()  # type: ignore[attr-defined]
    with pytest.raises((FrozenInstanceError, AttributeError, TypeError)):
        message.another = 1  # type: ignore[attr-defined]


@messages
def test_messages_are_hashable_copied_and_pickled_by_value(message: object) -> None:
    assert pickle.loads(pickle.dumps(message)) == message
    assert copy.deepcopy(message) == message
    assert hash(copy.copy(message)) == hash(message)


def test_how_a_request_is_sent_is_no_part_of_what_it_asks() -> None:
    alone = HttpRequest("GET", "https://x.example/")
    shared = HttpRequest("GET", "https://x.example/", timeout=5, flight=Flight(), may_repeat=True)
    assert alone == shared
    assert alone != HttpRequest("GET", "https://x.example/", content=b"x")
