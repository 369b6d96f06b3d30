"""Extras install, and adapters import, only their own framework."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.sample import first_by_default
from tests.third_party.conftest import Environment, new_environment

FRAMEWORKS = ["aiohttp", "bottle", "django", "fastapi", "flask", "litestar", "quart", "starlette"]
NEEDED = {
    "aiohttp": ["aiohttp"],
    "django": ["django"],
    # FastAPI is built on Starlette, and Quart on Flask.
    "fastapi": ["fastapi", "starlette"],
    "flask": ["flask"],
    "litestar": ["litestar"],
    "quart": ["flask", "quart"],
    "starlette": ["starlette"],
}
"""The frameworks that each extra installs and each adapter imports."""
APPLICATIONS = {
    "django": (
        "from django.conf import settings; "
        "settings.configure(INSTALLED_APPS=['clerk_core.django'], ROOT_URLCONF='urls',"
        " MIDDLEWARE=['clerk_core.django.ClerkMiddleware'])\n"
        "import django; django.setup()\n"
        "from django.core.handlers.wsgi import WSGIHandler; app = WSGIHandler()"
    ),
    "aiohttp": "from aiohttp.web import Application; app = Application()",
    "fastapi": "from fastapi import FastAPI; app = FastAPI()",
    "flask": "from flask import Flask; app = Flask('app')",
    "litestar": "from litestar import Litestar; app = Litestar()",
    "quart": "from quart import Quart; app = Quart('app')",
    "starlette": "from starlette.applications import Starlette; app = Starlette()",
}
HEAVY = [*FRAMEWORKS, "httpx", "importlib.metadata", "pluggy", "pytest", "werkzeug"]


def _resolved(clean: Environment, wheel: Path, extra: str) -> set[str]:
    """Return the distributions that a clean environment would get."""
    target = f"{wheel}[{extra}]" if extra else str(wheel)
    messages = clean.install(target, dry_run=True)
    return set(re.findall(r"^ \+ ([^=@ ]+)", messages, re.MULTILINE))


def _frameworks(distributions: set[str]) -> list[str]:
    return sorted(distributions & set(FRAMEWORKS))


def _loaded_by(statements: str) -> set[str]:
    """Return the heavy modules that these statements load in a new interpreter."""
    report = (
        f"import sys, json; before = set(sys.modules)\n{statements}\n"
        f"print(json.dumps([m for m in {HEAVY} if m in sys.modules and m not in before]))"
    )
    command = [sys.executable, "-W", "error", "-c", report]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


@pytest.mark.full
def test_every_adapter_has_an_extra(core_wheel: Path) -> None:
    with zipfile.ZipFile(core_wheel) as wheel:
        (metadata,) = [one for one in wheel.namelist() if one.endswith(".dist-info/METADATA")]
        extras = re.findall(r"^Provides-Extra: (.+)$", wheel.read(metadata).decode(), re.MULTILINE)

    assert set(NEEDED) <= set(extras)


@pytest.mark.full
def test_wheel_has_the_migrations_and_commands_of_django(core_wheel: Path) -> None:
    with zipfile.ZipFile(core_wheel) as wheel:
        names = set(wheel.namelist())

    users = "clerk_core/django/users"
    assert f"{users}/migrations/0001_initial.py" in names
    assert f"{users}/management/commands/clerk_sync_users.py" in names


@pytest.mark.full
def test_core_installs_no_framework_and_no_test_runner(
    clean: Environment, core_wheel: Path
) -> None:
    distributions = _resolved(clean, core_wheel, "")

    assert "clerk-core" in distributions
    assert _frameworks(distributions) == []
    assert not distributions & {"pytest", "werkzeug"}


@pytest.mark.full
@pytest.mark.parametrize(("extra", "needed"), NEEDED.items())
def test_extra_installs_only_its_framework(
    clean: Environment, core_wheel: Path, extra: str, needed: list[str]
) -> None:
    assert _frameworks(_resolved(clean, core_wheel, extra)) == needed


@pytest.mark.full
def test_testing_extra_installs_no_framework(clean: Environment, core_wheel: Path) -> None:
    distributions = _resolved(clean, core_wheel, "testing")

    assert "pytest" in distributions
    assert _frameworks(distributions) == []


@pytest.mark.full
def test_demo_runs_from_the_wheel_with_one_extra(core_wheel: Path, tmp_path: Path) -> None:
    environment = new_environment(tmp_path / "environment")
    environment.install(f"{core_wheel}[local]")

    output = environment.python("-m", "clerk_core._command_line", "demo", "--check")

    assert [line for line in output.splitlines() if not line.startswith("ok ")] == []


@pytest.mark.full
def test_local_extra_installs_no_development_tools(clean: Environment, core_wheel: Path) -> None:
    tools = {"mypy", "playwright", "pyright", "pytest", "ruff"}

    assert not _resolved(clean, core_wheel, "local") & tools


def test_importing_the_core_loads_no_framework_and_no_plugin() -> None:
    assert _loaded_by("import clerk_core") == set()


def test_generic_middlewares_load_no_framework() -> None:
    loaded = _loaded_by("from clerk_core import AsgiMiddleware, WsgiMiddleware, install")

    assert _frameworks(loaded) == []


@pytest.mark.parametrize("name", first_by_default(NEEDED))
def test_importing_an_adapter_imports_only_its_framework(name: str) -> None:
    assert _frameworks(_loaded_by(f"import clerk_core.{name}")) == NEEDED[name]


@pytest.mark.parametrize("name", first_by_default(NEEDED))
def test_install_imports_only_the_framework_of_the_application(name: str) -> None:
    keys = """
import os
from clerk_core.testing._tokens import SECRET_KEY, public_pem, publishable_key
os.environ |= {
    "CLERK_PUBLISHABLE_KEY": publishable_key(),
    "CLERK_SECRET_KEY": SECRET_KEY,
    "CLERK_JWT_KEY": public_pem(),
}
"""
    install = "\nimport clerk_core; clerk_core.install(app)"
    # Litestar imports Starlette if it is installed.
    before = {*NEEDED[name], *_loaded_by(keys + APPLICATIONS[name])}
    assert _frameworks(_loaded_by(keys + APPLICATIONS[name] + install)) == _frameworks(before)
