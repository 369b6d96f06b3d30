"""Roles in organizations as groups and flags: of the active organization, and for one request."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test import AsyncClient, Client, override_settings
from django.test.utils import CaptureQueriesContext

from clerk_core import ConfigurationError
from clerk_core import User as ClerkUserResource
from clerk_core.django.users._options import read_options
from clerk_core.models import Organization
from clerk_core.testing import ClerkFixture
from tests.adapters.django_users.conftest import Configure


@pytest.fixture
def editors() -> Group:
    group = Group.objects.create(name="Editors")
    group.permissions.add(Permission.objects.get(codename="view_group"))
    return group


@pytest.fixture
def acme(clerk_local: ClerkFixture, configure: Configure, editors: Group) -> Organization:
    acme = clerk_local.create_organization(name="Acme")
    configure(
        organizations=[acme.id],
        groups={"org:admin": ["Editors"]},
        staff_roles=["org:admin"],
        superuser_roles=["org:root"],
    )
    return acme


@pytest.fixture
def ada(clerk_local: ClerkFixture) -> ClerkUserResource:
    return clerk_local.create_user(username="ada")


def who(client: Client, url: str = "/who") -> Any:
    return client.get(url).json()


async def who_async(clerk_local: ClerkFixture, user: Any, **session: Any) -> Any:
    client = AsyncClient()
    clerk_local.sign_in(client, user, **session)
    response = await client.get("/async/who")
    return response.json()


def test_rights_follow_the_active_organization_at_once(
    client: Client, clerk_local: ClerkFixture, acme: Organization, ada: ClerkUserResource
) -> None:
    clerk_local.sign_in(client, ada, organization=acme, role="org:admin")
    assert who(client)["permissions"] == ["auth.view_group"]
    assert who(client)["is_staff"]
    assert client.get("/groups").status_code == 200

    clerk_local.sign_in(client, ada)
    assert (who(client)["permissions"], who(client)["is_staff"]) == ([], False)
    assert client.get("/groups", follow=True).status_code == 403

    clerk_local.sign_in(client, ada, organization=acme, role="org:member")
    assert (who(client)["permissions"], who(client)["is_staff"]) == ([], False)


def test_coroutine_functions_have_the_same_rights(
    clerk_local: ClerkFixture, acme: Organization, ada: ClerkUserResource
) -> None:
    found = asyncio.run(who_async(clerk_local, ada, organization=acme, role="org:admin"))
    assert (found["permissions"], found["is_staff"]) == (["auth.view_group"], True)


def test_role_in_an_organization_of_ones_own_gives_no_rights(
    client: Client, clerk_local: ClerkFixture, acme: Organization, ada: ClerkUserResource
) -> None:
    own = clerk_local.create_organization(name="Acme", slug="acme-2")
    clerk_local.sign_in(client, ada, organization=own, role="org:admin")

    found = who(client)
    assert (found["permissions"], found["is_staff"], found["is_superuser"]) == ([], False, False)


def test_nothing_is_written(
    client: Client, clerk_local: ClerkFixture, acme: Organization, ada: ClerkUserResource
) -> None:
    clerk_local.sign_in(client, ada, organization=acme, role="org:admin")
    who(client)
    with CaptureQueriesContext(connection) as queries:
        who(client)

    assert all(query["sql"].startswith("SELECT") for query in queries)
    user = User.objects.get()
    assert (user.is_staff, user.is_superuser, user.groups.count()) == (False, False, 0)


def test_view_that_saves_the_user_does_not_save_the_rights(
    client: Client, clerk_local: ClerkFixture, acme: Organization, ada: ClerkUserResource
) -> None:
    clerk_local.sign_in(client, ada, organization=acme, role="org:admin")
    found = client.get("/save").json()

    user = User.objects.get()
    assert (found["is_staff"], user.is_staff, user.first_name) == (True, False, "Saved")


def test_rights_in_the_database_stay(
    client: Client, clerk_local: ClerkFixture, acme: Organization, ada: ClerkUserResource
) -> None:
    clerk_local.sign_in(client, ada, organization=acme, role="org:member")
    who(client)
    User.objects.update(is_staff=True)
    client.get("/save")

    assert who(client)["is_staff"]
    assert User.objects.get().is_staff


def test_another_backend_does_not_hide_the_role(
    client: Client, clerk_local: ClerkFixture, acme: Organization, ada: ClerkUserResource
) -> None:
    clerk_local.sign_in(client, ada, organization=acme, role="org:admin")
    of_django = "django.contrib.auth.backends.ModelBackend"
    with override_settings(
        AUTHENTICATION_BACKENDS=[of_django, "clerk_core.django.users.ClerkBackend"]
    ):
        assert who(client)["permissions"] == ["auth.view_group"]


def test_groups_may_count_in_all_organizations(
    client: Client,
    clerk_local: ClerkFixture,
    configure: Configure,
    editors: Group,
    ada: ClerkUserResource,
) -> None:
    configure(organizations="*", groups={"org:admin": ["Editors"]})
    own = clerk_local.create_organization()
    clerk_local.sign_in(client, ada, organization=own, role="org:admin")

    assert who(client)["permissions"] == ["auth.view_group"]


def test_inactive_user_has_no_rights_of_a_role(
    client: Client, clerk_local: ClerkFixture, acme: Organization, ada: ClerkUserResource
) -> None:
    clerk_local.sign_in(client, ada, organization=acme, role="org:admin")
    who(client)
    User.objects.update(is_active=False)

    found = who(client)
    assert (found["username"], found["permissions"], found["is_staff"]) == ("", [], False)


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"groups": {"org:admin": ["Editors"]}}, "ORGANIZATIONS"),
        ({"staff_roles": ["org:admin"]}, "ORGANIZATIONS"),
        ({"staff_roles": ["org:admin"], "organizations": "*"}, "whoever creates"),
        ({"superuser_roles": ["org:admin"], "organizations": "*"}, "whoever creates"),
        ({"organizations": ["acme"]}, "no ID"),
        ({"organizations": "org_1"}, "list"),
        ({"staff_roles": ["admin"], "organizations": ["org_1"]}, "without org:"),
        ({"groups": {"admin": ["Editors"]}, "organizations": "*"}, "without org:"),
        ({"groups": {"org:admin": "Editors"}, "organizations": "*"}, "list"),
        ({"groups": ["Editors"]}, "dictionary"),
        ({"group": {}}, "GROUP"),
        ({"link_by": "email"}, "verified_email"),
        ({"create_on_request": "no"}, "True or False"),
        ({"fields": {"first_name": "nick_name"}}, "nick_name"),
        ({"fields": {"first_name": "_fields"}}, "_fields"),
        ({"fields": "nowhere.function"}, "imported"),
        ({"fields": 7}, "function"),
        (["groups"], "dictionary"),
    ],
    ids=str,
)
def test_option_that_is_invalid_or_dangerous_raises(options: Any, problem: str) -> None:
    with pytest.raises(ConfigurationError, match=problem):
        read_options(options)
