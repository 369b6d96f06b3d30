"""Authenticate a request: the list of steps, and the flow that runs them in order.

This module reads no clock and no environment. Time and settings are arguments.
"""

from __future__ import annotations

from clerk_core._authentication.request.credentials import Credentials
from clerk_core._authentication.request.token_kinds import AcceptsToken, check_accepted
from clerk_core._authentication.result.state import Handshake, RequestState, SignedIn, SignedOut
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
from clerk_core._authentication.tokens.revoked import RevokedTokens
from clerk_core._flow import Flow
from clerk_core._messages import Request
from clerk_core._reasons import Reason
from clerk_core._settings.settings import Settings
from clerk_core._times import check_unix_seconds

_STATES = SignedIn, SignedOut, Handshake
_STEPS: tuple[Step, ...] = (
    names_one_host,
    session_token_in_header,
    resolve_handshake,
    satellite_asks,
    primary_answers,
    development_browser,
    agreement_of_cookies,
    session_token_in_cookie,
)
_STEPS_WITH_MACHINES: tuple[Step, ...] = (
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
) -> Flow[RequestState]:
    """Return the flow that authenticates one request; `run` and `run_async` run it.

    Args:
        request: The request as the application received it.
        settings: The settings of the Clerk instance.
        now: The current time in Unix seconds.
        accepts_token: The kinds of token to accept.
        keyring: The cache of public keys. Use one for all requests, because a new one fetches the
            key set.

    Returns:
        A flow that returns the result. Invalid tokens do not raise exceptions.

    Raises:
        ConfigurationError: `jwt_key` is invalid, or there is no key to call the Backend API with.
        ValueError: `now` is not a time in seconds.
        TypeError: `now` is not a number.
    """
    check_unix_seconds(now)
    return decide(request, settings, now, keyring or Keyring(), accepts_token)


def decide(
    request: Request,
    settings: Settings,
    now: float,
    keyring: Keyring,
    accepts_token: AcceptsToken = "session_token",
    revoked: RevokedTokens | None = None,
) -> Flow[RequestState]:
    """Return the flow that authenticates one request, without checking the arguments.

    Args:
        request: The request as the application received it.
        settings: The settings of the Clerk instance.
        now: The current time in Unix seconds.
        keyring: The cache of public keys.
        accepts_token: The kinds of token to accept.
        revoked: The session tokens that are refused before they expire; None for no such list.
    """
    credentials = Credentials(request, settings, now, keyring.remembered.decode)
    context = Context(credentials, keyring, accepts_token, revoked)
    steps = _STEPS
    if accepts_token != "session_token":
        check_accepted(accepts_token)
        steps = _STEPS_WITH_MACHINES
    for step in steps:
        result = step(context)
        # Not `isinstance(result, Generator)`, which runs Python code for an abstract class.
        if result is not None and not isinstance(result, _STATES):
            result = yield from result
        if result is not None:
            return without_count(context, result)
    return context.signed_out(Reason.UNEXPECTED_ERROR)
