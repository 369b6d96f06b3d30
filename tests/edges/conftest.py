"""What the tests of the edges share: an environment without settings of the machine's own."""

from __future__ import annotations

import os

import pytest


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("CLERK_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
