"""The programs of docs/mcp.md serve the clients of their own library."""

from __future__ import annotations

import asyncio
import threading
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastmcp import Client
from fastmcp.client.auth import OAuth

from clerk_core.local import InstanceSettings, LocalClerk, LocalServer, SeededUser
from tests.docs.examples import blocks_of_mcp
from tests.mcp.site import Agent, allow, serving


@pytest.fixture(scope="module")
def local() -> Iterator[LocalClerk]:
    settings = InstanceSettings(dynamic_oauth_client_registration=True)
    with LocalClerk(settings=settings) as instance, LocalServer(instance):
        yield instance


@pytest.fixture(scope="module")
def ada(local: LocalClerk) -> SeededUser:
    return local.seed()[0]


def test_official_sdk(local: LocalClerk, ada: SeededUser, tmp_path: Path) -> None:
    program = tmp_path / "official.py"
    program.write_text(blocks_of_mcp()[0], "utf-8")

    with serving(program, local) as url:
        assert asyncio.run(Agent(url, ada).call("who_am_i")) == "Ada Lovelace"


@pytest.mark.filterwarnings("ignore:Using in-memory token storage:UserWarning")
def test_fastmcp(
    local: LocalClerk, ada: SeededUser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "fast.py"
    program.write_text(blocks_of_mcp()[1], "utf-8")
    browsers: list[threading.Thread] = []

    def open_browser(url: str) -> bool:
        def browse() -> None:
            # The client waits for its user on a port of its own.
            assert httpx.get(allow(ada, url)).status_code == 200

        browsers.append(threading.Thread(target=browse))
        browsers[0].start()
        return True

    monkeypatch.setattr(webbrowser, "open", open_browser)

    async def call(url: str) -> Any:
        async with Client(url, auth=OAuth()) as client:
            return (await client.call_tool("who_am_i")).data

    with serving(program, local) as url:
        assert httpx.post(url).status_code == 401
        assert asyncio.run(call(url)) == "Ada Lovelace"
    (browser,) = browsers
    browser.join()
