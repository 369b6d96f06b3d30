"""Run these tests without Clerk settings and proxies of the environment."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _settings(clean_environment: None) -> None:
    pass
