"""A session of Django stays with the user of Clerk who filled it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import AsyncClient, Client

from clerk_core.testing import ClerkFixture

pytestmark = pytest.mark.parametrize("prefix", ["", "/async"], ids=["sync", "async"])


@pytest.fixture(autouse=True)
def _sessions(database: None) -> None:
    Session.objects.all().delete()


def note(client: Client | AsyncClient, prefix: str, **query: str) -> Any:
    """Return what the session had, with a server of the kind of the client."""
    if isinstance(client, AsyncClient):

        async def get() -> Any:
            return await client.get(f"{prefix}/note", query)

        return asyncio.run(get()).json()["note"]
    return client.get(f"{prefix}/note", query).json()["note"]


@pytest.fixture(params=[Client, AsyncClient], ids=["wsgi", "asgi"])
def browser(request: pytest.FixtureRequest, project: None) -> Client | AsyncClient:
    made: Client | AsyncClient = request.param()
    return made


def test_next_user_of_a_browser_gets_an_empty_session(
    browser: Client | AsyncClient, clerk_local: ClerkFixture, prefix: str
) -> None:
    ada, bob = clerk_local.create_user(), clerk_local.create_user()
    clerk_local.sign_in(browser, ada, via="cookies")
    note(browser, prefix, note="of Ada")
    assert note(browser, prefix) == "of Ada"

    clerk_local.sign_in(browser, bob, via="cookies")
    assert note(browser, prefix) is None
    assert Session.objects.count() == 0


def test_visitor_after_a_sign_out_gets_an_empty_session(
    browser: Client | AsyncClient, clerk_local: ClerkFixture, prefix: str
) -> None:
    clerk_local.sign_in(browser, clerk_local.create_user(), via="cookies")
    note(browser, prefix, note="of Ada")
    clerk_local.sign_out(browser)

    assert note(browser, prefix) is None


def test_session_of_a_visitor_is_kept_with_another_key_after_signing_in(
    browser: Client | AsyncClient, clerk_local: ClerkFixture, prefix: str
) -> None:
    note(browser, prefix, note="of a visitor")
    before = browser.cookies[settings.SESSION_COOKIE_NAME].value
    clerk_local.sign_in(browser, clerk_local.create_user(), via="cookies")

    assert note(browser, prefix, note="of Ada") == "of a visitor"
    assert note(browser, prefix) == "of Ada"
    assert browser.cookies[settings.SESSION_COOKIE_NAME].value != before
    assert Session.objects.count() == 1


def test_session_outlives_a_token_that_has_expired(
    browser: Client | AsyncClient, clerk_local: ClerkFixture, prefix: str
) -> None:
    ada = clerk_local.create_user()
    clerk_local.sign_in(browser, ada, via="cookies")
    note(browser, prefix, note="of Ada")
    clerk_local.sign_in(browser, ada, via="cookies", expired=True)
    note(browser, prefix)
    clerk_local.sign_in(browser, ada, via="cookies")

    assert note(browser, prefix) == "of Ada"
