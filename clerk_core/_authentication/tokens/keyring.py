"""The public keys of all instances that an installation serves.

A keyring keeps the keys of one instance apart from those of another, fetches a key set once for all
who wait for it. A forged or unknown `kid` is answered from memory for a
while, and known keys outlive an outage of Clerk's API. It decides nothing about a request.

Key sets are stored by what fetches them (API URL and secret key) and never by what a visitor sends,
such as a host name: a visitor cannot evict anybody's keys.

Threads and tasks share it without a lock: what races rests on atomic operations of `dict`, and
nothing is held while a request is on its way, so a fork cannot leave it stuck.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, NamedTuple, Protocol

from clerk_core._api.calls import read_json, response_to
from clerk_core._api.visitor_calls import VisitorCalls
from clerk_core._authentication.tokens.cache import TokenCache
from clerk_core._flight import Flight
from clerk_core._flow import Flow
from clerk_core._frozen import Opaque
from clerk_core._reasons import Reason
from clerk_core._settings.settings import Settings
from clerk_core.errors import ClerkAPIError, TransportError

if TYPE_CHECKING:
    from clerk_core._authentication.tokens.keys import SigningKey

# All in seconds.
FRESH_FOR = 5 * 60
"""How long a key set is used without asking again."""
STALE_FOR = 24 * 60 * 60
"""How long known keys go on working while the API gives no answer."""
COOL_DOWN = 10
"""How long after a key set came an unknown `kid` fetches no other."""
RETRY_AFTER = 3
"""How long after a failed fetch nobody tries again."""
FETCH_DEADLINE = 5
"""How long a request without a key waits for the key set."""
REFRESH_DEADLINE = 2
"""How long the one request that refreshes known keys may be held up."""

MAX_INSTANCES = 16_384
"""How many key sets are kept, of the instances used last."""
MAX_KEY_SET_BYTES = 256 * 1024
"""The size of a key set's JSON above which it is rejected. Clerk publishes two or three keys."""


class Keyring(Opaque):
    """Keys by instance, for any number of instances. Share one in a whole application.

    Args:
        blocking: Whether a thread is held up while Clerk answers. Say False in code that awaits:
            more requests may wait there.
    """

    __slots__ = ("__weakref__", "_key_sets", "_pems", "remembered", "visitor_calls")

    def __init__(self, *, blocking: bool = True) -> None:
        self._key_sets: dict[tuple[str, str, str], _KeySet] = {}
        self._pems: dict[str, SigningKey] = {}
        self.remembered: TokenCache = TokenCache()
        self.visitor_calls: VisitorCalls = VisitorCalls(blocking=blocking)

    def with_blocking(self, blocking: bool) -> Keyring:
        """Return a keyring of the same keys and memory, for code that waits or awaits."""
        other = object.__new__(Keyring)
        other._key_sets, other._pems, other.remembered = self._key_sets, self._pems, self.remembered
        other.visitor_calls = self.visitor_calls.with_blocking(blocking)
        return other

    def known(self, kid: object, settings: Settings, now: float) -> SigningKey | None:
        """Return the key with this ID if it is known and fresh."""
        if settings.jwt_key is not None:
            return self._pems.get(settings.jwt_key)
        key_set = self._key_sets.get(_instance_of(settings))
        return key_set.fresh(kid, now) if key_set else None

    def source_of(self, settings: Settings) -> KeySource:
        """Return where the keys of these settings are."""
        if settings.jwt_key is not None:
            return _Pem(self.read_pem(settings.jwt_key))
        return self._key_sets.get(_instance_of(settings)) or _KeySet()

    def forget_flights(self) -> None:
        """Wait for nothing that another process was fetching."""
        for key_set in list(self._key_sets.values()):
            key_set.forget_flights()
        self.visitor_calls.forget_flights()

    def read_pem(self, jwt_key: str) -> SigningKey:
        """Return the key of a PEM, parsed once; raise `ConfigurationError` if it is malformed."""
        if jwt_key not in self._pems:
            from clerk_core._authentication.tokens.keys import parse_pem

            key = parse_pem(jwt_key)
            if len(self._pems) >= MAX_INSTANCES:
                # Of a copy: another thread may read one meanwhile.
                self._pems.pop(next(iter(self._pems.copy())), None)
            self._pems[jwt_key] = key
            return key
        return self._pems[jwt_key]

    def find(self, kid: object, settings: Settings, now: float) -> Flow[SigningKey | Reason]:
        """Return the key with this ID, fetched if necessary. `now` is Unix seconds.

        Raises `ConfigurationError` when `jwt_key` is no key.
        """
        if settings.jwt_key is not None:
            return self.read_pem(settings.jwt_key)
        if settings.secret_key is None:
            return Reason.JWK_FAILED_TO_RESOLVE
        if not isinstance(kid, str):
            return Reason.JWK_KID_MISMATCH
        return (yield from self._key_set_of(settings, now).find(kid, settings, now))

    def _key_set_of(self, settings: Settings, now: float) -> _KeySet:
        instance = _instance_of(settings)
        key_set = self._key_sets.get(instance)
        if key_set is None:
            known = list(self._key_sets.items())
            if len(known) >= MAX_INSTANCES:
                unused, _ = min(known, key=lambda item: item[1].used_at)
                self._key_sets.pop(unused, None)
            key_set = self._key_sets.setdefault(instance, _KeySet())
        key_set.used_at = now
        return key_set


def _instance_of(settings: Settings) -> tuple[str, str, str]:
    return settings.api_url, settings.api_version, settings.secret_key or ""


