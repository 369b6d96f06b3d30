from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any

import pytest

from clerk_core._authentication.tokens.keyring import (
    COOL_DOWN,
    FETCH_DEADLINE,
    FRESH_FOR,
    MAX_KEY_SET_BYTES,
    REFRESH_AGAIN_AFTER,
    REFRESH_DEADLINE,
    RETRY_AFTER,
    STALE_FOR,
    Keyring,
)
from clerk_core._authentication.tokens.keys import SigningKey
from clerk_core._authentication.tokens.session_token import verify_session_token
from clerk_core._flow import Flow, run, run_async
from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core._reasons import Reason
from clerk_core.errors import ConfigurationError, TransportError
from tests.support import (
    KID,
    NOW,
    PATIENCE,
    SECRET_KEY,
    drive,
    json_response,
    jwk,
    key_set,
    mint,
    other_rsa_key,
    public_pem,
    rsa_key,
    run_without_requests,
    settings,
    tampered,
)

SETTINGS = settings(jwt_key=None)
KEY = SigningKey(rsa_key().public_key(), "RS256")
OTHER_KEY = SigningKey(other_rsa_key().public_key(), "RS256")

CONNECTION_REFUSED = TransportError("refused", code="transport-failed")
TIMED_OUT = TransportError("nothing came in time", code="timed-out")
UNAVAILABLE = json_response({}, 503)
BUSY = json_response({"errors": [{"code": "too_many_requests"}]}, 429)

Found = SigningKey | Reason


def find(
    keyring: Keyring, now: float, *answers: HttpResponse | TransportError, kid: object = KID
) -> Found:
    """Return the key or reason; the keyring must send one request for each response."""
    known = keyring.known(kid, SETTINGS, now)
    if known is not None:
        assert not answers, "the key was known"
        return known
    return drive(keyring.find(kid, SETTINGS, now), *answers)[0]


def filled_keyring(now: float = NOW) -> Keyring:
    keyring = Keyring()
    assert find(keyring, now, key_set()) == KEY
    return keyring


# Fetching


def test_key_set_is_fetched_with_secret_key_and_timeout() -> None:
    keyring = Keyring()
    found, requests = drive(keyring.find(KID, SETTINGS, NOW), key_set())
    assert found == KEY
    (request,) = requests
    assert (request.method, request.url) == ("GET", "https://api.clerk.com/v1/jwks")
    assert request.headers.get("authorization") == f"Bearer {SECRET_KEY}"
    assert request.timeout == FETCH_DEADLINE


def test_fresh_key_is_returned_without_a_request() -> None:
    keyring = filled_keyring()
    for age in (0, 1, FRESH_FOR - 1):
        assert keyring.known(KID, SETTINGS, NOW + age) == KEY
        assert find(keyring, NOW + age) == KEY
    assert keyring.known(KID, SETTINGS, NOW + FRESH_FOR) is None


@pytest.mark.parametrize("kid", [None, 1, [], {}, True, ["ins_key_1"]])
def test_kid_that_is_not_a_string_sends_no_request(kid: object) -> None:
    assert find(Keyring(), NOW, kid=kid) is Reason.JWK_KID_MISMATCH
    assert find(filled_keyring(), NOW, kid=kid) is Reason.JWK_KID_MISMATCH


def test_missing_key_configuration_gives_a_reason() -> None:
    made = settings(jwt_key=None)
    object.__setattr__(made, "secret_key", None)
    found = run_without_requests(Keyring().find(KID, made, NOW))
    assert found is Reason.JWK_FAILED_TO_RESOLVE


def test_refreshed_key_stays_the_same_object() -> None:
    keyring = filled_keyring()
    before = keyring.known(KID, SETTINGS, NOW)
    assert find(keyring, NOW + FRESH_FOR, key_set()) is before
    assert keyring.known(KID, SETTINGS, NOW + 2 * FRESH_FOR - 1) is before


def test_refresh_has_a_shorter_timeout_than_the_first_fetch() -> None:
    keyring = filled_keyring()
    _, requests = drive(keyring.find(KID, SETTINGS, NOW + FRESH_FOR), key_set())
    assert [request.timeout for request in requests] == [REFRESH_DEADLINE]


# Rotation


def test_new_key_is_fetched_when_a_token_names_it() -> None:
    keyring = filled_keyring()
    both = key_set(jwk(), jwk(other_rsa_key(), "ins_2"))
    assert find(keyring, NOW + COOL_DOWN, both, kid="ins_2") == OTHER_KEY
    assert find(keyring, NOW + COOL_DOWN) == KEY


