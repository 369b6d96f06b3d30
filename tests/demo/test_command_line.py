from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from clerk_core import __version__
from clerk_core.command_line import main

COMMAND = [sys.executable, "-m", "clerk_core.command_line"]


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
    """What the demo prints until it is ready."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("Open "):
            return lines
    raise AssertionError(f"the demo did not start: {lines}")


def test_the_check_plays_the_whole_story_in_time_and_leaves_nothing_behind(
    tmp_path: Path,
) -> None:
    started = time.monotonic()
    result = subprocess.run(
        [*COMMAND, "demo", "--check"],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        start_new_session=True,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert time.monotonic() - started < 20
    lines = result.stdout.splitlines()
    assert len(lines) >= 15
    assert all(line.startswith("ok ") for line in lines)
    assert "came back unknown" not in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_check_keeps_its_changes_in_the_file_it_is_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "demo.sqlite"
    assert main(["demo", "--check", "--data", str(data)]) == 0
    assert main(["demo", "--check", "--data", str(data)]) == 0
    assert data.exists()
    assert "FAIL" not in capsys.readouterr().out


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_demo_prints_where_it_is_and_stops_when_told(number: signal.Signals) -> None:
    with running_demo() as process:
        printed = "".join(printed_by(process))
        url = printed.split("Application")[1].split()[0]
        assert httpx.get(f"{url}/api/me", trust_env=False).status_code == 401
        process.send_signal(number)
        output, errors = process.communicate(timeout=10)
    assert process.returncode == 0
    assert "ada@example.com" in printed
    assert "Stopped." in output
    assert "Traceback" not in errors
    with pytest.raises(httpx.ConnectError):
        httpx.get(url, trust_env=False)


def test_the_demo_says_loudly_that_it_is_for_development() -> None:
    with running_demo() as process:
        assert "DEVELOPMENT AND TESTS ONLY" in "".join(printed_by(process))


def test_a_data_file_that_cannot_be_used_is_named_without_a_stack_trace(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", "--check", "--data", str(tmp_path)]) == 1
    assert "Traceback" not in capsys.readouterr().err


def test_a_missing_framework_is_told_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [name for name in sys.modules if name.startswith("clerk_core.demo")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "clerk_flask", raising=False)
    monkeypatch.setitem(sys.modules, "flask", None)
    assert main(["demo", "--check"]) == 1
    assert 'pip install "clerk-core[flask]"' in capsys.readouterr().err


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])
    assert capsys.readouterr().out.strip() == f"clerk-core {__version__}"
