"""The examples of docs/pages.md run, and it lists all that `clerk` has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from jinja2 import DictLoader

from clerk_core.adapters import AsyncTemplateFunctions, TemplateFunctions
from clerk_core.local import LocalClerk, LocalServer, SeededUser
from clerk_core.testing.contract import WsgiSite
from tests.docs.examples import PAGES, page_template, pages


@pytest.fixture
def ada(clean_environment: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Set the environment of a local instance, and yield the headers of a signed-in user."""
    with LocalClerk() as local, LocalServer(local):
        user: SeededUser = local.seed()[0]
        for name, value in local.options().items():
            monkeypatch.setenv(f"CLERK_{name.upper()}", str(value))
        token = local.session_token(local.create_session(user.user_id, "analytical-engines"))
        yield {"authorization": f"Bearer {token}"}


@pytest.fixture
def names(ada: dict[str, str]) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "pages"}
    for program in pages():
        exec(program, names)
    names["app"].jinja_loader = DictLoader({"home.html": page_template()})
    return names


def test_template_shows_who_is_signed_in(names: dict[str, Any], ada: dict[str, str]) -> None:
    client = names["app"].test_client()

    assert ">Sign in</a>" in client.get("/").text
    page = client.get("/", headers=ada).text
    assert 'data-clerk-component="UserButton"' in page
    assert "Hello, Ada." in page


def test_policy_has_the_sources_of_the_example(names: dict[str, Any]) -> None:
    policy = names["app"].test_client().get("/").headers["Content-Security-Policy"]

    assert "https://images.example.com" in policy


def test_page_without_a_template_engine(names: dict[str, Any], ada: dict[str, str]) -> None:
    site = WsgiSite(names["application"], names["application"].close)
    try:
        assert ">Sign in</a>" in site.visit().content.decode()
        assert "UserButton" in site.visit("/", *ada.items()).content.decode()
    finally:
        site.close()


@pytest.mark.parametrize("kind", [TemplateFunctions, AsyncTemplateFunctions])
def test_document_lists_all_that_clerk_has(kind: type) -> None:
    listed = set(re.findall(r"clerk\.(\w+)", PAGES.read_text("utf-8").partition("## What")[2]))

    assert {name for name in dir(kind(lambda: None)) if not name.startswith("_")} - listed == set()
