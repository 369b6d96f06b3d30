"""Run these tests without Clerk settings and proxies of the environment."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _settings(no_settings_of_this_machine: None) -> None:
    pass
