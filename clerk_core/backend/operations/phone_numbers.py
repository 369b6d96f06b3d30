"""Operations on users' phone numbers."""

from clerk_core.backend.models import DeletedObject, PhoneNumber, Verification
from clerk_core.backend.modes import M, Operations
from clerk_core.backend.operation import operation


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
    ) -> PhoneNumber:
        """Give a user a phone number."""
        ...

    @operation("GET", "/phone_numbers/{phone_number_id}")
    def get(self, phone_number_id: str) -> PhoneNumber:
        """One phone number."""
        ...

    @operation("DELETE", "/phone_numbers/{phone_number_id}")
    def delete(self, phone_number_id: str) -> DeletedObject:
        """Delete a phone number for good."""
        ...

    @operation("PATCH", "/phone_numbers/{phone_number_id}")
    def update(
        self,
        phone_number_id: str,
        *,
        verified: bool | None = ...,
        primary: bool | None = ...,
        reserved_for_second_factor: bool | None = ...,
    ) -> PhoneNumber:
        """Change a phone number; what is left out stays as it is."""
        ...

    @operation("POST", "/phone_numbers/{phone_number_id}/prepare_verification")
    def prepare_verification(self, phone_number_id: str) -> Verification:
        """Send a code to a phone number."""
        ...

    @operation("POST", "/phone_numbers/{phone_number_id}/attempt_verification")
    def attempt_verification(
        self, phone_number_id: str, *, verification_id: str, code: str
    ) -> Verification:
        """Check a code that was sent; `status` of the answer says how it went."""
        ...

    @operation("PUT", "/users/{user_id}/phone_number")
    def replace_for_user(
        self, user_id: str, *, phone_number: str, identification_status: str = ...
    ) -> PhoneNumber:
        """Give a user this phone number in place of all that there are."""
        ...
