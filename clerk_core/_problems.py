"""Log problems that only an operator can fix: Clerk cannot be reached, or settings are wrong.

Data from visitors and from Clerk is never logged: no path, no query, no body.
"""

from __future__ import annotations

import logging
import time
from enum import Enum
from urllib.parse import urlsplit

from clerk_core._api.retries import NoResponse, Outcome
from clerk_core._messages import HttpRequest, HttpResponse

SECONDS_BETWEEN_WARNINGS = 60.0

_log = logging.getLogger("clerk_core")


class Problem(Enum):
    """A kind of problem, by the name of its event in logs. Each is logged at most once a minute."""

    API = "clerk.api_unavailable"
    SECRET_KEY = "clerk.secret_key_rejected"
    PROXY = "clerk.proxy_unavailable"
    REDIRECTS = "clerk.redirect_loop"
    SETTINGS = "clerk.settings_contradict"
    CACHE = "clerk.cache_unavailable"


class ProblemLog:
    """A log that contains each kind of problem at most once a minute. Clients can share it."""

    def __init__(self) -> None:
        self._last: dict[Problem, float] = {}

    def warn(self, problem: Problem, message: str) -> None:
        """Log a warning, unless one of the same kind was logged in the last minute."""
        now = time.time()
        if now - self._last.get(problem, float("-inf")) > SECONDS_BETWEEN_WARNINGS:
            self._last[problem] = now
            _log.warning("%s", message, extra={"event": problem.value})

    def check(self, request: HttpRequest, outcome: Outcome) -> None:
        """Log a warning if the outcome of a call shows that Clerk's API cannot be used."""
        if isinstance(outcome, NoResponse):
            self.warn_of_api(request.url, outcome.reason)
        elif outcome.status == 401 and b'"clerk_key_invalid"' in outcome.content[:4096]:
            self.warn(Problem.SECRET_KEY, SECRET_KEY_UNKNOWN)
        elif outcome.status == 429:
            self.warn_of_api(
                request.url, "status 429. Too many calls were made with this secret key."
            )
        elif outcome.status >= 500:
            self.warn_of_api(request.url, f"status {outcome.status}. Check Clerk's status page.")
        elif not _is_json(outcome):
            self.warn_of_api(
                request.url,
                f"status {outcome.status} without JSON. Check that CLERK_API_URL is the URL of "
                "Clerk's Backend API.",
            )

    def warn_of_api(self, url: str, what: str) -> None:
        """Log a warning that an API cannot be used.

        Args:
            url: A URL of the API.
            what: The problem and what to do about it.
        """
        self.warn(
            Problem.API,
            f"No usable response from Clerk's API at {_origin(url)}, so users may be signed out: "
            f"{what}",
        )


SECRET_KEY_UNKNOWN = (
    "Clerk rejects the secret key, so nobody can be signed in (secret-key-invalid). Copy "
    "CLERK_SECRET_KEY from the Clerk dashboard."
)


def _is_json(response: HttpResponse) -> bool:
    """Return whether a response is empty, or JSON according to its type or first character."""
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
