"""Operations on users' e-mail addresses."""

from clerk_core._api.modes import M, Operations
from clerk_core._api.operation import Extra, operation
from clerk_core.models import DeletedObject, EmailAddress, Verification


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
        extra: Extra = ...,
    ) -> EmailAddress:
        """Add an email address to a user.

        Args:
            user_id: The user's ID.
            email_address: The email address.
            verified: Whether it counts as verified.
            primary: Whether to make it the primary one; the first one always is.
            notify_primary_email_address_changed: Whether to notify the former primary address;
                false by default.
            extra: Further fields to send.
        """
        ...

    @operation("GET", "/email_addresses/{email_address_id}")
    def get(self, email_address_id: str, *, extra: Extra = ...) -> EmailAddress:
        """Return an email address.

        Args:
            email_address_id: The ID of the email address.
            extra: Further fields to send.
        """
        ...

    @operation("DELETE", "/email_addresses/{email_address_id}")
    def delete(self, email_address_id: str, *, extra: Extra = ...) -> DeletedObject:
        """Delete an email address.

        Args:
            email_address_id: The ID of the email address.
            extra: Further fields to send.
        """
        ...

    @operation("PATCH", "/email_addresses/{email_address_id}")
    def update(
        self,
        email_address_id: str,
        *,
        verified: bool | None = ...,
        primary: bool | None = ...,
        notify_primary_email_address_changed: bool | None = ...,
        extra: Extra = ...,
    ) -> EmailAddress:
        """Update an email address; omitted parameters are not changed.

        Args:
            email_address_id: The ID of the email address.
            verified: Whether it counts as verified.
            primary: Whether to make it the user's primary one.
            notify_primary_email_address_changed: Whether to notify the former primary address;
                false by default.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/email_addresses/{email_address_id}/prepare_verification")
    def prepare_verification(self, email_address_id: str, *, extra: Extra = ...) -> Verification:
        """Send a one-time code to an email address.

        Args:
            email_address_id: The ID of the email address.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/email_addresses/{email_address_id}/attempt_verification")
    def attempt_verification(
        self, email_address_id: str, *, verification_id: str, code: str, extra: Extra = ...
    ) -> Verification:
        """Check a one-time code; the result's `status` says whether it was right.

        Args:
            email_address_id: The ID of the email address.
            verification_id: The ID of the verification, from `prepare_verification`.
            code: The code that the user received.
            extra: Further fields to send.
        """
        ...

    @operation("PUT", "/users/{user_id}/email_address")
    def replace_for_user(
        self,
        user_id: str,
        *,
        email_address: str,
        identification_status: str = ...,
        notify_primary_email_address_changed: bool | None = ...,
        extra: Extra = ...,
    ) -> EmailAddress:
        """Replace all email addresses of a user with one, which is primary.

        Args:
            user_id: The user's ID.
            email_address: The new email address.
            identification_status: `verified` (the default), `reserved` or `unverified`. Nobody can
                sign in with an unverified one.
            notify_primary_email_address_changed: Whether to notify the former primary address;
                false by default.
            extra: Further fields to send.
        """
        ...
