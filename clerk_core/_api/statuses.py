"""Map HTTP statuses to exceptions."""

from __future__ import annotations

from clerk_core.errors import (
    ClerkAPIError,
    ForbiddenError,
    NotFoundError,
    RateLimitedError,
    ServerError,
    UnauthorizedError,
    UnprocessableError,
)

_BY_STATUS = {
    401: UnauthorizedError,
    403: ForbiddenError,
    404: NotFoundError,
    422: UnprocessableError,
    429: RateLimitedError,
}


def class_of(status: int) -> type[ClerkAPIError]:
    """Return the exception class of an HTTP status."""
    return ServerError if status >= 500 else _BY_STATUS.get(status, ClerkAPIError)
