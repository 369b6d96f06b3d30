"""The system checks of `manage.py check`: keys, the order of middlewares, cookies, production."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.utils.module_loading import import_string

from clerk_core import ConfigurationError
from clerk_core.adapters import Installation
from clerk_core.django._settings import install_options

_MIDDLEWARE = "clerk_core.django.ClerkMiddleware"
_ABOVE = (
    "django.middleware.cache.FetchFromCacheMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "clerk_core.django.users.ClerkAuthenticationMiddleware",
)
"""Middlewares that need to know who makes the request, or respond in its place."""
_BELOW = ("django.middleware.cache.UpdateCacheMiddleware",)
"""Middlewares that store responses, which must have Clerk's headers by then."""
_COOKIES = ("__session", "__client_uat", "__client", "__refresh", "__clerk_db_jwt")


def check_project(app_configs: object, **kwargs: Any) -> list[CheckMessage]:
    """Return what is wrong with Clerk in the settings of a project."""
    return [*_check_options(), *_check_middleware(), *_check_cookies()]


def check_deployment(app_configs: object, **kwargs: Any) -> list[CheckMessage]:
    """Return what is wrong with Clerk in the settings of a project in production."""
    try:
        options = install_options()
        installation = Installation(**options)
    except (ConfigurationError, TypeError) as error:
        # `check_project` reports all others.
        return [_error_of(error)] if _is_missing_key(error) else []
    if options.get("options_for") is not None:
        return []
    found = installation.client.settings
    installation.close()
    return [
        *_check_authorized_parties(found.authorized_parties),
        *_check_instance(found.publishable_key, found.secret_key),
    ]


def is_in_middleware(middleware: Iterable[str]) -> bool:
    """Return whether the middleware of Clerk, or one derived from it, is among these."""
    return bool(find_places(list(middleware), _MIDDLEWARE))


def _check_options() -> Iterator[CheckMessage]:
    try:
        Installation(**install_options()).close()
    except (ConfigurationError, TypeError) as error:
        found = _error_of(error)
        if _is_missing_key(error):
            # Tests bring keys of their own, after the checks.
            yield Warning(found.msg, found.hint, id="clerk_core.W003")
        else:
            yield found


def _is_missing_key(error: Exception) -> bool:
    return isinstance(error, ConfigurationError) and error.code == "keys-missing"


def _error_of(error: Exception) -> Error:
    text = error.message if isinstance(error, ConfigurationError) else str(error)
    message, _, hint = text.partition(". ")
    return Error(
        f"{message}." if hint else message,
        hint=hint or "See the options of Clerk in the documentation.",
        id="clerk_core.E001",
    )


def _check_middleware() -> Iterator[CheckMessage]:
    middleware: list[str] = list(settings.MIDDLEWARE)
    places = find_places(middleware, _MIDDLEWARE)
    if not places:
        yield Error(
            "ClerkMiddleware is not in MIDDLEWARE.",
            hint=f'Add "{_MIDDLEWARE}" to MIDDLEWARE, after SecurityMiddleware.',
            id="clerk_core.E002",
        )
        return
    if len(places) > 1:
        yield Error(
            "ClerkMiddleware is in MIDDLEWARE more than once.",
            hint="Remove all but the first.",
            id="clerk_core.E003",
        )
    for other in _ABOVE:
        if any(place < places[0] for place in find_places(middleware, other)):
            yield _wrong_order(other, "above")
    for other in _BELOW:
        if any(place > places[0] for place in find_places(middleware, other)):
            yield _wrong_order(other, "below")


def _wrong_order(other: str, where: str) -> CheckMessage:
    name = other.rpartition(".")[2]
    return Error(
        f"ClerkMiddleware must be {where} {name} in MIDDLEWARE.",
        hint=f'Move "{_MIDDLEWARE}" {where} "{other}".',
        id="clerk_core.E004",
    )


def _check_cookies() -> Iterator[CheckMessage]:
    for name in ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "LANGUAGE_COOKIE_NAME"):
        value = str(getattr(settings, name))
        if value.startswith(_COOKIES):
            yield Error(
                f"{name} is {value!r}, which is a cookie of Clerk.",
                hint=f"Choose another name for {name}.",
                id="clerk_core.E005",
            )


def _check_authorized_parties(parties: Sequence[str]) -> Iterator[CheckMessage]:
    if not parties:
        yield Warning(
            "The origins of your front ends are not set, so session tokens of all applications of "
            "this Clerk instance are accepted.",
            hint='Set CLERK["AUTHORIZED_PARTIES"], such as ["https://shop.example"].',
            id="clerk_core.W001",
        )


def _check_instance(publishable_key: str | None, secret_key: str | None) -> Iterator[CheckMessage]:
    if (publishable_key or "").startswith("pk_test_") or (secret_key or "").startswith("sk_test_"):
        yield Warning(
            "The keys belong to a development instance of Clerk.",
            hint="Use the keys of the production instance, which begin with pk_live_ and sk_live_.",
            id="clerk_core.W002",
        )


def find_places(middleware: list[str], wanted: str) -> list[int]:
    """Return the places of a middleware, or of one derived from it."""
    return [place for place, name in enumerate(middleware) if _is_same(name, wanted)]


def _is_same(name: str, wanted: str) -> bool:
    if name == wanted:
        return True
    try:
        found = import_string(name)
    except ImportError:
        # Django itself reports a middleware that does not exist.
        return False
    package, class_name = wanted.partition(".")[0], wanted.rpartition(".")[2]
    # By its name: importing a middleware of an application that is not installed may fail.
    return any(
        base.__qualname__ == class_name and base.__module__.partition(".")[0] == package
        for base in getattr(found, "__mro__", ())
    )
