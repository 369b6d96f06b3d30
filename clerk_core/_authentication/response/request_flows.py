"""Provide the flows of one request: its results, user, organization and responses, each cached.

This module knows no framework and no client.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, Protocol

from clerk_core._api.sharing import resource_policy
from clerk_core._authentication.request.credentials import Credentials
from clerk_core._authentication.request.token_kinds import AcceptsToken, check_accepted, is_accepted
from clerk_core._authentication.response.error_response import Refusal
from clerk_core._authentication.response.refusal import refuse_access
from clerk_core._authentication.response.sign_out import sign_out
from clerk_core._authentication.result.access import Access
from clerk_core._authentication.result.state import (
    HeaderPairs,
    RequestState,
    SignedIn,
    SignedOut,
    is_debug_header,
)
from clerk_core._authentication.steps.authenticate import decide
from clerk_core._authentication.steps.memory import (
    Entry,
    RecallKey,
    ResultMemory,
    key_of_request,
)
from clerk_core._authentication.tokens.keyring import Keyring
from clerk_core._authentication.tokens.revoked import RevokedTokens
from clerk_core._compat import Self
from clerk_core._flow import Flow
from clerk_core._messages import Request, Response
from clerk_core._misuse import not_fetched
from clerk_core._reasons import Reason
from clerk_core._settings.settings import Settings

if TYPE_CHECKING:
    from clerk_core.models import Organization, User


class RevocationSource(Protocol):
    """The revocations of a client."""

    def current(self) -> RevokedTokens:
        """Return the session tokens that are refused before they expire."""
        ...

    def revoke_session(self, session_id: str, /) -> None:
        """Refuse the tokens of a session that has ended."""
        ...


class Authenticator:
    """The authentication of all requests of one client.

    Args:
        settings: The settings of the client.
        keyring: The keys. Several clients may share them.
        memory: The cached results, shared by the same clients.
        clock: Returns the time in Unix seconds.
        report: A function that is called with each result.
        is_observed: Whether to report cached results, too.
        revocations: The revocations of the client; None if tokens are valid until they expire.
    """

    __slots__ = ("clock", "is_observed", "keyring", "memory", "report", "revocations", "settings")

    def __init__(
        self,
        settings: Settings,
        keyring: Keyring,
        memory: ResultMemory,
        clock: Callable[[], float],
        report: Callable[[RequestState], None],
        is_observed: bool = True,
        revocations: RevocationSource | None = None,
    ) -> None:
        self.revocations: RevocationSource | None = revocations
        self.settings: Settings = settings
        self.keyring: Keyring = keyring
        self.memory: ResultMemory = memory
        self.clock: Callable[[], float] = clock
        self.report: Callable[[RequestState], None] = report
        self.is_observed: bool = is_observed

    def with_keyring(self, keyring: Keyring) -> Authenticator:
        """Return a copy with another keyring that shares the same keys."""
        return Authenticator(
            self.settings,
            keyring,
            self.memory,
            self.clock,
            self.report,
            self.is_observed,
            self.revocations,
        )

    def revoked(self) -> RevokedTokens | None:
        """Return the session tokens that are refused before they expire; None for no such list."""
        return None if self.revocations is None else self.revocations.current()

    def authenticate_once(
        self, request: Request, accepts_token: AcceptsToken
    ) -> Flow[RequestState]:
        """Authenticate a request, or return its cached result."""
        key = key_of_request(request) if accepts_token == "session_token" else None
        recalled = key and self.recall(key, lambda: request)
        if recalled:
            return recalled.flows().session
        state = yield from self.authenticate(request, accepts_token)
        self.remember(key, state)
        return state

    def authenticate(self, request: Request, accepts_token: AcceptsToken) -> Flow[RequestState]:
        """Authenticate a request, accepting these kinds of token."""
        state = yield from decide(
            request, self.settings, self.clock(), self.keyring, accepts_token, self.revoked()
        )
        self.report(state)
        return state

    def recall(self, key: RecallKey, make_request: Callable[[], Request]) -> RecalledRequest | None:
        """Return a request with its cached result; None if it has to be authenticated.

        Args:
            key: The key of the request.
            make_request: Creates the request. Called at most once, when it is needed.
        """
        entry = self.memory.get(key)
        if entry is None:
            return None
        now = self.clock()
        if not entry.holds(self.settings, key.referer, now):
            return None
        recalled = RecalledRequest(self, entry, now, make_request)
        if self.is_observed:
            self.report(recalled.flows().session)
        return recalled

    def remember(self, key: RecallKey | None, state: RequestState) -> None:
        """Cache the result of a request, unless its key is None."""
        if key is not None:
            self.memory.remember(key, state, self.keyring)
            if self.revocations is not None:
                # It may have been revoked meanwhile, after the revoked results were removed.
                self.memory.forget_if_revoked(key, self.revocations.current())


class RecalledRequest(NamedTuple):
    """A request with a cached result. The request itself is created when it is first needed."""

    authenticator: Authenticator
    entry: Entry
    now: float
    make_request: Callable[[], Request]

    @property
    def headers(self) -> HeaderPairs:
        """The headers to add to the response, unless other kinds of token were accepted."""
        return self.entry.state.headers

    def flows(self) -> RequestFlows:
        """Return the flows of the request."""
        return RequestFlows(self.authenticator, self.state())

    def state(self) -> SignedIn | SignedOut:
        """Return the cached result for session tokens, as a state of this request."""
        return self.entry.state.of(self._credentials)

    def _credentials(self) -> Credentials:
        authenticator = self.authenticator
        decode = authenticator.keyring.remembered.decode
        return Credentials(self.make_request(), authenticator.settings, self.now, decode)


class RequestFlows:
    """The flows of one request. Mutable, and never shared with another request.

    Args:
        authenticator: The authentication of the client.
        session: The result for session tokens.
    """

    __slots__ = (
        "_authenticator",
        "_latest",
        "_machine",
        "_organization",
        "_states",
        "_user",
        "session",
    )

    def __init__(self, authenticator: Authenticator, session: RequestState) -> None:
        self._authenticator = authenticator
        self.session: RequestState = session
        # The results for other kinds of token.
        self._states: dict[AcceptsToken, RequestState] | None = None
        self._machine: RequestState | None = None
        self._latest: RequestState = session
        self._user: tuple[User | None] | None = None
        self._organization: tuple[Organization | None] | None = None

    def session_state(self) -> RequestState:
        """Return the result for session tokens, and use its reason in the response."""
        self._latest = self.session
        return self.session

    @classmethod
    def start(cls, authenticator: Authenticator, request: Request) -> Flow[Self]:
        """Authenticate a request by its session token."""
        session = yield from authenticator.authenticate(request, "session_token")
        return cls(authenticator, session)

    def state(self, accepts_token: AcceptsToken = "session_token") -> Flow[RequestState]:
        """Return the result for the kinds of token that are accepted."""
        accepts = _hashable(accepts_token)
        state = self._known(accepts)
        if state is None:
            request = self.session.credentials.request
            state = yield from self._authenticator.authenticate(request, accepts)
            self._states = {**(self._states or {}), accepts: state}
            if state.is_authenticated and state.token_type != "session_token":
                self._machine = state
        self._latest = state
        return state

    def _known(self, accepts: AcceptsToken) -> RequestState | None:
        if accepts == "session_token":
            return self.session
        known, machine = (self._states or {}).get(accepts), self._machine
        if known is None and machine is not None and is_accepted(machine.token_type, accepts):
            # Verified before, for another list of kinds.
            return machine
        return known

    @property
    def headers(self) -> HeaderPairs:
        """The headers to add to the response, unless that is a redirect.

        The cookies are those of the session. The reason is that of the last result, so that the
        response to a refused request contains the reason of the refusal.
        """
        session, latest = self.session, self._latest
        if latest is session and not session.headers:
            return ()
        pairs = () if session.redirect is not None else session.headers
        if latest is session or latest.redirect is not None:
            return pairs
        kept = (pair for pair in pairs if not is_debug_header(pair[0]))
        return (*kept, *(pair for pair in latest.headers if is_debug_header(pair[0])))

    def current_user(self) -> Flow[User | None]:
        """Return the signed-in user from the Backend API; None if nobody is signed in.

        Fetched once, except if several tasks of the request call this at the same time.
        """
        if self._user is None:
            # Imported here, because it imports all models.
            from clerk_core._api.operations.users import Users

            user_id = self.session.auth("session_token").user_id
            settings, found = self._authenticator.settings, None
            if user_id:
                policy = resource_policy(settings, "user", user_id)
                found = yield from Users.get.call(settings, {"user_id": user_id}, policy)
            self._user = (found,)
        return self._user[0]

    def fetched_user(self) -> User | None:
        """Return the user that `current_user` returned; None if nobody is signed in."""
        if self._user is None and self.session.auth("session_token").user_id:
            raise not_fetched("user")
        return self._user[0] if self._user else None

    def fetched_organization(self) -> Organization | None:
        """Return the organization that `current_organization` returned; None without one."""
        if self._organization is None and self.session.auth("session_token").org_id:
            raise not_fetched("organization")
        return self._organization[0] if self._organization else None

    def current_organization(self) -> Flow[Organization | None]:
        """Return the active organization from the Backend API; None without one. Fetched once."""
        if self._organization is None:
            # Imported here, because it imports all models.
            from clerk_core._api.operations.organizations import Organizations

            org_id = self.session.auth("session_token").org_id
            settings, found = self._authenticator.settings, None
            if org_id:
                policy = resource_policy(settings, "organization", org_id)
                given: dict[str, object] = {"organization_id": org_id}
                found = yield from Organizations.get.call(settings, given, policy)
            self._organization = (found,)
        return self._organization[0]

    def refuse(self, access: Access) -> Flow[Refusal | None]:
        """Return the response for a request that is refused; None if it is admitted."""
        return refuse_access((yield from self.state(access.accepts_token)), access)

    def sign_out(self, redirect_url: str) -> Flow[Response]:
        """Return the response that signs the browser out. All later results are signed out."""
        authenticator = self._authenticator
        source = authenticator.revocations
        revoke = None if source is None else source.revoke_session
        response = yield from sign_out(self.session, authenticator.keyring, redirect_url, revoke)
        if response.headers.get("set-cookie") is not None:
            reason = Reason.SESSION_TOKEN_AND_UAT_MISSING
            # Without headers, because a renewed cookie would sign the browser in again.
            self.session = SignedOut(self.session.credentials, (), reason, "")
            self._latest, self._states, self._machine = self.session, None, None
            self._user = self._organization = (None,)
        return response


def _hashable(accepts_token: AcceptsToken) -> AcceptsToken:
    """Return the kinds as a hashable value.

    Raises:
        TypeError: A kind of token does not exist.
    """
    if isinstance(accepts_token, str):
        # Authentication checks it.
        return accepts_token
    check_accepted(accepts_token)
    return tuple(accepts_token)
