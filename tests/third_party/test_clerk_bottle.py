"""A third-party adapter works once it is installed.

`clerk_bottle` is a separate distribution, written by the steps in CONTRIBUTING. The tests install
it into a clean environment.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import pytest

from tests.third_party.conftest import (
    CLERK_BOTTLE,
    ROOT,
    Environment,
    made_once,
    new_environment,
    run,
)

INSTALL = """
import sys
import clerk_core
from clerk_core._integration.plugins.loading import find_plugins

find_plugins()
assert "bottle" not in sys.modules, "looking for plugins loads a framework"

from bottle import Bottle
from clerk_core.testing.contract import WsgiSite
from clerk_core.testing._tokens import SECRET_KEY, bearer, public_pem, publishable_key

class Shop(Bottle):
    pass

for app in (Bottle(), Shop()):
    keys = {"publishable_key": publishable_key(), "jwt_key": public_pem()}
    clerk_core.install(app, secret_key=SECRET_KEY, **keys)
    site = WsgiSite(app, app.wsgi.close)
    assert site.visit("/x").header("x-clerk-auth-status") == "signed-out"
    assert not site.visit("/x", bearer()).header("x-clerk-auth-status")
    site.close()
print("found")
"""


pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def environment(
    tmp_path_factory: pytest.TempPathFactory, core_wheel: Path, bottle_wheel: Path
) -> Environment:
    def make(folder: Path) -> None:
        new_environment(folder).install(f"{core_wheel}[testing]", str(bottle_wheel))

    return Environment(made_once(tmp_path_factory, "of_bottle", make))


def test_plugins_command_lists_the_adapter_as_ready(
    environment: Environment,
) -> None:
    listed = run(str(environment.programs / "clerk-core"), "plugins")

    (line,) = [line for line in listed.splitlines() if line.startswith("bottle ")]
    assert re.split(r"\s{2,}", line) == [
        "bottle",
        "clerk-bottle 0.1.0",
        "adapter for bottle:Bottle",
        "ready",
    ]
    assert 'flask is not installed: pip install "clerk-core[flask]"' in listed


def test_install_finds_the_adapter(environment: Environment) -> None:
    assert environment.python("-c", INSTALL) == "found\n"


def test_adapter_passes_the_contract(environment: Environment, tmp_path: Path) -> None:
    # Copy its tests only, so that they import the installed distribution.
    shutil.copytree(CLERK_BOTTLE / "tests", tmp_path / "tests")
    shutil.copy(CLERK_BOTTLE / "pyproject.toml", tmp_path)

    output = environment.python("-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=tmp_path)

    summary = output.splitlines()[-1]
    passed = re.fullmatch(r"(\d+) passed in .*", summary)
    assert passed, summary
    assert int(passed[1]) >= 100


def test_type_checker_accepts_the_adapter_with_installed_packages(
    environment: Environment, tmp_path: Path
) -> None:
    source = shutil.copytree(CLERK_BOTTLE, tmp_path / "clerk_bottle")
    checked = ("clerk_bottle", "clerk_bottle_plugin.py", "tests")
    interpreter = str(environment.programs / "python")
    options = ("--cache-dir", str(tmp_path / "cache"), "--python-executable", interpreter)

    output = run(sys.executable, "-m", "mypy", *options, *checked, cwd=source)

    assert output == "Success: no issues found in 3 source files\n"


def test_main_test_run_does_not_collect_its_tests() -> None:
    command = (sys.executable, "-m", "pytest", "--collect-only", "-q", "--full")

    collected = run(*command, str(CLERK_BOTTLE.parent), cwd=ROOT)

    assert "test_clerk_bottle.py::" in collected
    assert "TestBottle" not in collected
