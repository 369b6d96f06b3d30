"""Remember the results of requests, so that what was decided a moment ago costs a lookup.

An entry is found by the exact headers that its result depends on, as they came from the server. It
holds for the span of time in which authenticating anew would return the same, and as long as its
key is in use. Remembered are signed-in users; requests without credentials, if no browser could be
redirected; and tokens that no key of the instance has signed. Everything else is authenticated step
by step.
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
from clerk_core._messages import Request
from clerk_core._reasons import Reason
from clerk_core._settings.settings import Settings

MAX_SIGNED_IN = 2048
MAX_SIGNED_OUT = 64
MAX_LENGTH = 8192
"""The length of a request's headers, in characters, above which its result is not remembered."""


class HeaderUse(Enum):
    """What a header has to do with the result of a request."""

    CREDENTIALS = "credentials"
    HOST = "host"
    """It says for which host the request is; the result depends on it."""
    NAVIGATION = "navigation"
    """It says whether a browser navigates, which matters where nobody is signed in."""
    REFERER = "referer"
    UPGRADE = "upgrade"
    """A request with it is never remembered."""


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
"""All headers that the result of a request without Clerk's query parameters depends on."""


class RecallKey(NamedTuple):
    """What a result depends on.

    `parts` are the scheme and the headers, as the server gives them; without credentials the
    method, too. `referer` is the `Referer` header, which is compared and not part of the key.
    """

    parts: Hashable
    referer: str | None
    has_credentials: bool


class HeaderNames(NamedTuple):
    """The names of the headers by their use, as text or as bytes."""

    credentials: tuple[Any, ...]
    host: tuple[Any, ...]
    navigation: tuple[Any, ...]
    upgrade: tuple[Any, ...]
    every: frozenset[Any]
    referer: Any

    @classmethod
    def of(cls, convert: Callable[[str], object]) -> HeaderNames:
        """Return the names, converted to the type that a server has them in."""

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
    """Return the key of a request without parameters of Clerk; None if it is never remembered.

    Args:
        method: The method.
        place: The scheme, and whatever else of the URL's origin is not in the headers.
        headers: The headers as they are, with names in lower case.
        names: The names of the headers, in the same type.
    """
    found = dict(headers)
    if not found.keys().isdisjoint(names.upgrade):
        return None
    # `map` and tuples, because they run in C.
    credentials = tuple(map(found.get, names.credentials))
    has_credentials = credentials != _NO_CREDENTIALS
    parts: tuple[Hashable, ...] = place, credentials, *map(found.get, names.host)
    if not has_credentials:
        parts += method, *map(found.get, names.navigation)
    if len(found) != len(headers):
        # A name came twice, and a dictionary has its last value only.
        parts += tuple(pair for pair in headers if pair[0] in names.every)
    referer = found.get(names.referer)
    if isinstance(referer, bytes):
        referer = referer.decode("latin-1")
    return RecallKey(parts, referer, has_credentials)


def key_of_request(request: Request) -> RecallKey | None:
    """Return the key of a request that no server gave; None if it is never remembered."""
    origin, _, query = request.url.partition("?")
    if not is_usual_query(query):
        return None
    # Up to the path: the URL may have another host than the header.
    place = tuple(origin.split("/", 3)[:3])
    headers = [(name.lower(), value) for name, value in request.headers]
    return key_of(request.method, place, headers, _TEXT)


def is_usual_query(query: str) -> bool:
    """Return whether a query has none of Clerk's parameters. Their names may be percent-encoded."""
    return "__clerk" not in query and "%" not in query


class Entry(NamedTuple):
    """A result, and what it depends on.

    `since` and `until` are Unix seconds. `origin` is what a `Referer` has to begin with; None where
    the referring page does not matter. `state` is that of no request; `of()` makes it one's.
    """

    settings: Settings
    since: float
    until: float
    source: KeySource
    keys: object
    origin: str | None
    state: SignedIn | SignedOut

    def holds(self, settings: Settings, referer: str | None, now: float) -> bool:
        """Return whether authenticating anew would return the same result."""
        return (
            self.since <= now < self.until
            and self.source.keys is self.keys
            and self.settings is settings
            and (referer is None or self.origin is None or referer.startswith(self.origin))
        )


