"""Operations on users' phone numbers."""

from clerk_core._api.modes import M, Operations
from clerk_core._api.operation import Extra, operation
from clerk_core.models import DeletedObject, PhoneNumber, Verification


class PhoneNumbers(Operations[M]):
    """Operations on users' phone numbers."""

    @operation("POST", "/phone_numbers")
    def create(
        self,
        *,
        user_id: str,
        phone_number: str,
        verified: bool | None = ...,
        primary: bool | None = ...,
        reserved_for_second_factor: bool | None = ...,
        extra: Extra = ...,
    ) -> PhoneNumber:
        """Add a phone number to a user.

        Args:
            user_id: The user's ID.
            phone_number: The phone number in E.164 format, such as `+15555550100`.
            verified: Whether it counts as verified.
            primary: Whether to make it the primary one; the first one always is.
            reserved_for_second_factor: Whether it is used as a second factor; then it must be
                verified.
            extra: Further fields to send.
        """
        ...

    @operation("GET", "/phone_numbers/{phone_number_id}")
    def get(self, phone_number_id: str, *, extra: Extra = ...) -> PhoneNumber:
        """Return a phone number.

        Args:
            phone_number_id: The ID of the phone number.
            extra: Further fields to send.
        """
        ...

    @operation("DELETE", "/phone_numbers/{phone_number_id}")
    def delete(self, phone_number_id: str, *, extra: Extra = ...) -> DeletedObject:
        """Delete a phone number.

        Args:
            phone_number_id: The ID of the phone number.
            extra: Further fields to send.
        """
        ...

    @operation("PATCH", "/phone_numbers/{phone_number_id}")
    def update(
        self,
        phone_number_id: str,
        *,
        verified: bool | None = ...,
        primary: bool | None = ...,
        reserved_for_second_factor: bool | None = ...,
        extra: Extra = ...,
    ) -> PhoneNumber:
        """Update a phone number; omitted parameters are not changed.

        Args:
            phone_number_id: The ID of the phone number.
            verified: Whether it counts as verified.
            primary: Whether to make it the user's primary one.
            reserved_for_second_factor: Whether it is used as a second factor; then it must be
                verified.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/phone_numbers/{phone_number_id}/prepare_verification")
    def prepare_verification(self, phone_number_id: str, *, extra: Extra = ...) -> Verification:
        """Send a one-time code to a phone number.

        Args:
            phone_number_id: The ID of the phone number.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/phone_numbers/{phone_number_id}/attempt_verification")
    def attempt_verification(
        self, phone_number_id: str, *, verification_id: str, code: str, extra: Extra = ...
    ) -> Verification:
        """Check a one-time code; the result's `status` says whether it was right.

        Args:
            phone_number_id: The ID of the phone number.
            verification_id: The ID of the verification, from `prepare_verification`.
            code: The code that the user received.
            extra: Further fields to send.
        """
        ...

    @operation("PUT", "/users/{user_id}/phone_number")
    def replace_for_user(
        self,
        user_id: str,
        *,
        phone_number: str,
        identification_status: str = ...,
        extra: Extra = ...,
    ) -> PhoneNumber:
        """Replace all phone numbers of a user with one, which is primary.

        Args:
            user_id: The user's ID.
            phone_number: The phone number in E.164 format, such as `+15555550100`.
            identification_status: `verified` (the default), `reserved` or `unverified`. Nobody can
                sign in with an unverified one.
            extra: Further fields to send.
        """
        ...
