"""What the OpenAPI document of an application says of its guards. It knows no framework.

https://spec.openapis.org/oas/v3.1.0#security-requirement-object
"""

from __future__ import annotations

from typing import Final

from clerk_core._authentication.request.token_kinds import AcceptsToken, is_accepted
from clerk_core._authentication.result.access import Access

SCHEME_PREFIX: Final = "Clerk_"
"""The beginning of the names of security schemes."""
REFUSAL_MEANINGS: Final = {
    401: "Not signed in.",
    403: "Signed in, but a requirement is not met.",
}
"""The descriptions of the responses to refused requests, by their status."""


def security_scheme(accepts_token: AcceptsToken) -> tuple[str, str]:
    """Return the name and the description of the scheme, a bearer token, for kinds of token."""
    kinds = [accepts_token] if isinstance(accepts_token, str) else accepts_token
    description = f"A token of Clerk: {' or '.join(kinds)}."
    if is_accepted("session_token", accepts_token):
        description += " Browsers send the session token in a cookie."
    return SCHEME_PREFIX + "_or_".join(kinds), description


def security_scopes(access: Access) -> list[str]:
    """Return the requirements of a guard, as the scopes of a security requirement."""
    return [*(f"{name}={value}" for name, value in access.required.items()), *access.scopes]
