"""The site builds without a warning, and its pages, links and assets are all there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from filelock import FileLock
from playwright.sync_api import Browser, expect

from clerk_core import __version__
from tests.docs.test_public_names import NAMES
from tests.pages.conftest import browser as browser

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
pytestmark = pytest.mark.full


class Document(HTMLParser):
    """The links, assets and anchors of one HTML page.

    Args:
        html: The page.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.assets: list[str] = []
        self.anchors: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        self.anchors.add(named.get("id", ""))
        if tag == "a" and "href" in named:
            self.links.append(named["href"])
        if tag == "link" and named.get("rel") in ("stylesheet", "icon", "preload", "preconnect"):
            self.assets.append(named["href"])
        if "src" in named:
            self.assets.append(named["src"])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site once for all processes of a run, and return its folder."""
    own = tmp_path_factory.getbasetemp()
    is_one_of_several = "PYTEST_XDIST_WORKER" in os.environ
    folder = (own.parent if is_one_of_several else own) / "site"
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            build(folder)
    return folder / "html"


def build(folder: Path) -> None:
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html"]
    done = subprocess.run(
        [*command, "-d", str(folder / "doctrees"), str(DOCS), str(folder / "html")],
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
    assert done.returncode == 0


@cache
def document(path: Path) -> Document:
    return Document(path.read_text("utf-8"))


def pages_of(site: Path) -> list[Path]:
    return sorted(path for path in site.rglob("*.html") if "_static" not in path.parts)


def test_every_page_is_in_the_navigation(site: Path) -> None:
    home = (site / "index.html").read_text("utf-8")
    navigation = home.partition('class="sidebar-tree"')[2].partition("</div>\n</div>")[0]
    linked = {urlsplit(link).path for link in Document(navigation).links} | {"index.html"}
    sources = {
        path.relative_to(DOCS).with_suffix(".html").as_posix() for path in DOCS.rglob("*.md")
    }

    assert sources - linked == set()


def test_every_public_name_is_in_the_reference(site: Path) -> None:
    missing: list[str] = []
    for module, name in NAMES:
        page = document(site / "reference" / f"{module}.html")
        ends = (f"#{module}.{name}", f"#{name}")
        is_linked = any(link.endswith(f".{name}") or link.endswith(ends) for link in page.links)
        if f"{module}.{name}" not in page.anchors and not is_linked:
            missing.append(f"{module}.{name}")
    assert missing == []


def test_reference_shows_no_private_name(site: Path) -> None:
    pages = (site / "reference").glob("*.html")
    found = {
        name
        for page in pages
        for name in re.findall(r"clerk_core(?:\.\w+)*\._\w+", page.read_text("utf-8"))
        if name != "clerk_core.__version__"
    }

    assert found == set()


def test_internal_links_resolve(site: Path) -> None:
    broken: list[str] = []
    for page in pages_of(site):
        for link in document(page).links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            if not target.is_file():
                broken.append(f"{page.name}: {link}")
            elif parts.fragment and target.suffix == ".html":
                anchors = document(target).anchors
                if unquote(parts.fragment) not in anchors:
                    broken.append(f"{page.name}: {link}")
    assert broken == []


def test_links_to_files_of_the_repository_lead_to_existing_files(site: Path) -> None:
    prefix = "https://github.com/clerk-core/clerk-core/blob/main/"
    paths = {
        urlsplit(link.removeprefix(prefix)).path
        for page in pages_of(site)
        for link in document(page).links
        if link.startswith(prefix)
    }

    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []
    assert [path for path in paths if re.match("docs/(reference|backend-api)/", path)] == []


def test_no_asset_is_loaded_from_another_host(site: Path) -> None:
    assets = {asset for page in pages_of(site) for asset in document(page).assets}
    styles = "\n".join(path.read_text("utf-8") for path in site.rglob("*.css"))

    assert assets
    assert [asset for asset in assets if re.match("(https?:)?//", asset)] == []
    assert re.findall(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//[^)]*", styles) == []


def test_site_shows_its_version(site: Path) -> None:
    assert f"clerk-core {__version__}" in (site / "index.html").read_text("utf-8")


def test_site_is_searched_and_darkened_without_a_network(site: Path, browser: Browser) -> None:
    elsewhere: list[str] = []
    with browser.new_context(offline=True, color_scheme="dark") as context:
        page = context.new_page()
        page.on("request", lambda request: elsewhere.append(request.url))
        page.goto(f"{site.as_uri()}/search.html?q=require_auth")

        expect(page.locator("#search-results li").first).to_be_visible()
        expect(page.locator("#search-results")).to_contain_text("Protect pages and APIs")
        background = page.evaluate("getComputedStyle(document.body).backgroundColor")

    assert background == "rgb(19, 20, 22)"
    assert [url for url in elsewhere if not url.startswith(("file:", "data:"))] == []
