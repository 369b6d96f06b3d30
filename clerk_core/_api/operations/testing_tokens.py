"""Operations on tokens for automated tests."""

from clerk_core._api.modes import M, Operations
from clerk_core._api.operation import Extra, operation
from clerk_core.models import TestingToken


class TestingTokens(Operations[M]):
    """Operations on tokens for automated tests."""

    @operation("POST", "/testing_tokens")
    def create(self, *, extra: Extra = ...) -> TestingToken:
        """Create a token that lets automated tests pass bot protection.

        Args:
            extra: Further fields to send.
        """
        ...
