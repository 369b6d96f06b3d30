"""The examples in `docs/plugins` run: as installed distributions, and in one application."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

import clerk_core
from clerk_core.local import LocalClerk, LocalServer
from clerk_core.testing.contract import WsgiSite
from tests.integration.plugins.conftest import Distributions

PAGES = Path(__file__).parents[3] / "docs" / "plugins"
FILE = re.compile(r"^```\w+\n# (\S+)\.(py|toml)\n(.*?)^```", re.DOTALL | re.MULTILINE)
ENTRY_POINTS = re.compile(r"^\[project\.entry-points\.clerk_core\]\n(.*)", re.DOTALL | re.MULTILINE)


def install_example(page: str, installed: Distributions, *, with_entry_point: bool = True) -> None:
    """Install the distribution that a page describes, from the files that it shows."""
    files = {name: code for name, _, code in FILE.findall((PAGES / page).read_text("utf-8"))}
    project = files.pop("pyproject")
    name = re.search(r'^name = "(.*)"$', project, re.MULTILINE)
    entry_points = ENTRY_POINTS.search(project)
    assert name
    assert entry_points
    lines = entry_points[1].replace('"', "") if with_entry_point else ""
    installed.add(name[1], lines, **files)


@pytest.fixture
def local() -> Any:
    with LocalClerk() as local, LocalServer(local):
        yield local


@pytest.fixture
def environment(local: LocalClerk, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in local.options().items():
        monkeypatch.setenv(f"CLERK_{name.upper()}", str(value))


def test_clerk_adapter_page_example_runs(
    installed: Distributions, local: LocalClerk, environment: None
) -> None:
    install_example("clerk_adapter.md", installed)
    user = local.seed()[0].user_id
    token = local.session_token(local.create_session(user))

    app = importlib.import_module("tiny_app").app

    site = WsgiSite(app, app.wsgi.close)
    assert site.visit("/").content == b"nobody"
    assert site.visit("/", ("authorization", f"Bearer {token}")).content.decode() == user
    site.close()


def test_clerk_observer_page_example_runs(
    installed: Distributions, caplog: pytest.LogCaptureFixture
) -> None:
    install_example("clerk_observer.md", installed, with_entry_point=False)

    importlib.import_module("test_clerk_audit").test_reasons_are_logged(caplog)


def test_clerk_observer_page_example_is_found_by_its_entry_point(
    installed: Distributions, local: LocalClerk, caplog: pytest.LogCaptureFixture
) -> None:
    install_example("clerk_observer.md", installed)
    app = Flask("app")
    options: Any = local.options()
    clerk_core.install(app, **options)

    app.test_client().get("/")

    assert caplog.messages == ["signed-out: dev-browser-missing"]


def test_clerk_call_observer_page_example_runs(
    installed: Distributions, caplog: pytest.LogCaptureFixture
) -> None:
    install_example("clerk_call_observer.md", installed, with_entry_point=False)

    importlib.import_module("test_clerk_slow").test_calls_without_response_are_logged(caplog)


def test_index_example_counts_requests(local: LocalClerk, environment: None) -> None:
    (example,) = re.findall(
        r"^```python\n(import clerk_core\n.*?)^```",
        (PAGES / "README.md").read_text("utf-8"),
        re.DOTALL | re.MULTILINE,
    )
    names: dict[str, Any] = {"__name__": "metrics"}
    exec(example, names)
    client = names["app"].test_client()
    token = local.session_token(local.create_session(local.seed()[0].user_id))

    client.get("/x", headers={"Authorization": f"Bearer {token}"})

    assert client.get("/metrics").json == {"signed-in": 1, "dev-browser-missing": 1}
