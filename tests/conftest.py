"""Options and fixtures of all tests: default selection, number of processes, cached keys."""

from __future__ import annotations

import logging
import os
from collections.abc import Generator, Iterator
from functools import cache
from importlib import import_module
from itertools import cycle
from pathlib import Path

import certifi
import pytest
from cryptography.hazmat.primitives import serialization
from hypothesis import HealthCheck, settings

from clerk_core.local._domain import keys

IS_CI = os.environ.get("CI") == "true"
_TESTS = Path(__file__).parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="run every test, with every example")
    parser.addoption(
        "--few-examples", action="store_true", help="with --full: as few examples as without"
    )


def pytest_configure(config: pytest.Config) -> None:
    if not config.pluginmanager.has_plugin("clerk_core"):
        # Left out on the command line, so that coverage measures what the plugin imports.
        plugin = import_module("clerk_core._pytest_plugin")
        config.pluginmanager.register(plugin, "clerk_core._pytest_plugin")
    config.addinivalue_line("markers", "full: a test that runs with --full only")
    # CI uses the same examples in each run, other machines use new ones. See tests/sample.py.
    is_full = config.getoption("--full") and not config.getoption("--few-examples")
    share = 100 if is_full else 20
    settings.register_profile(
        "tests",
        max_examples=share,
        derandomize=IS_CI,
        # No test depends on the speed of the machine.
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    settings.load_profile("tests")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the tests that are marked `full` unless --full is given."""
    unstable = [item.nodeid for item in items if " at 0x" in item.nodeid]
    if unstable:
        raise pytest.UsageError(
            "The name of a test contains a memory address, so processes collect different tests. "
            f"Give its parameters ids: {unstable[0]}"
        )
    if config.getoption("--full"):
        return
    deselected = [item for item in items if item.get_closest_marker("full")]
    config.hook.pytest_deselected(items=deselected)
    items[:] = [item for item in items if not item.get_closest_marker("full")]


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name a long parameter by its argument: tokens and keys differ in every process."""
    return argname if isinstance(val, (str, bytes)) and len(val) > 60 else None


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Return 0 for a part of the tests, because starting processes would take longer."""
    paths = [config.invocation_params.dir / argument for argument in config.args]
    return None if paths == [_TESTS] else 0


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure in CI, which installs every program that the tests need."""
    report = yield
    if IS_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which is a failure in CI: {report.longrepr}"
    return report


@pytest.fixture
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the settings of Clerk and of proxies from the environment."""
    for name in list(os.environ):
        if name.startswith("CLERK_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _restore_log_level() -> Iterator[None]:
    """Undo what frameworks do to the root logger: Litestar has it log everything of httpx."""
    level = logging.root.level
    yield
    logging.root.setLevel(level)


@pytest.fixture(scope="session", autouse=True)
def _cache_rsa_keys() -> Iterator[None]:
    """Reuse a few keys in local instances: making and reading one takes 60 ms."""
    made = cycle([cache(keys._new_private_key) for _ in range(8)])
    read = cache(serialization.load_pem_private_key)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "_new_private_key", lambda: next(made)())
        patch.setattr(serialization, "load_pem_private_key", read)
        yield


@pytest.fixture(scope="session", autouse=True)
def _trust_one_authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Trust one certificate authority instead of all: reading them takes 20 ms for each client."""
    first, end, _ = certifi.contents().partition("-----END CERTIFICATE-----\n")
    bundle = tmp_path_factory.mktemp("certificates") / "one.pem"
    bundle.write_text(first + end)
    with pytest.MonkeyPatch.context() as patch:
        # The variable applies where the environment is read, the function where it is not.
        patch.setenv("SSL_CERT_FILE", str(bundle))
        patch.setattr(certifi, "where", lambda: str(bundle))
        yield
