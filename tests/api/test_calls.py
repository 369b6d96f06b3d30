from __future__ import annotations

import json
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_core._api.calls import call, path
from clerk_core._flight import Flight
from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core._settings.settings import Settings
from clerk_core._version import API_VERSION, __version__
from clerk_core.errors import ClerkAPIError, ConfigurationError, ErrorDetail, TransportError
from tests.sample import examples
from tests.support import SECRET_KEY, drive, json_response, public_pem, settings, without_asking

PRIVATE = "s3cr3t"


def answered(response: HttpResponse | TransportError) -> object:
    return drive(call(settings(), "GET", "/users"), response)[0]


def failed(response: HttpResponse) -> ClerkAPIError:
    flow = call(
        settings(),
        "PATCH",
        "/users/user_1",
        query=[("token", PRIVATE)],
        body={"private_metadata": PRIVATE},
    )
    with pytest.raises(ClerkAPIError) as caught:
        drive(flow, response)
    error = caught.value
    for text in (str(error), repr(error), repr(vars(error))):
        assert SECRET_KEY not in text
        assert PRIVATE not in text
    assert "PATCH /users/user_1" in error.message
    return error


def asked(**options: object) -> HttpRequest:
    flow = call(settings(), "POST", "/users", **options)  # type: ignore[arg-type]
    return drive(flow, json_response({}))[1][0]


# Requests


def test_a_call_names_the_key_the_version_and_the_library() -> None:
    request = asked()
    assert (request.method, request.url) == ("POST", "https://api.clerk.com/v1/users")
    assert dict(request.headers) == {
        "authorization": f"Bearer {SECRET_KEY}",
        "accept": "application/json",
        "clerk-api-version": API_VERSION,
        "user-agent": f"clerk-core/{__version__}",
    }
    assert request.content == b""
    assert (request.timeout, request.flight) == (None, None)


def test_a_body_is_json() -> None:
    request = asked(body={"name": "Zoë", "none": None, "list": [1]})
    assert json.loads(request.content) == {"name": "Zoë", "none": None, "list": [1]}
    assert request.headers.get("content-type") == "application/json"
    assert asked(body={}).content == b"{}"


def test_a_query_is_encoded() -> None:
    url = asked(query=[("a", "1 & 2"), ("a", "ä"), ("b", "#?/")]).url
    assert url == "https://api.clerk.com/v1/users?a=1+%26+2&a=%C3%A4&b=%23%3F%2F"


def test_the_deadline_and_the_flight_are_handed_on() -> None:
    flight = Flight()
    request = asked(timeout=3.5, flight=flight)
    assert request.timeout == 3.5
    assert request.flight is flight


def test_no_repr_of_a_request_shows_the_secret_key() -> None:
    request = asked(body={"password": PRIVATE}, query=[("x", PRIVATE)])
    assert SECRET_KEY not in repr(request)
    assert PRIVATE not in repr(request)


def test_without_a_secret_key_nothing_is_sent_and_the_error_says_what_to_set() -> None:
    # A peer sent "Bearer None" when only a JWT key was set.
    with pytest.raises(ConfigurationError, match="CLERK_SECRET_KEY"):
        without_asking(call(Settings(jwt_key=public_pem()), "GET", "/users"))


def test_where_the_backend_api_is_can_be_set() -> None:
    given = settings(api_url="http://localhost:1/api/", api_version="v2")
    _, requests = drive(call(given, "GET", "/jwks"), json_response({}))
    assert requests[0].url == "http://localhost:1/api/v2/jwks"


# Paths


def test_a_path_is_made_of_segments() -> None:
    assert path("users", "user_1") == "/users/user_1"
    assert path("a/b", "c?d#e", "f g", "../x", "ä%") == "/a%2Fb/c%3Fd%23e/f%20g/..%2Fx/%C3%A4%25"


@pytest.mark.parametrize("segment", ["", ".", "..", "..."])
def test_a_segment_that_would_name_another_resource_is_refused(segment: str) -> None:
    with pytest.raises(ValueError, match="cannot be empty or dots alone"):
        path("users", segment)


@examples(150)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda s: s.strip(".")))
def test_whatever_a_segment_holds_it_stays_one(segment: str) -> None:
    made = path("users", segment, "revoke")
    assert made.count("/") == 3
    assert not set(made) & set("?#\\ \r\n")
    assert unquote(made.split("/")[2]) == segment


# Answers


@pytest.mark.parametrize("status", [200, 201, 202, 299])
def test_a_successful_answer_is_its_json(status: int) -> None:
    assert answered(json_response([{"id": "user_1"}], status)) == [{"id": "user_1"}]


@pytest.mark.parametrize("content", [b"", b" \r\n", b"null", b" null "])
def test_an_empty_answer_is_none(content: bytes) -> None:
    assert answered(HttpResponse(200, content=content)) is None
    assert answered(HttpResponse(204, content=content)) is None


NOT_JSON = [b"<html>s3cr3t</html>", b"{", b"\xff\xfe\x00x", b"[" * 100_000, b"1" * 5000, b"OK"]


@pytest.mark.parametrize("content", NOT_JSON, ids=range(len(NOT_JSON)))
def test_a_success_that_is_no_json_is_an_error_that_shows_nothing_of_it(content: bytes) -> None:
    error = failed(HttpResponse(200, content=content))
    assert (error.status, error.code) == (200, "unexpected-response")
    assert "CLERK_API_URL" in error.message
    assert error.errors == ()


def test_a_transport_error_reaches_the_caller_as_it_is() -> None:
    error = TransportError("refused")
    with pytest.raises(TransportError) as caught:
        answered(error)
    assert caught.value is error


ERRORS_OF_EVERY_SHAPE: list[object] = [
    None,
    [],
    "x",
    1,
    {},
    {"errors": None},
    {"errors": {}},
    {"errors": "x"},
    {"errors": []},
    {"errors": [None, 1, "x", []]},
    {"errors": [{}]},
    {"errors": [{"code": None, "message": None, "long_message": None}]},
    {"errors": [{"code": ""}], "clerk_trace_id": 7},
    {"error": "unauthorized"},
]


@pytest.mark.parametrize("status", [301, 400, 401, 404, 429, 500, 503])
@pytest.mark.parametrize("document", ERRORS_OF_EVERY_SHAPE)
def test_an_error_of_any_shape_is_the_same_exception(document: object, status: int) -> None:
    error = failed(json_response(document, status))
    assert (error.status, error.code, error.trace_id) == (status, "unexpected-response", None)
    assert error.message.startswith(f"Clerk answered {status} to PATCH /users/user_1. ")


@pytest.mark.parametrize("content", NOT_JSON, ids=range(len(NOT_JSON)))
def test_an_error_page_of_something_in_between_is_an_exception_too(content: bytes) -> None:
    error = failed(HttpResponse(502, content=content))
    assert (error.status, error.code) == (502, "unexpected-response")


def test_texts_of_another_type_are_shown_as_text() -> None:
    error = failed(json_response({"errors": [{"code": 7, "message": ["a"]}]}, 400))
    assert error.code == "7"
    assert error.errors == (ErrorDetail("7", "['a']", ""),)
