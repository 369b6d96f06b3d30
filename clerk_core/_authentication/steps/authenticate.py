"""Who is asking? The list of steps, and the flow that takes them in order.

No clock, socket or environment: the time is handed in, HTTP is asked for, settings are given.
"""

from __future__ import annotations

from typing import Any

from clerk_core._authentication.request.credentials import Credentials
from clerk_core._authentication.request.token_kinds import AcceptsToken, check_accepted
from clerk_core._authentication.result.origin import Performing, Token
from clerk_core._authentication.result.state import RequestState
from clerk_core._authentication.steps.context import Context, Step
from clerk_core._authentication.steps.cookie import (
    agreement_of_cookies,
    development_browser,
    session_token_in_cookie,
)
from clerk_core._authentication.steps.handshake import resolve_handshake
from clerk_core._authentication.steps.header import session_token_in_header
from clerk_core._authentication.steps.machine import kind_not_in_list, machine_token_in_header
from clerk_core._authentication.steps.redirect_count import without_count
from clerk_core._authentication.steps.satellite import primary_answers, satellite_asks
from clerk_core._authentication.steps.well_formed import names_one_host
from clerk_core._authentication.tokens.keyring import Keyring
from clerk_core._flow import Flow
from clerk_core._messages import Request
from clerk_core._reasons import Reason
from clerk_core._settings.settings import Settings
from clerk_core._times import check_unix_seconds

_STEPS: tuple[Step[Any], ...] = (
    names_one_host,
    session_token_in_header,
    resolve_handshake,
    satellite_asks,
    primary_answers,
    development_browser,
    agreement_of_cookies,
    session_token_in_cookie,
)
_STEPS_WITH_MACHINES: tuple[Step[Any], ...] = (
    names_one_host,
    kind_not_in_list,
    machine_token_in_header,
    *_STEPS[1:],
)


def authenticate(
    request: Request,
    settings: Settings,
    *,
    now: float,
    accepts_token: AcceptsToken = "session_token",
    keyring: Keyring | None = None,
) -> Flow[RequestState[Flow[str | None]]]:
    """Decide about one request at `now`, in Unix seconds, by the kinds of token that it accepts.

    Keep one `keyring` for all requests, or the key set is fetched for each. The state's
    `auth().get_token(...)` gives a flow, to run as this one is run.

    Raises `ConfigurationError` when `jwt_key` is no key or there is none to ask the Backend API
    with, `ValueError` or `TypeError` when `now` is no time in seconds; an invalid token is an
    outcome.
    """
    check_unix_seconds(now)
    return decide(request, settings, now, keyring or Keyring(), _as_it_is, accepts_token)


def _as_it_is(flow: Flow[str | None]) -> Flow[str | None]:
    return flow


def decide(
    request: Request,
    settings: Settings,
    now: float,
    keyring: Keyring,
    perform: Performing[Token],
    accepts_token: AcceptsToken = "session_token",
) -> Flow[RequestState[Token]]:
    """Decide about one request; `perform` becomes the way in which its Auth object gets tokens."""
    credentials = Credentials(request, settings, now, keyring.remembered.decode)
    context = Context(credentials, keyring, perform, accepts_token)
    steps = _STEPS
    if accepts_token != "session_token":
        check_accepted(accepts_token)
        steps = _STEPS_WITH_MACHINES
    for step in steps:
        state = yield from step(context)
        if state is not None:
            return without_count(context, state)
    return context.signed_out(Reason.UNEXPECTED_ERROR)
