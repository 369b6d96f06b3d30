"""Operations on the instance's keys."""

from clerk_core.backend.models import JWKS
from clerk_core.backend.modes import M, Operations
from clerk_core.backend.operation import operation


class Jwks(Operations[M]):
    """Operations on the instance's keys."""

    @operation("GET", "/jwks")
    def get(self) -> JWKS:
        """The public keys that session tokens are signed with."""
        ...

    # The names of these in Clerk's own Python client.
    get_jwks = get