class KeySource(Protocol):
    """Where the keys of an instance are, to see whether they were replaced."""

    @property
    def keys(self) -> object:
        """The keys: another object when any of them was replaced."""
        ...

    @property
    def fresh_until(self) -> float:
        """Until when the keys are used without asking again, in Unix seconds."""
        ...


class _Pem(NamedTuple):
    """The key of `jwt_key`, which never changes."""

    keys: object
    fresh_until: float = inf


class _KeySet:
    """One instance's keys, and when they may be asked for again. Mutable, owned by the keyring."""

    def __init__(self) -> None:
        self.used_at = 0.0
        """When a key was last looked for that was not both known and fresh."""
        # A key that may not be used is the reason why.
        self.keys: dict[str, SigningKey | Reason] = {}
        self._fetched_at: float | None = None
        self._answer_until = 0.0
        self._answer = Reason.JWK_REMOTE_FAILED_TO_LOAD
        self._flights: dict[str, Flight] = {}
        self._refreshes: dict[str, tuple[float]] = {}

    @property
    def fresh_until(self) -> float:
        return (self._fetched_at or 0.0) + FRESH_FOR

    def fresh(self, kid: object, now: float) -> SigningKey | None:
        key = self.keys.get(kid) if isinstance(kid, str) and self._age(now) < FRESH_FOR else None
        return None if isinstance(key, Reason) else key

    def _age(self, now: float) -> float:
        """Return the seconds since the keys were fetched; 0 if the clock is slightly behind."""
        if self._fetched_at is None or self._fetched_at - now > STALE_FOR:
            return float("inf")
        return max(0.0, now - self._fetched_at)

    def find(self, kid: str, settings: Settings, now: float) -> Flow[SigningKey | Reason]:
        key = self.keys.get(kid)
        if key is not None and self._age(now) < STALE_FOR:
            if self._age(now) >= FRESH_FOR and self._may_ask(now):
                yield from self._refresh(settings, now)
                return self.keys.get(kid) or Reason.JWK_KID_MISMATCH
            return key
        if self._may_ask(now):
            yield from self._fetch(settings, now)
            if self._age(now) < STALE_FOR:
                return self.keys.get(kid) or self._answer
        return self._answer

    def forget_flights(self) -> None:
        self._flights.clear()
        self._refreshes.clear()

    def _may_ask(self, now: float) -> bool:
        # The upper limit frees a clock that went back from a pause in the future.
        return not 0 < self._answer_until - now <= FETCH_DEADLINE + COOL_DOWN

    def _refresh(self, settings: Settings, now: float) -> Flow[None]:
        """Ask for newer keys, one request at a time; all others go on with those they know."""
        mine = (now,)
        theirs = self._refreshes.setdefault("started", mine)
        if theirs is not mine:
            if abs(now - theirs[0]) < 2 * REFRESH_DEADLINE:
                return
            # It never ended, in the parent of a fork for example: one takes over.
            if self._refreshes.get("started") is theirs:
                self._refreshes["started"] = mine
        if self._refreshes.get("started") is not mine:
            return
        try:
            if self._may_ask(now):
                yield from self._ask(settings, now, REFRESH_DEADLINE)
        finally:
            if self._refreshes.get("started") is mine:
                self._refreshes.clear()

    def _fetch(self, settings: Settings, now: float) -> Flow[None]:
        """Fetch the keys, in one request for all who wait."""
        flight = self._flights.setdefault("key set", Flight())
        # The answer may have landed between the caller's look and this flight.
        if self._may_ask(now):
            yield from self._ask(settings, now, FETCH_DEADLINE, flight)
        if self._flights.get("key set") is flight:
            self._flights.clear()

    def _ask(
        self, settings: Settings, now: float, deadline: float, flight: Flight | None = None
    ) -> Flow[None]:
        try:
            answer = yield from response_to(
                settings, "GET", "/jwks", timeout=deadline, flight=flight
            )
            # Before it is parsed: reading a million keys takes half a minute.
            is_readable = len(answer.content) <= MAX_KEY_SET_BYTES
            document = read_json(answer, "GET /jwks") if is_readable else None
        except TransportError as error:
            # The clock is not read here: unless it failed at once, it may have taken its deadline.
            waited = 0 if error.code == "transport-failed" else deadline
            self._pause(Reason.JWK_REMOTE_FAILED_TO_LOAD, now + waited + RETRY_AFTER)
        except ClerkAPIError as error:
            is_key_wrong = error.code == "clerk_key_invalid"
            self._pause(
                Reason.SECRET_KEY_INVALID if is_key_wrong else Reason.JWK_REMOTE_FAILED_TO_LOAD,
                now + RETRY_AFTER,
            )
        else:
            from clerk_core._authentication.tokens.keys import parse_key_set

            self._replace(parse_key_set(document), now)

    def _replace(self, keys: dict[str, SigningKey | Reason], now: float) -> None:
        if not keys:
            self._pause(Reason.JWK_REMOTE_FAILED_TO_LOAD, now + RETRY_AFTER)
            return
        self.keys = {kid: _same_or_new(self.keys.get(kid), key) for kid, key in keys.items()}
        # Never a little back: a slow caller's clock must not age the keys for all others.
        self._fetched_at = max(now, self._fetched_at or now) if self._age(now) == 0 else now
        self._pause(Reason.JWK_KID_MISMATCH, now + COOL_DOWN)

    def _pause(self, reason: Reason, until: float) -> None:
        self._answer = reason
        self._answer_until = until


def _same_or_new(
    known: SigningKey | Reason | None, key: SigningKey | Reason
) -> SigningKey | Reason:
    """Return the known object of an unchanged key, so that cached tokens stay valid."""
    return known if known is not None and known == key else key
