"""The programs of docs/telemetry.md report, and its table has every event of the logs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from clerk_core.testing._instance import Instance
from clerk_core.testing._tokens import bearer
from tests.docs.examples import TELEMETRY, blocks_of_telemetry

ROOT = Path(__file__).parents[2]


@pytest.fixture
def keys(clean_environment: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    with Instance() as instance:
        for name, value in instance.options().items():
            monkeypatch.setenv(f"CLERK_{name.upper()}", str(value))
        yield


def test_programs_report(keys: None) -> None:
    otel, prometheus = blocks_of_telemetry()
    names: dict[str, Any] = {"__name__": "program"}

    exec(otel, dict(names))
    exec(prometheus, names)
    client = names["app"].test_client()
    client.get("/x", headers=[bearer()])
    shown = client.get("/metrics").get_data(as_text=True)

    assert 'clerk_requests_total{reason="signed-in"} 1.0' in shown


def test_every_event_of_the_logs_is_in_the_table() -> None:
    text = TELEMETRY.read_text("utf-8")
    files = [*(ROOT / "clerk_core").rglob("*.py"), *(ROOT / "adapters").rglob("*.py")]
    code = "\n".join(path.read_text("utf-8") for path in files)
    events = set(re.findall(r'"event": "(clerk\.\w+)"', code))
    events |= set(re.findall(r'^    [A-Z_]+ = "(clerk\.\w+)"$', code, re.MULTILINE))

    assert sorted(events) == re.findall(r"^\| `(clerk\.\w+)` \|", text, re.MULTILINE)
    assert len(re.findall(r"\b_?log\.(?:warning|error)\(", code)) >= len(events) - 6