def test_withdrawn_key_is_removed_with_the_next_key_set() -> None:
    keyring = filled_keyring()
    later = NOW + FRESH_FOR
    only_new = key_set(jwk(other_rsa_key(), "ins_2"))
    assert find(keyring, later, only_new) is Reason.JWK_KID_MISMATCH
    assert find(keyring, later) is Reason.JWK_KID_MISMATCH
    assert find(keyring, later, kid="ins_2") == OTHER_KEY


def test_new_key_with_the_same_kid_replaces_the_known_one() -> None:
    keyring = filled_keyring()
    assert find(keyring, NOW + FRESH_FOR, key_set(jwk(other_rsa_key()))) == OTHER_KEY


# Forgeries


def test_unknown_kids_cause_one_fetch_per_cool_down() -> None:
    keyring = filled_keyring()
    for number in range(10_000):
        now = NOW + number / 1000  # within ten seconds
        assert find(keyring, now, kid=f"forged {number}") is Reason.JWK_KID_MISMATCH
        assert keyring.known(KID, SETTINGS, now) == KEY
    assert find(keyring, NOW + COOL_DOWN, key_set(), kid="x") is Reason.JWK_KID_MISMATCH
    assert find(keyring, NOW + COOL_DOWN, kid="y") is Reason.JWK_KID_MISMATCH


def test_unknown_kids_are_not_stored() -> None:
    keyring = filled_keyring()
    before = [list(key_set.keys) for key_set in keyring._key_sets.values()]
    assert before == [[KID]]
    for number in range(100):
        find(keyring, NOW, kid=f"forged {number}")
    assert [list(key_set.keys) for key_set in keyring._key_sets.values()] == before


def test_unknown_kids_during_an_outage_cause_few_requests_and_evict_nothing() -> None:
    keyring = filled_keyring()
    later = NOW + COOL_DOWN
    assert find(keyring, later, BUSY, kid="forged") is Reason.JWK_REMOTE_FAILED_TO_LOAD
    for number in range(50):
        find(keyring, later, kid=f"forged {number}")
    assert find(keyring, later) == KEY


def test_forged_signature_never_evicts_the_key() -> None:
    keyring = filled_keyring()
    for _ in range(50):
        for token in (tampered(mint()), mint(key=other_rsa_key())):
            jwt = keyring.remembered.decode(token)
            flow = verify_session_token(token, jwt, SETTINGS, NOW, keyring)
            assert run_without_requests(flow) is Reason.TOKEN_INVALID_SIGNATURE
    jwt = keyring.remembered.decode(mint())
    assert run_without_requests(verify_session_token(mint(), jwt, SETTINGS, NOW, keyring)) is None


# Outages


@pytest.mark.parametrize("outage", [CONNECTION_REFUSED, TIMED_OUT, UNAVAILABLE, BUSY])
def test_known_keys_are_used_for_a_day_during_an_outage(
    outage: HttpResponse | TransportError,
) -> None:
    keyring = filled_keyring()
    last = NOW + STALE_FOR - 1
    assert find(keyring, NOW + FRESH_FOR, outage) == KEY
    assert find(keyring, NOW + STALE_FOR / 2, outage) == KEY
    assert find(keyring, last, outage) == KEY
    assert find(keyring, last) == KEY


@pytest.mark.parametrize("outage", [CONNECTION_REFUSED, TIMED_OUT, UNAVAILABLE, BUSY])
def test_known_keys_expire_after_a_day_of_outage(
    outage: HttpResponse | TransportError,
) -> None:
    keyring = filled_keyring()
    for now in (NOW + STALE_FOR, NOW + 2 * STALE_FOR):
        assert find(keyring, now, outage) is Reason.JWK_REMOTE_FAILED_TO_LOAD
        assert find(keyring, now + 1) is Reason.JWK_REMOTE_FAILED_TO_LOAD
    assert find(keyring, NOW + 3 * STALE_FOR, key_set()) == KEY


def test_requests_are_limited_during_an_outage() -> None:
    keyring = filled_keyring()
    later = NOW + FRESH_FOR
    assert find(keyring, later, UNAVAILABLE) == KEY
    # Each process of a large fleet asks once a minute only.
    for seconds in range(REFRESH_AGAIN_AFTER):
        assert find(keyring, later + seconds) == KEY
    assert find(keyring, later + REFRESH_AGAIN_AFTER, UNAVAILABLE) == KEY
    assert find(keyring, later + 2 * REFRESH_AGAIN_AFTER, key_set()) == KEY
    assert find(keyring, later + 2 * REFRESH_AGAIN_AFTER + FRESH_FOR - 1) == KEY


