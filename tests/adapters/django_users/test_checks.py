"""`manage.py check` says what is missing, and how to mend it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core import checks
from django.core.management import call_command
from django.test import override_settings

from clerk_core.django.users._checks import check_users
from clerk_core.testing import ClerkFixture
from tests.adapters.django_users.conftest import Configure
from tests.adapters.django_users.site import MIDDLEWARE

CLERK, USERS = (
    "clerk_core.django.ClerkMiddleware",
    "clerk_core.django.users.ClerkAuthenticationMiddleware",
)
OF_DJANGO = "django.contrib.auth.middleware.AuthenticationMiddleware"


def found(**settings: Any) -> dict[str, str]:
    with override_settings(**settings):
        messages = checks.run_checks(databases=["default"])
    return {str(one.id): f"{one.msg} {one.hint}" for one in messages}


def test_project_that_fits_has_no_findings() -> None:
    assert found() == {}


def test_migration_is_complete() -> None:
    call_command("makemigrations", "clerk_users", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize(
    ("settings", "finding", "text"),
    [
        (
            {"MIDDLEWARE": [one for one in MIDDLEWARE if one != USERS]},
            "clerk_core.W011",
            USERS,
        ),
        ({"MIDDLEWARE": [*MIDDLEWARE, OF_DJANGO]}, "clerk_core.E011", f'Remove "{OF_DJANGO}"'),
        (
            {"AUTHENTICATION_BACKENDS": ["django.contrib.auth.backends.ModelBackend"]},
            "clerk_core.E012",
            "ClerkBackend",
        ),
        ({"CLERK_USERS": {"LINK_BY": "email"}}, "clerk_core.E013", "verified_email"),
        ({"CLERK_USERS": {"FIELDS": {"nickname": "id"}}}, "clerk_core.E013", "auth.User"),
        ({"MIDDLEWARE": [USERS, *MIDDLEWARE]}, "clerk_core.E004", "above"),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value else "",
)
def test_mistake_is_found(settings: Any, finding: str, text: str) -> None:
    assert text in found(**settings)[finding]


def test_missing_users_of_django_are_an_error() -> None:
    with override_settings(INSTALLED_APPS=["clerk_core.django", "clerk_core.django.users"]):
        (message,) = check_users(None)
    assert message.id == "clerk_core.E010"


def test_several_instances_are_an_error(clerk_local: ClerkFixture) -> None:
    options = {**clerk_local.options(), "options_for": lambda request: None}
    assert "OPTIONS_FOR" in found(CLERK=options)["clerk_core.E014"]


def test_group_that_does_not_exist_is_a_warning(configure: Configure) -> None:
    Group.objects.create(name="Editors")
    configure(organizations="*", groups={"org:admin": ["Editors", "Auditors"]})

    assert "'Auditors'" in found()["clerk_core.W010"]
    # Without a database, nothing is asked of it.
    assert checks.run_checks() == []
