"""`request.user` in views of both kinds, and how users get in and out."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import SynchronousOnlyOperation
from django.db import connections
from django.test import AsyncClient, Client, override_settings

from clerk_core import ConfigurationError
from clerk_core.django.users.models import ClerkUser
from clerk_core.testing import ClerkFixture
from tests.adapters.django_users.conftest import Configure
from tests.adapters.django_users.site import MIDDLEWARE


def get(client: Client, url: str) -> Any:
    response = client.get(url)
    assert response.status_code == 200, response
    return response.json()


async def get_async(clerk_local: ClerkFixture, user: Any, url: str, **session: Any) -> Any:
    client = AsyncClient()
    if user is not None:
        clerk_local.sign_in(client, user, **session)
    response = await client.get(url)
    return response.json()


def test_visitor_is_anonymous_and_the_database_is_not_asked(
    client: Client, clerk_local: ClerkFixture
) -> None:
    assert get(client, "/who")["username"] == ""
    assert asyncio.run(get_async(clerk_local, None, "/async/who"))["username"] == ""
    assert clerk_local.calls == []


def test_first_request_creates_the_user(client: Client, clerk_local: ClerkFixture) -> None:
    ada = clerk_local.create_user(
        username="ada", email_address=["ada@example.com"], last_name="Lovelace"
    )
    clerk_local.sign_in(client, ada)

    found = get(client, "/who")

    user = User.objects.get()
    assert (found["pk"], found["username"]) == (user.pk, "ada")
    assert (user.email, user.last_name) == ("ada@example.com", "Lovelace")
    assert (user.is_staff, user.has_usable_password()) == (False, False)
    assert ClerkUser.objects.get().clerk_id == ada.id


def test_requests_at_the_same_time_create_one_user(clerk_local: ClerkFixture) -> None:
    ada = clerk_local.create_user(username="ada")

    def visit(_: int) -> str:
        client = Client()
        clerk_local.sign_in(client, ada)
        try:
            return str(get(client, "/who")["username"])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(visit, range(16))) == {"ada"}
    assert User.objects.count() == ClerkUser.objects.count() == 1


def test_clerk_is_asked_once(client: Client, clerk_local: ClerkFixture) -> None:
    clerk_local.sign_in(client, clerk_local.create_user())
    first = [get(client, "/who") for _ in range(3)]

    assert first[0] == first[1] == first[2]
    assert len([call for call in clerk_local.calls if "/users/" in call.path]) == 1


def test_coroutine_functions_await_the_same_user(client: Client, clerk_local: ClerkFixture) -> None:
    ada = clerk_local.create_user(username="ada")

    created = asyncio.run(get_async(clerk_local, ada, "/async/who"))
    clerk_local.sign_in(client, ada)

    assert created == get(client, "/who") == get(client, "/async/who")
    assert asyncio.run(get_async(clerk_local, ada, "/who")) == created


def test_database_is_never_used_in_the_event_loop(clerk_local: ClerkFixture) -> None:
    ada = clerk_local.create_user()
    with pytest.raises(SynchronousOnlyOperation):
        asyncio.run(get_async(clerk_local, ada, "/async/loop"))


def test_view_that_does_not_ask_costs_nothing(client: Client, clerk_local: ClerkFixture) -> None:
    clerk_local.sign_in(client, clerk_local.create_user())
    client.get("/")

    assert User.objects.count() == 0


def test_who_signs_out_of_clerk_is_signed_out_at_once(
    client: Client, clerk_local: ClerkFixture
) -> None:
    clerk_local.sign_in(client, clerk_local.create_user(username="ada"))
    assert get(client, "/members")["username"] == "ada"
    clerk_local.sign_out(client)

    assert get(client, "/who")["username"] == ""
    assert client.get("/members").status_code == 302


def test_session_of_django_signs_nobody_in(client: Client) -> None:
    user = User.objects.create_user("root", password="secret", is_superuser=True)
    client.force_login(user, "clerk_core.django.users.ClerkBackend")

    assert get(client, "/who")["username"] == ""
    assert not client.login(username="root", password="secret")


def test_user_is_not_created_unless_the_project_wants_it(
    client: Client, clerk_local: ClerkFixture, configure: Configure
) -> None:
    configure(create_on_request=False)
    clerk_local.sign_in(client, clerk_local.create_user())

    assert get(client, "/who")["username"] == ""
    assert User.objects.count() == 0
    assert not [call for call in clerk_local.calls if "/users/" in call.path]


@pytest.mark.parametrize("field", ["is_active", "deleted", "deactivated"])
def test_user_who_is_inactive_here_or_there_is_anonymous(
    client: Client, clerk_local: ClerkFixture, configure: Configure, field: str
) -> None:
    ada = clerk_local.create_user()
    clerk_local.sign_in(client, ada)
    get(client, "/who")
    if field == "is_active":
        User.objects.update(is_active=False)
    else:
        ClerkUser.objects.update(**{field: True})
        clerk_local.client.users.ban(str(ada.id))

    assert get(client, "/who")["username"] == ""


def test_banned_user_with_a_token_left_is_fetched_once(
    client: Client, clerk_local: ClerkFixture
) -> None:
    ada = clerk_local.create_user()
    clerk_local.sign_in(client, ada)
    get(client, "/who")
    clerk_local.client.users.ban(ada.id)
    ClerkUser.objects.update(deactivated=True)
    clerk_local.calls.clear()

    assert {get(client, "/who")["username"] for _ in range(5)} == {""}
    assert len([call for call in clerk_local.calls if "/users/" in call.path]) <= 1


def test_user_whose_ban_ended_without_an_event_gets_in(
    client: Client, clerk_local: ClerkFixture
) -> None:
    ada = clerk_local.create_user(username="ada")
    clerk_local.sign_in(client, ada)
    get(client, "/who")
    ClerkUser.objects.update(deactivated=True)
    User.objects.update(is_active=False)

    assert get(client, "/who")["username"] == "ada"
    assert User.objects.get().is_active


def test_user_of_django_that_was_deleted_is_made_again(
    client: Client, clerk_local: ClerkFixture
) -> None:
    clerk_local.sign_in(client, clerk_local.create_user(username="ada"))
    get(client, "/who")
    User.objects.all().delete()

    assert get(client, "/who")["username"] == "ada"
    assert ClerkUser.objects.get().user == User.objects.get()


# Signing in, without a circle


def test_visitor_is_led_to_clerk_and_back(client: Client, clerk_local: ClerkFixture) -> None:
    to_sign_in = client.get("/members?page=2")
    assert to_sign_in["location"] == "/sign-in?next=/members%3Fpage%3D2"
    to_clerk = client.get(to_sign_in["location"])

    back = parse_qs(urlsplit(to_clerk["location"]).query)["redirect_url"][0]
    assert urlsplit(back)._replace(scheme="", netloc="").geturl() == "/members?page=2"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_sign_in_leads_to_no_other_site(
    client: Client, clerk_local: ClerkFixture, target: str
) -> None:
    to_clerk = client.get("/sign-in", {"next": target})
    assert "evil" not in to_clerk["location"]
    assert "javascript" not in to_clerk["location"]


@pytest.mark.parametrize("page", ["/members", "/groups"])
def test_signed_in_user_who_is_not_admitted_gets_403_and_no_circle(
    client: Client, clerk_local: ClerkFixture, page: str
) -> None:
    clerk_local.sign_in(client, clerk_local.create_user())
    get(client, "/who")
    if page == "/members":
        User.objects.update(is_active=False)

    assert client.get(page, follow=True).status_code == 403


def test_signed_in_user_who_opens_an_old_link_to_the_sign_in_page_is_led_on(
    client: Client, clerk_local: ClerkFixture
) -> None:
    clerk_local.sign_in(client, clerk_local.create_user())

    for next_page, location in (
        ("/who", "/who?clerk_signed_in=1"),
        ("/members?page=2", "/members?page=2&clerk_signed_in=1"),
        ("https://evil.example/", "/accounts/profile/?clerk_signed_in=1"),
        ("http://[", "/accounts/profile/?clerk_signed_in=1"),
    ):
        response = client.get("/sign-in", {"next": next_page})
        assert response["location"] == location


def test_signed_in_user_who_opens_the_sign_in_page_is_led_on(
    client: Client, clerk_local: ClerkFixture
) -> None:
    clerk_local.sign_in(client, clerk_local.create_user())
    with override_settings(LOGIN_REDIRECT_URL="/members"):
        assert client.get("/sign-in")["location"] == "/members"


def test_session_with_tasks_is_signed_out_and_led_to_them(
    client: Client, clerk_local: ClerkFixture
) -> None:
    clerk_local.sign_in(client, clerk_local.create_user(), pending=True)

    assert get(client, "/who")["username"] == ""
    assert "tasks" in client.get("/sign-in?next=/members")["location"]


def test_login_required_middleware_lets_to_sign_in_and_webhooks(
    client: Client, clerk_local: ClerkFixture
) -> None:
    import django

    if django.VERSION < (5, 1):
        return
    required = "django.contrib.auth.middleware.LoginRequiredMiddleware"
    with override_settings(MIDDLEWARE=[*MIDDLEWARE, required]):
        fresh = Client()
        assert fresh.get("/who")["location"] == "/sign-in?next=/who"
        assert fresh.get("/sign-in")["location"].startswith("http")
        assert fresh.post("/webhooks/clerk").status_code == 400
        assert fresh.get("/admin/login/")["location"].startswith("http")
        clerk_local.sign_in(fresh, clerk_local.create_user(username="ada"))
        assert get(fresh, "/who")["username"] == "ada"


def test_missing_backend_raises_for_signed_in_users(
    client: Client, clerk_local: ClerkFixture
) -> None:
    clerk_local.sign_in(client, clerk_local.create_user())
    backends = ["django.contrib.auth.backends.ModelBackend"]
    with (
        override_settings(AUTHENTICATION_BACKENDS=backends),
        pytest.raises(ConfigurationError, match="ClerkBackend"),
    ):
        client.get("/who")


def test_options_for_several_instances_are_refused(clerk_local: ClerkFixture) -> None:
    options = {**clerk_local.options(), "options_for": lambda request: None}
    with (
        override_settings(CLERK=options),
        pytest.raises(ConfigurationError, match="several instances"),
    ):
        Client().get("/who")
