"""Operations on users' e-mail addresses."""

from clerk_core.backend.models import DeletedObject, EmailAddress, Verification
from clerk_core.backend.modes import M, Operations
from clerk_core.backend.operation import operation


class EmailAddresses(Operations[M]):
    """Operations on users' e-mail addresses."""

    @operation("POST", "/email_addresses")
    def create(
        self,
        *,
        user_id: str,
        email_address: str,
        verified: bool | None = ...,
        primary: bool | None = ...,
        notify_primary_email_address_changed: bool | None = ...,
    ) -> EmailAddress:
        """Give a user an e-mail address."""
        ...

    @operation("GET", "/email_addresses/{email_address_id}")
    def get(self, email_address_id: str) -> EmailAddress:
        """One e-mail address."""
        ...

    @operation("DELETE", "/email_addresses/{email_address_id}")
    def delete(self, email_address_id: str) -> DeletedObject:
        """Delete an e-mail address for good."""
        ...

    @operation("PATCH", "/email_addresses/{email_address_id}")
    def update(
        self,
        email_address_id: str,
        *,
        verified: bool | None = ...,
        primary: bool | None = ...,
        notify_primary_email_address_changed: bool | None = ...,
    ) -> EmailAddress:
        """Change an e-mail address; what is left out stays as it is."""
        ...

    @operation("POST", "/email_addresses/{email_address_id}/prepare_verification")
    def prepare_verification(self, email_address_id: str) -> Verification:
        """Send a code to an e-mail address."""
        ...

    @operation("POST", "/email_addresses/{email_address_id}/attempt_verification")
    def attempt_verification(
        self, email_address_id: str, *, verification_id: str, code: str
    ) -> Verification:
        """Check a code that was sent; `status` of the answer says how it went."""
        ...

    @operation("PUT", "/users/{user_id}/email_address")
    def replace_for_user(
        self,
        user_id: str,
        *,
        email_address: str,
        identification_status: str = ...,
        notify_primary_email_address_changed: bool | None = ...,
    ) -> EmailAddress:
        """Give a user this e-mail address in place of all that there are."""
        ...
