"""Operations on the instance's keys."""

from clerk_core.backend.models import JWKS
from clerk_core.backend.modes import M, Operations
from clerk_core.backend.operation import operation


class Jwks(Operations[M]):
    """Operations on the instance's keys."""

    @operation("GET", "/jwks")
    def get(self) -> JWKS:
        """Return the instance's public keys, as a JSON Web Key Set."""
        ...

    # The names of these in Clerk's own Python client.
    get_jwks = get
