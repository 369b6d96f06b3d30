"""The steps of docs/migrating-django.md move a project to Clerk, with the data of its users."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from clerk_core.local import LocalClerk, LocalServer
from tests.adapters.django_users.subprocess_project import SETTINGS, manage
from tests.docs.examples import DJANGO_MIGRATION, blocks_of_django_migration

OF_DJANGO = """
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "shop",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
"""
MODELS = """
from django.conf import settings
from django.db import models

class Order(models.Model):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="orders")
"""
ADMIN = """
from django.contrib import admin
from shop.models import Order

admin.site.register(Order)
"""
URLS = """
from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView, LogoutView
from django.shortcuts import render
from django.urls import path

@login_required
def orders(request):
    return render(request, "orders.html", {"orders": request.user.orders.count()})

def home(request):
    return render(request, "orders.html")

of_project = [path("", home), path("orders", orders), path("admin/", admin.site.urls)]
urlpatterns = [
    path("accounts/login/", LoginView.as_view(), name="login"),
    path("accounts/logout/", LogoutView.as_view(), name="logout"),
    *of_project,
]
"""
USERS = """
from django.contrib.auth.models import User
from shop.models import Order

ada = User.objects.create_superuser("ada", "ada@example.com", "secret", first_name="Ada")
bob = User.objects.create_user("bob", "bob@example.com", "secret")
Order.objects.create(owner=ada)
Order.objects.bulk_create([Order(owner=bob), Order(owner=bob)])
"""
LINKED = """
from clerk_core.django.users.models import ClerkUser

for link in ClerkUser.objects.select_related("user"):
    print(link.clerk_id, link.user.username, link.user.orders.count())
"""
VISIT = """
import sys
from django.contrib.auth.models import User
from django.test import Client
from django.test.utils import setup_test_environment

setup_test_environment()
client = Client(headers={{"authorization": "Bearer {token}"}} if "{token}" else {{}})
response = client.get("{path}")
print(response.status_code, response.get("location", ""), response.content.decode())
"""
MEMBERS = """
from django.contrib.auth.models import AbstractUser
from django.db import models

class Member(AbstractUser):
    clerk_id = models.CharField(max_length=255, unique=True, null=True)
"""


@pytest.fixture
def local() -> Iterator[LocalClerk]:
    with LocalClerk() as local, LocalServer(local):
        yield local


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with Django's own sign-in, and users with orders."""
    for name, code in {
        "settings.py": SETTINGS + OF_DJANGO,
        "urls.py": URLS,
        "shop/__init__.py": "",
        "shop/models.py": MODELS,
        "shop/admin.py": ADMIN,
        "templates/orders.html": "{{ user }}: {{ orders }}",
        "copy_users.py": block("def copy()"),
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(code)
    manage(tmp_path, "makemigrations", "shop")
    manage(tmp_path, "migrate")
    shell(tmp_path, USERS)
    return tmp_path


def shell(folder: Path, code: str, **variables: str) -> str:
    return manage(folder, "shell", "-v", "0", "-c", code, **variables)


def append(folder: Path, name: str, code: str) -> None:
    with (folder / name).open("a") as file:
        file.write(f"\n{code}")


def delete_sessions() -> str:
    """Return the code of the document that deletes sessions."""
    text = DJANGO_MIGRATION.read_text("utf-8")
    (found,) = re.findall(r'shell -c "(from django.contrib.sessions.*)"', text)
    return str(found)


def block(containing: str) -> str:
    """Return the only block that contains this text."""
    (found,) = [one for one in blocks_of_django_migration() if containing in one]
    return found


def test_project_moves_to_clerk_step_by_step(folder: Path, local: LocalClerk) -> None:
    keys = {f"CLERK_{name.upper()}": str(value) for name, value in local.options().items()}

    # 1. Copy the users; a second time changes nothing.
    for _ in range(2):
        shell(folder, "from copy_users import copy; copy()", **keys)

    # 2. Link the users.
    append(folder, "settings.py", block('"LINK_BY": "external_id"'))
    manage(folder, "migrate", **keys)
    manage(folder, "clerk_sync_users", **keys)
    lines = [line.split() for line in shell(folder, LINKED, **keys).splitlines()]
    linked = {name: clerk_id for clerk_id, name, _ in lines}
    assert sorted(line[1:] for line in lines) == [["ada", "1"], ["bob", "2"]]

    # 3. Sign in at Clerk.
    append(folder, "settings.py", block("OF_CLERK = "))
    append(folder, "urls.py", block("import sign_in, webhook") + "urlpatterns += of_project\n")
    assert "no issues" in manage(folder, "check", **keys)
    shell(folder, delete_sessions(), **keys)

    # 4. Replace the templates.
    (template,) = re.findall(r"```html\n(.*?)```", DJANGO_MIGRATION.read_text("utf-8"), re.DOTALL)
    (folder / "templates" / "orders.html").write_text(template)

    def visit(path: str, user: str | None) -> str:
        token = local.session_token(local.create_session(linked[user])) if user else ""
        return shell(folder, VISIT.format(path=path, token=token), **keys)

    assert "Orders of ada: 1" in visit("/orders", "ada")
    assert "Orders of bob: 2" in visit("/orders", "bob")
    assert visit("/orders", None).startswith("302 /accounts/login/?next=/orders")
    assert "Log in" in visit("/", None)
    assert visit("/admin/shop/order/", "ada").startswith("200")
    assert visit("/admin/login/", "bob").startswith("403")


def test_model_with_the_id_of_clerk_is_linked_by_a_migration(tmp_path: Path) -> None:
    settings = OF_DJANGO.replace(
        '"shop"', '"members", "clerk_core.django", "clerk_core.django.users"'
    )
    settings += 'MIDDLEWARE.insert(1, "clerk_core.django.ClerkMiddleware")\n'
    for name, code in {
        "settings.py": f'{SETTINGS}{settings}\nAUTH_USER_MODEL = "members.Member"\n',
        "urls.py": "urlpatterns = []",
        "members/__init__.py": "",
        "members/models.py": MEMBERS,
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(code)
    manage(tmp_path, "makemigrations", "members")
    manage(tmp_path, "migrate")
    shell(
        tmp_path,
        "from members.models import Member\n"
        "Member.objects.create(username='ada', clerk_id='user_1')\n"
        "Member.objects.create(username='bob')",
    )
    (tmp_path / "members" / "migrations" / "0002_link.py").write_text(block("def link("))
    manage(tmp_path, "migrate")

    found = shell(
        tmp_path,
        "from clerk_core.django.users.models import ClerkUser\n"
        "print([(one.clerk_id, one.user.username) for one in ClerkUser.objects.all()])",
    )
    assert "[('user_1', 'ada')]" in found


def test_each_python_block_is_used() -> None:
    used = [
        *("def copy()", '"LINK_BY": "external_id"', "OF_CLERK = "),
        *("import sign_in, webhook", "def link("),
    ]
    assert sorted(map(block, used)) == sorted(blocks_of_django_migration())
