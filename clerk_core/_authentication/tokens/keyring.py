"""Fetch and cache the public keys of all instances that an installation serves.

A key set is fetched once for all requests that wait for it. An unknown `kid` does not cause a fetch
if there was one shortly before, and known keys are used during an outage of Clerk's API.

Key sets are stored by API URL and secret key, never by data from the visitor such as a host name,
so that visitors cannot evict keys.

Threads and tasks share a keyring without a lock. It relies on atomic operations of `dict`, so a
fork during a fetch cannot leave it locked.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, NamedTuple, Protocol

from clerk_core._api.calls import read_json, response_to
from clerk_core._api.sharing import key_set_policy
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
"""How long a key set is used before it is fetched again."""
STALE_FOR = 24 * 60 * 60
"""How long known keys are used while the API does not respond."""
COOL_DOWN = 10
"""How long after a fetch an unknown `kid` does not cause another one."""
RETRY_AFTER = 3
"""How long after a failed fetch no other is attempted."""
REFRESH_AGAIN_AFTER = 60
"""How long after a failed refresh of known keys no other is attempted."""
FETCH_DEADLINE = 5
"""How long a request without a key waits for the key set."""
REFRESH_DEADLINE = 2
"""How long the request that refreshes known keys may be delayed."""

MAX_INSTANCES = 16_384
"""The maximum number of cached key sets. The least recently used are evicted."""
MAX_KEY_SET_BYTES = 256 * 1024
"""The maximum size of a key set's JSON. Clerk publishes two or three keys."""


