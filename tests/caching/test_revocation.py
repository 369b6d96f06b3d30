"""A session that ended is refused by all processes, and nobody else is."""

from __future__ import annotations

import gc
import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from clerk_core import Clerk, Reason, Request, RequestAuth, _clock
from clerk_core._revocation import revocations as revocations_module
from clerk_core._webhooks import WebhookEvent
from clerk_core.caching import MemoryCache
from clerk_core.caching import _senders as senders_module
from clerk_core.errors import ConfigurationError, TransportError
from tests.caching.counting import Instance, Process
from tests.caching.redis_server import RedisServer, redis_server
from tests.caching.test_sharing import AsyncMemory, Clock
from tests.support import PATIENCE

SESSION = {"id": "sess_1", "status": "revoked"}


@pytest.fixture(scope="module")
def instance() -> Iterator[Instance]:
    made = Instance(time.time)
    with made.local:
        yield made
        made.close()


@pytest.fixture
def url(server: RedisServer) -> str:
    server.client.flushall()
    return server.patient_url


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(_clock, "now", clock)
    return clock


class SignedInUser:
    """A session of a new user, with a token."""

    def __init__(self, instance: Instance, number: int = 0) -> None:
        self._instance = instance
        self.user_id = instance.local.seed()[number].user_id
        session: Any = self.call(lambda clerk: clerk.sessions.create(user_id=self.user_id))
        self.session_id = str(session.id)
        self.token = self.new_token()

    def new_token(self) -> str:
        token = self.call(
            lambda clerk: clerk.sessions.create_token(self.session_id, expires_in_seconds=3600)
        )
        return str(token.jwt)

    def call(self, do: Callable[[Clerk], Any]) -> Any:
        return self._instance.client().run(do)


@pytest.fixture
def user(instance: Instance) -> SignedInUser:
    return SignedInUser(instance)


def event(event_type: str, at: float | None = None, **data: object) -> WebhookEvent:
    milliseconds = int((time.time() if at is None else at) * 1000)
    document = {"type": event_type, "data": data, "timestamp": milliseconds}
    return WebhookEvent("msg_1", document)


def revoke(process: Process, happened: WebhookEvent) -> Any:
    return process.run(lambda clerk: clerk.revoke_from(happened))


def wait_until_refused(process: Process, token: str) -> str:
    give_up = time.monotonic() + PATIENCE
    while (state := process.authenticate(token)).is_authenticated:
        assert time.monotonic() < give_up
        time.sleep(0.02)
    return str(state.reason)


@pytest.mark.parametrize("kinds", [("sync", "async"), ("async", "sync")], ids="-".join)
@pytest.mark.parametrize("event_type", ["session.ended", "session.removed", "session.revoked"])
def test_session_that_ended_is_refused_by_all_processes(
    instance: Instance, url: str, user: SignedInUser, kinds: tuple[str, str], event_type: str
) -> None:
    other = SignedInUser(instance, 1)
    first, second = [instance.client(kind, cache=url, revocation=True) for kind in kinds]
    for process in (first, second):
        for token in (user.token, other.token):
            # Twice, so that the result is cached.
            assert process.authenticate(token).is_authenticated
            assert process.authenticate(token).is_authenticated

    assert first.run(lambda clerk: clerk.revoke_from(event(event_type, id=user.session_id)))

    assert first.authenticate(user.token).reason == Reason.SESSION_REVOKED
    assert wait_until_refused(second, user.token) == Reason.SESSION_REVOKED
    assert first.authenticate(other.token).is_authenticated
    assert second.authenticate(other.token).is_authenticated
    # A process that starts later knows at its first request.
    third = instance.client(kinds[0], cache=url, revocation=True)
    assert third.authenticate(user.token).reason == Reason.SESSION_REVOKED


