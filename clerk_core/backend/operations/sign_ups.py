"""Operations on attempts to sign up."""

from __future__ import annotations

from clerk_core.backend.models import SignUp
from clerk_core.backend.operation import AsyncFace, SyncFace, operation


class SignUpsOperations:
    """Each is a method of both clients; identifiers come first, all else by name."""

    @operation("GET", "/sign_ups/{id}")
    def get(self, id: str) -> SignUp:
        """One sign-up, and what it lacks."""

    @operation("PATCH", "/sign_ups/{id}")
    def update(
        self, id: str, *, external_id: str | None = ..., custom_action: bool | None = ...
    ) -> SignUp:
        """Change a sign-up; what is left out stays as it is."""


class SignUps(SignUpsOperations, SyncFace):
    """Operations on attempts to sign up."""


class AsyncSignUps(SignUpsOperations, AsyncFace):
    """Operations on attempts to sign up, to await."""
