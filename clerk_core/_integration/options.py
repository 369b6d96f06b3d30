"""The options of an installation, as types."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeAlias

import httpx

from clerk_core._integration.skip import Skip
from clerk_core._messages import Request
from clerk_core._settings.settings import Options
from clerk_core.caching import AsyncCache, Cache

OptionsFor: TypeAlias = Callable[[Request], Options]
AsyncOptionsFor: TypeAlias = Callable[[Request], "Options | Awaitable[Options]"]


class InstallOptions(Options, total=False):
    """The options of `install` in a framework that waits: those of a Clerk instance, and these.

    Attributes:
        timeout: The deadline of each call of Clerk's API in seconds, with repeats.
        retries: How often a failed call is repeated at most, where that is safe.
        transport: An httpx transport to send all calls through.
        cache: A cache to share with other processes, or its URL; `CLERK_CACHE_URL` by default.
        revocation: Whether to refuse session tokens of sessions that ended, see
            `Clerk.revoke_from`. It needs a cache.
        plugins: Plugins of this application, in addition to those that are installed.
        options_for: Returns the options of a request, such as the keys of a tenant.
        skip: Paths such as `/docs` and `/static/(.*)`, or a function of the request: these requests
            are not authenticated, and views there cannot ask for the user.
        frontend_api_proxy: Answers requests below `/__clerk`, or below another path, with those of
            Clerk's Frontend API, so that browsers talk to this application alone.
    """

    timeout: float
    retries: int
    transport: httpx.BaseTransport | None
    cache: Cache | str | None
    revocation: bool
    plugins: Iterable[object]
    options_for: OptionsFor
    skip: Skip | None
    frontend_api_proxy: bool | str


class AsyncInstallOptions(Options, total=False):
    """The options of `install` in a framework that awaits: those of a Clerk instance, and these.

    Attributes:
        timeout: The deadline of each call of Clerk's API in seconds, with repeats.
        retries: How often a failed call is repeated at most, where that is safe.
        transport: An async httpx transport to send all calls through.
        cache: A cache to share with other processes, or its URL; `CLERK_CACHE_URL` by default.
        revocation: Whether to refuse session tokens of sessions that ended, see
            `Clerk.revoke_from`. It needs a cache.
        plugins: Plugins of this application, in addition to those that are installed.
        options_for: Returns the options of a request, such as the keys of a tenant; may be awaited.
        skip: Paths such as `/docs` and `/static/(.*)`, or a function of the request: these requests
            are not authenticated, and views there cannot ask for the user.
        frontend_api_proxy: Answers requests below `/__clerk`, or below another path, with those of
            Clerk's Frontend API, so that browsers talk to this application alone.
        websocket_query: The query parameter with the token of a WebSocket. Servers and proxies log
            queries, so prefer the subprotocol.
        websocket_subprotocol: The subprotocol before the token of a WebSocket, as in
            `new WebSocket(url, ["clerk", token])`.
    """

    timeout: float
    retries: int
    transport: httpx.AsyncBaseTransport | None
    cache: Cache | AsyncCache | str | None
    revocation: bool
    plugins: Iterable[object]
    options_for: AsyncOptionsFor
    skip: Skip | None
    frontend_api_proxy: bool | str
    websocket_query: str | None
    websocket_subprotocol: str | None
