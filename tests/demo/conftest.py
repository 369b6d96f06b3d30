"""Fixtures of the tests of the demo."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.adapters.django_project import no_settings


@pytest.fixture(scope="module", autouse=True)
def _own_settings_of_django() -> Iterator[None]:
    """Let the example of Django configure the settings, which a process can do once."""
    with no_settings():
        yield
