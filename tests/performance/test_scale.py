"""A fleet asks Clerk seldom, and nobody is signed out by an outage or a new key."""

from __future__ import annotations

import pytest

from benchmarks.fleet import Fleet
from benchmarks.scale import phases

PROCESSES = 64


@pytest.mark.parametrize("has_cache", [False, True], ids=["alone", "cache"])
def test_fleet_asks_clerk_seldom_and_signs_nobody_out(has_cache: bool) -> None:
    found = phases(Fleet(PROCESSES, has_cache=has_cache))

    assert all(outcome.out == 0 for outcome in found.values()), found
    assert all(outcome.longest == 0 for outcome in found.values()), found
    most = 1 if has_cache else PROCESSES
    assert found["cold start, 1 minute"].calls == most
    assert found["key rotation, 1 minute"].calls <= most
    # Each five minutes, and the processes that share a key set for one minute ask once.
    assert found["usual, 10 minutes"].calls <= (10 if has_cache else 2 * PROCESSES)
    # Each process once a minute, as the keys that it has stay in use.
    assert found["API away, 10 minutes"].calls <= 10 * PROCESSES
    if has_cache:
        assert found["cache away, 10 minutes"].calls <= 2 * PROCESSES


def test_process_that_starts_while_the_api_is_away_recovers_within_seconds() -> None:
    fleet = Fleet(8, has_cache=False)
    fleet.is_api_away = True
    fleet.start(1)
    fleet.run(30)
    fleet.is_api_away = False
    fleet.run(45)

    # Each has a key again, and had none since it started.
    assert len(fleet.seconds_out) == fleet.processes_out == 8


def test_key_that_is_never_published_signs_in_nobody() -> None:
    fleet = Fleet(8, has_cache=True)
    fleet.start(1)
    fleet.run(10)
    fleet.replace_key(is_published=False)
    fleet.run(120)

    # All are out until the end, and ask once in ten seconds, together.
    assert (fleet.wrongly_in, fleet.processes_out, fleet.seconds_out) == (0, 8, {})
    assert sum(fleet.calls.values()) <= 1 + 12 + 1
