"""Call a function for each type of webhook event. It knows no framework."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from difflib import get_close_matches
from inspect import isawaitable, iscoroutine, iscoroutinefunction
from typing import Any, TypeAlias, TypeVar

from clerk_core._messages import HeaderSource
from clerk_core._verify_webhook import verify_webhook
from clerk_core._webhook_types import EVENT_TYPES, WebhookEventType
from clerk_core._webhooks import WebhookBody, WebhookEvent

Handler: TypeAlias = Callable[[WebhookEvent], "Awaitable[Any] | Any"]
F = TypeVar("F", bound=Handler)

_SIMILARITY = 0.85


class WebhookRouter:
    """Calls the functions of the type of a webhook, after it was verified.

    Clerk sends a webhook again until it gets a successful response, so a function may be called
    twice with the same `event.id`. A function that raises an exception has it sent again.

    Args:
        secret: The signing secret of the endpoint; `CLERK_WEBHOOK_SIGNING_SECRET` if None.
    """

    def __init__(self, secret: str | None = None) -> None:
        self._secret = secret
        self._handlers: list[tuple[tuple[str, ...], Handler]] = []

    def __repr__(self) -> str:
        return f"WebhookRouter({len(self._handlers)} functions)"

    def on(self, *types: WebhookEventType | str) -> Callable[[F], F]:
        """Return a decorator: call the function for events of these types; without types, for all.

        Args:
            types: The types, such as `user.created`.

        Raises:
            TypeError: Not a type: a decorator needs parentheses.
            ValueError: A type is misspelled.
        """
        for one in types:
            _check_type(one)

        def register(function: F) -> F:
            self._handlers.append((types, function))
            return function

        return register

    def handle(self, headers: HeaderSource, body: WebhookBody) -> WebhookEvent:
        """Verify a webhook, call its functions, and return the event.

        Args:
            headers: The headers of the request, as a mapping or as pairs of `str`.
            body: The unparsed body of the request.

        Raises:
            WebhookVerificationError: The signature is invalid, or the request is too old.
            ConfigurationError: There is no secret, or it is not a signing secret.
            TypeError: A function has to be awaited; or the headers or the body are of another type.
        """
        event = verify_webhook(headers, body, self._secret)
        for function in self._handlers_of(event):
            if iscoroutinefunction(function):
                raise _not_awaited(function)
            result = function(event)
            if isawaitable(result):
                if iscoroutine(result):
                    # Otherwise Python would also warn that it was never awaited.
                    result.close()
                raise _not_awaited(function)
        return event

    async def handle_async(self, headers: HeaderSource, body: WebhookBody) -> WebhookEvent:
        """Verify a webhook, call its functions and await coroutines, and return the event.

        Args:
            headers: The headers of the request, as a mapping or as pairs of `str`.
            body: The unparsed body of the request.

        Raises:
            WebhookVerificationError: The signature is invalid, or the request is too old.
            ConfigurationError: There is no secret, or it is not a signing secret.
            TypeError: The headers or the body are of another type.
        """
        event = verify_webhook(headers, body, self._secret)
        for function in self._handlers_of(event):
            result = function(event)
            if isawaitable(result):
                await result
        return event

    def _handlers_of(self, event: WebhookEvent) -> list[Handler]:
        return [one for types, one in self._handlers if not types or event.type in types]


def _check_type(event_type: object) -> None:
    if not isinstance(event_type, str):
        raise TypeError("on() takes types of events: @webhooks.on('user.created')")
    if event_type in EVENT_TYPES:
        return
    # Others may be new at Clerk.
    nearest = get_close_matches(event_type, EVENT_TYPES, 1, _SIMILARITY)
    if nearest or "." not in event_type:
        hint = f" Did you mean {nearest[0]!r}?" if nearest else ""
        raise ValueError(f"Clerk has no event {event_type!r}.{hint}")


def _not_awaited(function: object) -> TypeError:
    name = getattr(function, "__qualname__", repr(function))
    return TypeError(f"{name} has to be awaited. Call handle_async() instead of handle().")
