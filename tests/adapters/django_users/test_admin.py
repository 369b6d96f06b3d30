"""The admin: sign-in and sign-out at Clerk, staff only."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.test import Client

from clerk_core.django.users import ClerkAdminSite
from clerk_core.testing import ClerkFixture
from tests.adapters.django_users.conftest import Configure


@pytest.fixture
def staff(client: Client, clerk_local: ClerkFixture) -> Any:
    """Sign a superuser in."""
    ada = clerk_local.create_user(username="ada")
    clerk_local.sign_in(client, ada, via="cookies")
    client.get("/who")
    User.objects.update(is_staff=True, is_superuser=True)
    return ada


def test_site_of_the_project_is_that_of_clerk() -> None:
    assert isinstance(admin.site, ClerkAdminSite)
    assert admin.site.is_registered(User)


def test_visitor_is_led_to_clerk_and_back(client: Client) -> None:
    to_login = client.get("/admin/auth/user/")
    assert to_login["location"] == "/admin/login/?next=/admin/auth/user/"
    to_clerk = client.get(to_login["location"])

    back = parse_qs(urlsplit(to_clerk["location"]).query)["redirect_url"][0]
    assert urlsplit(back).path == "/admin/auth/user/"


def test_staff_get_in_and_write(client: Client, staff: Any) -> None:
    assert client.get("/admin/").status_code == 200
    assert client.get("/admin/login/?next=/admin/auth/")["location"] == "/admin/auth/"
    client.post("/admin/auth/group/add/", {"name": "Editors"})

    assert Group.objects.get().name == "Editors"
    assert LogEntry.objects.get().user == User.objects.get()


@pytest.mark.parametrize("page", ["/admin/", "/admin/auth/user/", "/admin/login/"])
def test_signed_in_user_who_is_not_staff_gets_403_and_no_circle(
    client: Client, clerk_local: ClerkFixture, page: str
) -> None:
    clerk_local.sign_in(client, clerk_local.create_user())
    assert client.get(page, follow=True).status_code == 403


def test_role_lets_in_while_its_organization_is_active(
    client: Client, clerk_local: ClerkFixture, configure: Configure
) -> None:
    acme, ada = clerk_local.create_organization(), clerk_local.create_user()
    configure(organizations=[acme.id], superuser_roles=["org:admin"], staff_roles=["org:admin"])
    clerk_local.sign_in(client, ada, organization=acme, role="org:admin")
    assert client.get("/admin/auth/user/").status_code == 200

    clerk_local.sign_in(client, ada)
    assert client.get("/admin/auth/user/", follow=True).status_code == 403


def test_signing_out_ends_the_session_at_clerk(
    client: Client, clerk_local: ClerkFixture, staff: Any
) -> None:
    gone = client.post("/admin/logout/", headers={"origin": "http://localhost"})

    assert (gone.status_code, gone["location"]) == (303, "http://localhost/")
    assert [call.path for call in clerk_local.calls if call.path.endswith("/revoke")]
    assert client.get("/who").json()["username"] == ""
