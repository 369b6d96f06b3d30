"""Cache the results of requests.

The key of an entry is the exact headers that its result depends on. An entry is valid as long as
authenticating again would return the same result and its signing key is in use. Three kinds of
result are cached: signed-in users; requests without credentials that cannot be redirected; and
tokens that no key of the instance signed. All other requests are authenticated step by step.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from enum import Enum
from math import inf
from typing import Any, NamedTuple

from clerk_core._authentication.request.credentials import Credentials
from clerk_core._authentication.result.auth import verified_of
from clerk_core._authentication.result.state import RequestState, SignedIn, SignedOut
from clerk_core._authentication.tokens.keyring import Keyring, KeySource
from clerk_core._authentication.tokens.revoked import RevokedTokens
from clerk_core._bounded import keep
from clerk_core._messages import Request
from clerk_core._reasons import Reason
from clerk_core._settings.settings import Settings

MAX_SIGNED_IN = 2048
MAX_SIGNED_OUT = 64
MAX_LENGTH = 8192
"""The maximum length of the headers of a cached result, in characters."""


class HeaderUse(Enum):
    """How the result of a request depends on a header."""

    CREDENTIALS = "credentials"
    HOST = "host"
    """The header names the host; the result depends on it."""
    NAVIGATION = "navigation"
    """The header says whether a browser navigates; the result depends on it if signed out."""
    REFERER = "referer"
    UPGRADE = "upgrade"
    """The results of requests with this header are never cached."""


HEADER_USES: dict[str, HeaderUse] = {
    "authorization": HeaderUse.CREDENTIALS,
    "cookie": HeaderUse.CREDENTIALS,
    "host": HeaderUse.HOST,
    "forwarded": HeaderUse.HOST,
    "x-forwarded-host": HeaderUse.HOST,
    "x-forwarded-port": HeaderUse.HOST,
    "x-forwarded-proto": HeaderUse.HOST,
    "accept": HeaderUse.NAVIGATION,
    "sec-fetch-dest": HeaderUse.NAVIGATION,
    "sec-fetch-mode": HeaderUse.NAVIGATION,
    "referer": HeaderUse.REFERER,
    "upgrade": HeaderUse.UPGRADE,
    "sec-websocket-key": HeaderUse.UPGRADE,
}
"""The headers on which the result of a request without Clerk's query parameters depends."""


class RecallKey(NamedTuple):
    """The key of a cached result.

    Attributes:
        parts: The scheme and the headers as the server provides them, and the method if the request
            has no credentials.
        referer: The `Referer` header. It is compared with the entry, and is not part of the key.
    """

    parts: Hashable
    referer: str | None
    has_credentials: bool

    def __repr__(self) -> str:
        # Error pages and reports show local variables; the parts hold tokens.
        return f"{type(self).__name__}(...)"


class HeaderNames(NamedTuple):
    """The names of the headers by their use, as `str` or `bytes`."""

    credentials: tuple[Any, ...]
    host: tuple[Any, ...]
    navigation: tuple[Any, ...]
    upgrade: tuple[Any, ...]
    every: frozenset[Any]
    referer: Any

    @classmethod
    def of(cls, convert: Callable[[str], object]) -> HeaderNames:
        """Return the names, converted to the type of a server's headers."""

        def names(use: HeaderUse) -> tuple[object, ...]:
            return tuple(convert(name) for name, its_use in HEADER_USES.items() if its_use is use)

        return cls(
            names(HeaderUse.CREDENTIALS),
            names(HeaderUse.HOST),
            names(HeaderUse.NAVIGATION),
            names(HeaderUse.UPGRADE),
            frozenset(map(convert, HEADER_USES)),
            convert("referer"),
        )


_TEXT = HeaderNames.of(str)
_NO_CREDENTIALS = (None, None)


def key_of(
    method: str, place: Hashable, headers: Sequence[tuple[Any, Any]], names: HeaderNames
) -> RecallKey | None:
    """Return the key of a request without parameters of Clerk; None if it is never cached.

    Args:
        method: The method.
        place: The scheme, and other parts of the URL's origin that are not in the headers.
        headers: The headers, with names in lower case.
        names: The names of the headers, in the same type.
    """
    found = dict(headers)
    if not found.keys().isdisjoint(names.upgrade):
        return None
    # `map` and tuples, because they are faster than loops.
    credentials = tuple(map(found.get, names.credentials))
    has_credentials = credentials != _NO_CREDENTIALS
    parts: tuple[Hashable, ...] = place, credentials, *map(found.get, names.host)
    if not has_credentials:
        parts += method, *map(found.get, names.navigation)
    if len(found) != len(headers):
        # A name occurs twice, and the dictionary has its last value only.
        parts += tuple(pair for pair in headers if pair[0] in names.every)
    referer = found.get(names.referer)
    if isinstance(referer, bytes):
        referer = referer.decode("latin-1")
    return RecallKey(parts, referer, has_credentials)


def key_of_request(request: Request) -> RecallKey | None:
    """Return the key of a `Request`; None if it is never cached."""
    origin, _, query = request.url.partition("?")
    if not is_usual_query(query):
        return None
    # Scheme and host of the URL, because the Host header may differ.
    place = tuple(origin.split("/", 3)[:3])
    headers = [(name.lower(), value) for name, value in request.headers]
    return key_of(request.method, place, headers, _TEXT)


