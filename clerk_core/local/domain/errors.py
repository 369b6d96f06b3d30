"""Why the local instance refuses what it is asked: one class for each kind of reason.

It may not know HTTP; which status each kind has is in `responses`. A message may be shown in a
browser, so it never holds a secret.
"""

from __future__ import annotations


class RefusalError(Exception):
    """The instance refuses; `code` is one of Clerk's error codes, `parameter` what it is about."""

    def __init__(
        self, code: str, message: str, long_message: str = "", parameter: str = ""
    ) -> None:
        super().__init__(code, message, long_message, parameter)
        self.code = code
        self.message = message
        self.long_message = long_message or message
        self.parameter = parameter


class NotFoundError(RefusalError):
    """There is no such object, or there is no more."""


class ForbiddenError(RefusalError):
    """The object exists, but this is not allowed."""


class InvalidValueError(RefusalError):
    """The value of a parameter cannot be used."""


class InvalidStateError(RefusalError):
    """The object is in a state in which this is not possible."""


def not_found(what: str, name: str) -> NotFoundError:
    """Return the error for an object that does not exist."""
    return NotFoundError(
        "resource_not_found", f"{what} not found", f"No {what.lower()} was found for {name!r}."
    )


def taken(name: str) -> InvalidValueError:
    """Return the error for a value that must be unique and is used by another object."""
    return InvalidValueError(
        "form_identifier_exists",
        f"That {name.replace('_', ' ')} is taken. Please try another.",
        parameter=name,
    )
