"""Replay the recorded decisions of the reference, and check the recordings themselves."""

from __future__ import annotations

import json
import shutil
import subprocess
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.changes.general import FREE
from tests.conformance.differences import DIFFERENCES, Difference, expected_of
from tests.conformance.generate import GROUPS, generate
from tests.conformance.replay import VECTORS, Json, cases, replay

HERE = Path(__file__).parent
REFERENCE = HERE / "node_modules" / "@clerk" / "backend"
INSTALL = "npm install --prefix tests/conformance --no-package-lock --ignore-scripts --omit=peer"


def _comparable(outcome: Json, expected: Json) -> Json:
    """Return the members to compare: headers in any order, exceptions without their details."""
    kept: dict[str, Any] = {
        name: value for name, value in outcome.items() if expected.get(name) != FREE
    }
    if "headers" in kept:
        kept["headers"] = sorted(kept["headers"])
    if "threw" in kept:
        kept["threw"] = True
    return kept


def _differing(expected: Json, ours: Json) -> list[str]:
    """Return a line for every member that differs."""
    names = dict.fromkeys([*expected, *ours])
    return [
        f"{name}:\n    expected {json.dumps(expected.get(name), ensure_ascii=False)}"
        f"\n    was      {json.dumps(ours.get(name), ensure_ascii=False)}"
        for name in names
        if expected.get(name) != ours.get(name)
    ]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Replay every decision with --full, and otherwise one in eight."""
    if "case" in metafunc.fixturenames:
        step = 1 if metafunc.config.getoption("--full") else 8
        metafunc.parametrize("case", cases()[::step], ids=lambda case: case["id"])


def test_decision_equals_that_of_the_reference(case: Json) -> None:
    expected = expected_of(case)
    ours = replay(case)
    unlike = _differing(_comparable(expected, expected), _comparable(ours, expected))
    if unlike:
        pytest.fail("\n".join([case["id"], *unlike]), pytrace=False)


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda difference: difference.ours)
def test_difference_has_cases_and_each_of_them_differs(difference: Difference) -> None:
    covered = [case for case in cases() if difference.covers(case)]
    same = [
        case["id"] for case in covered if difference.change(case, case["expect"]) == case["expect"]
    ]

    assert covered
    assert same == []


def test_every_pattern_of_a_difference_matches_a_case() -> None:
    unused = [
        pattern
        for difference in DIFFERENCES
        for pattern in difference.patterns
        if not any(fnmatchcase(case["id"], pattern) for case in cases())
    ]

    assert unused == []


def test_every_group_has_enough_cases() -> None:
    groups = [case["id"].partition("/")[0] for case in cases()]

    assert len(groups) >= 1500
    assert min(groups.count(group) for group in GROUPS) >= 100


def _package(folder: Path) -> Json:
    content: Json = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    return content


@pytest.mark.full
@pytest.mark.skipif(shutil.which("node") is None, reason="install Node.js 20")
@pytest.mark.skipif(not REFERENCE.exists(), reason=f"install the reference: {INSTALL}")
def test_recordings_are_reproducible(tmp_path: Path) -> None:
    for name, version in _package(HERE)["dependencies"].items():
        # A package may be installed under another name: `npm:package@version`.
        wanted = version.rpartition("@")[2]
        assert _package(HERE / "node_modules" / name)["version"] == wanted, INSTALL

    generate(tmp_path / "inputs")
    node = ["node", str(HERE / "record.mjs"), str(tmp_path / "inputs"), str(tmp_path / "vectors")]
    subprocess.run(node, check=True, timeout=120, cwd=HERE)

    recorded = {
        file.name: file.read_text(encoding="utf-8") for file in (tmp_path / "vectors").iterdir()
    }
    committed = {file.name: file.read_text(encoding="utf-8") for file in VECTORS.iterdir()}
    assert sorted(recorded) == sorted(committed)
    drifted = [name for name, text in recorded.items() if text != committed[name]]
    assert drifted == []