def test_key_that_is_unknown_after_an_outage_is_fetched_at_once() -> None:
    keyring = filled_keyring()
    later = NOW + FRESH_FOR
    assert find(keyring, later, UNAVAILABLE) == KEY
    assert find(keyring, later + RETRY_AFTER, key_set(jwk(kid="other")), kid="other") == KEY


def test_hanging_api_costs_one_timeout() -> None:
    keyring = Keyring()
    assert find(keyring, NOW, TIMED_OUT) is Reason.JWK_REMOTE_FAILED_TO_LOAD
    # The pause starts at the end of the deadline, not at its beginning.
    for seconds in (0, FETCH_DEADLINE, FETCH_DEADLINE + RETRY_AFTER - 1):
        assert find(keyring, NOW + seconds) is Reason.JWK_REMOTE_FAILED_TO_LOAD
    assert find(keyring, NOW + FETCH_DEADLINE + RETRY_AFTER, key_set()) == KEY


def test_hanging_api_delays_only_one_refresh() -> None:
    keyring = filled_keyring()
    later = NOW + FRESH_FOR
    assert find(keyring, later, TIMED_OUT) == KEY
    for seconds in (0, REFRESH_DEADLINE, REFRESH_AGAIN_AFTER - 1):
        assert find(keyring, later + seconds) == KEY
    assert find(keyring, later + REFRESH_AGAIN_AFTER, key_set()) == KEY


def test_refused_connection_is_retried_soon() -> None:
    keyring = Keyring()
    assert find(keyring, NOW, CONNECTION_REFUSED) is Reason.JWK_REMOTE_FAILED_TO_LOAD
    assert find(keyring, NOW + RETRY_AFTER - 1) is Reason.JWK_REMOTE_FAILED_TO_LOAD
    assert find(keyring, NOW + RETRY_AFTER, key_set()) == KEY


def test_only_one_refresh_runs_and_others_do_not_wait() -> None:
    keyring = filled_keyring()
    later = NOW + FRESH_FOR + 1
    refreshing = keyring.find(KID, SETTINGS, later)
    next(refreshing)
    # A request with a slightly earlier time may reach the keyring slightly later.
    for offset in (0.2, 0.0, -0.2):
        assert find(keyring, later + offset) == KEY
    with pytest.raises(StopIteration):
        refreshing.send(key_set())


def test_unfinished_refresh_does_not_block_the_next_one() -> None:
    keyring = filled_keyring()
    stuck = keyring.find(KID, SETTINGS, NOW + FRESH_FOR)
    next(stuck)
    later = NOW + FRESH_FOR + 2 * REFRESH_DEADLINE
    assert find(keyring, later, key_set(jwk(), jwk(other_rsa_key(), "ins_2"))) == KEY
    assert find(keyring, later, kid="ins_2") == OTHER_KEY
    stuck.close()


def test_new_refresh_starts_after_a_cancelled_one() -> None:
    keyring = filled_keyring()
    cancelled = keyring.find(KID, SETTINGS, NOW + FRESH_FOR)
    next(cancelled)
    cancelled.close()
    assert find(keyring, NOW + FRESH_FOR, key_set()) == KEY


def test_new_fetch_starts_after_a_cancelled_one() -> None:
    keyring = Keyring()
    cancelled = keyring.find(KID, SETTINGS, NOW)
    next(cancelled)
    cancelled.close()
    assert find(keyring, NOW, key_set()) == KEY


class RacingDict(dict[str, Any]):
    """A dictionary in which another caller fetches between a lookup and `setdefault`."""

    def __init__(self, other: Callable[[], object]) -> None:
        super().__init__()
        self.other: Callable[[], object] | None = other

    def setdefault(self, *entry: Any) -> Any:
        other, self.other = self.other, None
        if other is not None:
            other()
        return super().setdefault(*entry)


@pytest.mark.parametrize(("name", "age"), [("_flights", 2 * STALE_FOR), ("_refreshes", FRESH_FOR)])
def test_keys_just_fetched_by_another_caller_are_not_fetched_again(name: str, age: float) -> None:
    keyring, now = filled_keyring(), NOW + age
    (of_instance,) = keyring._key_sets.values()
    setattr(of_instance, name, RacingDict(lambda: find(keyring, now, key_set())))
    assert find(keyring, now) == KEY
    assert keyring.known(KID, SETTINGS, now) == KEY


