"""Log what only an operator can fix: Clerk cannot be reached, or the settings do not fit it.

Nothing that a visitor or Clerk sent is logged: no path, no query, no body.
"""

from __future__ import annotations

import logging
import time
from enum import Enum
from urllib.parse import urlsplit

from clerk_core._api.retries import NoAnswer, Outcome
from clerk_core._messages import HttpRequest, HttpResponse

SECONDS_BETWEEN_WARNINGS = 60.0

_log = logging.getLogger("clerk_core")


class Problem(Enum):
    """Kinds of problems; each is logged at its own pace."""

    API = "Clerk's API gives no usable answer"
    SECRET_KEY = "Clerk does not know the secret key"
    REDIRECTS = "a browser is redirected in circles"
    SETTINGS = "settings that do not work together"


class ProblemLog:
    """Warns of each kind of problem at most once a minute, for all clients that share it."""

    def __init__(self) -> None:
        self._last: dict[Problem, float] = {}

    def warn(self, problem: Problem, message: str) -> None:
        """Log a warning, unless there was one of this kind a moment ago."""
        now = time.time()
        if now - self._last.get(problem, float("-inf")) > SECONDS_BETWEEN_WARNINGS:
            self._last[problem] = now
            _log.warning("%s", message)

    def check(self, request: HttpRequest, outcome: Outcome) -> None:
        """Warn if the outcome of a call shows that Clerk's API cannot be used."""
        if isinstance(outcome, NoAnswer):
            self.warn_of_api(request.url, outcome.reason)
        elif outcome.status == 401 and b'"clerk_key_invalid"' in outcome.content[:4096]:
            self.warn(Problem.SECRET_KEY, SECRET_KEY_UNKNOWN)
        elif outcome.status == 429:
            self.warn_of_api(
                request.url, "status 429. There are too many calls with this secret key."
            )
        elif outcome.status >= 500:
            self.warn_of_api(request.url, f"status {outcome.status}. Check Clerk's status page.")
        elif not _is_json(outcome):
            self.warn_of_api(
                request.url,
                f"status {outcome.status} and no JSON. Check that CLERK_API_URL is the URL of "
                "Clerk's Backend API.",
            )

    def warn_of_api(self, url: str, what: str) -> None:
        """Warn that an API gives no usable answer; `what` is said of the answer, and what to do."""
        self.warn(
            Problem.API,
            f"Clerk's API at {_origin(url)} gives no usable answer, so users may be signed out: "
            f"{what}",
        )


SECRET_KEY_UNKNOWN = (
    "Clerk does not know the secret key, so nobody can be signed in (secret-key-invalid). Copy "
    "CLERK_SECRET_KEY from the Clerk dashboard."
)


def _is_json(response: HttpResponse) -> bool:
    """Return whether it is empty, or JSON by its type or its first character."""
    start = response.content[:64].lstrip()[:1]
    return start in (b"", b"{", b"[") or "json" in (response.headers.get("content-type") or "")


def _origin(url: str) -> str:
    """Return scheme, host and port of a URL, without a password."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "an invalid URL"
    return f"{parts.scheme}://{parts.hostname}{port}"