@pytest.mark.parametrize(
    "given",
    [
        ("user.deleted", {"deleted": True}),
        ("user.updated", {"banned": True}),
        ("user.updated", {"deprovisioned": True}),
    ],
    ids=["deleted", "banned", "deprovisioned"],
)
def test_user_who_was_banned_or_deleted_is_refused(
    instance: Instance, url: str, user: SignedInUser, given: tuple[str, dict[str, Any]]
) -> None:
    first, second = [instance.client(cache=url, revocation=True) for _ in range(2)]
    assert second.authenticate(user.token).is_authenticated

    first.run(lambda clerk: clerk.revoke_from(event(given[0], id=user.user_id, **given[1])))

    assert wait_until_refused(second, user.token) == Reason.SESSION_REVOKED
    assert first.authenticate(user.token).reason == Reason.SESSION_REVOKED


def test_user_who_was_unbanned_is_admitted_with_a_new_token(
    instance: Instance, url: str, user: SignedInUser
) -> None:
    process = instance.client(cache=url, revocation=True)
    ban = event("user.updated", at=time.time() - 60, id=user.user_id, banned=True)

    process.run(lambda clerk: clerk.revoke_from(ban))

    assert process.authenticate(user.new_token()).is_authenticated


@pytest.mark.parametrize(
    "given",
    [
        ("user.updated", {"locked": True}),
        ("user.updated", {"banned": False}),
        ("user.created", {"banned": True}),
        ("session.created", {}),
        ("organization.deleted", {}),
    ],
    ids=["locked", "updated", "created", "session", "organization"],
)
def test_other_events_refuse_nobody(
    instance: Instance, user: SignedInUser, given: tuple[str, dict[str, Any]]
) -> None:
    process = instance.client(cache=MemoryCache(), revocation=True)
    for identifier in (user.user_id, user.session_id):
        happened = event(given[0], id=identifier, **given[1])
        assert not revoke(process, happened)

    assert not process.run(lambda clerk: clerk.revoke_from(event("session.ended", id=None)))
    assert process.authenticate(user.token).is_authenticated


def test_sign_out_refuses_copies_of_the_token_in_all_processes(
    instance: Instance, url: str, user: SignedInUser
) -> None:
    first, second = [instance.client(cache=url, revocation=True) for _ in range(2)]
    assert second.authenticate(user.token).is_authenticated
    headers = [("authorization", f"Bearer {user.token}")]
    request = Request("POST", "http://localhost/sign-out", headers)
    clerk: Any = first.clerk

    response = RequestAuth.authenticate(clerk, request).sign_out()

    assert response.status == 303
    assert first.authenticate(user.token).reason == Reason.SESSION_REVOKED
    assert wait_until_refused(second, user.token) == Reason.SESSION_REVOKED


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_token_without_a_request_is_refused_too(
    instance: Instance, user: SignedInUser, kind: str
) -> None:
    from clerk_core import TokenVerificationError

    process = instance.client(kind, cache=MemoryCache(), revocation=True)
    process.run(lambda clerk: clerk.revoke_from(event("session.ended", id=user.session_id)))

    with pytest.raises(TokenVerificationError) as error_info:
        process.run(lambda clerk: clerk.verify_token(user.token))
    assert error_info.value.code == "session-revoked"


def test_tenants_do_not_revoke_sessions_of_others(
    instance: Instance, url: str, user: SignedInUser
) -> None:
    other = Instance(time.time)
    with other.local:
        mine = instance.client(cache=url, revocation=True)
        tenant: Any = mine.clerk
        given: Any = {**other.local.options(), "sharing": tenant, "revocation": True}
        theirs = Clerk(**given)
        assert mine.authenticate(user.token).is_authenticated

        theirs.revoke_from(event("session.ended", id=user.session_id))
        time.sleep(2 * revocations_module.INTERVAL)

        assert mine.authenticate(user.token).is_authenticated


