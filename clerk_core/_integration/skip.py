"""The option `skip`: requests that are not authenticated, and get no redirect and no header.

A view that asks for the user of such a request gets an exception.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from inspect import iscoroutinefunction
from typing import TypeAlias, cast

from clerk_core._authentication.request.public_url import public_url
from clerk_core._authentication.response.request_flows import RequestFlows
from clerk_core._authentication.result.state import HeaderPairs, RequestState
from clerk_core._client import AsyncClerk, Clerk
from clerk_core._integration.request_auth import AsyncRequestAuth, RequestAuth
from clerk_core._messages import Request
from clerk_core._settings.path_patterns import PathPatterns
from clerk_core.errors import ConfigurationError

Skip: TypeAlias = str | Iterable[str] | Callable[[Request], bool]
"""Paths, or a function that returns whether a request is skipped."""


def skips(skip: Skip | None) -> Callable[[Request], bool]:
    """Return the function that says which requests are skipped.

    Raises:
        TypeError: `skip` is neither paths nor a function.
        ConfigurationError: One of the paths cannot be read.
    """
    if skip is None:
        return lambda request: False
    if callable(skip):
        if iscoroutinefunction(skip):
            raise TypeError("skip must be a plain function: nothing awaits it")
        return skip
    patterns = PathPatterns(_paths(skip))

    def is_skipped(request: Request) -> bool:
        url = public_url(request)
        return url is not None and patterns.match(url.pathname) is not None

    return is_skipped


def _paths(skip: object) -> list[str]:
    if not isinstance(skip, Iterable) or isinstance(skip, bytes):
        kind = type(skip).__name__
        raise TypeError(f"skip must be paths or a function from a request to a bool, not {kind}")
    given = [skip] if isinstance(skip, str) else list(cast("Iterable[object]", skip))
    paths: list[str] = []
    for path in given:
        if not isinstance(path, str) or not path.startswith(("/", "(", "{", ":")):
            raise ConfigurationError(
                f"skip holds {path!r}, which is not a path. A path begins with a slash, such as "
                "/docs or /static/(.*).",
                code="skip-invalid",
            )
        paths.append(path)
    return paths


class SkippedRequestAuth(RequestAuth):
    """A request that is not authenticated; `find_client` returns the client, or raises."""

    __slots__ = ("_find_client",)

    def __init__(self, find_client: Callable[[], Clerk]) -> None:
        self._find_client = find_client

    @property
    def client(self) -> Clerk:
        """The client of the Backend API."""
        return self._find_client()

    @property
    def _flows(self) -> RequestFlows:
        raise _not_authenticated()

    def _session_state(self) -> RequestState:
        raise _not_authenticated()

    @property
    def headers(self) -> HeaderPairs:
        """No headers."""
        return ()

    @property
    def redirect(self) -> None:
        """No redirect."""

    def to_async(self) -> AsyncSkippedRequestAuth:
        """Return the same request for code that awaits."""
        return AsyncSkippedRequestAuth(lambda: self.client.to_async())


class AsyncSkippedRequestAuth(AsyncRequestAuth):
    """A request that is not authenticated, in code that awaits."""

    __slots__ = ("_find_client",)

    def __init__(self, find_client: Callable[[], AsyncClerk]) -> None:
        self._find_client = find_client

    @property
    def client(self) -> AsyncClerk:
        """The client of the Backend API."""
        return self._find_client()

    @property
    def _flows(self) -> RequestFlows:
        raise _not_authenticated()

    def _session_state(self) -> RequestState:
        raise _not_authenticated()

    @property
    def headers(self) -> HeaderPairs:
        """No headers."""
        return ()

    @property
    def redirect(self) -> None:
        """No redirect."""

    def to_sync(self) -> SkippedRequestAuth:
        """Return the same request for code that waits."""
        return SkippedRequestAuth(lambda: self.client.to_sync())


def _not_authenticated() -> ConfigurationError:
    return ConfigurationError(
        "This request is not authenticated, because the skip option matches it. Remove its path "
        "from skip if the view needs the user.",
        code="request-skipped",
    )