class Keyring(Opaque):
    """A cache of the public keys of any number of instances. Use one for a whole application.

    Args:
        blocking: Whether a call to Clerk blocks a thread. Set it to False in asynchronous code,
            where more requests may wait.
    """

    __slots__ = ("__weakref__", "_key_sets", "_pems", "remembered", "visitor_calls")

    def __init__(self, *, blocking: bool = True) -> None:
        self._key_sets: dict[tuple[str, str, str], _KeySet] = {}
        self._pems: dict[str, SigningKey] = {}
        self.remembered: TokenCache = TokenCache()
        self.visitor_calls: VisitorCalls = VisitorCalls(blocking=blocking)

    def with_blocking(self, blocking: bool) -> Keyring:
        """Return a keyring with the same keys and caches.

        Args:
            blocking: Whether a call to Clerk blocks a thread.
        """
        other = object.__new__(Keyring)
        other._key_sets, other._pems, other.remembered = self._key_sets, self._pems, self.remembered
        other.visitor_calls = self.visitor_calls.with_blocking(blocking)
        return other

    def known(self, kid: object, settings: Settings, now: float) -> SigningKey | None:
        """Return the key with this ID if it is cached and fresh; None otherwise."""
        if settings.jwt_key is not None:
            return self._pems.get(settings.jwt_key)
        key_set = self._key_sets.get(_instance_of(settings))
        return key_set.fresh(kid, now) if key_set else None

    def source_of(self, settings: Settings) -> KeySource:
        """Return the source of the keys of an instance."""
        if settings.jwt_key is not None:
            return _Pem(self.read_pem(settings.jwt_key))
        return self._key_sets.get(_instance_of(settings)) or _KeySet()

    def forget_flights(self) -> None:
        """Forget the pending calls of the parent process, after a fork."""
        for key_set in list(self._key_sets.values()):
            key_set.forget_flights()
        self.visitor_calls.forget_flights()

    def read_pem(self, jwt_key: str) -> SigningKey:
        """Return the key in a PEM string. The result is cached.

        Raises:
            ConfigurationError: The string is not an RSA public key, or the key is too short.
        """
        if jwt_key not in self._pems:
            from clerk_core._authentication.tokens.keys import parse_pem

            key = parse_pem(jwt_key)
            if len(self._pems) >= MAX_INSTANCES:
                # Iterate over a copy, because another thread may change the cache.
                self._pems.pop(next(iter(self._pems.copy())), None)
            self._pems[jwt_key] = key
            return key
        return self._pems[jwt_key]

    def find(self, kid: object, settings: Settings, now: float) -> Flow[SigningKey | Reason]:
        """Return the key with this ID, fetched if necessary, or the reason why there is none.

        Args:
            kid: The `kid` of the token.
            settings: The settings of the instance.
            now: Unix seconds.

        Raises:
            ConfigurationError: `jwt_key` is invalid, or there is no secret key to fetch keys with.
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
    """The source of the keys of an instance, to find out whether they were replaced."""

    @property
    def keys(self) -> object:
        """The keys: another object after any of them was replaced."""
        ...

    @property
    def fresh_until(self) -> float:
        """Until when the keys are used before they are fetched again, in Unix seconds."""
        ...


class _Pem(NamedTuple):
    """The key of `jwt_key`, which never changes."""

    keys: object
    fresh_until: float = inf


class _KeySet:
    """The keys of one instance, and when they may be fetched again. Mutable."""

    def __init__(self) -> None:
        self.used_at = 0.0
        """When a key was last looked up that was not cached and fresh."""
        # An unusable key is represented by the reason why.
        self.keys: dict[str, SigningKey | Reason] = {}
        self._fetched_at: float | None = None
        self._answer_until = 0.0
        self._refresh_from = 0.0
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
            if self._age(now) >= FRESH_FOR and self._may_ask(now) and self._may_refresh(now):
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
        # The upper limit ends a pause that seems longer because the clock was set back.
        return not 0 < self._answer_until - now <= FETCH_DEADLINE + COOL_DOWN

    def _may_refresh(self, now: float) -> bool:
        return not 0 < self._refresh_from - now <= REFRESH_DEADLINE + REFRESH_AGAIN_AFTER

    def _refresh(self, settings: Settings, now: float) -> Flow[None]:
        """Fetch newer keys, in one request at a time. All others use the known keys."""
        mine = (now,)
        theirs = self._refreshes.setdefault("started", mine)
        if theirs is not mine:
            if abs(now - theirs[0]) < 2 * REFRESH_DEADLINE:
                return
            # The refresh was abandoned, for example in the parent of a fork, so start another one.
            if self._refreshes.get("started") is theirs:
                self._refreshes["started"] = mine
        if self._refreshes.get("started") is not mine:
            return
        try:
            if self._may_ask(now):
                yield from self._ask(settings, now, REFRESH_DEADLINE)
            if self._age(now) >= FRESH_FOR:
                self._refresh_from = now + REFRESH_AGAIN_AFTER
        finally:
            if self._refreshes.get("started") is mine:
                self._refreshes.clear()

    def _fetch(self, settings: Settings, now: float) -> Flow[None]:
        """Fetch the keys, in one request for all that wait for them."""
        flight = self._flights.setdefault("key set", Flight())
        # Another request may have fetched the keys since the caller checked.
        if self._may_ask(now):
            yield from self._ask(settings, now, FETCH_DEADLINE, flight)
        if self._flights.get("key set") is flight:
            self._flights.clear()

    def _ask(
        self, settings: Settings, now: float, deadline: float, flight: Flight | None = None
    ) -> Flow[None]:
        # Only the first key set may be older: a later one is fetched because a key is missing.
        max_age = COOL_DOWN if self._answer_until else None
        try:
            response = yield from response_to(
                settings,
                "GET",
                "/jwks",
                timeout=deadline,
                flight=flight,
                cache_policy=key_set_policy(settings, max_age),
            )
            # Checked before parsing, because parsing a million keys takes half a minute.
            is_readable = len(response.content) <= MAX_KEY_SET_BYTES
            document = read_json(response, "GET /jwks") if is_readable else None
        except TransportError as error:
            # `now` is the start of the call. Unless it failed at once, it may have taken until its
            # deadline.
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
        # Never set back slightly: a slow caller with an old time must not age the keys for others.
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
