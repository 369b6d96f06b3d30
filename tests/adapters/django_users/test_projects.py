"""Projects with models of users of their own."""

from __future__ import annotations

from pathlib import Path

from tests.adapters.django_users.site import MIDDLEWARE
from tests.adapters.django_users.subprocess_project import SETTINGS, manage, run

OF_PROJECT = f"""
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.auth",
    "people",
    "clerk_core.django",
    "clerk_core.django.users",
]
MIDDLEWARE = {MIDDLEWARE}
AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["clerk_core.django.users.ClerkBackend"]
LOGIN_URL = "/sign-in"
"""
MODEL = """
import uuid
from django.contrib.auth.models import AbstractBaseUser
from django.db import models

class Person(AbstractBaseUser):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    email = models.EmailField(unique=True)
    USERNAME_FIELD = "email"
"""
URLS = """
from django.http import HttpResponse
from django.urls import path

urlpatterns = [path("", lambda request: HttpResponse(request.user.get_username()))]
"""
TESTS = """
import logging
import pytest
from clerk_core.django.users.models import ClerkUser
from django.core.cache import cache
from people.models import Person

pytestmark = pytest.mark.django_db

@pytest.fixture(autouse=True)
def keys(clerk_environ):
    cache.clear()

def who(client):
    return client.get("/").content.decode()

def test_name_is_the_verified_address(client, clerk_local):
    clerk_local.sign_in(client, clerk_local.create_user(email_address=["ada@example.com"]))
    assert who(client) == "ada@example.com"
    assert Person.objects.get().clerk_user == ClerkUser.objects.get()

def test_user_without_an_address_is_anonymous_and_fetched_once(client, clerk_local, caplog):
    clerk_local.sign_in(client, clerk_local.create_user(email_address=[], username="ada"))
    assert [who(client), who(client)] == ["", ""]
    assert Person.objects.count() == 0
    assert "not verified" in caplog.text
    assert len([call for call in clerk_local.calls if "/users/" in call.path]) == 1

def test_address_of_another_is_not_taken_over(client, clerk_local):
    Person.objects.create(email="ada@example.com")
    clerk_local.sign_in(client, clerk_local.create_user(email_address=["ada@example.com"]))
    assert who(client) == ""
    assert not ClerkUser.objects.exclude(user=None).exists()

def test_primary_key_that_is_a_uuid_links(client, clerk_local, settings):
    settings.CLERK_USERS = {"LINK_BY": "external_id"}
    person = Person.objects.create(email="ada@example.com")
    clerk_local.sign_in(client, clerk_local.create_user(external_id=str(person.pk)))
    assert who(client) != ""
    assert ClerkUser.objects.get().user == person

def test_model_without_activity_is_blocked_by_the_link(client, clerk_local):
    ada = clerk_local.create_user(email_address=["ada@example.com"])
    clerk_local.sign_in(client, ada)
    assert who(client)
    clerk_local.clock.advance(seconds=1)
    clerk_local.client.users.ban(ada.id)
    banned = clerk_local.webhook("user.updated", clerk_local.client.users.get(ada.id))
    from clerk_core.django.users import webhook
    from django.test import RequestFactory
    request = RequestFactory().post(
        "/", banned.content, "application/json", headers=banned.headers
    )
    assert webhook(request).status_code == 204
    assert who(client) == ""
"""


def test_model_with_addresses_as_names_and_without_activity(tmp_path: Path) -> None:
    for name, code in {
        "settings.py": SETTINGS + OF_PROJECT,
        "urls.py": URLS,
        "people/__init__.py": "",
        "people/models.py": MODEL,
        "test_people.py": TESTS,
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(code)
    manage(tmp_path, "makemigrations", "people")

    assert "no issues" in manage(tmp_path, "check")
    assert f"{TESTS.count('def test_')} passed" in run(
        tmp_path, "pytest", "-q", "-p", "no:cacheprovider"
    )
