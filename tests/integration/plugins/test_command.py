"""`clerk-core plugins` lists plugins with their distribution and state."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys

import pytest

from clerk_core._command_line import main
from tests.integration.plugins.conftest import Distributions

OBSERVER = """
from clerk_core import hookimpl

@hookimpl
def clerk_observer():
    raise RuntimeError("asked for by a list")
"""


@pytest.fixture
def capture(capsys: pytest.CaptureFixture[str]) -> pytest.CaptureFixture[str]:
    return capsys


def _listed(capture: pytest.CaptureFixture[str]) -> dict[str, list[str]]:
    assert main(["plugins"]) == 0
    shown = capture.readouterr()
    assert shown.err == ""
    lines = [
        [cell.strip() for cell in line.split("  ") if cell.strip()]
        for line in shown.out.splitlines()
    ]
    assert lines[0] == ["PLUGIN", "DISTRIBUTION", "PROVIDES", "STATE"]
    return {line[0]: line[1:] for line in lines[1:]}


def test_built_in_adapters_are_listed_with_distribution_and_class(
    capture: pytest.CaptureFixture[str],
) -> None:
    own = f"clerk-core {importlib.metadata.version('clerk-core')}"

    listed = _listed(capture)

    assert listed["aiohttp"] == [own, "adapter for aiohttp.web:Application", "ready"]
    assert listed["fastapi"] == [own, "adapter for fastapi:FastAPI", "ready"]
    assert listed["flask"] == [own, "adapter for flask:Flask", "ready"]
    assert listed["litestar"] == [own, "adapter for litestar:Litestar", "ready"]
    assert listed["quart"] == [own, "adapter for quart:Quart", "ready"]
    assert listed["starlette"] == [own, "adapter for starlette.applications:Starlette", "ready"]


def test_missing_framework_is_listed_with_the_install_command(
    capture: pytest.CaptureFixture[str],
    installed: Distributions,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    installed.add_adapter("shelf", "shelf:App", "")
    monkeypatch.setitem(sys.modules, "quart", None)

    listed = _listed(capture)

    assert listed["quart"][-1] == 'quart is not installed: pip install "clerk-core[quart]"'
    assert listed["shelf"][-1] == "shelf is not installed: pip install clerk-shelf"
    assert listed["flask"][-1] == "ready"


def test_broken_plugin_is_listed_with_its_error(
    capture: pytest.CaptureFixture[str], installed: Distributions
) -> None:
    installed.add("clerk-shelf", "shelf = shelf_plugin", shelf_plugin="raise OSError('no\\n disk')")

    listed = _listed(capture)

    assert listed["shelf"] == ["clerk-shelf 1.0", "-", "broken: shelf_plugin: OSError: no disk"]
    assert listed["flask"][-1] == "ready"


@pytest.mark.parametrize(
    ("app_type", "code", "problem"),
    [
        ("flask:Flsk", "def install(app): pass", "flask:Flsk: AttributeError"),
        ("flask:request", "def install(app): pass", "flask:request: TypeError: it is not a class"),
        ("flask:Flask", "def instal(app): pass", "has no attribute 'install'"),
        ("flask:Flask", "install = 1", "shelf_adapter:install: TypeError: it is not a function"),
        ("flask:Flask", "raise SystemExit(2)", "SystemExit: 2"),
    ],
)
def test_invalid_adapter_is_listed_as_broken(
    capture: pytest.CaptureFixture[str],
    installed: Distributions,
    app_type: str,
    code: str,
    problem: str,
) -> None:
    installed.add_adapter("shelf", app_type, code)

    listed = _listed(capture)

    assert listed["shelf"][-1].startswith("broken: ")
    assert problem in listed["shelf"][-1]
    assert listed["flask"][-1] == "ready"


def test_observer_is_listed_without_being_called(
    capture: pytest.CaptureFixture[str], installed: Distributions
) -> None:
    installed.add("clerk-watch", "watch = watch_plugin", version="2.1", watch_plugin=OBSERVER)

    assert _listed(capture)["watch"] == ["clerk-watch 2.1", "observer", "ready"]


def test_command_works_in_a_shell() -> None:
    command = [sys.executable, "-m", "clerk_core._command_line", "plugins"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)

    assert "adapter for flask:Flask" in done.stdout
    assert done.stderr == ""
