"""The Django application: its options, its checks, and rights that are never saved."""

from __future__ import annotations

from typing import Any, Final

from django.apps import AppConfig, apps
from django.conf import settings
from django.core import checks
from django.core.signals import setting_changed
from django.db.models.signals import post_save, pre_save

from clerk_core import ConfigurationError
from clerk_core.django.users._checks import check_groups, check_users
from clerk_core.django.users._options import UserOptions, read_options
from clerk_core.django.users._roles import restore_roles, withhold_roles

LABEL: Final = "clerk_users"


class ClerkUsersConfig(AppConfig):
    """The users of a project, which are those of Clerk."""

    name: str = "clerk_core.django.users"
    label: str = LABEL
    verbose_name: str = "Clerk users"  # pyright: ignore[reportIncompatibleVariableOverride]
    default_auto_field: str = (  # pyright: ignore[reportIncompatibleVariableOverride]
        "django.db.models.BigAutoField"
    )

    _options: UserOptions | None = None

    def ready(self) -> None:
        """Register the system checks and the signals, and read changed settings again."""
        checks.register(check_users, checks.Tags.security)
        checks.register(check_groups, checks.Tags.database)
        pre_save.connect(withhold_roles)
        post_save.connect(restore_roles)
        setting_changed.connect(_forget_options)

    @property
    def options(self) -> UserOptions:
        """The options in the setting `CLERK_USERS`.

        Raises:
            ConfigurationError: An option is unknown or invalid.
        """
        if self._options is None:
            self._options = read_options(getattr(settings, "CLERK_USERS", None))
        return self._options

    def forget(self) -> None:
        """Read the options again when they are next needed."""
        self._options = None


def users_config() -> ClerkUsersConfig:
    """Return the application of this project.

    Raises:
        ConfigurationError: It is not among `INSTALLED_APPS`.
    """
    try:
        config = apps.get_app_config(LABEL)
    except LookupError:
        config = None
    if not isinstance(config, ClerkUsersConfig):
        raise ConfigurationError(
            "The users of Clerk are not installed in this project. Add "
            '"clerk_core.django.users" to INSTALLED_APPS.',
            code="clerk-not-installed",
        )
    return config


def _forget_options(*, setting: str, **_: Any) -> None:
    # A test overrides settings.
    if setting == "CLERK_USERS" and apps.is_installed(ClerkUsersConfig.name):
        users_config().forget()