class _NoKeys(NamedTuple):
    """In place of keys, for a result that depends on none."""

    keys: None = None
    fresh_until: float = inf


_NO_KEYS = _NoKeys()


class ResultMemory:
    """The results of the requests seen last, the oldest forgotten first.

    Bounded in number and in the length of each. Those of signed-out requests have a place of their
    own, so that nobody without a valid token can make it forget anybody else. Threads and tasks
    share it without a lock: its operations are atomic in a `dict`.
    """

    def __init__(self) -> None:
        self._signed_in: dict[Hashable, Entry] = {}
        self._signed_out: dict[Hashable, Entry] = {}

    def get(self, key: RecallKey) -> Entry | None:
        """Return the entry of a key, which may not hold any more."""
        if key.has_credentials:
            found = self._signed_in.get(key.parts)
            if found is not None:
                return found
        return self._signed_out.get(key.parts)

    def remember(self, key: RecallKey, state: RequestState, keyring: Keyring) -> None:
        """Remember a result, if requests with the same key always get it."""
        if state.status == "handshake" or not _is_usual(state.credentials):
            return
        if state.status == "signed-in":
            entry = _signed_in(state, keyring)
        elif key.has_credentials:
            entry = _forged(state, keyring)
        else:
            entry = None if state.credentials.is_navigation else _anonymous(state)
        if entry is not None and state.status == "signed-in":
            # Where it was forged once, and the key came later.
            self._signed_out.pop(key.parts, None)
            _keep(self._signed_in, key.parts, entry, MAX_SIGNED_IN)
        elif entry is not None:
            _keep(self._signed_out, key.parts, entry, MAX_SIGNED_OUT)


def _keep(entries: dict[Hashable, Any], key: Hashable, entry: object, most: int) -> None:
    while len(entries) >= most:
        # Of a copy: another thread may change it meanwhile.
        entries.pop(next(iter(entries.copy())), None)
    entries[key] = entry


def _is_usual(credentials: Credentials) -> bool:
    request, settings = credentials.request, credentials.settings
    return (
        request.headers.get("host") is not None
        and sum([len(value) for _, value in request.headers]) <= MAX_LENGTH
        and is_usual_query(request.url.partition("?")[2])
        and not settings.is_satellite
        and not settings.organization_sync_options.is_given
    )


def _anonymous(state: SignedOut) -> Entry:
    """Return the entry of a request without credentials, which depends on no time and no key."""
    settings = state.credentials.settings
    return Entry(settings, -inf, inf, _NO_KEYS, None, None, state.of(_unread))


def _forged(state: SignedOut, keyring: Keyring) -> Entry | None:
    """Return the entry of a token in the header that no key of the instance has signed."""
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


def _signed_in(state: SignedIn, keyring: Keyring) -> Entry | None:
    credentials = state.credentials
    settings, source = credentials.settings, keyring.source_of(credentials.settings)
    # A little earlier than the claim says, so that rounding makes no difference.
    expires = int(verified_of(state)["exp"]) - 0.001
    origin = None
    if state.token == credentials.token_in_header:
        expires += settings.clock_skew_in_ms / 1000
    elif credentials.handshake_nonce or credentials.handshake_token or credentials.url is None:
        return None
    else:
        # A page of another origin may be a satellite's, and then leads to a handshake.
        origin = f"{credentials.url.origin}/"
    until = min(expires, source.fresh_until)
    if state.headers:
        return None
    return Entry(settings, credentials.now, until, source, source.keys, origin, state.of(_unread))


def _unread() -> Credentials:
    raise RuntimeError("a remembered state belongs to no request")
