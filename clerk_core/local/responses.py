"""Answers of the two APIs as JSON, and refusals in the shape Clerk gives its errors.

It may not know which API answers. A message here is read by a browser, so it never holds a secret.
"""

from __future__ import annotations

import json
import secrets

from clerk_core.local.domain.errors import (
    ForbiddenError,
    InvalidStateError,
    InvalidValueError,
    NotFoundError,
    RefusalError,
)
from clerk_core.words.messages import HttpResponse

_STATUS: dict[type[RefusalError], int] = {
    NotFoundError: 404,
    ForbiddenError: 403,
    InvalidValueError: 422,
    InvalidStateError: 400,
}


class ApiError(RefusalError):
    """A refusal with an HTTP status of its own."""

    def __init__(
        self, status: int, code: str, message: str, long_message: str = "", parameter: str = ""
    ) -> None:
        super().__init__(code, message, long_message, parameter)
        self.args = (status, code, message, long_message, parameter)
        self.status = status


def missing_parameter(name: str) -> ApiError:
    """422: a required parameter was not given."""
    return ApiError(
        422, "form_param_missing", f"{name} is missing", f"{name} must be given.", parameter=name
    )


def invalid_parameter(name: str, expected: str) -> ApiError:
    """422: a parameter has a value that cannot be used; `expected` completes "must be …"."""
    return ApiError(
        422,
        "form_param_value_invalid",
        f"{name} is invalid",
        f"{name} must be {expected}.",
        parameter=name,
    )


def unknown_parameter(name: str) -> ApiError:
    """422: the operation has no such parameter here; ignoring it would give a wrong answer."""
    return ApiError(
        422,
        "form_param_unknown",
        f"{name} is not a valid parameter for this request.",
        f"The local Clerk instance knows no parameter {name} for this request.",
        parameter=name,
    )


def not_served(method: str, path: str, to_whom: str = "") -> ApiError:
    """501: Clerk may have this operation, the local instance has not."""
    return ApiError(
        501,
        "not_implemented",
        "Not served by the local Clerk instance",
        f"{method} {path} is not served by the local Clerk instance{to_whom and f' {to_whom}'}.",
    )


def json_response(payload: object, status: int = 200) -> HttpResponse:
    """The payload as JSON, not to be stored by any cache."""
    return HttpResponse(
        status,
        [
            ("content-type", "application/json"),
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
        ],
        json.dumps(payload, separators=(",", ":")).encode(),
    )


def error_response(error: RefusalError) -> HttpResponse:
    """The refusal in Clerk's shape."""
    meta = {"param_name": error.parameter} if error.parameter else {}
    return json_response(
        {
            "errors": [
                {
                    "code": error.code,
                    "message": error.message,
                    "long_message": error.long_message,
                    "meta": meta,
                }
            ],
            "clerk_trace_id": secrets.token_hex(16),
        },
        status_of(error),
    )


def status_of(error: RefusalError) -> int:
    """Return the HTTP status of a refusal."""
    return error.status if isinstance(error, ApiError) else _STATUS[type(error)]
