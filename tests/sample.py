"""How much is tried by default, where --full tries everything."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings


def examples(number: int, *, allowing: Collection[HealthCheck] = ()) -> settings:
    """Return settings that try so many examples with --full, and a fifth of them otherwise.

    Args:
        number: How many examples there are with --full.
        allowing: Health checks of Hypothesis that the property need not pass.
    """
    # The profile that tests/conftest.py loads says which percentage of them is tried.
    profile = settings()
    return settings(
        max_examples=max(1, number * profile.max_examples // 100),
        suppress_health_check=[*profile.suppress_health_check, *allowing],
    )


def first_by_default(values: Iterable[object]) -> list[Any]:
    """Return parameters of a test: the first is always tried, the others with --full only."""
    first, *others = values
    return [first, *(pytest.param(value, marks=pytest.mark.full) for value in others)]
