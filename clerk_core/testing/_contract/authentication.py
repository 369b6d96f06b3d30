"""Test authentication by headers and cookies."""

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
    """Tests of requests that are signed in by header, signed in by cookie, or signed out."""

    def test_session_token_in_header_is_authenticated(self, site: Site) -> None:
        assert site.visit("/", bearer("user_7")).json() == {
            "is_authenticated": True,
            "user_id": "user_7",
            "session_id": "sess_of_user_7",
            "session_status": "active",
            "org_id": None,
        }

    def test_session_token_in_cookie_is_authenticated(self, site: Site) -> None:
        cookies = browser_cookies(token("user_7"))

        assert site.visit("/", cookie(cookies)).user_id == "user_7"
        assert site.visit("/", PAGE, cookie(cookies)).user_id == "user_7"

    def test_active_organization_is_read_from_the_token(self, site: Site) -> None:
        assert site.visit("/", bearer(**ADMIN)).json()["org_id"] == "org_1"

    def test_request_without_token_is_signed_out(self, site: Site) -> None:
        answer = site.visit("/")

        assert answer.user_id is None
        assert answer.json()["is_authenticated"] is False
        assert answer.header("x-clerk-auth-status") == "signed-out"
        assert answer.header("x-clerk-auth-reason") == "dev-browser-missing"

    @pytest.mark.parametrize(
        "invalid",
        [
            tampered(token()),
            token(key=other_rsa_key()),
            token(exp=int(time.time()) - 60),
            "nonsense",
            "a.b.c",
            "",
        ],
        ids=["tampered", "other key", "expired", "one part", "three parts", "empty"],
    )
    def test_invalid_token_is_signed_out(self, site: Site, invalid: str) -> None:
        answer = site.visit("/", show(invalid))

        assert answer.user_id is None
        assert answer.header("x-clerk-auth-status") == "signed-out"
        assert site.visit("/guarded", show(invalid)).status == 401

    def test_pending_session_is_signed_out_by_default(self, site: Site) -> None:
        pending = bearer(sts="pending")

        assert site.visit("/", pending).user_id is None
        assert site.visit("/", pending).json()["session_status"] == "pending"
        assert site.visit("/pending", pending).user_id == "user_1"
        assert site.visit("/guarded", pending).status == 401

    def test_signed_in_response_has_no_clerk_headers(self, site: Site) -> None:
        answer = site.visit("/", bearer())

        assert not [name for name, _ in answer.headers if name.lower().startswith("x-clerk")]

    @pytest.mark.parametrize("method", ["POST", "HEAD", "OPTIONS"])
    def test_other_methods_are_authenticated_like_get(self, site: Site, method: str) -> None:
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

    def test_only_get_starts_a_handshake(self, site: Site) -> None:
        for method in ("POST", "HEAD", "OPTIONS"):
            assert is_successful(site.visit("/", PAGE, method=method))

    @pytest.mark.parametrize("name", ["host", "x-forwarded-host"])
    @pytest.mark.parametrize("host", MALFORMED_HOSTS)
    def test_malformed_host_is_signed_out_and_not_used_in_urls(
        self, site: Site, name: str, host: str
    ) -> None:
        malformed = (name, host)
        browser = cookie(browser_cookies(token()))

        for headers in ((malformed, bearer()), (malformed, browser), (malformed, PAGE, browser)):
            answer = site.visit("/", *headers)
            # Some frameworks reject these requests themselves.
            if answer.status != 400:
                assert answer.user_id is None
                assert answer.header("x-clerk-auth-reason") == "request-malformed"
        for headers in ((malformed, bearer()), (malformed, PAGE, browser)):
            answer = site.visit("/guarded", *headers)
            assert answer.status in (307, 400, 401)
            assert "redirect_url" not in answer.header("location")

    def test_comma_separated_hosts_are_not_accepted(self, site: Site) -> None:
        # Some servers join two Host headers like this.
        for hosts in ("localhost,other.example", "localhost, localhost"):
            answer = site.visit("/", bearer(), ("host", hosts))
            assert answer.status == 400 or answer.user_id is None

    def test_upgrade_request_from_other_origin_ignores_session_cookie(self, build: Build) -> None:
        # The application may accept the WebSocket itself, as WSGI applications do.
        session = cookie(browser_cookies(token("user_7", azp="http://app.example")))
        foreign, own = ("origin", "http://app.example"), ("origin", "http://localhost")
        site = build()
        trusting = build(authorized_parties=["http://app.example"])

        path = self.websocket_path
        assert site.visit(path, session, *_UPGRADE, foreign).user_id is None
        assert site.visit(path, session, *_UPGRADE, ("origin", "null")).user_id is None
        assert site.visit(path, session, *_UPGRADE, own).user_id == "user_7"
        assert trusting.visit(path, session, *_UPGRADE, foreign).user_id == "user_7"
        assert site.visit(path, bearer("user_7"), *_UPGRADE, foreign).user_id == "user_7"

    def test_upgrade_request_is_never_redirected(self, site: Site) -> None:
        for header in (PAGE, ("sec-fetch-dest", "document"), ("sec-fetch-mode", "navigate")):
            assert site.visit(self.websocket_path, *_UPGRADE, header).user_id is None

    def test_malformed_and_non_ascii_cookies_are_ignored(self, site: Site) -> None:
        name, value = cookie(browser_cookies(token()))

        for malformed in (
            "name=Jos\xc3\xa9",
            "n\xff=\xfe",
            'pref={"a":1}',
            "a/b=1",
            "x@y",
            "=",
            "%E9=%E9",
        ):
            assert site.visit("/", (name, f"{malformed}; {value}")).user_id == "user_1"

    def test_other_authorization_scheme_does_not_override_session_cookie(self, site: Site) -> None:
        cookies = cookie(browser_cookies(token()))

        assert site.visit("/", cookies, ("authorization", "Basic dTpw")).user_id == "user_1"
        assert site.visit("/", cookies, ("authorization", "")).user_id == "user_1"
