"""The system checks of this application: middlewares, the backend, options and groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning

from clerk_core import ConfigurationError
from clerk_core.django._checks import find_places
from clerk_core.django._settings import install_options
from clerk_core.django.users._options import read_options

_MIDDLEWARE = "clerk_core.django.users.ClerkAuthenticationMiddleware"
_OF_DJANGO = "django.contrib.auth.middleware.AuthenticationMiddleware"
_BACKEND = "clerk_core.django.users.ClerkBackend"
_NAME = "clerk_core.django.users"
_AUTH = "django.contrib.auth"


def check_users(app_configs: object, **kwargs: Any) -> list[CheckMessage]:
    """Return what is wrong with the users of Clerk in the settings of a project."""
    if not apps.is_installed(_NAME):
        # A test overrides INSTALLED_APPS, and checks stay registered.
        return []
    if not apps.is_installed(_AUTH):
        return [
            Error(
                f'"{_AUTH}" is not in INSTALLED_APPS.',
                hint=f'Add "{_AUTH}" and "django.contrib.contenttypes" to INSTALLED_APPS.',
                id="clerk_core.E010",
            )
        ]
    return [*_check_middleware(), *_check_options()]


def check_groups(app_configs: object, **kwargs: Any) -> list[CheckMessage]:
    """Return a warning for each group that a role stands for and that does not exist.

    Args:
        app_configs: The applications to check, which does not matter.
        kwargs: `databases` names those that may be asked.
    """
    databases: Sequence[str] = kwargs.get("databases") or ()
    try:
        groups = read_options(getattr(settings, "CLERK_USERS", None)).groups or {}
    except ConfigurationError:
        # `check_users` reports it.
        return []
    if not databases or not groups or not apps.is_installed(_AUTH):
        return []
    return list(_check_groups({name for names in groups.values() for name in names}))


def _check_groups(wanted: set[str]) -> Iterator[CheckMessage]:
    # Imported here: there are models by now.
    from django.contrib.auth.models import Group
    from django.db import DatabaseError

    try:
        groups = cast("Any", Group).objects.filter(name__in=wanted)
        found: set[str] = set(groups.values_list("name", flat=True))
    except DatabaseError:
        # Before the first `migrate`.
        return
    for name in sorted(wanted - found):
        yield Warning(
            f"There is no group {name!r}, which CLERK_USERS gives to a role.",
            hint="Create the group, or correct its name in the option GROUPS.",
            id="clerk_core.W010",
        )


def _check_middleware() -> Iterator[CheckMessage]:
    middleware: list[str] = list(settings.MIDDLEWARE)
    ours = find_places(middleware, _MIDDLEWARE)
    if not ours:
        # So it is while a project links its users, before they sign in at Clerk.
        yield Warning(
            "request.user is not from Clerk: ClerkAuthenticationMiddleware is not in MIDDLEWARE.",
            hint=f'Put "{_MIDDLEWARE}" in place of "{_OF_DJANGO}".',
            id="clerk_core.W011",
        )
        return
    if set(find_places(middleware, _OF_DJANGO)) - set(ours):
        yield Error(
            "AuthenticationMiddleware of Django is still in MIDDLEWARE, and one of the two would "
            "replace the user of the other.",
            hint=f'Remove "{_OF_DJANGO}".',
            id="clerk_core.E011",
        )
    if not find_places(list(settings.AUTHENTICATION_BACKENDS), _BACKEND):
        yield Error(
            "ClerkBackend is not in AUTHENTICATION_BACKENDS.",
            hint=f'Add "{_BACKEND}" to AUTHENTICATION_BACKENDS.',
            id="clerk_core.E012",
        )


def _check_options() -> Iterator[CheckMessage]:
    # Imported here: there are models by now.
    from clerk_core.django.users._fields import find_field

    try:
        fields = read_options(getattr(settings, "CLERK_USERS", None)).fields
        names = cast("Mapping[str, object]", fields) if isinstance(fields, Mapping) else ()
        for name in names:
            find_field(name)
    except ConfigurationError as error:
        message, _, hint = error.message.partition(". ")
        yield Error(
            f"{message.removesuffix('.')}.",
            hint=hint or "See the options in the documentation.",
            id="clerk_core.E013",
        )
    try:
        options = install_options()
    except (ConfigurationError, TypeError):
        # The check of "clerk_core.django" reports it.
        return
    if options.get("options_for") is not None:
        yield Error(
            "Users of several instances of Clerk cannot be told apart in one table.",
            hint='Remove the option OPTIONS_FOR, or "clerk_core.django.users".',
            id="clerk_core.E014",
        )
