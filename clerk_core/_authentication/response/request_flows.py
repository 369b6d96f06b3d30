"""One request, and what was found out about it: each thing is asked for once, and kept.

What every adapter needs, as flows: an adapter keeps a visitor with its framework's request and runs
the flows in its way. It knows no framework and no client.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, Literal, overload

from clerk_core._authentication.request.token_kinds import (
    AcceptsToken,
    MachineTokenType,
    check_accepted,
    is_accepted,
)
from clerk_core._authentication.response.refusal import redirect_to_sign_in, refuse_access
from clerk_core._authentication.result.authorization import Requirement, check_requirement
from clerk_core._authentication.result.origin import Performing, Token
from clerk_core._authentication.result.state import (
    AnyAuth,
    HeaderPairs,
    MachineOrNobody,
    RequestState,
    SessionOrNobody,
    is_debug_header,
)
from clerk_core._authentication.steps.authenticate import decide
from clerk_core._authentication.tokens.keyring import Keyring
from clerk_core._flow import Flow
from clerk_core._messages import HttpResponse, Request
from clerk_core._settings.settings import Settings

if TYPE_CHECKING:
    from clerk_core.models import User


class RequestFlows(Generic[Token]):
    """Who makes `request`; mutable, and of one request only.

    `clock` tells Unix seconds, and is read when something is decided. `tell` is handed every state
    that is decided, once.
    """

    def __init__(
        self,
        request: Request,
        settings: Settings,
        clock: Callable[[], float],
        keyring: Keyring,
        perform: Performing[Token],
        tell: Callable[[RequestState[Token]], None],
    ) -> None:
        self._request = request
        self._settings = settings
        self._clock = clock
        self._keyring = keyring
        self._perform = perform
        self._tell = tell
        self._states: dict[AcceptsToken, RequestState[Token]] = {}
        self._program: RequestState[Token] | None = None
        self._latest: RequestState[Token] | None = None
        self._user: tuple[User | None] | None = None

    def state(self, accepts_token: AcceptsToken = "session_token") -> Flow[RequestState[Token]]:
        """What became of the request, by the kinds of token that are accepted."""
        known = self.known(accepts_token)
        if known is not None:
            return known
        accepts = _checked(accepts_token)
        state = yield from decide(
            self._request, self._settings, self._clock(), self._keyring, self._perform, accepts
        )
        self._states[accepts] = self._latest = state
        if state.is_authenticated and state.token_type != "session_token":
            self._program = state
        self._tell(state)
        return state

    def known(self, accepts_token: AcceptsToken = "session_token") -> RequestState[Token] | None:
        """What became of the request, if that was decided already."""
        accepts = _checked(accepts_token)
        known = self._states.get(accepts)
        program = self._program
        if known is None and program is not None and is_accepted(program.token_type, accepts):
            # Verified already, under another list of kinds.
            known = program
        if known is not None:
            self._latest = known
        return known

    @property
    def headers(self) -> HeaderPairs:
        """The headers to add to the response, unless that is a redirect.

        The cookies are the session's. The reason is that of the kinds of token that were asked for
        last: a refusal says why it refuses, not why another one would.
        """
        session, latest = self._states.get("session_token"), self._latest
        pairs = () if session is None or session.redirect is not None else session.headers
        if latest is None or latest is session or latest.redirect is not None:
            return pairs
        kept = (pair for pair in pairs if not is_debug_header(pair[0]))
        return (*kept, *(pair for pair in latest.headers if is_debug_header(pair[0])))

    @overload
    def auth(
        self, accepts_token: Literal["session_token"], *, treat_pending_as_signed_out: bool = True
    ) -> Flow[SessionOrNobody[Token]]: ...
    @overload
    def auth(
        self, accepts_token: MachineTokenType, *, treat_pending_as_signed_out: bool = True
    ) -> Flow[MachineOrNobody[Token]]: ...
    @overload
    def auth(
        self, accepts_token: AcceptsToken, *, treat_pending_as_signed_out: bool = True
    ) -> Flow[AnyAuth[Token]]: ...
    def auth(
        self, accepts_token: AcceptsToken, *, treat_pending_as_signed_out: bool = True
    ) -> Flow[AnyAuth[Token]]:
        """Who is asking, with a token of the kinds that are accepted."""
        state = yield from self.state(accepts_token)
        return state.auth(accepts_token, treat_pending_as_signed_out=treat_pending_as_signed_out)

    def current_user(self) -> Flow[User | None]:
        """The signed-in user, as the Backend API knows them; None signed out.

        Asked for once, and again where several tasks of one request ask at the same time.
        """
        if self._user is None:
            # Loaded by who asks for it: all models come with it.
            from clerk_core._api.operations.users import Users

            auth = yield from self.auth("session_token")
            user_id = auth.user_id
            self._user = (
                (yield from Users.get.flow(self._settings, user_id)) if user_id else None,
            )
        return self._user[0]

    def refuse(
        self, required: Requirement, accepts_token: AcceptsToken = "session_token"
    ) -> Flow[HttpResponse | None]:
        """The response for a visitor who may not pass, None for one who may."""
        check_requirement(required, "refuse")
        return refuse_access((yield from self.state(accepts_token)), required, accepts_token)

    def redirect_to_sign_in(self, return_back_url: str | None = None) -> Flow[HttpResponse]:
        """The response that takes the visitor to the sign-in page, and from there back."""
        return redirect_to_sign_in((yield from self.state()), return_back_url)


def _checked(accepts_token: AcceptsToken) -> AcceptsToken:
    """Return the kinds as a key of a mapping; raise `TypeError` for what is none."""
    if isinstance(accepts_token, str):
        # Checked when it is decided.
        return accepts_token
    check_accepted(accepts_token)
    return tuple(accepts_token)
