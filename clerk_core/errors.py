"""Define the exceptions that this library raises. They never contain a key or a token.

An invalid token does not raise an exception: the request is signed out with a `Reason`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

__all__ = [
    "AccessDeniedError",
    "ClerkAPIError",
    "ClerkError",
    "ConfigurationError",
    "ErrorDetail",
    "ForbiddenError",
    "NotFoundError",
    "RateLimitedError",
    "ServerError",
    "TokenVerificationError",
    "TransportError",
    "UnauthorizedError",
    "UnprocessableError",
]


class ClerkError(Exception):
    """The base class of the exceptions of this library.

    `type(error)(*error.args)` equals the error, for all subclasses, because task queues and process
    pools rebuild exceptions this way.

    Args:
        message: What happened and what to do.
        code: A stable, machine-readable code.
    """

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message, code)
        self.message = message
        self.code = code

    def __str__(self) -> str:
        return f"{self.message} [{self.code}]"


class ConfigurationError(ClerkError):
    """A setting is missing or invalid. The message says what to set."""


class AccessDeniedError(ClerkError):
    """A request does not meet the requirements of `protect()`.

    The middlewares and adapters of this library catch it and send `response`.

    Args:
        message: What is missing.
        code: `unauthenticated`, `forbidden`, `reverification-error` or `unavailable`.
        response: The response to send: a `Response` of `clerk_core`.
    """

    def __init__(self, message: str, code: str, response: Any = None) -> None:
        super().__init__(message, code)
        self.response: Any = response

    def __reduce__(self) -> tuple[type[AccessDeniedError], tuple[str, str]]:
        # The response belongs to one request and is not pickled.
        return type(self), (self.message, self.code)


class TransportError(ClerkError):
    """No response arrived: the connection was refused or reset, or the call timed out.

    `send` functions raise it into flows.

    Args:
        message: What happened and what to do.
        code: `transport-failed` if the call failed at once; any other if it may have taken time.
    """

    def __init__(self, message: str = "No response arrived.", code: str = "no-answer") -> None:
        super().__init__(message, code)


class TokenVerificationError(ClerkError):
    """A token is invalid. The code is one of the values of `Reason`."""


@dataclass(frozen=True, slots=True)
class ErrorDetail:
    """One entry of an error response of Clerk.

    Attributes:
        code: A machine-readable code.
        message: A short description.
        long_message: A longer description, which may be empty.
        meta: Further data, such as the name of the invalid parameter.
    """

    code: str
    message: str
    long_message: str
    meta: Mapping[str, object] = field(default_factory=dict[str, object], repr=False, hash=False)


class ClerkAPIError(ClerkError):
    """The Backend API returned an error, or an unexpected response.

    Args:
        message: What happened and what to do.
        code: The first of Clerk's error codes; `unexpected-response` without one.
        status: The HTTP status of the response.
        errors: All entries of Clerk's error response.
        trace_id: The identifier of the request, to quote to Clerk's support.
        retry_after: The seconds to wait before a retry, if Clerk sent them.
    """

    advice: ClassVar[str] = "Check the arguments of the call."
    """What to do about errors of this class."""

    def __init__(
        self,
        message: str,
        code: str,
        status: int,
        errors: tuple[ErrorDetail, ...] = (),
        trace_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, code)
        self.args: tuple[Any, ...] = (message, code, status, errors, trace_id, retry_after)
        self.status = status
        self.errors = errors
        self.trace_id = trace_id
        self.retry_after = retry_after


class UnauthorizedError(ClerkAPIError):
    """401: the secret key is missing, invalid, or belongs to another instance."""

    advice = (
        "Check that CLERK_SECRET_KEY (for M2M tokens: CLERK_MACHINE_SECRET_KEY) is a secret key of "
        "this instance."
    )


class ForbiddenError(ClerkAPIError):
    """403: the instance or its plan does not allow the operation."""

    advice = "Check in the dashboard that the instance and its plan allow it."


class NotFoundError(ClerkAPIError):
    """404: the resource does not exist."""

    advice = "Check the identifier, and that CLERK_SECRET_KEY belongs to the same instance."


class UnprocessableError(ClerkAPIError):
    """422: a parameter is invalid. `errors` names it."""

    advice = "Fix the parameters listed in `errors`."


class RateLimitedError(ClerkAPIError):
    """429: the rate limit was exceeded. `retry_after` is how many seconds to wait."""

    advice = "Retry later, and send fewer requests."


class ServerError(ClerkAPIError):
    """5xx: Clerk failed to process the request."""

    advice = "Try again later."
