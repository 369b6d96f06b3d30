from __future__ import annotations

import pytest
from flask import Flask

from clerk_core._demo import check as check_module
from clerk_core._demo import run as run_module
from clerk_core._demo.check import check
from clerk_core._demo.run import Demo


def run_check(start: type[Demo]) -> tuple[bool, list[str]]:
    lines: list[str] = []
    return check(start, lines.append), lines


def test_failed_step_ends_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        check_module, "_contains", lambda page, text: check_module._equal(text, "something else")
    )
    passed, lines = run_check(Demo)
    assert not passed
    assert lines[-1].startswith("FAIL")
    assert "something else" in lines[-1]


def test_application_without_authentication_fails_the_check(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def load_open_application(framework: str) -> Flask:
        app = Flask("open")
        app.add_url_rule("/", "home", lambda: "Sign in")
        app.add_url_rule("/api/me", "me", lambda: {"userId": "user_unknown"})
        return app

    monkeypatch.setattr(run_module, "load_example", load_open_application)
    passed, lines = run_check(Demo)
    assert not passed
    assert "expected status 401 from GET /api/me, got 200" in lines[-1]


def test_instance_in_memory_fails_the_restart_step() -> None:
    passed, lines = run_check(Demo)
    assert not passed
    assert lines[-1].startswith("FAIL")
    assert "Clerk Cookie" in lines[-1]
    assert all(line.startswith("ok ") for line in lines[:-1])
