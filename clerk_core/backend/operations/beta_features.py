"""Operations on settings in trial, and the instance's domain."""

from clerk_core.backend.models import InstanceSettings
from clerk_core.backend.modes import M, Operations
from clerk_core.backend.operation import operation


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
    ) -> InstanceSettings:
        """Change settings that are in trial; what is left out stays as it is."""
        ...

    @operation("PUT", "/beta_features/domain")
    def update_production_instance_domain(
        self, *, home_url: str = ..., is_secondary: bool = ...
    ) -> None:
        """Move a production instance to another domain. Deprecated by Clerk."""
        ...
