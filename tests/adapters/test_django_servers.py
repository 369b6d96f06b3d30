"""The example of Django under real servers: gunicorn, uvicorn and `runserver`."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from clerk_core._demo.browser import Browser
from clerk_core.local import LocalClerk, LocalServer, SeededUser
from tests.support import PATIENCE

EXAMPLES = Path(__file__).parents[2] / "examples"
ASGI = """
import django_app
from django.core.asgi import get_asgi_application
from django.http import HttpRequest, JsonResponse
from django.urls import path
from clerk_core.django import acurrent_user, require_auth


@require_auth
async def name(request: HttpRequest) -> JsonResponse:
    user = await acurrent_user(request)
    return JsonResponse({"name": user and user.first_name})


django_app.urlpatterns.append(path("api/name", name))
app = get_asgi_application()
"""
SERVERS = {
    "runserver": ["examples/django_app.py", "runserver", "--noreload", "127.0.0.1:{port}"],
    "gunicorn": ["-m", "gunicorn", "--bind", "127.0.0.1:{port}", "django_app:app"],
    "uvicorn": ["-m", "uvicorn", "--port", "{port}", "with_async_view:app"],
}


@pytest.fixture(scope="module")
def local() -> Iterator[LocalClerk]:
    with LocalClerk() as local, LocalServer(local):
        yield local


@pytest.fixture(scope="module")
def ada(local: LocalClerk) -> SeededUser:
    return local.seed()[0]


@contextmanager
def served(server: str, local: LocalClerk, folder: Path) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (folder / "with_async_view.py").write_text(ASGI)
    keys = {f"CLERK_{name.upper()}": str(value) for name, value in local.options().items()}
    path = os.pathsep.join([str(folder), str(EXAMPLES), str(EXAMPLES.parent)])
    command = [part.format(port=port) for part in SERVERS[server]]
    command = [part.replace("examples/", f"{EXAMPLES}{os.sep}") for part in command]
    process = subprocess.Popen(
        [sys.executable, *command],
        env={**os.environ, **keys, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        url = f"http://localhost:{port}"
        wait_for(url, process)
        yield url
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert process.poll() is None, process.communicate()
        try:
            httpx.get(f"{url}/api/me", trust_env=False)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the server did not start in time")


@pytest.mark.parametrize("server", SERVERS)
def test_person_signs_in_calls_the_api_and_signs_out(
    server: str, local: LocalClerk, ada: SeededUser, tmp_path: Path
) -> None:
    with served(server, local, tmp_path) as url, Browser() as browser:
        assert browser.fetch("GET", f"{url}/api/me").status_code == 401

        form = browser.visit(f"{url}/sign-in")
        page = browser.submit(form, email_address=ada.email_address, password=ada.password)
        assert str(page.url) == f"{url}/"

        assert browser.fetch("GET", f"{url}/api/me").json() == {"userId": ada.user_id}
        assert browser.fetch("GET", f"{url}/api/profile").json()["user"]["id"] == ada.user_id
        assert browser.fetch("GET", f"{url}/api/external").json()["authorization"]
        if server == "uvicorn":
            assert browser.fetch("GET", f"{url}/api/name").json() == {"name": "Ada"}
        assert str(browser.post(f"{url}/sign-out").url) == f"{url}/"
        assert browser.fetch("GET", f"{url}/api/me").status_code == 401