def is_usual_query(query: str) -> bool:
    """Return whether a query has no parameters of Clerk, whose names may be percent-encoded."""
    return "__clerk" not in query and "%" not in query


class Entry(NamedTuple):
    """A cached result.

    Attributes:
        since: Since when the entry is valid, in Unix seconds.
        until: Until when the entry is valid, in Unix seconds.
        origin: The required prefix of the `Referer`; None if the result does not depend on it.
        state: The result without a request. `of()` assigns a request.
    """

    settings: Settings
    since: float
    until: float
    source: KeySource
    keys: object
    origin: str | None
    state: SignedIn | SignedOut

    def holds(self, settings: Settings, referer: str | None, now: float) -> bool:
        """Return whether authenticating again would return the same result."""
        return (
            self.since <= now < self.until
            and self.source.keys is self.keys
            and self.settings is settings
            and (referer is None or self.origin is None or referer.startswith(self.origin))
        )


class _NoKeys(NamedTuple):
    """The key source of a result that depends on no key."""

    keys: None = None
    fresh_until: float = inf


_NO_KEYS = _NoKeys()


class ResultMemory:
    """A bounded cache of results that evicts the oldest entries first.

    The results of signed-out requests are stored separately, so that visitors without a valid token
    cannot evict others. Threads and tasks share the cache without a lock, because it relies on
    atomic operations of `dict`.
    """

    def __init__(self) -> None:
        self._signed_in: dict[Hashable, Entry] = {}
        self._signed_out: dict[Hashable, Entry] = {}

    def get(self, key: RecallKey) -> Entry | None:
        """Return the entry of a key, which may be expired; None without one."""
        if key.has_credentials:
            found = self._signed_in.get(key.parts)
            if found is not None:
                return found
        return self._signed_out.get(key.parts)

    def remember(self, key: RecallKey, state: RequestState, keyring: Keyring) -> None:
        """Cache a result, if all requests with the same key have it."""
        if state.status == "handshake" or not _is_usual(state.credentials):
            return
        if state.status == "signed-in":
            entry = _signed_in_entry(state, keyring)
        elif key.has_credentials:
            entry = _forged_entry(state, keyring)
        else:
            entry = None if state.credentials.is_navigation else _anonymous_entry(state)
        if entry is not None and state.status == "signed-in":
            # The token may have been cached as forged before its key was fetched.
            self._signed_out.pop(key.parts, None)
            keep(self._signed_in, key.parts, entry, MAX_SIGNED_IN)
        elif entry is not None:
            keep(self._signed_out, key.parts, entry, MAX_SIGNED_OUT)

    def forget_if_revoked(self, key: RecallKey, revoked: RevokedTokens) -> None:
        """Remove the result of a key if its token is revoked."""
        entry = self._signed_in.get(key.parts)
        if entry is not None and _is_revoked(entry, revoked):
            self._signed_in.pop(key.parts, None)

    def forget(self, settings: Settings, revoked: RevokedTokens | None) -> None:
        """Remove the results of revoked tokens of an instance.

        Args:
            settings: The settings of the instance.
            revoked: The revoked tokens; None to remove the results of all tokens.
        """
        for parts, entry in list(self._signed_in.items()):
            if entry.settings is settings and (revoked is None or _is_revoked(entry, revoked)):
                self._signed_in.pop(parts, None)


def _is_revoked(entry: Entry, revoked: RevokedTokens) -> bool:
    state = entry.state
    return isinstance(state, SignedIn) and revoked.include(verified_of(state))


def _is_usual(credentials: Credentials) -> bool:
    request, settings = credentials.request, credentials.settings
    return (
        request.headers.get("host") is not None
        and sum([len(value) for _, value in request.headers]) <= MAX_LENGTH
        and is_usual_query(request.url.partition("?")[2])
        and not settings.is_satellite
        and not settings.organization_sync_options.is_given
    )


def _anonymous_entry(state: SignedOut) -> Entry:
    """Return the entry of a request without credentials. It is valid forever."""
    settings = state.credentials.settings
    return Entry(settings, -inf, inf, _NO_KEYS, None, None, state.of(_unread))


def _forged_entry(state: SignedOut, keyring: Keyring) -> Entry | None:
    """Return the entry of a token in the header that no key of the instance signed."""
    credentials = state.credentials
    if state.reason != Reason.TOKEN_INVALID_SIGNATURE or credentials.token_in_header is None:
        return None
    settings, source = credentials.settings, keyring.source_of(credentials.settings)
    return Entry(
        settings,
        credentials.now,
        source.fresh_until,
        source,
        source.keys,
        None,
        state.of(_unread),
    )


def _signed_in_entry(state: SignedIn, keyring: Keyring) -> Entry | None:
    credentials = state.credentials
    settings, source = credentials.settings, keyring.source_of(credentials.settings)
    # Slightly earlier than the claim, so that rounding has no effect.
    expires = int(verified_of(state)["exp"]) - 0.001
    origin = None
    if state.token == credentials.token_in_header:
        expires += settings.clock_skew_in_ms / 1000
    elif credentials.handshake_nonce or credentials.handshake_token or credentials.url is None:
        return None
    else:
        # A request from a page of another origin, such as a satellite, may need a handshake.
        origin = f"{credentials.url.origin}/"
    until = min(expires, source.fresh_until)
    if state.headers:
        return None
    return Entry(settings, credentials.now, until, source, source.keys, origin, state.of(_unread))


def _unread() -> Credentials:
    raise RuntimeError("a cached state has no request")