# Clocks


def test_clock_set_back_leaves_the_keyring_usable() -> None:
    keyring = filled_keyring()
    assert find(keyring, NOW - 1) == KEY
    long_ago = NOW - 10 * STALE_FOR
    assert find(keyring, long_ago, key_set()) == KEY
    assert find(keyring, long_ago, kid="other") is Reason.JWK_KID_MISMATCH


def test_clock_set_back_ends_a_pause() -> None:
    keyring = Keyring()
    assert find(keyring, NOW + STALE_FOR, CONNECTION_REFUSED) is Reason.JWK_REMOTE_FAILED_TO_LOAD
    assert find(keyring, NOW, key_set()) == KEY


# Responses of the API


def test_wrong_secret_key_has_its_own_reason() -> None:
    keyring = Keyring()
    wrong = json_response({"errors": [{"code": "clerk_key_invalid"}]}, 401)
    assert find(keyring, NOW, wrong) is Reason.SECRET_KEY_INVALID
    assert find(keyring, NOW + 1) is Reason.SECRET_KEY_INVALID
    assert find(keyring, NOW + RETRY_AFTER, key_set()) == KEY


NONSENSE = [
    HttpResponse(200),
    HttpResponse(204),
    HttpResponse(200, content=b"<html>welcome</html>"),
    HttpResponse(200, content=b"\xff\xfe\x00"),
    HttpResponse(200, content=b"[" * 100_000),
    HttpResponse(200, content=b"null"),
    HttpResponse(200, content=b"1" * 5000),
    json_response([]),
    json_response("keys"),
    json_response({}),
    json_response({"keys": None}),
    json_response({"keys": []}),
    json_response({"keys": {"kid": KID}}),
    json_response({"keys": [None, 1, "x", [], {}]}),
    json_response({"keys": [{"kid": KID, "kty": "RSA"}]}),
    json_response({"keys": [{"kid": KID, "kty": "RSA", "alg": ["RS256"], "n": "AQ", "e": "AQ"}]}),
    json_response({"keys": [{"kid": KID, "kty": "oct", "k": "c2VjcmV0"}]}),
    HttpResponse(302, [("location", "https://evil.example/")]),
    HttpResponse(404, content=b"not found"),
    HttpResponse(500, content=b"<html>"),
    json_response({"errors": "x"}, 401),
    json_response({"errors": [{"code": ["clerk_key_invalid"]}]}, 401),
]


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_malformed_key_set_counts_as_an_outage(nonsense: HttpResponse) -> None:
    keyring = Keyring()
    assert find(keyring, NOW, nonsense) is Reason.JWK_REMOTE_FAILED_TO_LOAD
    assert find(keyring, NOW) is Reason.JWK_REMOTE_FAILED_TO_LOAD
    assert find(keyring, NOW + RETRY_AFTER, key_set()) == KEY
    # Known keys are kept.
    assert find(keyring, NOW + RETRY_AFTER + FRESH_FOR, nonsense) == KEY
    assert find(keyring, NOW + RETRY_AFTER + FRESH_FOR) == KEY


# Instances


def test_keys_are_separate_per_instance() -> None:
    keyring = filled_keyring()
    for theirs in (
        settings(jwt_key=None, secret_key="sk_test_another"),
        settings(jwt_key=None, api_url="https://api.other.example"),
        settings(jwt_key=None, api_version="v2"),
    ):
        assert keyring.known(KID, theirs, NOW) is None
        found, requests = drive(keyring.find(KID, theirs, NOW), key_set(jwk(other_rsa_key())))
        assert found == OTHER_KEY
        (request,) = requests
        assert request.url == f"{theirs.api_url}/{theirs.api_version}/jwks"
        assert request.headers.get("authorization") == f"Bearer {theirs.secret_key}"
    assert find(keyring, NOW) == KEY


def test_most_recently_used_key_sets_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clerk_core._authentication.tokens.keyring.MAX_INSTANCES", 3)
    keyring = Keyring()
    tenants = {name: settings(jwt_key=None, secret_key=f"sk_test_{name}") for name in "abcd"}

    def look_up(name: str, now: float, *answers: HttpResponse) -> None:
        assert drive(keyring.find(KID, tenants[name], now), *answers)[0] == KEY

    for later, name in enumerate("abc"):
        look_up(name, NOW + later, key_set())
    look_up("a", NOW + 3)
    look_up("d", NOW + 4, key_set())
    for name in "acd":
        look_up(name, NOW + 5)
    look_up("b", NOW + 6, key_set())


