"""Eight real processes with one Redis: what they ask of Clerk, also if Redis is killed."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

import pytest

from clerk_core import WebhookEvent
from tests.caching.processes import VERIFY, counted_instance, do_all, workers
from tests.caching.redis_server import redis_server
from tests.support import PATIENCE

PROCESSES = 8
KEYS = 20

pytestmark = pytest.mark.full


def results_of(found: list[dict[str, Any]]) -> dict[str, Counter[str]]:
    """Return how often each result was given to each token, by all processes."""
    results: dict[str, Counter[str]] = {}
    for one in found:
        for token, given in one["given"].items():
            results.setdefault(token, Counter()).update(given)
    return results


def test_keys_are_verified_once_and_by_each_process_once_more_after_redis_is_killed() -> None:
    with redis_server() as server, counted_instance() as instance:
        with instance.clerk() as clerk:
            subject = instance.local.seed()[0].user_id
            keys = [
                str(clerk.api_keys.create(name=f"key {n}", subject=subject).secret)
                for n in range(KEYS)
            ]
        invented = "ak_" + "0" * 32
        options = {**instance.local.options(), "cache": server.patient_url}
        with workers(PROCESSES, options) as processes:
            instance.calls.clear()
            work = {"do": "verify", "tokens": [*keys, invented], "number": 150, "rate": 0}
            before = results_of(do_all(processes, **work))
            asked = instance.calls[VERIFY]
            server.kill()
            after = results_of(do_all(processes, **work))

    for results in (before, after):
        assert results.pop(invented).keys() <= {"token-invalid"}
        assert all(given.keys() == {"signed-in"} for given in results.values()), results
    # The invented key is refused for ten seconds, and then asked for again.
    assert KEYS + 1 <= asked <= KEYS + 3
    # Each process has what it has seen, and may have to ask for the others itself.
    assert instance.calls[VERIFY] - asked <= PROCESSES * (KEYS + 3)


def test_revoked_session_is_refused_by_all_processes() -> None:
    with redis_server() as server, counted_instance() as instance:
        user = instance.local.seed()[0].user_id
        session = instance.local.create_session(user)
        token = instance.local.session_token(session)
        shared: Any = {"cache": server.patient_url, "revocation": True}
        with (
            instance.clerk(**shared) as clerk,
            workers(PROCESSES, {**instance.local.options(), **shared}) as processes,
        ):
            for found in do_all(processes, do="verify", tokens=[token], number=3, rate=0):
                assert found["given"] == {token: {"signed-in": 3}}
            for process in processes:
                process.begin(do="refused", token=token, patience=PATIENCE)
            now = time.time()
            data = {"id": session}
            document = {"type": "session.revoked", "data": data, "timestamp": int(now * 1000)}
            assert clerk.revoke_from(WebhookEvent("msg_1", document))
            refused = [process.found() for process in processes]

    assert [one["reason"] for one in refused] == ["session-revoked"] * PROCESSES
    assert all(one["at"] - now < PATIENCE for one in refused)
