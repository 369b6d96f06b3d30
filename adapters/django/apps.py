"""The Django application: Clerk in a project, made from its settings when it is first needed."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

from django.apps import AppConfig, apps
from django.core import checks
from django.core.signals import setting_changed

from clerk_core import AsyncClerk, Clerk, ConfigurationError
from clerk_core.adapters import AsyncInstallation, Installation
from clerk_core.django._checks import check_deployment, check_project
from clerk_core.django._settings import (
    async_install_options,
    clerk_variables,
    install_options,
)

LABEL: Final = "clerk_core"


class ClerkConfig(AppConfig):
    """Clerk in a project.

    It has two installations, because Django runs one part of a project in code that waits and
    another in code that awaits. They are made when they are first needed.
    """

    name: str = "clerk_core.django"
    label: str = LABEL
    verbose_name: str = "Clerk"  # pyright: ignore[reportIncompatibleVariableOverride]

    _installation: Installation | None = None
    _async_installation: AsyncInstallation | None = None
    _options: tuple[object, object] | None = None

    def ready(self) -> None:
        """Register the system checks and the schemes of OpenAPI; watch for changed settings."""
        checks.register(check_project, checks.Tags.security)
        checks.register(check_deployment, checks.Tags.security, deploy=True)
        setting_changed.connect(_forget_installations)
        if apps.is_installed("drf_spectacular"):
            # Here, because it imports modules that import the authentication classes.
            import_module("clerk_core.django._spectacular")

    @property
    def installation(self) -> Installation:
        """Clerk in code that waits.

        Raises:
            ConfigurationError: A key is missing, or an option is invalid.
        """
        if self._installation is None:
            self._installation = Installation(**install_options())
        return self._installation

    @property
    def async_installation(self) -> AsyncInstallation:
        """Clerk in code that awaits.

        Raises:
            ConfigurationError: A key is missing, or an option is invalid.
        """
        if self._async_installation is None:
            self._async_installation = AsyncInstallation(**async_install_options())
        return self._async_installation

    @property
    def client(self) -> Clerk:
        """The client of the Backend API outside of requests, in code that waits."""
        if self._installation is None and self._async_installation is not None:
            # It shares its keys.
            return self._async_installation.client.to_sync()
        return self.installation.client

    @property
    def async_client(self) -> AsyncClerk:
        """The client of the Backend API outside of requests, in code that awaits."""
        if self._async_installation is None and self._installation is not None:
            return self._installation.client.to_async()
        return self.async_installation.client

    def read_settings(self) -> None:
        """Read the options again for a new handler. Equal options keep the installations."""
        options = (async_install_options(), clerk_variables())
        if options != self._options:
            self.forget()
            self._options = options

    def forget(self) -> None:
        """Make new installations when they are next needed. Handlers that exist keep theirs."""
        self._installation = self._async_installation = None


def clerk_config() -> ClerkConfig:
    """Return the application of this project.

    Raises:
        ConfigurationError: It is not among `INSTALLED_APPS`.
    """
    try:
        config = apps.get_app_config(LABEL)
    except LookupError:
        config = None
    if not isinstance(config, ClerkConfig):
        raise ConfigurationError(
            'Clerk is not installed in this project. Add "clerk_core.django" to INSTALLED_APPS.',
            code="clerk-not-installed",
        )
    return config


def _forget_installations(*, setting: str, **_: Any) -> None:
    # A test overrides settings.
    if (setting == "CLERK" or setting.startswith("CLERK_")) and apps.is_installed(ClerkConfig.name):
        clerk_config().forget()
