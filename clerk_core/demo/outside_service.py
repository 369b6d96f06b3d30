"""The outside service of the second example: it knows nothing of Clerk but a public key."""

from __future__ import annotations

import jwt


def claims_of(token: str | None, service_key: str) -> dict[str, object]:
    """What the service learns from a token, checked with the PEM `service_key`.

    A real application sends it as `Authorization: Bearer …`, and the service does this. Raises
    `jwt.InvalidTokenError` for a token that it does not accept.
    """
    return jwt.decode(token or "", service_key, algorithms=["RS256"], audience="authenticated")
