"""Webhooks call the functions of their type, and have their resource as a model."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from clerk_core import (
    User,
    WebhookEvent,
    WebhookInProgressError,
    WebhookRouter,
    WebhookVerificationError,
    models,
)
from clerk_core._webhook_types import EVENT_TYPES
from clerk_core._webhooks import sign_webhook
from clerk_core.caching import MemoryCache
from clerk_core.testing import webhook

SECRET = "whsec_dGhlIHNlY3JldCBvZiB0aGUgZW5kcG9pbnQ="


def sent(event_type: str = "user.created", **data: object) -> tuple[dict[str, str], bytes]:
    request = webhook(event_type, {"id": "user_7", **data}, secret=SECRET)
    return dict(request.headers), request.content


@pytest.fixture
def webhooks() -> WebhookRouter:
    return WebhookRouter(SECRET)


def recording(called: list[str], name: str) -> Callable[[WebhookEvent], None]:
    def function(event: WebhookEvent) -> None:
        called.append(f"{name} {event.type}")

    return function


def test_functions_of_the_type_are_called_in_their_order(webhooks: WebhookRouter) -> None:
    called: list[str] = []
    webhooks.on("user.created", "user.updated")(recording(called, "users"))
    webhooks.on("user.deleted")(recording(called, "deleted"))
    webhooks.on()(recording(called, "all"))

    event = webhooks.handle(*sent("user.updated"))

    assert event.type == "user.updated"
    assert called == ["users user.updated", "all user.updated"]


def test_type_without_function_is_verified_and_returned(webhooks: WebhookRouter) -> None:
    assert webhooks.handle(*sent("something.new")).type == "something.new"


def test_forged_webhook_calls_nothing(webhooks: WebhookRouter) -> None:
    called: list[str] = []
    webhooks.on()(recording(called, "all"))
    headers, body = sent()

    with pytest.raises(WebhookVerificationError):
        webhooks.handle(headers, body + b" ")
    with pytest.raises(WebhookVerificationError):
        asyncio.run(webhooks.handle_async(headers, body + b" "))
    assert called == []


def test_exception_of_a_function_is_raised(webhooks: WebhookRouter) -> None:
    @webhooks.on("user.created")
    def fail(event: WebhookEvent) -> None:
        raise LookupError(event.id)

    with pytest.raises(LookupError):
        webhooks.handle(*sent())


def test_coroutine_functions_are_awaited_or_reported(webhooks: WebhookRouter) -> None:
    called: list[str] = []
    webhooks.on()(recording(called, "plain"))

    @webhooks.on("user.created")
    async def save(event: WebhookEvent) -> None:
        await asyncio.sleep(0)
        called.append("awaited")

    asyncio.run(webhooks.handle_async(*sent()))
    assert called == ["plain user.created", "awaited"]
    with pytest.raises(TypeError, match=r"save has to be awaited. Call handle_async\(\)"):
        webhooks.handle(*sent())


def test_plain_function_that_returns_a_coroutine_is_reported(webhooks: WebhookRouter) -> None:
    async def save() -> None: ...

    webhooks.on()(lambda event: save())

    with pytest.raises(TypeError, match="has to be awaited"):
        webhooks.handle(*sent())


@pytest.mark.parametrize(
    ("event_type", "said"),
    [
        ("user.create", "Did you mean 'user.created'"),
        ("organisation.created", "Did you mean 'organization.created'"),
        ("user", "no event 'user'"),
    ],
)
def test_misspelled_type_is_refused(webhooks: WebhookRouter, event_type: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        webhooks.on(event_type)


def test_new_type_of_clerk_is_accepted(webhooks: WebhookRouter) -> None:
    webhooks.on("galaxy.discovered")


def test_decorator_without_parentheses_is_reported(webhooks: WebhookRouter) -> None:
    function: Any = recording([], "users")

    with pytest.raises(TypeError, match="takes types of events"):
        webhooks.on(function)


# Resources


@pytest.mark.parametrize("event_type", EVENT_TYPES)
def test_resource_has_the_model_of_its_type(webhooks: WebhookRouter, event_type: str) -> None:
    resource = webhooks.handle(*sent(event_type)).resource

    assert resource.id == "user_7"
    assert type(resource) is not models.Resource


@pytest.mark.parametrize(
    ("event_type", "model"),
    [
        ("user.created", models.User),
        ("user.deleted", models.DeletedObject),
        ("organizationMembership.deleted", models.OrganizationMembership),
        ("session.revoked", models.Session),
        ("email.created", models.Email),
        ("sms.created", models.SMSMessage),
        ("subscriptionItem.pastDue", models.CommerceSubscriptionItem),
        ("something.new", models.Resource),
    ],
)
def test_model_of_a_resource(webhooks: WebhookRouter, event_type: str, model: type) -> None:
    assert type(webhooks.handle(*sent(event_type)).resource) is model


def test_resource_is_read_like_those_of_the_backend_api(webhooks: WebhookRouter) -> None:
    event = webhooks.handle(*sent(first_name="Ada", private_metadata={"key": "value"}))

    assert isinstance(event.resource, User)
    assert event.resource.first_name == "Ada"
    assert "value" not in repr(event.resource)
    assert event.resource.to_public_dict()["first_name"] == "Ada"


def test_change_of_a_resource_does_not_change_the_event(webhooks: WebhookRouter) -> None:
    event = webhooks.handle(*sent(public_metadata={"plan": "gold"}))

    event.resource.raw["public_metadata"] = {}

    assert event.data["public_metadata"] == {"plan": "gold"}


class Failing:
    """A cache that is away."""

    def get(self, key: str) -> bytes | None:
        raise OSError("redis://:password@host is away")

    def set(self, key: str, value: bytes, seconds: float) -> None:
        raise OSError

    def add(self, key: str, value: bytes, seconds: float) -> bool:
        raise OSError("redis://:password@host is away")

    def delete(self, key: str) -> None:
        raise OSError


def test_webhook_is_handled_once_with_a_cache() -> None:
    called: list[str] = []
    webhooks = WebhookRouter(SECRET, cache=MemoryCache())
    webhooks.on()(recording(called, "all"))
    first, second = sent(), sent()

    for request in (first, first, second, first):
        assert webhooks.handle(*request).type == "user.created"
    asyncio.run(webhooks.handle_async(*first))

    assert len(called) == 2


def test_webhook_whose_function_failed_is_handled_again() -> None:
    webhooks, attempts = WebhookRouter(SECRET, cache=MemoryCache()), list[str]()
    request = sent()

    @webhooks.on()
    def fail_once(event: WebhookEvent) -> None:
        attempts.append(event.id)
        if len(attempts) == 1:
            raise KeyError

    with pytest.raises(KeyError):
        webhooks.handle(*request)
    webhooks.handle(*request)
    webhooks.handle(*request)

    assert len(attempts) == 2


def test_webhook_that_is_being_handled_is_to_be_sent_again() -> None:
    webhooks, answers = WebhookRouter(SECRET, cache=MemoryCache()), list[int]()
    request = sent()

    @webhooks.on()
    def same_again(event: WebhookEvent) -> None:
        answers.append(webhooks.respond("POST", *request).status)

    assert webhooks.respond("POST", *request).status == 204
    assert answers == [409]
    again = sent()
    webhooks.on()(lambda event: webhooks.handle(*again))
    with pytest.raises(WebhookInProgressError):
        webhooks.handle(*again)


def test_endpoints_with_one_cache_handle_the_same_message() -> None:
    cache, called = MemoryCache(), list[str]()
    other = "whsec_dGhlIHNlY3JldCBvZiBhbm90aGVyIGVuZHBvaW50"
    headers, body = sent()
    for secret in (SECRET, other):
        webhooks = WebhookRouter(secret, cache=cache)
        webhooks.on()(recording(called, secret))
        signed = sign_webhook(headers["svix-id"], int(headers["svix-timestamp"]), body, secret)
        webhooks.handle(signed, body)

    assert len(called) == 2


def test_cache_that_fails_handles_each_webhook_and_is_logged_without_its_address(
    caplog: pytest.LogCaptureFixture,
) -> None:
    called: list[str] = []
    webhooks = WebhookRouter(SECRET, cache=Failing())
    webhooks.on()(recording(called, "all"))
    request = sent()

    webhooks.handle(*request)
    asyncio.run(webhooks.handle_async(*request))

    assert len(called) == 2
    assert "The cache of webhooks failed (OSError)" in caplog.text
    assert "password" not in caplog.text
