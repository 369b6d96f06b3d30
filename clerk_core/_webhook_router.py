"""Call a function for each type of webhook event, and answer Clerk. It knows no framework."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from difflib import get_close_matches
from inspect import isawaitable, iscoroutine, iscoroutinefunction
from typing import Any, TypeAlias, TypeVar

from clerk_core._messages import HeaderSource, Response
from clerk_core._verify_webhook import verify_webhook, webhook_secret
from clerk_core._webhook_messages import Claim, WebhookMessages
from clerk_core._webhook_types import EVENT_TYPES, WebhookEventType
from clerk_core._webhooks import WebhookBody, WebhookEvent, WebhookVerificationError
from clerk_core.caching import Cache
from clerk_core.errors import ClerkError

Handler: TypeAlias = Callable[[WebhookEvent], "Awaitable[Any] | Any"]
F = TypeVar("F", bound=Handler)

MAX_BYTES = 1024 * 1024
"""The maximum size of a webhook in bytes; those of Clerk have some kilobytes."""
_SIMILARITY = 0.85


class WebhookInProgressError(ClerkError):
    """The same webhook is being handled at this moment. Clerk should send it again later."""


class WebhookRouter:
    """Calls the functions of the type of a webhook, after it was verified.

    Clerk sends a webhook again until it gets a successful response. A function that raises an
    exception has it sent again. Without a cache, a function may be called twice with the same
    `event.id`.

    Args:
        secret: The signing secret of the endpoint; `CLERK_WEBHOOK_SIGNING_SECRET` if None.
        cache: Where to remember, for three days, which webhooks were handled.
    """

    def __init__(self, secret: str | None = None, *, cache: Cache | None = None) -> None:
        self._secret = secret
        self._cache = cache
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
            WebhookInProgressError: The same webhook is being handled; only with a cache.
        """
        event = verify_webhook(headers, body, self._secret)
        with self._claimed(event) as functions:
            for function in functions:
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
            WebhookInProgressError: The same webhook is being handled; only with a cache.
        """
        event = verify_webhook(headers, body, self._secret)
        async with self._claimed_async(event) as functions:
            for function in functions:
                result = function(event)
                if isawaitable(result):
                    await result
        return event

    def respond(self, method: str, headers: HeaderSource, body: WebhookBody | None) -> Response:
        """Handle a request, and return the response to Clerk.

        Exceptions of functions are raised, so that the framework logs them and answers 500.

        Args:
            method: The method of the request. Only POST is handled.
            headers: The headers of the request, as a mapping or as pairs of `str`.
            body: The unparsed body of the request; None if it is too large.

        Raises:
            ConfigurationError: There is no secret, or it is not a signing secret.
            TypeError: A function has to be awaited; or the headers or the body are of another type.
        """
        refused = _refusal(method, body)
        if refused is None and body is not None:
            try:
                self.handle(headers, body)
            except (WebhookVerificationError, WebhookInProgressError) as error:
                refused = _refusal_of(error)
        return refused or Response(204)

    async def respond_async(
        self, method: str, headers: HeaderSource, body: WebhookBody | None
    ) -> Response:
        """Handle a request like `respond`, and await functions that are coroutines.

        Args:
            method: The method of the request. Only POST is handled.
            headers: The headers of the request, as a mapping or as pairs of `str`.
            body: The unparsed body of the request; None if it is too large.

        Raises:
            ConfigurationError: There is no secret, or it is not a signing secret.
            TypeError: The headers or the body are of another type.
        """
        refused = _refusal(method, body)
        if refused is None and body is not None:
            try:
                await self.handle_async(headers, body)
            except (WebhookVerificationError, WebhookInProgressError) as error:
                refused = _refusal_of(error)
        return refused or Response(204)

    @contextmanager
    def _claimed(self, event: WebhookEvent) -> Generator[list[Handler], None, None]:
        """Yield the functions to call, none for a webhook that was handled before."""
        messages = self._messages()
        if messages is None:
            yield self._handlers_of(event)
            return
        claim = messages.claim(event.id)
        is_handled = False
        try:
            yield self._handlers_if_mine(claim, event)
            is_handled = True
        finally:
            if claim == "mine":
                messages.end(event.id, is_handled=is_handled)

    @asynccontextmanager
    async def _claimed_async(self, event: WebhookEvent) -> AsyncGenerator[list[Handler], None]:
        messages = self._messages()
        if messages is None:
            yield self._handlers_of(event)
            return
        # In threads, because a cache may wait for the network.
        from anyio import CancelScope, to_thread

        claim = await to_thread.run_sync(messages.claim, event.id)
        is_handled = False
        try:
            yield self._handlers_if_mine(claim, event)
            is_handled = True
        finally:
            if claim == "mine":
                with CancelScope(shield=True):
                    await to_thread.run_sync(lambda: messages.end(event.id, is_handled=is_handled))

    def _messages(self) -> WebhookMessages | None:
        if self._cache is None:
            return None
        return WebhookMessages(self._cache, webhook_secret(self._secret))

    def _handlers_if_mine(self, claim: Claim, event: WebhookEvent) -> list[Handler]:
        if claim == "claimed":
            raise WebhookInProgressError(
                "The same webhook is being handled. Let Clerk send it again.",
                code="webhook-in-progress",
            )
        return self._handlers_of(event) if claim == "mine" else []

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


def _refusal(method: str, body: WebhookBody | None) -> Response | None:
    if method != "POST":
        return Response(405, [("allow", "POST")])
    return Response(413) if body is None or len(body) > MAX_BYTES else None


def _refusal_of(error: ClerkError) -> Response:
    # Whoever sent a forged one learns nothing.
    if isinstance(error, WebhookInProgressError):
        return Response(409, [("retry-after", "60")])
    return Response(400)


def _not_awaited(function: object) -> TypeError:
    name = getattr(function, "__qualname__", repr(function))
    return TypeError(f"{name} has to be awaited. Call handle_async() instead of handle().")
