"""Define the errors of the domain, one class for each kind.

It must not know HTTP; `responses` maps each class to a status. Browsers see these messages, so they
never contain a secret.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType


class DomainError(Exception):
    """Base class of the errors that the instance returns to its clients.

    Attributes:
        code: An error code of Clerk, such as `resource_not_found`.
        message: A short message.
        long_message: A message for developers.
        parameter: The name of the invalid parameter, or an empty string.
        meta: Further machine-readable data.
    """

    meta: Mapping[str, object] = MappingProxyType({})

    def __init__(
        self, code: str, message: str, long_message: str = "", parameter: str = ""
    ) -> None:
        super().__init__(code, message, long_message, parameter)
        self.code = code
        self.message = message
        self.long_message: str = long_message or message
        self.parameter = parameter


class NotAuthenticatedError(DomainError):
    """The browser is not signed in."""


class NotFoundError(DomainError):
    """The object does not exist."""


class ForbiddenError(DomainError):
    """The operation is not allowed."""


class InvalidValueError(DomainError):
    """The value of a parameter is invalid."""


class InvalidStateError(DomainError):
    """The state of the object does not allow the operation."""


def not_found(what: str, name: str) -> NotFoundError:
    """Return the error for an object that does not exist."""
    return NotFoundError(
        "resource_not_found", f"{what} not found", f"No {what.lower()} was found for {name!r}."
    )


def taken(name: str) -> InvalidValueError:
    """Return the error for a unique value that another object already has."""
    return InvalidValueError(
        "form_identifier_exists",
        f"That {name.replace('_', ' ')} is taken. Please try another.",
        parameter=name,
    )
