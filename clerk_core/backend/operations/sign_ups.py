"""Operations on attempts to sign up."""

from clerk_core.backend.models import SignUp
from clerk_core.backend.modes import M, Operations
from clerk_core.backend.operation import operation


class SignUps(Operations[M]):
    """Operations on attempts to sign up."""

    @operation("GET", "/sign_ups/{id}")
    def get(self, id: str) -> SignUp:
        """One sign-up, and what it lacks."""
        ...

    @operation("PATCH", "/sign_ups/{id}")
    def update(
        self, id: str, *, external_id: str | None = ..., custom_action: bool | None = ...
    ) -> SignUp:
        """Change a sign-up; what is left out stays as it is."""
        ...
