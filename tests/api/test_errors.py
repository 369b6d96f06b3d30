from __future__ import annotations

import copy
import json
import pickle

import pytest

from clerk_core._api.calls import call
from clerk_core._api.statuses import class_of
from clerk_core._messages import HttpResponse
from clerk_core.errors import (
    ClerkAPIError,
    ClerkError,
    ErrorDetail,
    ForbiddenError,
    NotFoundError,
    RateLimitedError,
    ServerError,
    TransportError,
    UnauthorizedError,
    UnprocessableError,
)
from tests.support import SECRET_KEY, drive, json_response, settings

BY_STATUS: dict[int, type[ClerkAPIError]] = {
    400: ClerkAPIError,
    401: UnauthorizedError,
    402: ClerkAPIError,
    403: ForbiddenError,
    404: NotFoundError,
    409: ClerkAPIError,
    422: UnprocessableError,
    429: RateLimitedError,
    500: ServerError,
    501: ServerError,
    503: ServerError,
    599: ServerError,
}
TAKEN = {
    "code": "form_identifier_exists",
    "message": "is taken",
    "long_message": "That email address is taken. Please try another.",
    "meta": {"param_name": "email_address"},
}


def error_of(status: int, document: object = None, **headers: str) -> ClerkAPIError:
    named = [("content-type", "application/json")]
    named += [(name.replace("_", "-"), value) for name, value in headers.items()]
    response = HttpResponse(status, named, json.dumps(document).encode())
    with pytest.raises(ClerkAPIError) as caught:
        drive(call(settings(), "POST", "/users", body={"password": "s3cr3t"}), response)
    return caught.value


@pytest.mark.parametrize(("status", "kind"), BY_STATUS.items())
def test_each_status_has_its_exception_class(status: int, kind: type[ClerkAPIError]) -> None:
    error = error_of(status, {"errors": [TAKEN]})
    assert type(error) is class_of(status) is kind
    assert error.status == status
    assert isinstance(error, ClerkError)
    assert TransportError not in kind.__mro__


def test_exception_classes_do_not_overlap() -> None:
    kinds = [kind for kind in set(BY_STATUS.values()) if kind is not ClerkAPIError]
    assert len(kinds) == 6
    for kind in kinds:
        assert [other for other in kinds if issubclass(other, kind)] == [kind]


def test_error_carries_all_fields_of_the_response() -> None:
    second = {"code": "form_param_nil", "message": "is missing", "meta": None}
    error = error_of(422, {"errors": [TAKEN, second], "clerk_trace_id": "trace_1"})
    assert (error.code, error.trace_id) == ("form_identifier_exists", "trace_1")
    first, other = error.errors
    assert first.meta == {"param_name": "email_address"}
    assert (first.message, first.long_message) == (TAKEN["message"], TAKEN["long_message"])
    assert other == ErrorDetail("form_param_nil", "is missing", "")
    assert other.meta == {}


def test_message_says_what_happened_and_what_to_do() -> None:
    error = error_of(422, {"errors": [TAKEN, {"code": "x"}, {"message": "too short"}]})
    assert error.message == (
        "Clerk answered 422 to POST /users: That email address is taken. Please try another; "
        "too short. Fix the parameters listed in `errors`."
    )
    assert str(error) == f"{error.message} [form_identifier_exists]"


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (400, "Check the arguments of the call."),
        (401, "Check that CLERK_SECRET_KEY (for M2M tokens: CLERK_MACHINE_SECRET_KEY)"),
        (403, "Check in the dashboard"),
        (404, "Check the identifier"),
        (429, "Retry later"),
        (501, "This server does not support it."),
        (502, "Try again later."),
    ],
)
def test_every_status_has_its_advice(status: int, advice: str) -> None:
    assert error_of(status).message.startswith(f"Clerk answered {status} to POST /users. {advice}")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        (" 30 ", 30.0),
        ("0", 0.0),
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", None),
        ("9" * 7, None),
        ("٣", None),
        ("inf", None),
    ],
)
def test_retry_after_is_read_in_seconds(value: str, seconds: float | None) -> None:
    assert error_of(429, None, retry_after=value).retry_after == seconds
    assert error_of(503, None, retry_after=value).retry_after == seconds


def test_retry_after_is_none_without_the_header() -> None:
    assert error_of(429).retry_after is None


def test_too_long_error_response_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clerk_core._api.calls._json", lambda _: pytest.fail("parsed"))

    assert error_of(500, {"errors": [TAKEN] * 2_000}).code == "broken-response"


def test_truncated_error_response_raises_the_class_of_its_status() -> None:
    headers = [("content-type", "application/json"), ("retry-after", "3")]
    with pytest.raises(RateLimitedError) as caught:
        drive(call(settings(), "GET", "/users"), HttpResponse(429, headers, b'{"errors": [{"co'))
    assert (caught.value.code, caught.value.retry_after) == ("broken-response", 3.0)


@pytest.mark.parametrize("status", BY_STATUS)
def test_errors_survive_pickling_and_copying(status: int) -> None:
    error = error_of(status, {"errors": [TAKEN], "clerk_trace_id": "trace_1"}, retry_after="4")
    for other in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(other) is type(error)
        assert vars(other) == vars(error)
        assert str(other) == str(error)


def test_error_hides_request_body_and_meta() -> None:
    private = {**TAKEN, "meta": {"param_name": "x", "value": "s3cr3t"}}
    error = error_of(422, {"errors": [private], "private_metadata": "s3cr3t"})
    shown = f"{error}{error!r}{error.errors!r}{error.args!r}"
    assert "s3cr3t" not in shown
    assert SECRET_KEY not in shown


def test_error_details_are_compared_by_value() -> None:
    one, other = ErrorDetail("x", "y", "z", {"a": 1}), ErrorDetail("x", "y", "z", {"a": 1})
    assert one == other
    assert hash(one) == hash(other)
    assert one != ErrorDetail("x", "y", "z")
    with pytest.raises(AttributeError):
        one.code = "y"  # type: ignore[misc]


def test_redirect_response_raises_clerk_api_error() -> None:
    error = error_of(302, None, location="https://elsewhere.example")
    assert (type(error), error.status) == (ClerkAPIError, 302)
    assert "elsewhere" not in str(error)


def test_successful_response_without_json_names_the_api_url() -> None:
    with pytest.raises(ClerkAPIError) as caught:
        drive(call(settings(), "GET", "/users"), HttpResponse(200, content=b"<html>"))
    assert "CLERK_API_URL" in caught.value.message
    assert drive(call(settings(), "GET", "/users"), json_response({}))[0] == {}
