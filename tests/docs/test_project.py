"""Facts stated in several files of the project are consistent."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PYPROJECT = (ROOT / "pyproject.toml").read_text("utf-8")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text("utf-8")
DOCS = ROOT / "docs"
INDEX = (DOCS / "index.md").read_text("utf-8")
WORKFLOWS = ROOT / ".github" / "workflows"

SUPPORTED = re.findall(r'"Programming Language :: Python :: (3\.\d+)"', PYPROJECT)


def test_lowest_supported_python_is_the_required_one() -> None:
    assert SUPPORTED[0] == "3.10"
    assert f'requires-python = ">={SUPPORTED[0]}"' in PYPROJECT


def test_every_page_of_the_documentation_is_in_a_table_of_contents() -> None:
    pages = {path.relative_to(DOCS).with_suffix("").as_posix() for path in DOCS.rglob("*.md")}
    listed = set(re.findall(r"^(?:.*<)?([\w./-]+)>?$", INDEX, re.MULTILINE))
    # Made from the code by the build, each from a list of its own.
    made = {page for page in pages if page.startswith(("backend-api/", "reference/"))}

    assert pages - made - listed - {"index"} == set(), "add them to docs/index.md"


def test_release_is_installed_on_every_supported_python() -> None:
    release = (WORKFLOWS / "release.yml").read_text("utf-8")
    matrix = re.search(r"python: \[(.*)\]", release)

    assert matrix
    assert re.findall(r"3\.\d+", matrix[1]) == SUPPORTED


def test_ci_tests_the_lowest_and_the_highest_supported_python() -> None:
    versions = (WORKFLOWS / "ci.yml").read_text("utf-8").partition("python-version: |")[2]

    assert re.findall(r"3\.\d+", versions) == [SUPPORTED[0], SUPPORTED[-1]]


def test_changelog_has_an_unreleased_section_and_dates_every_release() -> None:
    headings = re.findall(r"^## (.*)$", CHANGELOG, re.MULTILINE)

    assert headings[0] == "[Unreleased]"
    for heading in headings[1:]:
        assert re.fullmatch(r"\[\d+\.\d+\.\d+(?:rc\d+)?\] - \d{4}-\d{2}-\d{2}", heading), heading
