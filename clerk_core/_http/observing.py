"""Report calls of Clerk's API to observers, whose exceptions never affect a call."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from clerk_core._api.api_call import ApiCall, CallObserver

_log = logging.getLogger("clerk_core")


def report_call(observers: Iterable[CallObserver], call: ApiCall) -> None:
    """Report a call to observers. Their exceptions are logged and never affect the call.

    Args:
        observers: The observers.
        call: The call.
    """
    for observer in observers:
        try:
            observer(call)
        except Exception as error:
            name = getattr(observer, "__qualname__", type(observer).__qualname__)
            _log.error(
                "The observer %s raised %s, which was ignored",
                name,
                type(error).__name__,
                extra={"event": "clerk.observer_failed"},
            )
