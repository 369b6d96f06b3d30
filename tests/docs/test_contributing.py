"""The code blocks of CONTRIBUTING are part of `clerk_bottle`."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
CLERK_BOTTLE = ROOT / "tests" / "third_party" / "clerk_bottle"
BLOCKS = [
    textwrap.dedent(block)
    for block in re.findall(r"^ *```(?:python|toml)\n(.*?)^ *```", GUIDE, re.DOTALL | re.MULTILINE)
]
SOURCES = "\n".join(
    (CLERK_BOTTLE / name).read_text("utf-8")
    for name in (
        "clerk_bottle/__init__.py",
        "clerk_bottle_plugin.py",
        "pyproject.toml",
        "tests/test_contract.py",
    )
)


def test_guide_has_code_blocks() -> None:
    assert len(BLOCKS) == 8


@pytest.mark.parametrize("block", BLOCKS, ids=[block.splitlines()[0] for block in BLOCKS])
def test_each_step_is_part_of_the_third_party_adapter(block: str) -> None:
    assert block in SOURCES


def test_guide_mentions_every_name_of_the_adapter() -> None:
    found = re.search(r"^__all__ = \[(.*?)\]", SOURCES, re.DOTALL | re.MULTILINE)
    section = GUIDE.partition("### Write an adapter")[2].partition("### Write a plugin")[0]

    assert found
    for name in re.findall(r'"(\w+)"', found[1]):
        assert re.search(rf"\b{name}\b", section), name


def test_adapter_has_the_length_that_the_guide_states() -> None:
    lines = (CLERK_BOTTLE / "clerk_bottle" / "__init__.py").read_text("utf-8").splitlines()

    assert "50 to 150 lines" in GUIDE
    assert 50 <= len(lines) <= 150


# `_api/retries.py`, `docs/` and the like, but no pattern such as `tests/adapters/…_site.py`.
PATHS = sorted(set(re.findall(r"`((?:[\w.]+/)+(?:[\w.]+)?|\w+\.(?:py|toml|md))`", GUIDE)))


@pytest.mark.parametrize("path", PATHS)
def test_files_named_in_the_guide_exist(path: str) -> None:
    below = [ROOT, ROOT / "clerk_core", ROOT / "clerk_core" / "_authentication" / "steps"]

    assert any((folder / path).exists() for folder in below)


def test_layers_in_the_guide_are_the_checked_layers() -> None:
    contract = (ROOT / "pyproject.toml").read_text("utf-8").partition("go down the layers")[2]
    checked = re.findall(r"clerk_core\.(\w+)", contract.partition("]]")[0])
    section = GUIDE.partition("### Layers")[2].partition("```text")[2].partition("```")[0]
    columns = [line.partition("  ")[0] for line in section.strip().splitlines()]

    assert sorted(re.findall(r"\w+", " ".join(columns))) == sorted(checked)
