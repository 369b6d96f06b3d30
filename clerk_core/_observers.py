"""Report each result to observers, and log what only an operator can fix."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from clerk_core._authentication.response.refusal import is_outage
from clerk_core._authentication.result.state import Observer, RequestState
from clerk_core._problems import SECRET_KEY_UNKNOWN, Problem, ProblemLog
from clerk_core._reasons import EXPLANATIONS, Reason

# Reasons of a browser that returns from Clerk without a session because nobody is signed in.
_NOBODY = (None, Reason.SESSION_TOKEN_MISSING, Reason.SESSION_TOKEN_AND_UAT_MISSING)

_log = logging.getLogger("clerk_core")


class Observers:
    """Logs problems, then calls the observers of a client with each result.

    An exception of an observer is logged and never affects the request.

    Args:
        observers: Functions to call with each result.
        problems: The log of problems.
    """

    def __init__(self, observers: Iterable[Observer], problems: ProblemLog) -> None:
        self._observers: tuple[Observer, ...] = (_Warnings(problems), *observers)

    @property
    def has_observers(self) -> bool:
        """Whether every result has to be reported, also those without a problem."""
        return len(self._observers) > 1

    def __call__(self, state: RequestState) -> None:
        """Report one result."""
        for observer in self._observers:
            try:
                observer(state)
            except Exception as error:
                # Neither the text of the error nor the observer: both may show the result.
                kind = type(error).__name__
                name = getattr(observer, "__qualname__", type(observer).__qualname__)
                _log.error("The observer %s raised %s, which was ignored", name, kind)


class _Warnings:
    """Logs results that only an operator can fix."""

    def __init__(self, problems: ProblemLog) -> None:
        self._problems = problems
        self._has_warned_of_keys = False

    def __call__(self, state: RequestState) -> None:
        reason, credentials = state.reason, state.credentials
        if credentials.settings.instance is None and not self._has_warned_of_keys:
            self._has_warned_of_keys = True
            _log.warning(
                "No publishable key is set, so cookies are not read and only tokens in the "
                "Authorization header are accepted. Set CLERK_PUBLISHABLE_KEY, or pass "
                "publishable_key=, in the same place as the secret key."
            )
        if reason in _NOBODY:
            return
        if reason == Reason.SECRET_KEY_INVALID:
            self._problems.warn(Problem.SECRET_KEY, SECRET_KEY_UNKNOWN)
        elif is_outage(state):
            # Logged already, unless an invalid response looked like a valid one of Clerk.
            self._problems.warn_of_api(
                credentials.settings.api_url, f"{reason}. Check CLERK_API_URL."
            )
        elif reason == Reason.SATELLITE_SIGN_IN_URL_OWN:
            self._problems.warn(Problem.SETTINGS, f"{EXPLANATIONS[reason]} ({reason})")
        elif credentials.asks_for_document and credentials.is_in_redirect_loop:
            self._problems.warn(
                Problem.REDIRECTS,
                "A browser was redirected to Clerk several times and came back without a session "
                f"({reason}). Check that the publishable key and the secret key are of the same "
                "instance.",
            )
