"""Webhooks keep users current; whoever forges one learns nothing."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import AsyncClient, Client, override_settings

from clerk_core import ConfigurationError
from clerk_core.testing import WEBHOOK_SECRET, ClerkFixture, WebhookRequest
from clerk_core.testing import webhook as make_webhook

URL = "/webhooks/clerk"
OTHER_SECRET = "whsec_b3RoZXIgc2VjcmV0IG9mIHRlc3RzIQ=="


def post(client: Client, event: WebhookRequest) -> int:
    response = client.post(URL, event.content, "application/json", headers=event.headers)
    assert response.content == b""
    return int(response.status_code)


def post_async(event: WebhookRequest) -> int:
    async def send() -> int:
        made = await AsyncClient().post(
            URL, event.content, "application/json", headers=event.headers
        )
        return int(made.status_code)

    return asyncio.run(send())


def data(version: int, **fields: Any) -> dict[str, object]:
    return {"id": "user_1", "object": "user", "updated_at": version, **fields}


@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
def test_user_is_created_updated_and_deactivated(
    client: Client, clerk_local: ClerkFixture, is_async: bool
) -> None:
    ada = clerk_local.create_user(username="ada")
    events = [clerk_local.webhook("user.created", ada)]
    clerk_local.clock.advance(seconds=1)
    renamed = clerk_local.client.users.update(ada.id, username="lovelace")
    events += [
        clerk_local.webhook("user.updated", renamed),
        clerk_local.webhook("user.deleted", renamed),
    ]
    states = []
    for event in events:
        status = post_async(event) if is_async else post(client, event)
        states.append((status, *User.objects.values_list("username", "is_active").get()))

    assert states == [(204, "ada", True), (204, "lovelace", True), (204, "lovelace", False)]


def test_request_that_is_not_of_clerk_is_refused_without_detail(
    client: Client, clerk_local: ClerkFixture
) -> None:
    event = clerk_local.webhook("user.created", data(1))
    too_old = clerk_local.webhook("user.created", data(1), age_in_seconds=301)
    of_another = make_webhook("user.created", data(1), secret=OTHER_SECRET)

    assert [post(client, one) for one in (event.forged(), too_old, of_another)] == [400] * 3
    assert client.post(URL).status_code == 400
    assert User.objects.count() == 0
    assert client.get(URL).status_code == 405


def test_form_token_of_django_is_not_needed(clerk_local: ClerkFixture) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert post(strict, clerk_local.webhook("user.created", data(1))) == 204


def test_late_and_repeated_events_change_nothing(client: Client, clerk_local: ClerkFixture) -> None:
    created = clerk_local.webhook("user.created", data(1, first_name="A"))
    banned = clerk_local.webhook("user.updated", data(2, first_name="B", banned=True))
    for event in (banned, created, banned, created):
        post(client, event)

    assert User.objects.values_list("first_name", "is_active").get() == ("B", False)


def test_replayed_creation_does_not_bring_a_deleted_user_back(
    client: Client, clerk_local: ClerkFixture
) -> None:
    created = clerk_local.webhook("user.created", data(1))
    for event in (created, clerk_local.webhook("user.deleted", data(2)), created):
        post(client, event)
    assert not User.objects.get().is_active


def test_deletion_that_comes_first_wins(client: Client, clerk_local: ClerkFixture) -> None:
    post(client, clerk_local.webhook("user.deleted", data(2)))
    post(client, clerk_local.webhook("user.created", data(1)))
    assert User.objects.count() == 0


@pytest.mark.parametrize("kind", ["session.created", "user.signed", "organization.updated"])
def test_other_events_are_ignored(client: Client, clerk_local: ClerkFixture, kind: str) -> None:
    assert post(client, clerk_local.webhook(kind, data(1))) == 204
    assert User.objects.count() == 0


@pytest.mark.parametrize("fields", [{}, {"id": ""}, {"id": 7}, {"id": "user_1"}], ids=str)
def test_event_without_what_it_needs_is_ignored(
    client: Client, clerk_local: ClerkFixture, fields: Any
) -> None:
    for kind in ("user.created", "user.deleted"):
        assert post(client, clerk_local.webhook(kind, fields)) == 204
    assert User.objects.count() == 0


def test_secret_comes_from_the_settings_or_the_environment(
    client: Client, clerk_local: ClerkFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = clerk_local.options()
    of_another = make_webhook("user.created", data(1), secret=OTHER_SECRET)
    monkeypatch.setenv("CLERK_WEBHOOK_SIGNING_SECRET", WEBHOOK_SECRET)
    with override_settings(CLERK={**options}):
        assert post(client, clerk_local.webhook("user.created", data(1))) == 204
    with override_settings(CLERK={**options}, CLERK_WEBHOOK_SIGNING_SECRET=OTHER_SECRET):
        assert post(client, of_another) == 204
    with override_settings(CLERK={**options, "WEBHOOK_SIGNING_SECRET": OTHER_SECRET}):
        assert post(client, of_another) == 204


def test_missing_secret_raises(
    client: Client, clerk_local: ClerkFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CLERK_WEBHOOK_SIGNING_SECRET", raising=False)
    with (
        override_settings(CLERK={**clerk_local.options()}),
        pytest.raises(ConfigurationError, match="WEBHOOK_SIGNING_SECRET"),
    ):
        post(client, clerk_local.webhook("user.created", data(1)))
