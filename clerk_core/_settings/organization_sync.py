"""Define the options that choose the active organization by the path of the URL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import cast

from clerk_core._lazy import lazy
from clerk_core._settings.path_patterns import PathPatterns
from clerk_core._settings.values import InvalidValue, read_strings
from clerk_core.errors import ConfigurationError


@dataclass(frozen=True)
class OrganizationSyncOptions:
    """Path patterns that make an organization, or the personal account, the active one.

    A path longer than 2,048 characters never matches.
    https://clerk.com/docs/references/backend/authenticate-request#organization-sync-options

    Args:
        organization_patterns: Patterns of paths that activate an organization. They name it with
            `:id` or `:slug`, as in `/orgs/:slug` and `/orgs/:slug/(.*)`.
        personal_account_patterns: Patterns of paths that activate the user's personal account.

    Raises:
        ConfigurationError: a pattern is invalid.
    """

    organization_patterns: tuple[str, ...] = ()
    personal_account_patterns: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for field in fields(self):
            object.__setattr__(self, field.name, _patterns(field.name, getattr(self, field.name)))
        # Compiled now, so that an invalid pattern is reported when the application starts.
        _ = self.organizations, self.personal_accounts

    @lazy
    def organizations(self) -> PathPatterns:
        """The compiled patterns of organizations."""
        return PathPatterns(self.organization_patterns)

    @lazy
    def personal_accounts(self) -> PathPatterns:
        """The compiled patterns of personal accounts."""
        return PathPatterns(self.personal_account_patterns)

    @property
    def is_given(self) -> bool:
        """Whether there is any pattern."""
        return bool(self.organization_patterns or self.personal_account_patterns)


def read_organization_sync(value: object) -> OrganizationSyncOptions:
    """Return the options, made from a mapping if necessary.

    Args:
        value: `OrganizationSyncOptions`, or a mapping with the same fields.

    Raises:
        ConfigurationError: a pattern is invalid.
        TypeError: the value is neither, or the mapping has an unknown key.
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
        return () if value is None else read_strings(value)
    except InvalidValue as error:
        raise ConfigurationError(
            f"{name} {error}", code="organization-sync-options-invalid"
        ) from None
