from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType

import httpx
import pytest

from clerk_core import __version__
from clerk_core._command_line import main
from clerk_core._demo.frameworks import FRAMEWORKS
from tests.sample import first_by_default

COMMAND = [sys.executable, "-m", "clerk_core._command_line"]
DEMO = ["demo", "--framework"]
WARNING = (
    "The local Clerk instance is for development and tests only; never use it in production.\n"
)


@contextmanager
def running_demo(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [*COMMAND, "demo", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def printed_by(process: subprocess.Popen[str]) -> list[str]:
    """Return the output of the demo until it is ready."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("Open "):
            return lines
    raise AssertionError(f"the demo did not start: {lines}")


@pytest.mark.parametrize("framework", first_by_default(FRAMEWORKS))
def test_check_passes_and_leaves_no_files(framework: str, tmp_path: Path) -> None:
    result = subprocess.run(
        [
            sys.executable,
            "-W",
            "always::ResourceWarning",
            *COMMAND[1:],
            *DEMO,
            framework,
            "--check",
        ],
        capture_output=True,
        text=True,
        timeout=120,
        env={
            **os.environ,
            "TMPDIR": str(tmp_path),
            "PYTHONWARNINGS": "always::ResourceWarning",
        },
        start_new_session=True,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    lines = result.stdout.splitlines()
    assert len(lines) >= 15
    assert all(line.startswith("ok ") for line in lines)
    assert result.stderr == ""
    assert list(tmp_path.iterdir()) == []


def test_check_stores_its_changes_in_the_data_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "demo.sqlite"
    assert main(["demo", "--check", "--data", str(data)]) == 0
    assert main(["demo", "--check", "--data", str(data)]) == 0
    assert data.exists()
    assert "FAIL" not in capsys.readouterr().out


@pytest.mark.parametrize("number", first_by_default([signal.SIGINT, signal.SIGTERM]))
# One framework for each server.
@pytest.mark.parametrize("framework", first_by_default(["flask", "starlette", "quart", "aiohttp"]))
def test_demo_prints_its_urls_and_stops_on_a_signal(framework: str, number: signal.Signals) -> None:
    with running_demo("--framework", framework) as process:
        printed = "".join(printed_by(process))
        url = printed.split("Application")[1].split()[0]
        with httpx.Client(trust_env=False) as browser:
            assert browser.get(f"{url}/api/me").status_code == 401
            # Keep the connection open, as a browser does.
            process.send_signal(number)
            output, errors = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "ada@example.com" in printed
    assert "Stopped." in output
    assert errors == WARNING
    with pytest.raises(httpx.ConnectError):
        httpx.get(url, trust_env=False)


def test_demo_warns_that_it_is_for_development() -> None:
    with running_demo() as process:
        assert "DEVELOPMENT AND TESTS ONLY" in "".join(printed_by(process))


def test_unusable_data_file_fails_without_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", "--check", "--data", str(tmp_path)]) == 1
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("framework", "missing", "install"),
    [
        ("flask", "flask", '"clerk-core[local,flask]"'),
        ("starlette", "starlette", '"clerk-core[local,starlette]" uvicorn'),
        ("starlette", "uvicorn", '"clerk-core[local,starlette]" uvicorn'),
        ("fastapi", "fastapi", '"clerk-core[local,fastapi]" uvicorn'),
        ("fastapi", "uvicorn", '"clerk-core[local,fastapi]" uvicorn'),
        ("litestar", "litestar", '"clerk-core[local,litestar]" uvicorn'),
        ("litestar", "uvicorn", '"clerk-core[local,litestar]" uvicorn'),
        ("quart", "quart", '"clerk-core[local,quart]" hypercorn'),
        ("quart", "hypercorn", '"clerk-core[local,quart]" hypercorn'),
        ("aiohttp", "aiohttp", '"clerk-core[local,aiohttp]"'),
        ("asgi", "uvicorn", '"clerk-core[local]" uvicorn'),
    ],
)
def test_missing_framework_or_server_is_named_with_the_install_command(
    framework: str,
    missing: str,
    install: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in list(sys.modules):
        # Python finds an imported submodule even if its package is missing.
        ours = name.startswith(("clerk_core._demo", f"clerk_core.{framework}", f"{framework}_app"))
        if ours or name.partition(".")[0] == missing:
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    assert main(["demo", "--check", "--framework", framework]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    title = FRAMEWORKS[framework].title
    needs = f"clerk-core: the {title} demo needs {missing}."
    assert captured.err == f"{needs} Install it with: pip install {install}\n"


def test_import_error_inside_a_dependency_is_not_a_missing_dependency(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", ModuleType("uvicorn"))
    monkeypatch.delitem(sys.modules, "uvicorn.server", raising=False)
    monkeypatch.setattr("clerk_core._command_line._check", _import_uvicorn_server)
    with pytest.raises(ModuleNotFoundError):
        main(["demo", "--check", "--framework", "fastapi"])
    assert capsys.readouterr().err == ""


def _import_uvicorn_server(*_: object) -> int:
    import_module("uvicorn.server")
    return 0


def test_unknown_framework_is_rejected_with_the_choices(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main([*DEMO, "bottle"])
    captured = capsys.readouterr().err
    assert all(name in captured for name in FRAMEWORKS)


def test_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])
    assert capsys.readouterr().out.strip() == f"clerk-core {__version__}"
