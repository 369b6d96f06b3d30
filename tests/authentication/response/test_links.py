"""The URLs of account pages, and forced and fallback redirect URLs."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest

from clerk_core._authentication.response.redirects import (
    create_organization_url,
    organization_profile_url,
    sign_in_url,
    sign_up_url,
    tasks_url,
    user_profile_url,
    waitlist_url,
)
from clerk_core._messages import Request
from clerk_core.errors import ConfigurationError
from tests.authentication.result.support import signed_in, signed_out
from tests.support import settings

PAGE = Request("GET", "https://app.example.com/notes", [("accept", "text/html")])
KNOWN = Request("GET", PAGE.url, [("cookie", "__clerk_db_jwt=dvb_1")])
FORM = Request("POST", PAGE.url, [("accept", "text/html")])
PORTAL = "https://happy-hippo-1.accounts.dev"


def parameters(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


def test_development_portal_knows_the_browser() -> None:
    for link in (user_profile_url, organization_profile_url, create_organization_url):
        assert parameters(link(signed_out(PAGE))) == {}
        assert parameters(link(signed_out(KNOWN))) == {"__clerk_db_jwt": "dvb_1"}


def test_page_of_the_application_gets_no_development_browser() -> None:
    using = settings(user_profile_url="/account")
    assert user_profile_url(signed_out(KNOWN, using)) == "https://app.example.com/account"


def test_tasks_are_below_the_sign_in_page() -> None:
    using = settings(sign_in_url="/sign-in/")
    url = tasks_url(signed_in({"sts": "pending"}, PAGE, using), "/orders")
    assert url.partition("?")[0] == "https://app.example.com/sign-in/tasks"
    assert parameters(url)["redirect_url"] == "https://app.example.com/orders"


def test_waitlist_leads_back() -> None:
    url = waitlist_url(signed_out(PAGE))
    assert url.partition("?")[0] == f"{PORTAL}/waitlist"
    assert parameters(url)["redirect_url"] == PAGE.url


@pytest.mark.parametrize("name", ["sign_in", "sign_up"])
def test_forced_url_takes_precedence_over_every_other(name: str) -> None:
    link = sign_in_url if name == "sign_in" else sign_up_url
    using = settings(
        sign_in_force_redirect_url="/forced",
        sign_up_force_redirect_url="/forced",
        sign_in_fallback_redirect_url="/fallback",
        sign_up_fallback_redirect_url="/fallback",
    )
    for request in (PAGE, FORM):
        for back in (None, "/orders"):
            url = link(signed_out(request, using), back)
            assert parameters(url)["redirect_url"] == "https://app.example.com/forced"


def test_fallback_url_is_used_for_a_form_without_a_page() -> None:
    using = settings(sign_in_fallback_redirect_url="/home", after_sign_in_url="/old")
    url = sign_in_url(signed_out(FORM, using))
    assert parameters(url)["redirect_url"] == "https://app.example.com/home"
    older = settings(after_sign_in_url="/old")
    url = sign_in_url(signed_out(FORM, older))
    assert parameters(url)["redirect_url"] == "https://app.example.com/old"


def test_link_without_publishable_key_and_page_raises() -> None:
    with pytest.raises(ConfigurationError):
        user_profile_url(signed_out(PAGE, settings(publishable_key=None)))
