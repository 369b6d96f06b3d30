"""`clerk-core local` serves an instance, and stops at once."""

from __future__ import annotations

import re
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from clerk_core import Clerk
from clerk_core._command_line import main
from clerk_core.errors import ConfigurationError
from clerk_core.local._command import write_variables
from tests.docs.examples import LOCAL_COMMAND
from tests.sample import first_by_default

COMMAND = [sys.executable, "-m", "clerk_core._command_line", "local"]


@contextmanager
def running(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the command, and yield its process and what it printed until it was ready."""
    with subprocess.Popen(
        [*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            printed = ""
            for line in process.stdout:
                printed += line
                if line.startswith("Ctrl+C"):
                    break
            yield process, printed
        finally:
            process.kill()


def variables_in(printed: str) -> dict[str, str]:
    return dict(re.findall(r"^(CLERK_\w+)=(.*)$", printed, re.MULTILINE))


def test_command_prints_variables_with_which_a_client_works() -> None:
    with running("--port", "0") as (_, printed):
        variables = variables_in(printed)
        with Clerk(
            secret_key=variables["CLERK_SECRET_KEY"], api_url=variables["CLERK_API_URL"]
        ) as clerk:
            users = clerk.users.list()

    assert "DEVELOPMENT AND TESTS ONLY" in printed
    assert [user.first_name for user in users] == ["Grace", "Ada"]
    assert re.search(
        r"ada@example.com +password +ada-writes-programs +org:admin of analytical-engines", printed
    )
    assert f"{variables['CLERK_API_URL']}/inbox" in printed


@pytest.mark.parametrize("number", first_by_default([signal.SIGINT, signal.SIGTERM]))
def test_signal_stops_the_command_while_a_browser_is_connected(number: signal.Signals) -> None:
    with running("--port", "0") as (process, printed), httpx.Client(trust_env=False) as browser:
        assert browser.get(variables_in(printed)["CLERK_API_URL"]).status_code == 200
        process.send_signal(number)
        output, errors = process.communicate(timeout=60)

    assert process.returncode == 0
    assert output == "\nStopped.\n"
    assert "Traceback" not in errors


def sign_in(url: str, browser: httpx.Client) -> None:
    page = browser.get(f"{url}/sign-in").text
    (token, *_) = re.findall(r'name="form_token" value="(\w+)"', page)
    fields = {"email_address": "ada@example.com", "password": "ada-writes-programs"}
    assert browser.post(f"{url}/sign-in", data={**fields, "form_token": token}).status_code == 303


def test_restart_with_the_same_file_keeps_keys_and_sessions(tmp_path: Path) -> None:
    arguments = ("--port", "0", "--data", str(tmp_path / "clerk.sqlite"))
    with httpx.Client(trust_env=False) as browser:
        with running(*arguments) as (process, printed):
            before = variables_in(printed)
            sign_in(before["CLERK_API_URL"], browser)
            process.send_signal(signal.SIGINT)
            process.wait(60)
        with running(*arguments) as (_, printed):
            after = variables_in(printed)
            page = browser.get(after["CLERK_API_URL"]).text

    assert "Signed in as <strong>Ada Lovelace</strong>" in page
    assert before["CLERK_SECRET_KEY"] == after["CLERK_SECRET_KEY"]
    assert before["CLERK_PUBLISHABLE_KEY"] == after["CLERK_PUBLISHABLE_KEY"]


def test_variables_are_written_and_other_lines_are_kept(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("DEBUG=1\nCLERK_SECRET_KEY = before\n# a comment", "utf-8")

    with running("--port", "0", "--write-env", str(file)) as (_, printed):
        lines = wait_for_variables(file)

    assert lines[:2] == ["DEBUG=1", "# a comment"]
    assert variables_in("\n".join(lines)) == variables_in(printed)


def wait_for_variables(file: Path) -> list[str]:
    for _ in range(600):
        lines = file.read_text("utf-8").splitlines()
        if any(line.startswith("CLERK_SIGN_IN_URL=") for line in lines):
            return lines
        time.sleep(0.1)
    raise AssertionError(lines)


def test_new_file_of_variables_is_private(tmp_path: Path) -> None:
    write_variables(tmp_path / ".env", {"CLERK_SECRET_KEY": "sk_test_1"})

    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600


def test_folder_in_place_of_a_file_of_variables_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be written"):
        write_variables(tmp_path, {})


def test_address_that_other_machines_reach_is_loudly_warned_of() -> None:
    with running("--port", "0", "--host", "0.0.0.0") as (_, printed):
        assert "OTHER MACHINES CAN REACH THIS INSTANCE (--host 0.0.0.0)" in printed
        assert variables_in(printed)["CLERK_API_URL"].startswith("http://localhost:")
    with running("--port", "0") as (_, printed):
        assert "OTHER MACHINES" not in printed


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--scripts", "/nowhere"], "There is no @clerk/clerk-js in /nowhere."),
        (["--data", "/nowhere/clerk.sqlite"], "cannot use the file /nowhere/clerk.sqlite"),
        (["--config", "/nowhere/clerk.toml"], "/nowhere/clerk.toml cannot be read"),
    ],
)
def test_unusable_argument_fails_with_a_sentence(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["local", "--port", "0", *arguments]) == 1
    errors = capsys.readouterr().err
    assert message in errors
    assert "Traceback" not in errors


def test_missing_dependency_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in list(sys.modules):
        # Python finds an imported submodule even if its package is missing.
        if name.startswith(("clerk_core.local", "werkzeug")):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "werkzeug", None)

    assert main(["local"]) == 1
    assert capsys.readouterr().err == (
        "clerk-core: the local instance needs werkzeug. "
        'Install it with: pip install "clerk-core[local]"\n'
    )


def test_command_of_the_dockerfile_in_the_docs_runs(tmp_path: Path) -> None:
    (command,) = re.findall(r"^CMD \[(.*)\]$", LOCAL_COMMAND.read_text("utf-8"), re.MULTILINE)
    program, name, *arguments = [text.strip('"') for text in command.split(", ")]
    assert [program, name] == ["clerk-core", "local"]
    arguments = [text.replace("/data/", f"{tmp_path}/") for text in arguments]

    with running(*arguments, "--port", "0") as (_, printed):
        assert httpx.get(variables_in(printed)["CLERK_API_URL"], trust_env=False).is_success