def test_pem_cache_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clerk_core._authentication.tokens.keyring.MAX_INSTANCES", 3)
    keyring = Keyring()

    for number in range(10):
        # Each text is the same key.
        assert keyring.read_pem(public_pem() + "\n" * number) == KEY

    assert len(keyring._pems) == 3


# The size of a key set


def test_only_the_first_keys_of_a_long_key_set_are_read() -> None:
    keys = [jwk(kid=f"ins_key_{number}") for number in range(100)]
    keyring = Keyring()

    assert find(keyring, NOW, key_set(*keys)) == KEY
    assert keyring.known("ins_key_31", SETTINGS, NOW) == KEY
    assert keyring.known("ins_key_32", SETTINGS, NOW) is None


def test_huge_key_set_is_not_parsed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tiny = b'{"kty":"RSA","kid":"ins_key_1","n":"AQAB","e":"AQAB"}'
    content = b'{"keys":[' + b",".join([tiny] * 1_000_000) + b"]}"
    monkeypatch.setattr(
        "clerk_core._authentication.tokens.keyring.read_json", lambda *_: pytest.fail("parsed")
    )

    answer = HttpResponse(200, [("content-type", "application/json")], content)
    assert find(Keyring(), NOW, answer) is Reason.JWK_REMOTE_FAILED_TO_LOAD


def test_known_keys_survive_a_too_long_key_set() -> None:
    keyring = filled_keyring()
    too_long = key_set(jwk(), {"padding": "x" * MAX_KEY_SET_BYTES})

    assert find(keyring, NOW + FRESH_FOR, too_long) == KEY


def test_token_of_another_instance_with_the_same_kid_is_rejected() -> None:
    keyring = filled_keyring()
    theirs = settings(jwt_key=None, secret_key="sk_test_another")
    jwt = keyring.remembered.decode(mint())
    assert run_without_requests(verify_session_token(mint(), jwt, SETTINGS, NOW, keyring)) is None
    flow = verify_session_token(mint(), jwt, theirs, NOW, keyring)
    reason, _ = drive(flow, key_set(jwk(other_rsa_key())))
    assert reason is Reason.TOKEN_INVALID_SIGNATURE


def test_jwt_key_needs_no_request_and_is_parsed_once() -> None:
    keyring, given = Keyring(), settings()
    assert keyring.known("any", given, NOW) is None
    found = run_without_requests(keyring.find("any", given, NOW))
    assert found == KEY
    assert keyring.known(None, given, NOW) is found
    assert keyring.read_pem(given.jwt_key or "") is found
    assert run_without_requests(keyring.find("other", given, NOW + STALE_FOR)) is found


@pytest.mark.parametrize("between", ["\\n", " ", "", "\r\n"])
def test_jwt_key_may_have_mangled_line_breaks(between: str) -> None:
    given = settings(jwt_key=public_pem().replace("\n", between))
    assert run_without_requests(Keyring().find(KID, given, NOW)) == KEY


def test_invalid_jwt_key_raises_configuration_error() -> None:
    with pytest.raises(ConfigurationError, match="CLERK_JWT_KEY"):
        run_without_requests(Keyring().find(KID, settings(jwt_key="nonsense"), NOW))
    with pytest.raises(ConfigurationError, match="CLERK_JWT_KEY"):
        Keyring().read_pem("nonsense")


# Threads and tasks


class Api:
    """A fake API that counts requests and blocks threads until it is released."""

    def __init__(self, answer: HttpResponse | TransportError | None = None) -> None:
        self.answer = answer or key_set()
        self.requests = 0
        self.release = threading.Event()

    def send(self, request: HttpRequest) -> HttpResponse:
        self.requests += 1
        assert self.release.wait(PATIENCE)
        return self._answer()

    async def send_async(self, request: HttpRequest) -> HttpResponse:
        self.requests += 1
        for _ in range(3):
            await asyncio.sleep(0)
        return self._answer()

    def _answer(self) -> HttpResponse:
        if isinstance(self.answer, TransportError):
            raise self.answer
        return self.answer


