"""The examples of the README and of the pages on frameworks and clients run unchanged."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from clerk_core._api.operation import Operation
from clerk_core.local import LocalClerk, LocalServer, SeededUser
from clerk_core.testing._tokens import PAGE
from clerk_core.testing.contract import AsgiSite, Site, WsgiSite
from docs.extensions.operations import methods, resources
from tests.adapters.aiohttp_site import AiohttpSite
from tests.docs.examples import (
    EXAMPLES,
    FRAMEWORKS,
    LOCAL_INSTANCE,
    OTHERS,
    README,
    example,
    local_instance,
    run,
)

SITES: dict[str, Callable[[Any], Site]] = {
    "flask": lambda app: WsgiSite(app, app.extensions["clerk"].close),
    "wsgi": lambda app: WsgiSite(app, app.close),
    "starlette": AsgiSite,
    "fastapi": AsgiSite,
    "litestar": AsgiSite,
    "quart": AsgiSite,
    "asgi": AsgiSite,
    "aiohttp": AiohttpSite,
}


@pytest.fixture
def local() -> Iterator[LocalClerk]:
    with LocalClerk() as local, LocalServer(local):
        yield local


@pytest.fixture
def ada(local: LocalClerk) -> SeededUser:
    return local.seed()[0]


@pytest.fixture
def environment(local: LocalClerk, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in local.options().items():
        monkeypatch.setenv(f"CLERK_{name.upper()}", str(value))


@pytest.fixture
def signed_in(local: LocalClerk, ada: SeededUser) -> dict[str, str]:
    token = local.session_token(local.create_session(ada.user_id))
    return {"authorization": f"Bearer {token}"}


def test_readme_has_no_untested_examples() -> None:
    assert len(set(EXAMPLES)) == len(FRAMEWORKS) + len(OTHERS)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_framework_example_admits_only_signed_in_users(
    framework: str,
    environment: None,
    signed_in: dict[str, str],
    ada: SeededUser,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = run(example(FRAMEWORKS[framework]), monkeypatch)
    site = SITES[framework](names["app"])
    try:
        assert site.visit("/api/me").status == 401
        answer = site.visit("/api/me", *signed_in.items())
        assert (answer.status, answer.json()) == (200, {"userId": ada.user_id})
        person = site.visit("/api/me", PAGE)
        assert person.status == 307
        assert "/v1/client/handshake" in person.header("location")
    finally:
        site.close()


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_readme_example_is_part_of_the_example_application(framework: str) -> None:
    application = (README.parent / "examples" / f"{framework}_app.py").read_text("utf-8")
    shown = functions(example(FRAMEWORKS[framework]))

    assert shown
    assert shown.items() <= functions(application).items()


def functions(code: str) -> dict[str, str]:
    """Return the source of each function of a module by name."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {
        node.name: ast.unparse(node) for node in ast.parse(code).body if isinstance(node, kinds)
    }


def test_testing_example_runs() -> None:
    exec(example(OTHERS["testing"]), {})


def test_backend_api_example_runs(
    environment: None, ada: SeededUser, capsys: pytest.CaptureFixture[str]
) -> None:
    exec(example(OTHERS["backend_api"]), {})

    created, *listed, refused = capsys.readouterr().out.splitlines()
    assert created.startswith("mary@example.com 2")
    assert len(listed) >= 2
    assert any(ada.user_id in line for line in listed)
    assert any("'public_metadata': {'plan': 'pro'}" in line for line in listed)
    assert refused.startswith("resource_not_found Clerk answered 404 to GET /users/")


def test_home_page_and_readme_have_the_same_example() -> None:
    home = (README.parent / "docs" / "index.md").read_text("utf-8")

    assert example(FRAMEWORKS["flask"]) in home
    assert example(FRAMEWORKS["flask"]) in README.read_text("utf-8")


def test_readme_fits_on_one_screen_and_links_to_addresses_that_work_on_pypi() -> None:
    text = README.read_text("utf-8")
    links = re.findall(r"\]\((.*?)\)", text)

    assert len(text.splitlines()) <= 60
    assert links
    assert [link for link in links if not link.startswith("https://")] == []
    site = "https://clerk-core.github.io/clerk-core/"
    pages = [link.removeprefix(site) for link in links if link.startswith(site)]
    for page in filter(None, pages):
        assert (README.parent / "docs" / page).with_suffix(".md").is_file(), page


def test_readme_states_the_number_of_operations() -> None:
    kinds = [kind for _, kind in resources()]
    declared = [one for kind in kinds for _, one in methods(kind) if isinstance(one, Operation)]

    assert f"all {len(declared)} operations" in README.read_text("utf-8")


def test_custom_server_example_runs() -> None:
    exec(example(OTHERS["custom_server"]), {})


def test_local_instance_example_passes() -> None:
    names: dict[str, Any] = {"__name__": "local_instance"}
    exec(local_instance(), names)
    names["test_me"]()


def test_local_instance_page_names_existing_functions() -> None:
    called = re.findall(r"`local\.(\w+)\(", LOCAL_INSTANCE.read_text("utf-8"))

    assert called
    assert [name for name in called if not hasattr(LocalClerk, name)] == []
