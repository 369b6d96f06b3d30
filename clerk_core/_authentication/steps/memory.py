"""Remember the results of requests, so that what was decided a moment ago costs a lookup.

An entry is found by the exact headers that its result depends on, as they came from the server. It
holds for the span of time in which authenticating anew would return the same, and as long as its
key is in use. Remembered are users who are signed in, and requests without credentials that no
browser could be redirected for. Everything unusual is authenticated step by step.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from enum import Enum
from typing import Any, NamedTuple, cast

from clerk_core._authentication.request.credentials import Credentials
from clerk_core._authentication.result.auth import verified_of
from clerk_core._authentication.result.state import HeaderPairs, RequestState, SignedIn, SignedOut
from clerk_core._authentication.tokens.keyring import Keyring, KeySource
from clerk_core._settings.settings import Settings

MAX_SIGNED_IN = 2048
MAX_SIGNED_OUT = 64
MAX_LENGTH = 4096
"""The length of a request's credentials, in characters, above which they are not remembered."""


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


def is_usual_query(query: str) -> bool:
    """Return whether a query has none of Clerk's parameters. Their names may be percent-encoded."""
    return "__clerk" not in query and "%" not in query


class SignedInEntry(NamedTuple):
    """A user who is signed in.

    `since` and `until` are Unix seconds. `origin` is what a `Referer` has to begin with; None where
    the referring page does not matter.
    """

    settings: Settings
    since: float
    until: float
    source: KeySource
    keys: object
    origin: str | None
    token: str
    verified: Mapping[str, object]

    @property
    def headers(self) -> HeaderPairs:
        """None are added to the response."""
        return ()

    def state_of(self, credentials: Callable[[], Credentials]) -> SignedIn:
        """Return the result for a request."""
        return SignedIn(credentials, (), self.token, self.verified)

    def holds(self, settings: Settings, referer: str | None, now: float) -> bool:
        """Return whether authenticating anew would return the same result."""
        return (
            self.since <= now < self.until
            and self.source.keys is self.keys
            and self.settings is settings
            and (referer is None or self.origin is None or referer.startswith(self.origin))
        )


class SignedOutEntry(NamedTuple):
    """A request without credentials, which depends on no time and no key."""

    settings: Settings
    state: SignedOut

    @property
    def headers(self) -> HeaderPairs:
        """The headers to add to the response."""
        return self.state.headers

    def state_of(self, credentials: Callable[[], Credentials]) -> SignedOut:
        """Return the result for a request."""
        return self.state.of(credentials)

    def holds(self, settings: Settings, referer: str | None, now: float) -> bool:
        """Return whether authenticating anew would return the same result."""
        return self.settings is settings


class ResultMemory:
    """The results of the requests seen last, the oldest forgotten first.

    Bounded in number and in the length of each. Requests without credentials have a place of their
    own, so that nobody without a valid token can make it forget anybody else. Threads and tasks
    share it without a lock: its operations are atomic in a `dict`.
    """

    def __init__(self) -> None:
        self._signed_in: dict[Hashable, SignedInEntry] = {}
        self._signed_out: dict[Hashable, SignedOutEntry] = {}

    def get(self, key: RecallKey) -> SignedInEntry | SignedOutEntry | None:
        """Return the entry of a key, which may not hold any more."""
        return (self._signed_in if key.has_credentials else self._signed_out).get(key.parts)

    def remember(self, key: RecallKey, state: RequestState, keyring: Keyring) -> None:
        """Remember a result, if requests with the same key always get it."""
        if state.status == "signed-in":
            entry = _signed_in_entry(state, keyring) if key.has_credentials else None
            if entry is not None:
                _keep(self._signed_in, key.parts, entry, MAX_SIGNED_IN)
        elif state.status == "signed-out" and not key.has_credentials and _is_final(state):
            settings = state.credentials.settings
            _keep(self._signed_out, key.parts, SignedOutEntry(settings, state), MAX_SIGNED_OUT)


def _keep(entries: dict[Hashable, Any], key: Hashable, entry: object, most: int) -> None:
    while len(entries) >= most:
        # Of a copy: another thread may change it meanwhile.
        entries.pop(next(iter(entries.copy())), None)
    entries[key] = entry


def _is_usual(credentials: Credentials) -> bool:
    request, settings = credentials.request, credentials.settings
    return (
        is_usual_query(request.url.partition("?")[2])
        and not settings.is_satellite
        and not settings.organization_sync_options.is_given
        and request.headers.get("host") is not None
    )


def _is_final(state: SignedOut) -> bool:
    """Return whether a request without credentials is signed out for what its key says of it."""
    credentials = state.credentials
    length = len(credentials.request.headers.get("host") or "")
    return not credentials.is_navigation and length <= MAX_LENGTH and _is_usual(credentials)


def _signed_in_entry(state: SignedIn, keyring: Keyring) -> SignedInEntry | None:
    credentials = state.credentials
    headers, settings = credentials.request.headers, credentials.settings
    length = len(headers.get("authorization") or "") + len(headers.get("cookie") or "")
    if state.headers or length > MAX_LENGTH or not _is_usual(credentials):
        return None
    claims: Mapping[str, object] = verified_of(state)
    source, now = keyring.source_of(settings), credentials.now
    # A little earlier than the claim says, so that no rounding tells the two ways apart.
    expires = int(cast("Any", claims["exp"])) - 0.001
    origin = None
    if state.token == credentials.token_in_header:
        expires += settings.clock_skew_in_ms / 1000
    else:
        if credentials.handshake_nonce or credentials.handshake_token or credentials.url is None:
            return None
        # A page of another origin may be a satellite's, and then leads to a handshake.
        origin = f"{credentials.url.origin}/"
    until = min(expires, source.fresh_until)
    return SignedInEntry(settings, now, until, source, source.keys, origin, state.token, claims)
