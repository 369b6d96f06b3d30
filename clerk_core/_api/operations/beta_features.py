"""Operations on settings in trial, and the instance's domain."""

from clerk_core._api.modes import M, Operations
from clerk_core._api.operation import Extra, operation
from clerk_core.models import InstanceSettings


class BetaFeatures(Operations[M]):
    """Operations on settings in trial."""

    @operation("PATCH", "/beta_features/instance_settings")
    def update_instance_settings(
        self,
        *,
        restricted_to_allowlist: bool | None = ...,
        from_email_address: str | None = ...,
        progressive_sign_up: bool | None = ...,
        test_mode: bool | None = ...,
        extra: Extra = ...,
    ) -> InstanceSettings:
        """Update experimental settings of the instance.

        Args:
            restricted_to_allowlist: Whether only identifiers of the allowlist may sign up.
            from_email_address: The part before the `@` of the address that emails are sent from.
            progressive_sign_up: Whether to use progressive sign-up. Deprecated by Clerk.
            test_mode: Whether test email addresses and phone numbers are accepted.
            extra: Further fields to send.
        """
        ...

    @operation("PUT", "/beta_features/domain")
    def update_production_instance_domain(
        self, *, home_url: str = ..., is_secondary: bool = ..., extra: Extra = ...
    ) -> None:
        """Change the domain of a production instance, which signs all users out.

        Deprecated by Clerk.

        Args:
            home_url: The new URL of the application, such as `https://www.example.com`.
            is_secondary: Whether the domain is that of a secondary application.
            extra: Further fields to send.
        """
        ...
