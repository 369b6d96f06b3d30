"""What the Backend API refuses, as an exception. No key and no token is ever part of it."""

from __future__ import annotations

from dataclasses import dataclass

from clerk_core.words.errors import ClerkError


@dataclass(frozen=True, slots=True)
class ErrorDetail:
    """One entry of Clerk's error answer: a code to branch on, and texts for people."""

    code: str
    message: str
    long_message: str


class ClerkAPIError(ClerkError):
    """The Backend API answered, and not with what was asked for.

    `status` is the HTTP status, `code` the first of Clerk's error codes (`unexpected-response` when
    there is none), `errors` all of them, `trace_id` what to quote to Clerk's support.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        errors: tuple[ErrorDetail, ...] = (),
        trace_id: str | None = None,
    ) -> None:
        super().__init__(code, message)
        self.status = status
        self.errors = errors
        self.trace_id = trace_id

    def __reduce__(self) -> tuple[type[ClerkAPIError], tuple[object, ...]]:
        return type(self), (self.status, self.code, self.message, self.errors, self.trace_id)
