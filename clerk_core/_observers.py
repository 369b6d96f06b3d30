"""Report each result to observers, and log what only an operator can fix."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from clerk_core._authentication.response.refusal import is_outage
from clerk_core._authentication.result.state import Observer, RequestState
from clerk_core._problems import SECRET_KEY_UNKNOWN, Problem, ProblemLog
from clerk_core._reasons import EXPLANATIONS, Reason

# Reasons of browsers that return from Clerk without a session because nobody is signed in.
_NOBODY = (None, Reason.SESSION_TOKEN_MISSING, Reason.SESSION_TOKEN_AND_UAT_MISSING)

_log = logging.getLogger("clerk_core")


class Observers:
    """The observers of a client, which are called with each result after problems were logged.

    Exceptions of observers are logged and never affect requests.

    Args:
        observers: Functions to call with each result.
        problems: The log of problems.
    """

    def __init__(self, observers: Iterable[Observer], problems: ProblemLog) -> None:
        self._observers: tuple[Observer, ...] = (_Warnings(problems), *observers)

    @property
    def has_observers(self) -> bool:
        """Whether to report all results, not only those with a problem."""
        return len(self._observers) > 1

    def __call__(self, state: RequestState) -> None:
        """Report one result."""
        for observer in self._observers:
            try:
                observer(state)
            except Exception as error:
                # Do not log the error or the repr of the observer, which may contain the result.
                kind = type(error).__name__
                name = getattr(observer, "__qualname__", type(observer).__qualname__)
                _log.error(
                    "The observer %s raised %s, which was ignored",
                    name,
                    kind,
                    extra={"event": "clerk.observer_failed"},
                )


class _Warnings:
    """A log of results that only an operator can fix."""

    def __init__(self, problems: ProblemLog) -> None:
        self._problems = problems
        self._has_warned_of_keys = False

    def __call__(self, state: RequestState) -> None:
        reason, credentials = state.reason, state.credentials
        if credentials.settings.instance is None and not self._has_warned_of_keys:
            self._has_warned_of_keys = True
            _log.warning(
                "No publishable key is set, so cookies are ignored and only tokens in the "
                "Authorization header are accepted. Set CLERK_PUBLISHABLE_KEY, or pass "
                "publishable_key=, in the same place as the secret key.",
                extra={"event": "clerk.publishable_key_missing"},
            )
        if reason in _NOBODY:
            return
        if reason == Reason.SECRET_KEY_INVALID:
            self._problems.warn(Problem.SECRET_KEY, SECRET_KEY_UNKNOWN)
        elif is_outage(state):
            # Usually logged before, except for an invalid response that looked valid.
            self._problems.warn_of_api(
                credentials.settings.api_url, f"{reason}. Check CLERK_API_URL."
            )
        elif reason == Reason.SATELLITE_SIGN_IN_URL_OWN:
            self._problems.warn(Problem.SETTINGS, f"{EXPLANATIONS[reason]} ({reason})")
        elif credentials.asks_for_document and credentials.is_in_redirect_loop:
            self._problems.warn(
                Problem.REDIRECTS,
                "A browser was redirected to Clerk several times and returned without a session "
                f"({reason}). Check that the publishable key and the secret key belong to the same "
                "instance.",
            )
