"""Tell Clerk's kinds of token apart, from what a token says of itself.

It knows nothing of signatures: a token of the wrong kind is refused before anything is verified.
"""

from __future__ import annotations

from typing import Literal

from clerk_core.reading.jwt import Jwt

TokenType = Literal["session_token"]

SESSION_CATEGORY = "cl_B7d4PD111AAA"
M2M_CATEGORY = "cl_B7d4PD333AAA"
# Instances that stamp this on every token say nothing with it.
_ANY_CATEGORY = "cl_I7d4PD111III"

# RFC 9068, 2.1.
_OAUTH_TYPES = ("at+jwt", "application/at+jwt")
_MACHINE_SUBJECT = "mch_"


def has_session_category(jwt: Jwt) -> bool:
    """Whether the `cat` header is that of session tokens (and handshakes), or says nothing."""
    category = jwt.header.get("cat", SESSION_CATEGORY)
    return category in (SESSION_CATEGORY, _ANY_CATEGORY)


def is_session_token(jwt: Jwt) -> bool:
    """Whether the token claims to be a session token.

    JWT-template tokens, M2M tokens and OAuth access tokens are signed with the same key, and must
    not be taken for one: they outlive the session, or belong to no user at all.
    """
    subject = jwt.claims.get("sub")
    is_machine = isinstance(subject, str) and subject.startswith(_MACHINE_SUBJECT)
    return (
        has_session_category(jwt) and not is_machine and jwt.header.get("typ") not in _OAUTH_TYPES
    )
