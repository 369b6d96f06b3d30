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
from tests.support import (
    SECRET_KEY,
    drive,
    json_response,
    public_pem,
    run_without_requests,
    settings,
)

PRIVATE = "s3cr3t"


def result_of(response: HttpResponse | TransportError) -> object:
    return drive(call(settings(), "GET", "/users"), response)[0]


def error_of(response: HttpResponse) -> ClerkAPIError:
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


def request_of(**options: object) -> HttpRequest:
    flow = call(settings(), "POST", "/users", **options)  # type: ignore[arg-type]
    return drive(flow, json_response({}))[1][0]


# Requests


def test_request_has_key_version_and_user_agent() -> None:
    request = request_of()
    assert (request.method, request.url) == ("POST", "https://api.clerk.com/v1/users")
    assert dict(request.headers) == {
        "authorization": f"Bearer {SECRET_KEY}",
        "accept": "application/json",
        "clerk-api-version": API_VERSION,
        "user-agent": f"clerk-core/{__version__}",
    }
    assert request.content == b""
    assert (request.timeout, request.flight) == (None, None)


def test_body_is_sent_as_json() -> None:
    request = request_of(body={"name": "Zoë", "none": None, "list": [1]})
    assert json.loads(request.content) == {"name": "Zoë", "none": None, "list": [1]}
    assert request.headers.get("content-type") == "application/json"
    assert request_of(body={}).content == b"{}"


def test_query_is_url_encoded() -> None:
    url = request_of(query=[("a", "1 & 2"), ("a", "ä"), ("b", "#?/")]).url
    assert url == "https://api.clerk.com/v1/users?a=1+%26+2&a=%C3%A4&b=%23%3F%2F"


def test_timeout_and_flight_are_passed_on() -> None:
    flight = Flight()
    request = request_of(timeout=3.5, flight=flight)
    assert request.timeout == 3.5
    assert request.flight is flight


def test_request_repr_hides_secrets() -> None:
    request = request_of(body={"password": PRIVATE}, query=[("x", PRIVATE)])
    assert SECRET_KEY not in repr(request)
    assert PRIVATE not in repr(request)


def test_call_without_secret_key_raises_and_sends_nothing() -> None:
    # A peer sent "Bearer None" when only a JWT key was set.
    with pytest.raises(ConfigurationError, match="CLERK_SECRET_KEY"):
        run_without_requests(call(Settings(jwt_key=public_pem()), "GET", "/users"))


def test_api_url_and_version_can_be_set() -> None:
    given = settings(api_url="http://localhost:1/api/", api_version="v2")
    _, requests = drive(call(given, "GET", "/jwks"), json_response({}))
    assert requests[0].url == "http://localhost:1/api/v2/jwks"


# Paths


def test_path_segments_are_escaped() -> None:
    assert path("users", "user_1") == "/users/user_1"
    assert path("a/b", "c?d#e", "f g", "../x", "ä%") == "/a%2Fb/c%3Fd%23e/f%20g/..%2Fx/%C3%A4%25"


@pytest.mark.parametrize("segment", ["", ".", "..", "..."])
def test_empty_and_dot_segments_are_rejected(segment: str) -> None:
    with pytest.raises(ValueError, match="cannot be empty or only dots"):
        path("users", segment)


@examples(150)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda s: s.strip(".")))
def test_arbitrary_text_stays_one_path_segment(segment: str) -> None:
    made = path("users", segment, "revoke")
    assert made.count("/") == 3
    assert not set(made) & set("?#\\ \r\n")
    assert unquote(made.split("/")[2]) == segment


# Responses


@pytest.mark.parametrize("status", [200, 201, 202, 299])
def test_successful_response_is_parsed_as_json(status: int) -> None:
    assert result_of(json_response([{"id": "user_1"}], status)) == [{"id": "user_1"}]


@pytest.mark.parametrize("content", [b"", b" \r\n", b"null", b" null "])
def test_empty_response_is_none(content: bytes) -> None:
    assert result_of(HttpResponse(200, content=content)) is None
    assert result_of(HttpResponse(204, content=content)) is None


NOT_JSON = [b"<html>s3cr3t</html>", b"{", b"\xff\xfe\x00x", b"[" * 100_000, b"1" * 5000, b"OK"]


@pytest.mark.parametrize("content", NOT_JSON, ids=range(len(NOT_JSON)))
def test_successful_response_without_json_raises_and_hides_its_content(content: bytes) -> None:
    error = error_of(HttpResponse(200, content=content))
    assert (error.status, error.code) == (200, "unexpected-response")
    assert "CLERK_API_URL" in error.message
    assert error.errors == ()


def test_transport_error_reaches_the_caller_unchanged() -> None:
    error = TransportError("refused")
    with pytest.raises(TransportError) as caught:
        result_of(error)
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
def test_error_response_of_any_shape_raises_the_same_exception(
    document: object, status: int
) -> None:
    error = error_of(json_response(document, status))
    assert (error.status, error.code, error.trace_id) == (status, "unexpected-response", None)
    assert error.message.startswith(f"Clerk answered {status} to PATCH /users/user_1. ")


@pytest.mark.parametrize("content", NOT_JSON, ids=range(len(NOT_JSON)))
def test_error_page_of_a_proxy_raises_clerk_api_error(content: bytes) -> None:
    error = error_of(HttpResponse(502, content=content))
    assert (error.status, error.code) == (502, "unexpected-response")


def test_error_fields_of_other_types_are_shown_as_text() -> None:
    error = error_of(json_response({"errors": [{"code": 7, "message": ["a"]}]}, 400))
    assert error.code == "7"
    assert error.errors == (ErrorDetail("7", "['a']", ""),)