def in_threads(api: Api, flows: list[Flow[Found]]) -> list[Found]:
    started = threading.Barrier(len(flows) + 1)

    def go(flow: Flow[Found]) -> Found:
        started.wait(PATIENCE)
        return run(flow, api.send)

    with ThreadPoolExecutor(len(flows)) as pool:
        results = [pool.submit(go, flow) for flow in flows]
        started.wait(PATIENCE)
        api.release.set()
        return [result.result(PATIENCE) for result in results]


def in_tasks(api: Api, flows: list[Flow[Found]]) -> list[Found]:
    async def main() -> list[Found]:
        return await asyncio.gather(*(run_async(flow, api.send_async) for flow in flows))

    return asyncio.run(main())


both = pytest.mark.parametrize("together", [in_threads, in_tasks], ids=["threads", "tasks"])


@both
def test_concurrent_requests_share_the_first_fetch(together: type) -> None:
    keyring, api = Keyring(), Api()
    assert together(api, [keyring.find(KID, SETTINGS, NOW) for _ in range(40)]) == [KEY] * 40
    assert api.requests == 1


@both
@pytest.mark.parametrize("outage", [CONNECTION_REFUSED, TIMED_OUT, UNAVAILABLE])
def test_concurrent_requests_share_a_failing_fetch(
    together: type, outage: HttpResponse | TransportError
) -> None:
    keyring, api = Keyring(), Api(outage)
    found = together(api, [keyring.find(KID, SETTINGS, NOW) for _ in range(40)])
    assert found == [Reason.JWK_REMOTE_FAILED_TO_LOAD] * 40
    assert api.requests == 1


@both
def test_concurrent_unknown_kids_share_a_fetch(together: type) -> None:
    keyring, api = filled_keyring(), Api()
    flows = [keyring.find(f"forged {number}", SETTINGS, NOW + COOL_DOWN) for number in range(40)]
    assert together(api, flows) == [Reason.JWK_KID_MISMATCH] * 40
    assert api.requests == 1


def test_concurrent_tasks_share_a_refresh() -> None:
    keyring, api = filled_keyring(), Api()
    flows = [keyring.find(KID, SETTINGS, NOW + FRESH_FOR) for _ in range(40)]
    assert in_tasks(api, flows) == [KEY] * 40
    assert api.requests == 1


def test_threads_do_not_wait_for_a_refresh_by_another() -> None:
    keyring, api = filled_keyring(), Api()
    later = NOW + FRESH_FOR
    with ThreadPoolExecutor(40) as pool:
        results = [
            pool.submit(run, keyring.find(KID, SETTINGS, later), api.send) for _ in range(40)
        ]
        results_by_end = as_completed(results, PATIENCE)
        assert [next(results_by_end).result() for _ in range(39)] == [KEY] * 39
        assert api.requests == 1
        api.release.set()
        assert next(results_by_end).result() == KEY
    assert api.requests == 1


def test_another_task_fetches_after_a_cancellation() -> None:
    keyring, api = Keyring(), Api()

    async def never(request: HttpRequest) -> HttpResponse:
        await asyncio.Event().wait()
        raise AssertionError("woken")

    async def main() -> list[Found]:
        first = asyncio.create_task(run_async(keyring.find(KID, SETTINGS, NOW), never))
        await asyncio.sleep(0)
        rest = [
            asyncio.create_task(run_async(keyring.find(KID, SETTINGS, NOW), api.send_async))
            for _ in range(10)
        ]
        await asyncio.sleep(0)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        return [await task for task in rest]

    assert asyncio.run(main()) == [KEY] * 10
    assert api.requests == 1


def test_failed_fetch_is_not_reused() -> None:
    keyring, api = Keyring(), Api(UNAVAILABLE)
    api.release.set()
    assert run(keyring.find(KID, SETTINGS, NOW), api.send) is Reason.JWK_REMOTE_FAILED_TO_LOAD
    api.answer = key_set()
    assert run(keyring.find(KID, SETTINGS, NOW + RETRY_AFTER), api.send) == KEY
    assert api.requests == 2


def test_keyring_works_across_event_loops() -> None:
    keyring, api = Keyring(), Api()
    assert in_tasks(api, [keyring.find(KID, SETTINGS, NOW)]) == [KEY]
    later = [keyring.find("other", SETTINGS, NOW + COOL_DOWN) for _ in range(3)]
    assert in_tasks(api, later) == [Reason.JWK_KID_MISMATCH] * 3
    assert api.requests == 2
