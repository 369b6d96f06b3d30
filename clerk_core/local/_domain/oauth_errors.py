"""Define the errors of the OAuth specifications, which have codes of their own.

They are no `DomainError`, because their response must keep what the transaction has changed: a code
that is presented twice revokes the tokens of its grant. It must not know HTTP.
"""

from __future__ import annotations


class OAuthError(Exception):
    """An error of RFC 6749 (4.1.2.1, 5.2), or of a specification that extends it.

    Attributes:
        code: The value of `error`, such as `invalid_grant`.
        description: The value of `error_description`, for developers.
    """

    def __init__(self, code: str, description: str) -> None:
        super().__init__(code, description)
        self.code = code
        self.description = description


def invalid_request(description: str) -> OAuthError:
    """Return the error for a request that is malformed."""
    return OAuthError("invalid_request", description)


def invalid_grant(description: str) -> OAuthError:
    """Return the error for a code or a refresh token that is not accepted."""
    return OAuthError("invalid_grant", description)
