"""The exceptions that this library raises. No key and no token is ever part of one.

An invalid token is not an exception: the request is signed out with a `Reason`.
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
    """The base of everything this library raises.

    Every argument of a subclass stands in `args`, in the order of its parameters, so that
    `type(error)(*error.args)` is the same error: task queues and process pools rebuild errors so.

    Args:
        message: A sentence that says what happened and what to do.
        code: A stable slug to branch on.
    """

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message, code)
        self.message = message
        self.code = code

    def __str__(self) -> str:
        return f"{self.message} [{self.code}]"


class ConfigurationError(ClerkError):
    """A setting is missing or cannot be understood. The message names what to set."""


class AccessDeniedError(ClerkError):
    """A request does not meet the requirements of `protect()`.

    The middlewares and adapters of this library answer it; `response` is their response.

    Args:
        message: What is missing, in a sentence.
        code: `unauthenticated`, `forbidden`, `reverification-error` or `unavailable`.
        response: The response for the request: a `Response` of `clerk_core`.
    """

    def __init__(self, message: str, code: str, response: Any = None) -> None:
        super().__init__(message, code)
        self.response: Any = response

    def __reduce__(self) -> tuple[type[AccessDeniedError], tuple[str, str]]:
        # Without the response, which belongs to one request.
        return type(self), (self.message, self.code)


class TransportError(ClerkError):
    """No answer came: refused, reset, timed out. A `send` function raises it; flows receive it.

    The code `transport-failed` says that it failed at once; any other, that time may have passed.
    """

    def __init__(self, message: str = "No answer came.", code: str = "no-answer") -> None:
        super().__init__(message, code)


class TokenVerificationError(ClerkError):
    """A token that was to be verified does not hold. The code is one of the values of `Reason`."""


@dataclass(frozen=True, slots=True)
class ErrorDetail:
    """One entry of Clerk's error answer: a code to branch on, texts for people, and `meta`."""

    code: str
    message: str
    long_message: str
    meta: Mapping[str, object] = field(default_factory=dict[str, object], repr=False, hash=False)


class ClerkAPIError(ClerkError):
    """The Backend API refused a request, or answered with something else than was asked for.

    Args:
        message: A sentence that says what happened and what to do.
        code: The first of Clerk's error codes; `unexpected-response` without one.
        status: The HTTP status of the response.
        errors: All entries of Clerk's error response.
        trace_id: What to quote to Clerk's support.
        retry_after: The seconds to wait before asking again, where Clerk says so.
    """

    advice: ClassVar[str] = "Check what was given."
    """What to do about errors of this class, as a sentence."""

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
    """401: the secret key is missing, or it is not this instance's."""

    advice = (
        "Check that CLERK_SECRET_KEY (for M2M tokens: CLERK_MACHINE_SECRET_KEY) is a secret key of "
        "this instance."
    )


class ForbiddenError(ClerkAPIError):
    """403: the instance, or its plan, does not allow it."""

    advice = "Check in the dashboard that the instance and its plan allow it."


class NotFoundError(ClerkAPIError):
    """404: there is no such thing, or no longer."""

    advice = "Check the identifier, and that CLERK_SECRET_KEY belongs to the same instance."


class UnprocessableError(ClerkAPIError):
    """422: something that was given does not do; `errors` say what."""

    advice = "Fix the parameters listed in `errors`."


class RateLimitedError(ClerkAPIError):
    """429: asked too often; `retry_after` says when to come back."""

    advice = "Ask again later, and less often."


class ServerError(ClerkAPIError):
    """5xx: Clerk could not do it now."""

    advice = "Try again later."
