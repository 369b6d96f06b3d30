"""Tell of every state that is decided: the log what only its operator can mend, and observers."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable

from clerk_core.outcome.state import Observer, RequestState
from clerk_core.words.reasons import EXPLANATIONS, Reason

_SECONDS_BETWEEN_WARNINGS = 60.0

# Reasons for which a browser that was just sent to Clerk is unknown because nobody is signed in.
_NOBODY = (None, Reason.SESSION_TOKEN_MISSING, Reason.SESSION_TOKEN_AND_UAT_MISSING)

_log = logging.getLogger("clerk_core")


class Telling:
    """Tells the log and the observers, in this order. Whoever fails breaks no request."""

    def __init__(self, observers: Iterable[Observer]) -> None:
        self._observers: tuple[Observer, ...] = (_Warnings(), *observers)

    def __call__(self, decided: RequestState[object]) -> None:
        """Tell of one state."""
        for observer in self._observers:
            try:
                observer(decided)
            except Exception as error:
                # The error's own text, or the observer's, may show what it was told.
                kind = type(error).__name__
                name = getattr(observer, "__qualname__", type(observer).__qualname__)
                _log.error("An observer failed and was passed over: %s in %s", kind, name)


class _Warnings:
    """Lets the log say what only the operator can mend, at most once a minute."""

    def __init__(self) -> None:
        self._last = float("-inf")
        self._told_of_keys = False

    def __call__(self, decided: RequestState[object]) -> None:
        if decided.credentials.settings.instance is None and not self._told_of_keys:
            self._told_of_keys = True
            _log.warning(
                "No publishable key is set, so cookies are not read and only tokens in the "
                "Authorization header sign anybody in. Set CLERK_PUBLISHABLE_KEY, or pass "
                "publishable_key=, in the same place as the secret key."
            )
        if decided.reason in _NOBODY:
            return
        warning = _warning(decided)
        if warning is not None and time.time() - self._last > _SECONDS_BETWEEN_WARNINGS:
            self._last = time.time()
            _log.warning(warning, decided.reason)


def _warning(decided: RequestState[object]) -> str | None:
    if decided.reason == Reason.SECRET_KEY_INVALID:
        return (
            "Clerk does not know the secret key, so nobody can be signed in (%s). Copy "
            "CLERK_SECRET_KEY from the Clerk dashboard."
        )
    if decided.reason == Reason.SATELLITE_SIGN_IN_URL_OWN:
        return f"{EXPLANATIONS[Reason.SATELLITE_SIGN_IN_URL_OWN]} (%s)"
    credentials = decided.credentials
    if credentials.asks_for_document and credentials.is_in_redirect_loop:
        return (
            "A browser was sent to Clerk again and again and came back unknown (%s). Check that "
            "the publishable key and the secret key are of one instance."
        )
    return None
