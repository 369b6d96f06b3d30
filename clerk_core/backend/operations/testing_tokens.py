"""Operations on tokens for automated tests."""

from clerk_core.backend.models import TestingToken
from clerk_core.backend.modes import M, Operations
from clerk_core.backend.operation import operation


class TestingTokens(Operations[M]):
    """Operations on tokens for automated tests."""

    @operation("POST", "/testing_tokens")
    def create(self) -> TestingToken:
        """Create a token that lets automated tests pass bot protection."""
        ...
