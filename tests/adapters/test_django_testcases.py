"""Tests of a Django project with Django's own test runner, and with pytest-django."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.docs.examples import blocks_of_django

SETTINGS = """
SECRET_KEY = "of the project"
STATIC_URL = "static/"
ROOT_URLCONF = "urls"
INSTALLED_APPS = ["clerk_core.django", "shop"]
MIDDLEWARE = ["clerk_core.django.ClerkMiddleware"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
"""
URLS = """
from django.http import JsonResponse
from django.urls import path
from clerk_core.django import acurrent_user, auth, require_auth

@require_auth
def me(request):
    return JsonResponse({"userId": auth(request).user_id})

@require_auth
async def name(request):
    user = await acurrent_user(request)
    return JsonResponse({"name": user.first_name})

urlpatterns = [path("me", me), path("name", name)]
"""
OF_LIVE_SERVER = """

    def test_live_server(self):
        import httpx
        ada = self.clerk.create_user()
        headers = self.clerk.headers(ada)
        response = httpx.get(f"{self.live_server_url}/me", headers=headers, trust_env=False)
        self.assertEqual(response.json(), {"userId": ada.id})

    async def test_async_client(self):
        ada = self.clerk.create_user(first_name="Ada")
        self.clerk.sign_in(self.async_client, ada)
        response = await self.async_client.get("/name")
        self.assertEqual(response.json(), {"name": "Ada"})
"""
OF_PYTEST_DJANGO = """
import pytest

@pytest.fixture(autouse=True)
def _clerk(clerk_environ):
    pass

def test_client(client, clerk_local):
    ada = clerk_local.create_user()
    clerk_local.sign_in(client, ada)
    assert client.get("/me").json() == {"userId": ada.id}

def test_client_of_another_test_is_signed_out(client):
    assert client.get("/me").status_code == 401

def test_settings(client, clerk_local, settings):
    settings.CLERK = {**clerk_local.options(), "authorized_parties": ["https://shop.example"]}
    clerk_local.sign_in(client, clerk_local.create_user())
    assert client.get("/me").status_code == 401

def test_live_server(live_server, clerk_local):
    import httpx
    ada = clerk_local.create_user(first_name="Ada")
    headers = clerk_local.headers(ada)
    response = httpx.get(f"{live_server.url}/name", headers=headers, trust_env=False)
    assert response.json() == {"name": "Ada"}
"""


def project(folder: Path, tests: str) -> Path:
    (folder / "shop").mkdir()
    (folder / "shop" / "__init__.py").touch()
    (folder / "settings.py").write_text(SETTINGS)
    (folder / "urls.py").write_text(URLS)
    (folder / "shop" / "test_shop.py").write_text(tests)
    return folder


def run(folder: Path, *command: str) -> str:
    dropped = ("CLERK_", "PYTEST", "COV", "DJANGO")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    done = subprocess.run(
        [sys.executable, "-W", "error::ResourceWarning", "-m", *command],
        cwd=folder,
        env={**kept, "DJANGO_SETTINGS_MODULE": "settings", "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    output = done.stdout + done.stderr
    assert done.returncode == 0, output
    return output


def test_clients_and_live_server_of_djangos_test_runner(tmp_path: Path) -> None:
    (example,) = [block for block in blocks_of_django() if "LiveServerTestCase" in block]

    output = run(project(tmp_path, example + OF_LIVE_SERVER), "django", "test", "shop")

    assert "Ran 3 tests" in output


def test_clients_and_live_server_of_pytest_django(tmp_path: Path) -> None:
    output = run(project(tmp_path, OF_PYTEST_DJANGO), "pytest", "-q", "-p", "no:cacheprovider")

    assert "4 passed" in output
