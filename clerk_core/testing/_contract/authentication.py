"""Authentication by headers and cookies, whatever else the request contains."""

from __future__ import annotations

import time

import pytest

from clerk_core.testing._contract.base import Build, ContractBase, is_successful
from clerk_core.testing._site import Site
from clerk_core.testing._tokens import (
    ADMIN,
    PAGE,
    bearer,
    browser_cookies,
    cookie,
    other_rsa_key,
    show,
    tampered,
    token,
)

MALFORMED_HOSTS = [
    *("a b", "a/b", "user@host", "[::1", "host:port", "\xff\xfe", "<>"),
    "localhost:80@other.example",
]
_UPGRADE = (
    ("connection", "Upgrade"),
    ("upgrade", "websocket"),
    ("sec-websocket-version", "13"),
    ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
)


class Authentication(ContractBase):
    """By header, by cookie, or nobody."""

    def test_an_adapter_knows_who_sends_a_session_token(self, site: Site) -> None:
        assert site.visit("/", bearer("user_7")).json() == {
            "is_authenticated": True,
            "user_id": "user_7",
            "session_id": "sess_of_user_7",
            "session_status": "active",
            "org_id": None,
        }

    def test_an_adapter_knows_whose_browser_it_is(self, site: Site) -> None:
        cookies = browser_cookies(token("user_7"))

        assert site.visit("/", cookie(cookies)).user_id == "user_7"
        assert site.visit("/", PAGE, cookie(cookies)).user_id == "user_7"

    def test_an_adapter_knows_the_active_organization(self, site: Site) -> None:
        assert site.visit("/", bearer(**ADMIN)).json()["org_id"] == "org_1"

    def test_nobody_is_signed_in_without_a_token(self, site: Site) -> None:
        answer = site.visit("/")

        assert answer.user_id is None
        assert answer.json()["is_authenticated"] is False
        assert answer.header("x-clerk-auth-status") == "signed-out"
        assert answer.header("x-clerk-auth-reason") == "dev-browser-missing"

    @pytest.mark.parametrize(
        "shown",
        [
            tampered(token()),
            token(key=other_rsa_key()),
            token(exp=int(time.time()) - 60),
            "nonsense",
            "a.b.c",
            "",
        ],
        ids=["tampered", "of another key", "expired", "nonsense", "of three parts", "empty"],
    )
    def test_a_token_that_does_not_hold_signs_nobody_in_and_crashes_nothing(
        self, site: Site, shown: str
    ) -> None:
        answer = site.visit("/", show(shown))

        assert answer.user_id is None
        assert answer.header("x-clerk-auth-status") == "signed-out"
        assert site.visit("/guarded", show(shown)).status == 401

    def test_a_session_with_tasks_left_counts_only_where_that_is_asked_for(
        self, site: Site
    ) -> None:
        pending = bearer(sts="pending")

        assert site.visit("/", pending).user_id is None
        assert site.visit("/", pending).json()["session_status"] == "pending"
        assert site.visit("/pending", pending).user_id == "user_1"
        assert site.visit("/guarded", pending).status == 401

    def test_a_signed_in_answer_has_no_headers_of_a_signed_out_one(self, site: Site) -> None:
        answer = site.visit("/", bearer())

        assert not [name for name, _ in answer.headers if name.lower().startswith("x-clerk")]

    @pytest.mark.parametrize("method", ["POST", "HEAD", "OPTIONS"])
    def test_other_methods_are_answered_like_get(self, site: Site, method: str) -> None:
        signed_out, signed_in = (
            site.visit("/", method=method),
            site.visit("/", bearer(), method=method),
        )

        assert is_successful(signed_out)
        assert is_successful(signed_in)
        assert signed_out.header("x-clerk-auth-status") == "signed-out"
        assert not signed_in.header("x-clerk-auth-status")
        if method == "POST":
            assert signed_in.user_id == "user_1"
        if method == "HEAD":
            assert signed_in.content == b""

    def test_no_other_method_than_get_is_sent_to_a_handshake(self, site: Site) -> None:
        for method in ("POST", "HEAD", "OPTIONS"):
            assert is_successful(site.visit("/", PAGE, method=method))

    @pytest.mark.parametrize("name", ["host", "x-forwarded-host"])
    @pytest.mark.parametrize("host", MALFORMED_HOSTS)
    def test_a_malformed_host_signs_nobody_in_and_is_in_no_url(
        self, site: Site, name: str, host: str
    ) -> None:
        malformed = (name, host)
        browser = cookie(browser_cookies(token()))

        for headers in ((malformed, bearer()), (malformed, browser), (malformed, PAGE, browser)):
            answer = site.visit("/", *headers)
            # A framework may refuse it before any adapter is asked.
            if answer.status != 400:
                assert answer.user_id is None
                assert answer.header("x-clerk-auth-reason") == "request-malformed"
        for headers in ((malformed, bearer()), (malformed, PAGE, browser)):
            answer = site.visit("/guarded", *headers)
            assert answer.status in (307, 400, 401)
            assert "redirect_url" not in answer.header("location")

    def test_several_hosts_in_one_are_none(self, site: Site) -> None:
        # As servers join two Host lines.
        for hosts in ("localhost,other.example", "localhost, localhost"):
            answer = site.visit("/", bearer(), ("host", hosts))
            assert answer.status == 400 or answer.user_id is None

    def test_a_page_of_another_origin_opens_no_websocket_in_its_visitors_name(
        self, build: Build
    ) -> None:
        # As an application accepts one itself that its server tells nothing of, such as in WSGI.
        shown = cookie(browser_cookies(token("user_7", azp="http://app.example")))
        foreign, own = ("origin", "http://app.example"), ("origin", "http://localhost")
        site = build()
        trusting = build(authorized_parties=["http://app.example"])

        path = self.websocket_path
        assert site.visit(path, shown, *_UPGRADE, foreign).user_id is None
        assert site.visit(path, shown, *_UPGRADE, ("origin", "null")).user_id is None
        assert site.visit(path, shown, *_UPGRADE, own).user_id == "user_7"
        assert trusting.visit(path, shown, *_UPGRADE, foreign).user_id == "user_7"
        assert site.visit(path, bearer("user_7"), *_UPGRADE, foreign).user_id == "user_7"

    def test_who_opens_a_websocket_is_sent_nowhere(self, site: Site) -> None:
        for wanting in (PAGE, ("sec-fetch-dest", "document"), ("sec-fetch-mode", "navigate")):
            assert site.visit(self.websocket_path, *_UPGRADE, wanting).user_id is None

    def test_a_cookie_outside_of_ascii_does_no_harm(self, site: Site) -> None:
        name, value = cookie(browser_cookies(token()))

        for odd in (
            "name=Jos\xc3\xa9",
            "n\xff=\xfe",
            'pref={"a":1}',
            "a/b=1",
            "x@y",
            "=",
            "%E9=%E9",
        ):
            assert site.visit("/", (name, f"{odd}; {value}")).user_id == "user_1"

    def test_a_foreign_authorization_scheme_leaves_the_cookie_to_count(self, site: Site) -> None:
        cookies = cookie(browser_cookies(token()))

        assert site.visit("/", cookies, ("authorization", "Basic dTpw")).user_id == "user_1"
        assert site.visit("/", cookies, ("authorization", "")).user_id == "user_1"
