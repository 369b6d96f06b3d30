"""Operations on the instance's keys."""

from clerk_core._api.modes import M, Operations
from clerk_core._api.operation import Extra, operation
from clerk_core.models import JWKS


class Jwks(Operations[M]):
    """Operations on the instance's keys."""

    @operation("GET", "/jwks")
    def get(self, *, extra: Extra = ...) -> JWKS:
        """Return the instance's public keys, as a JSON Web Key Set.

        Args:
            extra: Further fields to send.
        """
        ...

    # The names of these in Clerk's own Python client.
    get_jwks = get
