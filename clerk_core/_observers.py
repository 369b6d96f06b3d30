"""Report each result to observers, and log what only an operator can fix."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from clerk_core._authentication.response.refusal import is_outage
from clerk_core._authentication.result.state import Observer, RequestState
from clerk_core._problems import SECRET_KEY_UNKNOWN, Problem, ProblemLog
from clerk_core._reasons import EXPLANATIONS, Reason

# Reasons for which a browser that was just sent to Clerk is unknown because nobody is signed in.
_NOBODY = (None, Reason.SESSION_TOKEN_MISSING, Reason.SESSION_TOKEN_AND_UAT_MISSING)

_log = logging.getLogger("clerk_core")


class Observers:
    """Reports to the log and to the observers, in this order. One that fails breaks no request."""

    def __init__(self, observers: Iterable[Observer], problems: ProblemLog) -> None:
        self._observers: tuple[Observer, ...] = (_Warnings(problems), *observers)

    @property
    def has_observers(self) -> bool:
        """Whether anything has to be told of every result, also of one without a problem."""
        return len(self._observers) > 1

    def __call__(self, decided: RequestState) -> None:
        """Report one result."""
        for observer in self._observers:
            try:
                observer(decided)
            except Exception as error:
                # The error's own text, or the observer's, may show what it was told.
                kind = type(error).__name__
                name = getattr(observer, "__qualname__", type(observer).__qualname__)
                _log.error("An observer failed and was passed over: %s in %s", kind, name)


class _Warnings:
    """Logs results that only an operator can change."""

    def __init__(self, problems: ProblemLog) -> None:
        self._problems = problems
        self._told_of_keys = False

    def __call__(self, decided: RequestState) -> None:
        reason, credentials = decided.reason, decided.credentials
        if credentials.settings.instance is None and not self._told_of_keys:
            self._told_of_keys = True
            _log.warning(
                "No publishable key is set, so cookies are not read and only tokens in the "
                "Authorization header sign anybody in. Set CLERK_PUBLISHABLE_KEY, or pass "
                "publishable_key=, in the same place as the secret key."
            )
        if reason in _NOBODY:
            return
        if reason == Reason.SECRET_KEY_INVALID:
            self._problems.warn(Problem.SECRET_KEY, SECRET_KEY_UNKNOWN)
        elif is_outage(decided):
            # Said already, unless the answer looked like one of Clerk's and was none.
            self._problems.warn_of_api(
                credentials.settings.api_url, f"{reason}. Check CLERK_API_URL."
            )
        elif reason == Reason.SATELLITE_SIGN_IN_URL_OWN:
            self._problems.warn(Problem.SETTINGS, f"{EXPLANATIONS[reason]} ({reason})")
        elif credentials.asks_for_document and credentials.is_in_redirect_loop:
            self._problems.warn(
                Problem.REDIRECTS,
                "A browser was sent to Clerk again and again and came back unknown "
                f"({reason}). Check that the publishable key and the secret key are of one "
                "instance.",
            )
