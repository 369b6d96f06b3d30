"""Responses that set a cookie of Clerk are one visitor's: no cache gives them to another."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeAlias

import pytest

from clerk_core._settings.publishable_key import PublishableKey
from clerk_core.testing._contract.base import Build, ContractBase
from clerk_core.testing._instance import Instance
from clerk_core.testing._site import PUBLIC_HEADERS, Answer, Site
from clerk_core.testing._tokens import (
    PAGE,
    browser_cookies,
    cookie,
    publishable_key,
    token,
)

LIVE = publishable_key("clerk.app.example", "live")
RequestFlows: TypeAlias = Callable[[Instance], tuple[str, str]]


def back_from_a_handshake(instance: Instance) -> tuple[str, str]:
    """Return the cookies of a browser after a handshake."""
    instance.nonces["n1"] = [f"__session={token('user_7')}; Path=/", "__client_uat=1; Path=/"]
    return "cookie", "__clerk_handshake_nonce=n1"


def with_an_expired_session(instance: Instance) -> tuple[str, str]:
    """Return the cookies of a browser whose session is refreshed within the request."""
    instance.refreshes["sess_of_user_7"] = [f"__session={token('user_7')}; Path=/"]
    expired = token("user_7", iss="https://clerk.app.example", exp=int(time.time()) - 60)
    refresh = f"__refresh_{PublishableKey.parse(LIVE).cookie_suffix}"
    return cookie({**browser_cookies(expired, LIVE), refresh: "refresh_1"})


class CachingProxy:
    """A shared cache in front of a site, which stores everything that it may."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._stored: dict[str, Answer] = {}

    def visit(self, path: str, *headers: tuple[str, str]) -> Answer:
        """Answer from memory, or ask the site."""
        if path not in self._stored:
            answer = self._site.visit(path, *headers)
            if not _may_be_stored(answer):
                return answer
            self._stored[path] = answer
        return self._stored[path]


def _may_be_stored(answer: Answer) -> bool:
    # A targeted field counts in place of Cache-Control (RFC 9213, 2.2), and Expires without either.
    targeted = ("cdn-cache-control", "surrogate-control", "cache-control", "expires")
    said = next((answer.header(name) for name in targeted if answer.header(name)), "no-store")
    return "private" not in said and "no-store" not in said


class Caching(ContractBase):
    """What is said to caches."""

    @pytest.mark.parametrize("arriving", [back_from_a_handshake, with_an_expired_session])
    def test_a_response_that_sets_a_cookie_of_clerk_is_private_and_not_stored(
        self, build: Build, instance: Instance, arriving: RequestFlows
    ) -> None:
        site = build(publishable_key=LIVE)

        answer = site.visit("/public", PAGE, arriving(instance))

        assert answer.user_id == "user_7"
        assert "__session" in answer.cookies()
        assert answer.headers.get_all("cache-control") == ["private, no-store"]
        for name, _ in PUBLIC_HEADERS[1:5]:
            assert not answer.header(name)
        assert "Accept-Encoding" in answer.header("vary")

    @pytest.mark.parametrize("arriving", [back_from_a_handshake, with_an_expired_session])
    def test_a_caching_proxy_gives_the_session_of_one_visitor_to_no_other(
        self, build: Build, instance: Instance, arriving: RequestFlows
    ) -> None:
        proxy = CachingProxy(build(publishable_key=LIVE))

        visitor = proxy.visit("/public", PAGE, arriving(instance))
        stranger = proxy.visit("/public")
        later = proxy.visit("/public")

        assert visitor.user_id == "user_7"
        assert stranger.user_id is None
        assert stranger.cookies() == {}
        assert later is stranger, "what sets no cookie of Clerk is stored as the view allows"

    @pytest.mark.parametrize("arriving", [back_from_a_handshake, with_an_expired_session])
    def test_a_response_that_a_view_keeps_carries_nothing_from_one_visitor_to_the_next(
        self, build: Build, instance: Instance, arriving: RequestFlows
    ) -> None:
        site = build(publishable_key=LIVE)

        first = site.visit("/kept", PAGE, arriving(instance))
        others = [site.visit("/kept") for _ in range(2)]

        assert "__session" in first.cookies()
        for other in others:
            assert other.status == 200
            assert other.cookies() == {}
            assert other.headers.get_all("x-clerk-auth-status") == ["signed-out"]
            assert "no-store" not in other.header("cache-control")

    @pytest.mark.parametrize("destination", ["script", "style", "image", "font"])
    def test_a_part_of_a_page_renews_no_session(
        self, build: Build, instance: Instance, destination: str
    ) -> None:
        site = build(publishable_key=LIVE)
        part = (("sec-fetch-dest", destination), with_an_expired_session(instance))

        answer = site.visit("/public", *part)

        assert answer.user_id is None
        assert answer.cookies() == {}
        assert instance.calls == []
