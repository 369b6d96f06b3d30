"""Test handshakes, and the headers of all responses."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from clerk_core.testing._contract.base import Build, ContractBase, query_of
from clerk_core.testing._instance import Instance
from clerk_core.testing._site import PUBLIC_HEADERS, Site
from clerk_core.testing._tokens import (
    HOST,
    PAGE,
    bearer,
    browser_cookies,
    cookie,
    publishable_key,
    token,
)


class Handshakes(ContractBase):
    """Tests of redirects to a handshake, and of requests that return from one."""

    def test_page_without_session_redirects_to_handshake(self, site: Site) -> None:
        answer = site.visit("/guarded?page=2", PAGE)

        assert answer.status == 307
        assert answer.header("location").startswith(f"https://{HOST}/v1/client/handshake?")
        query = query_of(answer.header("location"))
        assert query["redirect_url"] == "http://localhost/guarded?page=2"
        assert answer.header("cache-control") == "no-store"
        assert answer.header("x-clerk-auth-reason") == "dev-browser-missing"
        assert answer.cookies()["__clerk_redirect_count"].startswith("1;")
        assert answer.content == b""

    def test_missing_page_redirects_to_handshake(self, site: Site) -> None:
        assert site.visit("/no-such-page", PAGE).status == 307

    def test_finished_handshake_sets_cookies_and_removes_its_query_parameter(
        self, site: Site, instance: Instance
    ) -> None:
        session = token("user_7")
        instance.nonces["n1"] = [
            f"__session={session}; Path=/; SameSite=Lax",
            "__client_uat=1; Path=/",
            "__clerk_db_jwt=dvb_2; Path=/",
        ]

        answer = site.visit("/?page=2&__clerk_handshake_nonce=n1", PAGE)

        assert answer.status == 307
        assert answer.header("location") == "http://localhost/?page=2"
        assert list(answer.cookies()) == ["__session", "__client_uat", "__clerk_db_jwt"]
        assert answer.cookies()["__session"] == f"{session}; Path=/; SameSite=Lax"

    def test_finished_handshake_keeps_cookies_of_view(
        self, build: Build, instance: Instance
    ) -> None:
        site = build(publishable_key=publishable_key("clerk.app.example", "live"))
        instance.nonces["n1"] = [f"__session={token('user_7')}; Path=/", "__client_uat=1; Path=/"]

        answer = site.visit("/cookies", PAGE, ("cookie", "__clerk_handshake_nonce=n1"))

        assert answer.status == 200
        assert sorted(answer.cookies()) == ["__client_uat", "__session", "first", "second"]

    @pytest.mark.parametrize("kind", ["test", "live"])
    def test_cookies_with_the_same_name_are_all_set(
        self, build: Build, instance: Instance, kind: str
    ) -> None:
        site = build(publishable_key=publishable_key("clerk.app.example", kind))
        cookies = [
            "__session=; Path=/; Domain=app.example; Max-Age=0",
            f"__session={token('user_7')}; Path=/",
            "__client_uat=1; Path=/; Domain=app.example",
            "__client_uat=1; Path=/",
        ]
        instance.nonces["n1"] = cookies

        answer = site.visit("/", PAGE, ("cookie", "__clerk_handshake_nonce=n1"))

        assert answer.headers.get_all("set-cookie") == cookies

    @pytest.mark.parametrize(("path", "status"), [("/refused", 418), ("/crash", 500), ("/x", 404)])
    def test_finished_handshake_sets_cookies_on_error_response(
        self, build: Build, instance: Instance, path: str, status: int
    ) -> None:
        site = build(publishable_key=publishable_key("clerk.app.example", "live"))
        instance.nonces["n1"] = [f"__session={token()}; Path=/", "__client_uat=1; Path=/"]

        answer = site.visit(path, PAGE, ("cookie", "__clerk_handshake_nonce=n1"))

        assert answer.status == status
        expected = [] if self.is_limited(path) else ["__client_uat", "__session"]
        assert sorted(answer.cookies()) == expected

    @pytest.mark.parametrize("environment", ["test", "live"])
    def test_handshake_false_never_redirects(
        self, build: Build, instance: Instance, environment: str
    ) -> None:
        key = publishable_key("clerk.app.example", environment)
        site = build(handshake=False, publishable_key=key)
        instance.nonces["n1"] = [f"__session={token('user_7')}; Path=/", "__client_uat=1; Path=/"]

        assert site.visit("/", PAGE).user_id is None
        assert site.visit("/?__clerk_handshake_nonce=n1", PAGE).user_id is None
        assert site.visit("/guarded", PAGE).status == 401
        assert site.visit("/guarded", PAGE, bearer("user_7")).user_id == "user_7"
        cookies = cookie(browser_cookies(token("user_7"), key))
        assert site.visit("/guarded", PAGE, cookies).user_id == "user_7"
        assert instance.calls == []

    def test_handshake_stops_after_three_redirects(self, site: Site) -> None:
        answer = site.visit("/", PAGE, ("cookie", "__clerk_redirect_count=3"))

        assert answer.user_id is None

    def test_handshake_stops_after_three_redirects_without_cookies(self, site: Site) -> None:
        path = "/"
        for _ in range(3):
            answer = site.visit(path, PAGE)
            assert answer.status == 307
            back = parse_qs(urlsplit(answer.header("location")).query)["redirect_url"][0]
            path = back.removeprefix("http://localhost")

        assert site.visit(path, PAGE).user_id is None


class ResponseHeaders(ContractBase):
    """Tests of the headers of each kind of response."""

    @pytest.mark.parametrize(
        ("path", "status"),
        [("/", 200), ("/stream", 200), ("/refused", 418), ("/crash", 500), ("/no-such-page", 404)],
    )
    def test_signed_out_response_has_status_header(
        self, site: Site, path: str, status: int
    ) -> None:
        answer = site.visit(path)

        assert answer.status == status
        expected = [] if self.is_limited(path) else ["signed-out"]
        assert answer.headers.get_all("x-clerk-auth-status") == expected

    def test_response_keeps_headers_of_view(self, site: Site) -> None:
        headers = site.visit("/public").headers

        for name, value in PUBLIC_HEADERS:
            assert value in ", ".join(headers.get_all(name))
        # A framework may send values of one name in one line (RFC 9110, 5.3).
        reasons = ", ".join(headers.get_all("x-clerk-auth-reason")).split(", ")
        assert sorted(reasons) == ["dev-browser-missing", "of the view"]

    def test_streamed_response_has_user_of_request(self, site: Site) -> None:
        assert site.visit("/stream", bearer("user_7")).content == b"It is user_7"

    def test_error_handler_has_user_of_request(self, site: Site) -> None:
        answer = site.visit("/refused", bearer("user_7"))

        assert answer.status == 418
        assert answer.json()["user_id"] == "user_7"
