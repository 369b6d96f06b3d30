from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from clerk_core import authenticate
from clerk_core._times import check_unix_seconds
from tests.authentication.steps.support import DEVELOPMENT, api_request
from tests.support import NOW, mint


@pytest.mark.parametrize("now", [0, 1, NOW, NOW + 0.5, 10**11 - 1])
def test_unix_seconds_are_accepted(now: float) -> None:
    check_unix_seconds(now)


@pytest.mark.parametrize("now", [NOW * 1000, 10**11, float("inf"), float("nan")])
def test_milliseconds_are_rejected(now: float) -> None:
    for take in (check_unix_seconds, authenticate_at):
        with pytest.raises(ValueError, match=r"Unix seconds.*divide milliseconds by 1000"):
            take(now)


@pytest.mark.parametrize("now", [None, "1800000000", True, datetime.now(timezone.utc)])
def test_other_types_are_rejected(now: Any) -> None:
    for take in (check_unix_seconds, authenticate_at):
        with pytest.raises(TypeError, match=f"Unix seconds.*not {type(now).__name__}"):
            take(now)


def authenticate_at(now: float) -> object:
    """Call `authenticate`, which checks the time before its flow is run."""
    return authenticate(api_request(f"Bearer {mint()}"), DEVELOPMENT, now=now)
