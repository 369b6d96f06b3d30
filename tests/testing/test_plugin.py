"""The pytest plugin, as pytest finds it: by its entry point, in a project of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FRAMEWORKS = ["fastapi", "flask", "starlette", "litestar", "quart", "aiohttp", "django"]

APPLICATION = """
import pytest
from flask import Flask
from clerk_core.flask import auth, current_user, install, require_auth

def create_app():
    app = Flask(__name__)
    install(app)

    @app.get("/")
    @require_auth
    def name():
        return {"name": current_user().first_name, "id": auth().user_id}

    return app

@pytest.fixture(scope="session")
def app(clerk_environ):
    return create_app()
"""
MANY_TESTS = """
import pytest

@pytest.mark.parametrize("number", range(100))
def test_user(app, clerk_local, number):
    client = app.test_client()
    assert client.get("/").status_code == 401
    assert len(clerk_local.client.users.list()) == 0
    user = clerk_local.create_user(first_name=f"Name {number}")
    clerk_local.sign_in(client, user, via="cookies" if number % 2 else "header")
    assert client.get("/").get_json() == {"name": f"Name {number}", "id": user.id}
    asked = [call.path for call in clerk_local.calls if call.path != "/v1/jwks"]
    assert asked == [f"/v1/users/{user.id}"]
"""


def run(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run pytest in a process of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CLERK_")}
    # Not those of this run, which may measure coverage.
    kept = {name: value for name, value in kept.items() if not name.startswith(("PYTEST", "COV"))}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments],
        cwd=folder,
        env={**kept, **variables},
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_examples_pass() -> None:
    done = run(ROOT, "-n", "0", "examples/testing")

    assert done.returncode == 0, done.stdout


def test_examples_have_at_most_40_lines() -> None:
    for example in (ROOT / "examples" / "testing").glob("test_*.py"):
        assert len(example.read_text("utf-8").splitlines()) <= 40, example.name


def test_each_framework_has_an_example() -> None:
    found = (ROOT / "examples" / "testing").glob("test_*.py")

    assert sorted(path.stem.removeprefix("test_") for path in found) == sorted(FRAMEWORKS)


@pytest.mark.full
def test_nothing_of_one_test_reaches_another_on_four_processes(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(APPLICATION, "utf-8")
    (tmp_path / "test_many.py").write_text(MANY_TESTS, "utf-8")

    done = run(tmp_path, "-n", "4")

    assert "100 passed" in done.stdout, done.stdout[-3000:]


def test_variables_are_set_for_the_application_and_removed_again(tmp_path: Path) -> None:
    (tmp_path / "test_environ.py").write_text(
        """
import os

def test_before():
    assert os.environ["CLERK_SECRET_KEY"] == "sk_live_real"
    assert "CLERK_PUBLISHABLE_KEY" not in os.environ

def test_with_fixture(clerk_environ, clerk_options):
    assert os.environ["CLERK_SECRET_KEY"] == clerk_options["secret_key"]
    assert "CLERK_SIGN_UP_URL" not in os.environ
    assert os.environ["CLERK_WEBHOOK_SIGNING_SECRET"].startswith("whsec_")
""",
        "utf-8",
    )
    (tmp_path / "conftest.py").write_text(
        """
import json, os

def pytest_unconfigure():
    print(json.dumps({n: v for n, v in os.environ.items() if n.startswith("CLERK_")}))
""",
        "utf-8",
    )
    real = {"CLERK_SECRET_KEY": "sk_live_real", "CLERK_SIGN_UP_URL": "/join"}

    done = run(tmp_path, "-s", **real)

    assert "2 passed" in done.stdout, done.stdout
    assert json.loads(done.stdout.splitlines()[-1]) == real


def test_nothing_is_loaded_unless_a_fixture_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "test_light.py").write_text(
        """
import sys

def test_modules():
    for name in ("clerk_core.local", "clerk_core.testing", "clerk_core._client", "httpx"):
        assert name not in sys.modules
""",
        "utf-8",
    )

    done = run(tmp_path, "-p", "no:anyio")

    assert "1 passed" in done.stdout, done.stdout


def test_fixtures_are_listed_with_what_they_do(tmp_path: Path) -> None:
    listed = run(tmp_path, "--fixtures").stdout

    for name in ("clerk_local", "clerk_options", "clerk_environ"):
        assert name in listed
    assert "A local Clerk instance without any data" in listed


def test_production_loads_nothing_of_it() -> None:
    program = (
        "import sys; from clerk_core.flask import install; from flask import Flask\n"
        "install(Flask('app'), publishable_key='pk_test_Y2xlcmsuYXBwLmV4YW1wbGUk',"
        " secret_key='sk_test_1')\n"
        "assert not [name for name in sys.modules if name.startswith(('clerk_core.testing', "
        "'clerk_core.local', 'clerk_core._pytest', 'pytest'))]"
    )

    subprocess.run([sys.executable, "-c", program], check=True)
