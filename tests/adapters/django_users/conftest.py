"""A database, and the project with a local instance."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import pytest
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.core.management import call_command
from django.db import connections
from django.test import Client, override_settings

from clerk_core.django.users.models import ClerkUser
from clerk_core.testing import ClerkFixture
from tests.adapters.django_users.site import settings_of

Configure: TypeAlias = Callable[..., None]


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A file, because each thread has its own connection."""
    connections["default"].close()
    before = connections.settings["default"]["NAME"]
    name = str(tmp_path_factory.mktemp("database") / "db.sqlite3")
    connections.settings["default"]["NAME"] = name
    connections["default"].settings_dict["NAME"] = name
    call_command("migrate", verbosity=0)
    yield
    connections.close_all()
    connections.settings["default"]["NAME"] = before


@pytest.fixture(autouse=True)
def database(tables: None) -> Iterator[None]:
    yield
    empty_tables()


def empty_tables() -> None:
    cache.clear()
    for model in (ClerkUser, User, Group):
        model.objects.all().delete()


@pytest.fixture(autouse=True)
def project(database: None, clerk_local: ClerkFixture) -> Iterator[None]:
    with override_settings(**settings_of(**clerk_local.options())):
        yield


@pytest.fixture
def configure(project: None) -> Iterator[Configure]:
    """Yield a function that sets options of `CLERK_USERS` until the end of the test."""
    active: list[override_settings] = []

    def configure(**options: Any) -> None:
        made = override_settings(CLERK_USERS={k.upper(): v for k, v in options.items()})
        made.enable()
        active.append(made)

    yield configure
    for made in reversed(active):
        made.disable()


@pytest.fixture
def client(project: None) -> Client:
    return Client(SERVER_NAME="localhost")
