"""A visitor signs in to each quick start in Chromium, as the pictures of the pages show it."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from clerk_core.local import LocalClerk, LocalServer
from tests.docs.examples import DOCS
from tests.docs.pictures import NAMES, SERVERS, quick_start, sign_in
from tests.pages.conftest import browser as browser
from tests.sample import first_by_default


@pytest.fixture(scope="module")
def local() -> Iterator[LocalClerk]:
    with LocalClerk() as local, LocalServer(local):
        yield local


@pytest.mark.parametrize("framework", first_by_default(SERVERS))
def test_visitor_signs_in_and_out(
    framework: str, local: LocalClerk, browser: Browser, tmp_path: Path
) -> None:
    with quick_start(framework, local) as url, browser.new_context() as context:
        page = context.new_page()

        sign_in(page, url, local.seed()[0], tmp_path)
        for name in NAMES:
            assert size(tmp_path / f"{name}.png") == size(DOCS / "pictures" / f"{name}.png")

        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_label("Email address")).to_be_visible()


def size(path: Path) -> tuple[int, int]:
    """Return width and height of a PNG, which are in its first chunk."""
    width, height = struct.unpack(">II", path.read_bytes()[16:24])
    return width, height
