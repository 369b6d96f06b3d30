from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import clerk_core
from clerk_core import _auth, _client
from tests.sample import first_by_default
from tests.support import public_pem

_HEAVY = [
    *["httpx", "flask", "pluggy", "werkzeug", "importlib.metadata", "asyncio", "anyio"],
    *["jwt", "cryptography"],
    *["clerk_core.models", "clerk_core._api.operations"],
]


def _modules_after(statements: str) -> list[str]:
    """Return the heavy modules that these statements load in a new interpreter."""
    report = (
        f"import sys, json; before = set(sys.modules)\n{statements}\n"
        f"print(json.dumps([m for m in {_HEAVY} if m in sys.modules and m not in before]))"
    )
    command = [sys.executable, "-W", "error", "-c", report]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    loaded: list[str] = json.loads(done.stdout)
    return loaded


def test_importing_the_core_loads_no_heavy_modules() -> None:
    assert _modules_after("import clerk_core") == []


def test_core_authenticates_without_loading_an_http_client() -> None:
    decide = (
        "from clerk_core import Request, Settings, authenticate, run; "
        "settings = Settings(jwt_key='x'); "
        "flow = authenticate(Request('GET', 'http://localhost/'), settings, now=0.0); "
        "assert run(flow, lambda request: None).status == 'signed-out'"
    )

    assert _modules_after(decide) == []


def test_core_verifies_machine_tokens_and_webhooks_without_loading_an_http_client() -> None:
    decide = """
from contextlib import suppress
from clerk_core import Request, Settings, WebhookVerificationError, authenticate, verify_webhook
request = Request("GET", "http://localhost/", [("authorization", "ak_1")])
flow = authenticate(request, Settings(secret_key="sk_test_1"), now=0.0, accepts_token="any")
assert next(flow).url.endswith("/api_keys/verify")
flow.close()
with suppress(WebhookVerificationError):
    verify_webhook({}, b"{}", "whsec_dGhlIHNlY3JldCBvZiB0aGUgZW5kcG9pbnQ=")
"""

    assert _modules_after(decide) == []


def test_plugin_module_loads_no_http_client() -> None:
    loaded = _modules_after("from clerk_core import Adapter, Observer, OutcomeCounter, hookimpl")

    assert "pluggy" in loaded
    assert not {"httpx", "clerk_core.models", "jwt"} & set(loaded)


def test_importing_a_client_loads_the_http_client_but_no_framework() -> None:
    loaded = _modules_after("from clerk_core import Clerk, AsyncClerk, Auth, AsyncAuth")

    assert "httpx" in loaded
    assert not {"flask", "werkzeug", "pluggy"} & set(loaded)


def test_client_calls_the_api_without_loading_cryptography() -> None:
    loaded = _modules_after("""
import httpx
from clerk_core import Clerk
answers = httpx.MockTransport(lambda request: httpx.Response(200, json={"id": "user_1"}))
options = {"publishable_key": "pk_test_Y2xlcmsuZXhhbXBsZS5jb20k", "secret_key": "sk_test_1"}
assert Clerk(transport=answers, **options).users.get("user_1").id == "user_1"
""")

    assert {"clerk_core.models", "clerk_core._api.operations"} <= set(loaded)
    assert not {"jwt", "cryptography"} & set(loaded)


def test_jwt_key_is_read_when_the_client_is_created() -> None:
    make = "from clerk_core import Clerk; Clerk(jwt_key={pem!r}, secret_key='sk_test_1')"

    assert {"jwt", "cryptography"} <= set(_modules_after(make.format(pem=public_pem())))


def test_dir_lists_exactly_the_public_names() -> None:
    assert dir(clerk_core) == sorted(clerk_core.__all__)
    assert len(set(clerk_core.__all__)) == len(clerk_core.__all__)
    for name in clerk_core.__all__:
        assert getattr(clerk_core, name) is not None


def test_public_names_are_those_of_the_private_modules() -> None:
    assert clerk_core.Clerk is _client.Clerk
    assert clerk_core.AsyncClerk is _client.AsyncClerk
    assert clerk_core.Auth is _auth.Auth
    assert clerk_core.AsyncAuth is _auth.AsyncAuth
    assert clerk_core.AnyAuth is _auth.AnyAuth
    assert clerk_core.MachineAuth is _auth.MachineAuth


@pytest.mark.parametrize("name", ["clerk", "Klerk", "DEADLINE", "_setting", "httpx"])
def test_unknown_name_raises_attribute_error(name: str) -> None:
    with pytest.raises(AttributeError, match=f"'clerk_core' has no attribute '{name}'"):
        getattr(clerk_core, name)

    assert not hasattr(clerk_core, name)


def test_sync_client_does_not_load_asyncio() -> None:
    made = "from clerk_core import Clerk; Clerk(secret_key='sk_test_x', jwt_key=None).users"

    assert "asyncio" not in _modules_after(f"import logging; logging.disable(); {made}")


@pytest.mark.parametrize("dependency", ["httpx", "httpcore", "pluggy", "werkzeug", "ada_url"])
@pytest.mark.parametrize(
    "name", first_by_default(["Clerk", "AsyncClerk", "install", "WsgiMiddleware"])
)
def test_file_shadowing_a_dependency_is_named_in_the_error(
    dependency: str, name: str, tmp_path: Path
) -> None:
    file = tmp_path / f"{dependency}.py"
    file.touch()
    statement = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from clerk_core import {name}"
    done = subprocess.run([sys.executable, "-c", statement], capture_output=True, text=True)

    if done.returncode != 0:
        assert f"cannot import name '{name}' from 'clerk_core'" not in done.stderr
        assert str(file) in done.stderr.splitlines()[-1]
    elif dependency in ("httpx", "httpcore", "ada_url"):
        pytest.fail(f"{name} was imported without {dependency}")


def test_failed_import_of_a_public_name_has_its_cause() -> None:
    statement = """
import sys, types
sys.modules["httpx"] = types.ModuleType("httpx")
try:
    from clerk_core import Clerk
except ImportError as error:
    assert isinstance(error.__cause__, AttributeError), error
    assert "Clerk cannot be imported: module 'httpx' has no attribute" in str(error)
else:
    raise AssertionError
"""
    subprocess.run([sys.executable, "-c", statement], check=True)


@pytest.mark.parametrize(
    ("missing", "message"),
    [("pytest", 'pip install "clerk-core[testing]"'), ("iniconfig", "iniconfig")],
)
def test_missing_pytest_is_reported_by_the_contract(missing: str, message: str) -> None:
    statement = f"import sys; sys.modules[{missing!r}] = None; import clerk_core.testing.contract"
    done = subprocess.run([sys.executable, "-c", statement], capture_output=True, text=True)

    assert done.returncode == 1
    assert message in done.stderr.splitlines()[-1]
