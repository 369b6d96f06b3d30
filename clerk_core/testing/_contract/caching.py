"""Test that responses with a cookie of Clerk are never cached."""

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
MakeCookies: TypeAlias = Callable[[Instance], tuple[str, str]]


def returning_from_handshake(instance: Instance) -> tuple[str, str]:
    """Return the cookies of a browser that returns from a handshake."""
    instance.nonces["n1"] = [f"__session={token('user_7')}; Path=/", "__client_uat=1; Path=/"]
    return "cookie", "__clerk_handshake_nonce=n1"


def with_expired_session(instance: Instance) -> tuple[str, str]:
    """Return the cookies of a browser whose session is refreshed within the request."""
    instance.refreshes["sess_of_user_7"] = [f"__session={token('user_7')}; Path=/"]
    expired = token("user_7", iss="https://clerk.app.example", exp=int(time.time()) - 60)
    refresh = f"__refresh_{PublishableKey.parse(LIVE).cookie_suffix}"
    return cookie({**browser_cookies(expired, LIVE), refresh: "refresh_1"})


class CachingProxy:
    """A shared cache before a site. It stores all cacheable responses forever."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._stored: dict[str, Answer] = {}

    def visit(self, path: str, *headers: tuple[str, str]) -> Answer:
        """Return the stored response, or send the request to the site."""
        if path not in self._stored:
            answer = self._site.visit(path, *headers)
            if not _may_be_stored(answer):
                return answer
            self._stored[path] = answer
        return self._stored[path]


def _may_be_stored(answer: Answer) -> bool:
    # A targeted field replaces Cache-Control (RFC 9213, 2.2); Expires applies without either.
    targeted = ("cdn-cache-control", "surrogate-control", "cache-control", "expires")
    directives = next((answer.header(name) for name in targeted if answer.header(name)), "no-store")
    return "private" not in directives and "no-store" not in directives


class Caching(ContractBase):
    """Tests of the headers for caches."""

    @pytest.mark.parametrize("make_cookies", [returning_from_handshake, with_expired_session])
    def test_response_with_clerk_cookie_is_private_and_not_cacheable(
        self, build: Build, instance: Instance, make_cookies: MakeCookies
    ) -> None:
        site = build(publishable_key=LIVE)

        answer = site.visit("/public", PAGE, make_cookies(instance))

        assert answer.user_id == "user_7"
        assert "__session" in answer.cookies()
        assert answer.headers.get_all("cache-control") == ["private, no-store"]
        for name, _ in PUBLIC_HEADERS[1:5]:
            assert not answer.header(name)
        assert "Accept-Encoding" in answer.header("vary")

    @pytest.mark.parametrize("make_cookies", [returning_from_handshake, with_expired_session])
    def test_shared_cache_does_not_share_sessions(
        self, build: Build, instance: Instance, make_cookies: MakeCookies
    ) -> None:
        proxy = CachingProxy(build(publishable_key=LIVE))

        signed_in = proxy.visit("/public", PAGE, make_cookies(instance))
        signed_out = proxy.visit("/public")
        later = proxy.visit("/public")

        assert signed_in.user_id == "user_7"
        assert signed_out.user_id is None
        assert signed_out.cookies() == {}
        assert later is signed_out, (
            "responses without a cookie of Clerk are cached as the view allows"
        )

    @pytest.mark.parametrize("make_cookies", [returning_from_handshake, with_expired_session])
    def test_reused_response_object_keeps_no_headers_of_earlier_requests(
        self, build: Build, instance: Instance, make_cookies: MakeCookies
    ) -> None:
        site = build(publishable_key=LIVE)

        first = site.visit("/kept", PAGE, make_cookies(instance))
        others = [site.visit("/kept") for _ in range(2)]

        assert "__session" in first.cookies()
        for other in others:
            assert other.status == 200
            assert other.cookies() == {}
            assert other.headers.get_all("x-clerk-auth-status") == ["signed-out"]
            assert "no-store" not in other.header("cache-control")

    @pytest.mark.parametrize("destination", ["script", "style", "image", "font"])
    def test_subresource_request_does_not_refresh_session(
        self, build: Build, instance: Instance, destination: str
    ) -> None:
        site = build(publishable_key=LIVE)
        request = (("sec-fetch-dest", destination), with_expired_session(instance))

        answer = site.visit("/public", *request)

        assert answer.user_id is None
        assert answer.cookies() == {}
        assert instance.calls == []
