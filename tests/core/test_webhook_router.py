"""Webhooks call the functions of their type, and have their resource as a model."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from clerk_core import (
    User,
    WebhookEvent,
    WebhookRouter,
    WebhookVerificationError,
    models,
)
from clerk_core._webhook_types import EVENT_TYPES
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
