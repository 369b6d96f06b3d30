"""Wheels of this distribution and of `clerk-bottle`, and clean environments to install them.

This requires a package registry; if none can be reached, the tests are skipped with a reason.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock

# Its tests are run where Bottle is installed.
collect_ignore = ["clerk_bottle"]

ROOT = Path(__file__).parents[2]
CLERK_BOTTLE = Path(__file__).parent / "clerk_bottle"
_PATIENCE = 180.0
# The environment before the tests replaced the trusted authorities: registries need them.
_ENVIRONMENT = dict(os.environ)


@dataclass(frozen=True)
class Environment:
    """A virtual environment that initially contains no distribution."""

    folder: Path

    @property
    def programs(self) -> Path:
        """The folder of its commands."""
        return self.folder / ("Scripts" if os.name == "nt" else "bin")

    def install(self, *requirements: str, dry_run: bool = False) -> str:
        """Install distributions, or only find out which; return the messages of uv."""
        options = ("--python", str(self.programs / "python"), *["--dry-run"] * dry_run)
        return run_with_registry("uv", "pip", "install", *options, *requirements)

    def python(self, *arguments: str, cwd: Path | None = None) -> str:
        """Run Python with warnings as errors and return its output."""
        program = str(self.programs / "python")
        return run(program, "-I", "-W", "error", *arguments, cwd=cwd)


def run(*command: str, cwd: Path | None = None) -> str:
    """Run a command, which must succeed, and return its output."""
    done = _done(command, cwd)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def run_with_registry(*command: str) -> str:
    """Run a command that uses a package registry; skip the test if none can be reached.

    Returns its messages.
    """
    done = _done(command, None)
    if done.returncode and "connect" in (done.stdout + done.stderr).lower():
        pytest.skip("no package registry can be reached")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stderr


def _done(command: tuple[str, ...], cwd: Path | None) -> subprocess.CompletedProcess[str]:
    kept = {
        name: value
        for name, value in _ENVIRONMENT.items()
        if not name.startswith(("CLERK_", "PYTHON", "COV_", "COVERAGE_"))
    }
    return subprocess.run(
        command, cwd=cwd, env=kept, capture_output=True, text=True, timeout=_PATIENCE
    )


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return a folder that the first process of the test run fills for all others."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    made = folder.with_suffix(".made")
    with FileLock(folder.with_suffix(".lock")):
        if not made.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            made.touch()
    return folder


def build(source: Path, into: Path) -> None:
    """Build the wheel of a distribution as a release does: from its source distribution."""
    run_with_registry("uv", "build", "--out-dir", str(into), str(source))


def new_environment(folder: Path) -> Environment:
    run("uv", "venv", "--allow-existing", "--python", sys.executable, str(folder))
    return Environment(folder)


@pytest.fixture(scope="session")
def core_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    (wheel,) = made_once(tmp_path_factory, "core", lambda into: build(ROOT, into)).glob("*.whl")
    return wheel


@pytest.fixture(scope="session")
def bottle_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    def make(folder: Path) -> None:
        # Built from a copy outside of this repository, like a third-party distribution.
        source = shutil.copytree(CLERK_BOTTLE, folder / "source")
        build(source, folder)

    (wheel,) = made_once(tmp_path_factory, "bottle", make).glob("*.whl")
    return wheel


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """Return an environment that no test changes."""
    return Environment(made_once(tmp_path_factory, "clean", new_environment))
