"""What the tests of the edges share: an environment without settings of the machine's own."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _settings(no_settings_of_this_machine: None) -> None:
    pass
