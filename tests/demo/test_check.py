from __future__ import annotations

import pytest
from flask import Flask

from clerk_core.demo import check as check_module
from clerk_core.demo import run as run_module
from clerk_core.demo.check import check
from clerk_core.demo.run import Demo


def story(start: type[Demo]) -> tuple[bool, list[str]]:
    lines: list[str] = []
    return check(start, lines.append), lines


def test_a_step_that_does_not_hold_ends_the_story(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        check_module, "_contains", lambda page, text: check_module._equal(text, "something else")
    )
    held, lines = story(Demo)
    assert not held
    assert lines[-1].startswith("FAIL")
    assert "something else" in lines[-1]


def test_an_application_that_lets_strangers_in_fails_the_check(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def load_open_application(framework: str) -> Flask:
        app = Flask("open")
        app.add_url_rule("/", "home", lambda: "Sign in")
        app.add_url_rule("/api/me", "me", lambda: {"userId": "user_of_nobody"})
        return app

    monkeypatch.setattr(run_module, "load_example", load_open_application)
    held, lines = story(Demo)
    assert not held
    assert "GET /api/me answered 200, not 401" in lines[-1]


def test_an_instance_kept_in_memory_does_not_survive_the_restart() -> None:
    held, lines = story(Demo)
    assert not held
    assert lines[-1].startswith("FAIL")
    assert "Clerk Cookie" in lines[-1]
    assert all(line.startswith("ok ") for line in lines[:-1])
