"""The paths that choose the active organization."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import cast

from clerk_core._lazy import lazy
from clerk_core._settings.path_patterns import PathPatterns
from clerk_core._settings.values import InvalidValue, read_texts
from clerk_core.errors import ConfigurationError


@dataclass(frozen=True)
class OrganizationSyncOptions:
    """Paths that make an organization, or the personal account, the active one.

    A path of more than 2,048 characters matches none.
    https://clerk.com/docs/references/backend/authenticate-request#organization-sync-options

    Args:
        organization_patterns: patterns that name the organization with `:id` or `:slug`, as in
            `/orgs/:slug` and `/orgs/:slug/(.*)`.
        personal_account_patterns: patterns that stand for the user's own account.

    Raises:
        ConfigurationError: a pattern cannot be read.
    """

    organization_patterns: tuple[str, ...] = ()
    personal_account_patterns: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for field in fields(self):
            object.__setattr__(self, field.name, _patterns(field.name, getattr(self, field.name)))
        # Now, so that a pattern that cannot be read stops the application when it starts.
        _ = self.organizations, self.personal_accounts

    @lazy
    def organizations(self) -> PathPatterns:
        """The patterns of organizations, read."""
        return PathPatterns(self.organization_patterns)

    @lazy
    def personal_accounts(self) -> PathPatterns:
        """The patterns of personal accounts, read."""
        return PathPatterns(self.personal_account_patterns)

    @property
    def is_given(self) -> bool:
        """Whether any path chooses anything."""
        return bool(self.organization_patterns or self.personal_account_patterns)


def read_organization_sync(value: object) -> OrganizationSyncOptions:
    """Return the options of an object or of a mapping with its fields.

    Raises:
        TypeError: it is neither, or a key of the mapping is unknown.
    """
    if isinstance(value, OrganizationSyncOptions):
        return value
    known = [field.name for field in fields(OrganizationSyncOptions)]
    named = cast("Mapping[str, object]", value)
    if not isinstance(value, Mapping) or not set(known).issuperset(named):
        raise TypeError(
            f"organization_sync_options must be OrganizationSyncOptions, or a mapping with the "
            f"keys {' and '.join(known)}"
        )
    return OrganizationSyncOptions(
        **{name: _patterns(name, given) for name, given in named.items()}
    )


def _patterns(name: str, value: object) -> tuple[str, ...]:
    try:
        return () if value is None else read_texts(value)
    except InvalidValue as fault:
        raise ConfigurationError(
            f"{name} {fault}", code="organization-sync-options-invalid"
        ) from None
