"""The library works with `python -O` (no assertions) and `python -OO` (no docstrings)."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from tests.sample import first_by_default

LIBRARY = """
import asyncio
import inspect
import pkgutil
from importlib import import_module

import httpx

import clerk_core
from clerk_core import AsyncClerk, Clerk, ClerkAPIError, Request, WebhookVerificationError
from clerk_core.local import LocalClerk
from tests.adapters.django_project import set_up

# Modules of Django need settings.
set_up()
for name in ("clerk_core",):
    for module in pkgutil.walk_packages(import_module(name).__path__, f"{name}."):
        # The oldest dependencies have no MCP.
        if module.name != "clerk_core.mcp":
            import_module(module.name)

with LocalClerk() as local:
    ada = local.seed()[0]
    token = local.session_token(local.create_session(ada.user_id))
    options = {**local.options(), "jwt_key": local.jwt_key}


def answer(request):
    if request.url.path == "/v1/users/user_1":
        return httpx.Response(200, json={"id": "user_1", "first_name": "Ada"})
    return httpx.Response(404, json={"errors": [{"code": "resource_not_found"}]})


clerk = Clerk(transport=httpx.MockTransport(answer), **options)
request = Request("GET", "http://localhost/", [("authorization", f"Bearer {token}")])
print(clerk.authenticate(request).auth().user_id == ada.user_id)
print(clerk.users.get("user_1").first_name)
try:
    clerk.users.get("user_2")
except ClerkAPIError as error:
    print(error.code)
try:
    clerk.users.get()
except TypeError as error:
    print("user_id" in str(error))
print("user_id" in inspect.signature(clerk.users.get).parameters)
try:
    clerk_core.verify_webhook({}, b"", "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3")
except WebhookVerificationError as error:
    print(error.code)


async def main():
    async with AsyncClerk(transport=httpx.MockTransport(answer), **options) as clerk:
        return (await clerk.users.get("user_1")).first_name


print(asyncio.run(main()))
"""
BROKEN = """
from clerk_core.testing.contract import Answer
from clerk_core._messages import Headers


def test_broken():
    Answer(500, Headers([]), b'{"user_id": "user_1"}').user_id
"""
PRINTED = ["True", "Ada", "resource_not_found", "True", "True", "webhook-headers-missing", "Ada"]


def run(*arguments: str) -> str:
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(params=first_by_default(["-OO", "-O"]))
def level(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.mark.parametrize(
    ("arguments", "printed"),
    [
        (["--help"], "demo"),
        (["--version"], "clerk-core"),
        (["plugins"], "flask"),
        (["demo", "--check"], "ok    the change persists after a restart"),
    ],
    ids=["help", "version", "plugins", "demo"],
)
def test_command_works_in_optimized_mode(arguments: list[str], printed: str) -> None:
    assert printed in run("-OO", "-m", "clerk_core._command_line", *arguments)


def test_installed_command_works_in_optimized_mode() -> None:
    (command,) = entry_points(group="console_scripts", name="clerk-core")
    module, _, function = command.value.partition(":")
    script = f"import sys, {module}; sys.exit({module}.{function}(['--version']))"
    assert run("-OO", "-c", script).startswith("clerk-core ")


def test_library_works_in_optimized_mode(level: str) -> None:
    assert run(level, "-W", "ignore", "-c", LIBRARY).split() == PRINTED


def test_adapter_contract_still_asserts(level: str, tmp_path: Path) -> None:
    test = tmp_path / "test_broken.py"
    test.write_text(BROKEN, "utf-8")
    arguments = ["-m", "pytest", "-q", "-p", "no:cacheprovider", str(test)]
    done = subprocess.run(
        [sys.executable, level, *arguments], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode == 1, done.stdout
    assert "AssertionError" in done.stdout
