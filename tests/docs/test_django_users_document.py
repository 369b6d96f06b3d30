"""The blocks of docs/django-users.md are a project that works."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.adapters.django_users.subprocess_project import SETTINGS, manage, run
from tests.docs.examples import blocks_of_django_users

URLS = """
from views import hello, home, staff

urlpatterns += [path("home", home), path("staff", staff), path("hello", hello)]
"""
TESTS = """
import asyncio
import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import AsyncClient

pytestmark = pytest.mark.django_db(transaction=True)

def test_staff_and_coroutine_functions(client, clerk_local):
    ada = clerk_local.create_user(username="ada")
    clerk_local.sign_in(client, ada)
    assert client.get("/staff", follow=True).status_code == 403
    assert client.get("/hello").content == b"Hello ada"
    user = User.objects.get()
    user.user_permissions.add(Permission.objects.get(codename="view_user"))
    assert client.get("/staff").status_code == 200
    assert user.clerk_user.clerk_id == ada.id

def test_sign_out_and_webhook(client, clerk_local):
    event = clerk_local.webhook("user.created", clerk_local.create_user(username="ada"))
    url, kind = "/webhooks/clerk", "application/json"
    response = client.post(url, event.content, kind, headers=event.headers)
    assert response.status_code == 204
    assert User.objects.get().username == "ada"
    clerk_local.sign_in(client, clerk_local.create_user(), via="cookies")
    assert client.post("/sign-out/", headers={"origin": "http://testserver"}).status_code == 303
"""
OF_FIELDS = """
import pytest
from django.contrib.auth.models import User

@pytest.mark.django_db
def test_fields(client, clerk_local):
    fields = {"first_name": "Ada", "public_metadata": {"department": "IT"}}
    clerk_local.sign_in(client, clerk_local.create_user(**fields, email_address=["a@b.example"]))
    client.get("/home")
    user = User.objects.get()
    assert (user.first_name, user.last_name, user.email) == ("", "IT", "a@b.example")
"""
OF_ROLES = """
import pytest
from django.contrib.auth.models import Group, Permission

@pytest.mark.django_db
def test_roles(client, clerk_local, settings):
    Group.objects.create(name="Editors").permissions.add(
        Permission.objects.get(codename="view_user")
    )
    acme, ada = clerk_local.create_organization(), clerk_local.create_user()
    settings.CLERK_USERS = {**settings.CLERK_USERS, "ORGANIZATIONS": [acme.id]}
    clerk_local.sign_in(client, ada, organization=acme, role="org:admin")
    assert client.get("/staff").status_code == 200
    assert client.get("/admin/").status_code == 200
    clerk_local.sign_in(client, ada, organization=acme, role="org:member")
    assert client.get("/staff", follow=True).status_code == 403
    assert client.get("/admin/").status_code == 200
    clerk_local.sign_in(client, ada)
    assert client.get("/admin/", follow=True).status_code == 403
"""
OF_ADMIN = """
import pytest
from django.contrib.auth.models import User
from admin import ShopAdminSite

@pytest.mark.django_db
def test_site(client, clerk_local):
    clerk_local.sign_in(client, clerk_local.create_user())
    client.get("/home")
    User.objects.update(is_staff=True)
    assert b"Shop" in client.get("/admin/").content
"""
SITE = """
INSTALLED_APPS = [
    "config.ShopAdminConfig" if one.endswith("AdminConfig") else one for one in INSTALLED_APPS
]
"""
CONFIG = """
from django.contrib.admin.apps import AdminConfig

class ShopAdminConfig(AdminConfig):
    default_site = "admin.ShopAdminSite"
"""
CASES = {
    "installed": ("", TESTS),
    "fields": ("department", OF_FIELDS),
    "roles": ("STAFF_ROLES", OF_ROLES),
    "admin site": ("ShopAdminSite", OF_ADMIN),
}


def block(containing: str) -> str:
    """Return the only block that contains this text."""
    (found,) = [one for one in blocks_of_django_users() if containing in one]
    return found


@pytest.mark.parametrize("case", CASES)
def test_blocks_are_a_project(case: str, tmp_path: Path) -> None:
    name, tests = CASES[case]
    settings, further = block("MIDDLEWARE = ["), block(name) if name else ""
    if case == "admin site":
        (tmp_path / "admin.py").write_text(further)
        (tmp_path / "config.py").write_text(CONFIG)
        further = SITE
    files = {
        "settings.py": SETTINGS + settings + further,
        "urls.py": block("sign_in, webhook") + URLS,
        "views.py": block("request.auser()"),
        "test_home.py": block("def test_home("),
        "test_more.py": f"from test_home import keys\n{tests}",
    }
    for file, code in files.items():
        (tmp_path / file).write_text(code)

    output = run(tmp_path, "pytest", "-q", "-p", "no:cacheprovider")

    assert f"{1 + tests.count('def test_')} passed" in output
    assert "no issues" in manage(tmp_path, "check")


def test_each_python_block_is_used() -> None:
    used = ["MIDDLEWARE = [", "sign_in, webhook", "request.auser()", "def test_home("]
    used += [name for name, _ in CASES.values() if name]
    assert sorted(map(block, used)) == sorted(blocks_of_django_users())
