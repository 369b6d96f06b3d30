"""The tests and examples that run by default; --full runs all."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings


def examples(number: int, *, allowing: Collection[HealthCheck] = ()) -> settings:
    """Return settings that run this number of examples with --full, and a fifth otherwise.

    Args:
        number: The number of examples with --full.
        allowing: Health checks of Hypothesis to suppress.
    """
    # tests/conftest.py loads a profile whose `max_examples` is the percentage to run.
    profile = settings()
    return settings(
        max_examples=max(1, number * profile.max_examples // 100),
        suppress_health_check=[*profile.suppress_health_check, *allowing],
    )


def first_by_default(values: Iterable[object]) -> list[Any]:
    """Return parameters of a test: the first always runs, the others with --full only."""
    first, *others = values
    return [first, *(pytest.param(value, marks=pytest.mark.full) for value in others)]
