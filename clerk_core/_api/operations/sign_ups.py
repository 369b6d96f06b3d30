"""Operations on attempts to sign up."""

from clerk_core._api.modes import M, Operations
from clerk_core._api.operation import Extra, operation
from clerk_core.models import SignUp


class SignUps(Operations[M]):
    """Operations on attempts to sign up."""

    @operation("GET", "/sign_ups/{id}")
    def get(self, id: str, *, extra: Extra = ...) -> SignUp:
        """Return an attempt to sign up.

        Args:
            id: The sign-up's ID.
            extra: Further fields to send.
        """
        ...

    @operation("PATCH", "/sign_ups/{id}")
    def update(
        self,
        id: str,
        *,
        external_id: str | None = ...,
        custom_action: bool | None = ...,
        extra: Extra = ...,
    ) -> SignUp:
        """Update an attempt to sign up; omitted parameters are not changed.

        Args:
            id: The sign-up's ID.
            external_id: The ID in your own system that the user gets.
            custom_action: Whether an action of your own is done.
            extra: Further fields to send.
        """
        ...
