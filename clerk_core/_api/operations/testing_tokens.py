"""Operations on tokens for automated tests."""

from clerk_core._api.modes import M, Operations
from clerk_core._api.operation import operation
from clerk_core.models import TestingToken


class TestingTokens(Operations[M]):
    """Operations on tokens for automated tests."""

    @operation("POST", "/testing_tokens")
    def create(self) -> TestingToken:
        """Create a token that lets automated tests pass bot protection."""
        ...
