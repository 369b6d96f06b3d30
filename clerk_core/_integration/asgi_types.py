"""The types of ASGI: https://asgi.readthedocs.io/en/latest/specs/main.html."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias

Scope: TypeAlias = MutableMapping[str, Any]
"""The scope of a connection, as ASGI names it."""
Message: TypeAlias = MutableMapping[str, Any]
"""A message between server and application."""
Receive: TypeAlias = Callable[[], Awaitable[Message]]
"""The function that awaits the next message of the server."""
Send: TypeAlias = Callable[[Message], Awaitable[None]]
"""The function that sends a message to the server."""
ASGIApp: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]
"""An ASGI application."""
