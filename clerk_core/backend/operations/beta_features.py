"""Operations on settings in trial, and the instance's domain."""

from __future__ import annotations

from clerk_core.backend.models import InstanceSettings
from clerk_core.backend.operation import AsyncFace, SyncFace, operation


class BetaFeaturesOperations:
    """Each is a method of both clients; identifiers come first, all else by name."""

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

    @operation("PUT", "/beta_features/domain")
    def update_production_instance_domain(
        self, *, home_url: str = ..., is_secondary: bool = ...
    ) -> None:
        """Move a production instance to another domain. Deprecated by Clerk."""


class BetaFeatures(BetaFeaturesOperations, SyncFace):
    """Operations on settings in trial."""


class AsyncBetaFeatures(BetaFeaturesOperations, AsyncFace):
    """Operations on settings in trial, to await."""