def test_revocation_is_forgotten_after_ten_minutes(
    instance: Instance, user: SignedInUser, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = instance.client(cache=MemoryCache(), revocation=True)
    process.run(lambda clerk: clerk.revoke_from(event("session.ended", id=user.session_id)))
    assert not process.authenticate(user.token).is_authenticated

    clock.offset += 601
    give_up = time.monotonic() + PATIENCE
    while not process.authenticate(user.token).is_authenticated:
        assert time.monotonic() < give_up
        time.sleep(0.05)


def test_forged_entries_are_skipped(
    instance: Instance, url: str, user: SignedInUser, server: RedisServer
) -> None:
    first = instance.client(cache=url, revocation=True)
    other = SignedInUser(instance, 1)
    first.run(lambda clerk: clerk.revoke_from(event("session.ended", id=other.session_id)))
    (name,) = server.client.keys("*")
    server.client.set(name, b"forged")
    first.run(lambda clerk: clerk.revoke_from(event("session.ended", id=user.session_id)))

    later = instance.client(cache=url, revocation=True)

    assert not later.authenticate(user.token).is_authenticated
    assert later.authenticate(other.token).is_authenticated


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_webhook_fails_if_the_cache_is_away_and_other_requests_do_not(
    instance: Instance, user: SignedInUser, kind: str
) -> None:
    with redis_server() as server:
        process = instance.client(kind, cache=server.url, revocation=True)
        assert process.authenticate(user.token).is_authenticated
        server.kill()
        other = SignedInUser(instance, 1)

        with pytest.raises(TransportError) as error_info:
            process.run(lambda clerk: clerk.revoke_from(event("session.ended", id=user.session_id)))

        assert error_info.value.code == "cache-unavailable"
        assert not process.authenticate(user.token).is_authenticated
        assert process.authenticate(other.token).is_authenticated
        assert (
            instance.client(kind, cache=server.url, revocation=True)
            .authenticate(other.token)
            .is_authenticated
        )


def test_sign_out_is_written_when_the_cache_comes_back(
    instance: Instance, user: SignedInUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(senders_module, "PAUSE_AFTER_FAILURE", 0.1)
    with redis_server() as server:
        first = instance.client(cache=server.patient_url, revocation=True)
        assert first.authenticate(user.token).is_authenticated
        server.kill()
        clerk: Any = first.clerk
        clerk.authenticator.revocations.revoke_session(user.session_id)
        assert not first.authenticate(user.token).is_authenticated
        server.start()

        second = instance.client(cache=server.patient_url, revocation=True)
        assert wait_until_refused(second, user.token) == Reason.SESSION_REVOKED


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_child_of_a_fork_reads_on(instance: Instance, url: str, user: SignedInUser) -> None:
    parent = instance.client(cache=url, revocation=True)
    # The result is cached before the fork, as with an application that is preloaded.
    assert parent.authenticate(user.token).is_authenticated
    ready, is_ready = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            assert parent.authenticate(user.token).is_authenticated
            os.write(is_ready, b"1")
            code = 0 if wait_until_refused(parent, user.token) == "session-revoked" else 2
        finally:
            os._exit(code)
    assert os.read(ready, 1) == b"1"
    parent.run(lambda clerk: clerk.revoke_from(event("session.ended", id=user.session_id)))

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_thread_ends_with_its_client(instance: Instance, user: SignedInUser) -> None:
    process = instance.client(cache=MemoryCache(), revocation=True)
    process.authenticate(user.token)
    poller: Any = process.clerk._revocations._poller  # type: ignore[union-attr]
    thread: threading.Thread = poller._thread
    del process, poller
    gc.collect()

    thread.join(PATIENCE)

    assert not thread.is_alive()


def test_close_stops_the_thread_and_the_next_request_starts_it(
    instance: Instance, user: SignedInUser
) -> None:
    process = instance.client(cache=MemoryCache(), revocation=True)
    process.authenticate(user.token)
    clerk: Any = process.clerk
    thread: threading.Thread = clerk._revocations._poller._thread
    clerk.close()
    clerk._revocations._poller.wake()
    thread.join(PATIENCE)

    assert process.authenticate(user.token).is_authenticated
    assert clerk._revocations._poller._thread.is_alive()
    clerk.close()


@pytest.mark.parametrize("cache", [None, AsyncMemory()], ids=["none", "async"])
def test_revocation_needs_a_cache_for_threads(instance: Instance, cache: object) -> None:
    with pytest.raises(ConfigurationError) as error_info:
        instance.client("async", cache=cache, revocation=True)

    assert error_info.value.code == "revocation-needs-cache"


def test_revoke_from_needs_the_option(instance: Instance) -> None:
    with pytest.raises(ConfigurationError, match="revocation=True"):
        instance.client().run(lambda clerk: clerk.revoke_from(event("session.ended", id="sess_1")))
