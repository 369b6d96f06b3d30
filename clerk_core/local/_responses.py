"""Create JSON responses, and error responses in Clerk's format.

It must not know which API responds. Browsers see these messages, so they never contain a secret.
"""

from __future__ import annotations

import json
import secrets
from typing import Any

from clerk_core._messages import HttpResponse
from clerk_core.local._domain.errors import (
    DomainError,
    ForbiddenError,
    InvalidStateError,
    InvalidValueError,
    NotAuthenticatedError,
    NotFoundError,
)

_STATUS: dict[type[DomainError], int] = {
    NotAuthenticatedError: 401,
    NotFoundError: 404,
    ForbiddenError: 403,
    InvalidValueError: 422,
    InvalidStateError: 400,
}


class ApiError(DomainError):
    """An error with an explicit HTTP status."""

    def __init__(
        self, status: int, code: str, message: str, long_message: str = "", parameter: str = ""
    ) -> None:
        super().__init__(code, message, long_message, parameter)
        self.args: tuple[Any, ...] = (status, code, message, long_message, parameter)
        self.status = status


def missing_parameter(name: str) -> ApiError:
    """Return the error (422) for a missing required parameter."""
    return ApiError(
        422, "form_param_missing", f"{name} is missing", f"{name} is required.", parameter=name
    )


def invalid_parameter(name: str, expected: str) -> ApiError:
    """Return the error (422) for an invalid parameter; `expected` follows "must be" in it."""
    return ApiError(
        422,
        "form_param_value_invalid",
        f"{name} is invalid",
        f"{name} must be {expected}.",
        parameter=name,
    )


def unknown_parameter(name: str) -> ApiError:
    """Return the error (422) for an unsupported parameter.

    Ignoring the parameter could return a wrong result.
    """
    return ApiError(
        422,
        "form_param_unknown",
        f"{name} is not a valid parameter for this request.",
        f"The local Clerk instance does not support the parameter {name} for this request.",
        parameter=name,
    )


def not_served(method: str, path: str, qualifier: str = "") -> ApiError:
    """Return the error (404) for an operation that the local instance does not support.

    Not a 5xx, because Clerk's Python SDK retries it for minutes, and not a 401, because it signs
    clerk-js out.
    """
    return ApiError(
        404,
        "not_implemented",
        "Not supported by the local Clerk instance",
        f"The local Clerk instance does not support {method} {path}"
        f"{qualifier and f' {qualifier}'}.",
    )


def json_response(payload: object, status: int = 200) -> HttpResponse:
    """Return a JSON response that must not be cached."""
    return HttpResponse(
        status,
        [
            ("content-type", "application/json"),
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
        ],
        json.dumps(payload, separators=(",", ":")).encode(),
    )


def error_response(error: DomainError) -> HttpResponse:
    """Return the response for an error, in Clerk's format."""
    parameter = {"param_name": error.parameter} if error.parameter else {}
    meta = {**parameter, **error.meta}
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


def status_of(error: DomainError) -> int:
    """Return the HTTP status of an error."""
    return error.status if isinstance(error, ApiError) else _STATUS[type(error)]
