"""Operations on tokens for automated tests."""

from __future__ import annotations

from clerk_core.backend.models import TestingToken
from clerk_core.backend.operation import AsyncFace, SyncFace, operation


class TestingTokensOperations:
    """Each is a method of both clients; identifiers come first, all else by name."""

    @operation("POST", "/testing_tokens")
    def create(self) -> TestingToken:
        """Create a token with which tests pass the bot detection, for a while."""


class TestingTokens(TestingTokensOperations, SyncFace):
    """Operations on tokens for automated tests."""


class AsyncTestingTokens(TestingTokensOperations, AsyncFace):
    """Operations on tokens for automated tests, to await."""
