"""Test links to pages, `sign_out`, the active organization, and `to_public_dict`."""

from __future__ import annotations

import time

import pytest

from clerk_core.testing._contract.base import Build, ContractBase, query_of
from clerk_core.testing._instance import PRIVATE, Instance
from clerk_core.testing._site import LINKS, Site
from clerk_core.testing._tokens import (
    PAGE,
    bearer,
    browser_cookies,
    cookie,
    publishable_key,
    tampered,
    token,
)

_OWN_FORM = ("sec-fetch-site", "same-origin")
_PORTAL = "https://happy-hippo-1.accounts.dev"


class Links(ContractBase):
    """Tests of the URLs of pages, and of redirects to them."""

    def test_links_lead_to_the_account_portal(self, site: Site) -> None:
        links = site.visit("/links").json()

        assert sorted(links) == sorted(LINKS)
        pages = {name: url.partition("?")[0].removeprefix(_PORTAL) for name, url in links.items()}
        assert pages == {
            "create_organization_url": "/create-organization",
            "organization_profile_url": "/organization",
            "sign_in_url": "/sign-in",
            "sign_up_url": "/sign-up",
            "tasks_url": "/sign-in/tasks",
            "user_profile_url": "/user",
            "waitlist_url": "/waitlist",
        }

    def test_pages_can_belong_to_the_application(self, build: Build) -> None:
        site = build(user_profile_url="/account", sign_up_url="/join", waitlist_url="/later")

        links = site.visit("/links").json()

        assert links["user_profile_url"] == "http://localhost/account"
        assert links["sign_up_url"].startswith("http://localhost/join?redirect_url=")
        assert links["waitlist_url"].startswith("http://localhost/later?redirect_url=")

    @pytest.mark.parametrize(
        ("path", "page"), [("/to-sign-up", "/sign-up"), ("/to-tasks", "/sign-in/tasks")]
    )
    def test_redirect_leads_to_a_page_and_back(self, site: Site, path: str, page: str) -> None:
        answer = site.visit(path)

        assert answer.status in (302, 303, 307)
        assert answer.header("location").startswith(f"{_PORTAL}{page}?")
        assert query_of(answer.header("location"))["redirect_url"] == f"http://localhost{path}"

    def test_forced_url_takes_precedence_over_the_page_of_the_request(self, build: Build) -> None:
        site = build(sign_in_force_redirect_url="/welcome")

        location = site.visit("/to-sign-in?back=/orders").header("location")

        assert query_of(location)["redirect_url"] == "http://localhost/welcome"


class SigningOut(ContractBase):
    """Tests of `sign_out`."""

    def test_form_ends_the_session_and_expires_the_cookies(
        self, site: Site, instance: Instance
    ) -> None:
        answer = site.visit("/sign-out", self._browser(), _OWN_FORM, method="POST")

        assert answer.status == 303
        assert answer.header("location") == "http://localhost/"
        assert instance.calls == ["POST /v1/sessions/sess_of_user_7/revoke"]
        for name in ("__session", "__client_uat"):
            assert "Max-Age=0" in answer.cookies()[name]
        assert [name for name in answer.cookies() if name.startswith("__refresh_")]
        assert "no-store" in answer.header("cache-control")

    def test_form_of_another_origin_is_refused(self, site: Site, instance: Instance) -> None:
        for header in (
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://evil.example"),
            ("accept", "*/*"),
        ):
            answer = site.visit("/sign-out", self._browser(), header, method="POST")
            assert answer.status == 403
            assert not answer.cookies()
        assert instance.calls == []

    def test_link_does_not_sign_out(self, site: Site, instance: Instance) -> None:
        answer = site.visit("/sign-out", self._browser(), _OWN_FORM)

        assert (answer.status, answer.header("allow")) == (405, "POST")
        assert instance.calls == []

    def test_cookies_expire_although_nobody_is_signed_in(
        self, site: Site, instance: Instance
    ) -> None:
        answer = site.visit("/sign-out", _OWN_FORM, method="POST")

        assert answer.status == 303
        assert "__session" in answer.cookies()
        assert instance.calls == []

    def test_expired_token_ends_its_session(self, site: Site, instance: Instance) -> None:
        an_hour_ago = int(time.time()) - 3600
        expired = self._browser(exp=an_hour_ago + 60, iat=an_hour_ago, nbf=an_hour_ago)

        answer = site.visit("/sign-out", expired, _OWN_FORM, method="POST")

        assert answer.status == 303
        assert instance.calls == ["POST /v1/sessions/sess_of_user_7/revoke"]

    def test_forged_token_ends_no_session(self, site: Site, instance: Instance) -> None:
        forged = cookie(browser_cookies(tampered(token("user_7"))))

        answer = site.visit("/sign-out", forged, _OWN_FORM, method="POST")

        assert answer.status == 303
        assert instance.calls == []

    def test_cookies_expire_although_clerk_cannot_be_reached(self, build: Build) -> None:
        site = build(api_url="http://localhost:1", retries=0)

        answer = site.visit("/sign-out", self._browser(), _OWN_FORM, method="POST")

        assert answer.status == 503
        assert "Max-Age=0" in answer.cookies()["__session"]

    @pytest.mark.parametrize(
        "target", ["https://evil.example", "//evil.example", "/%5Cevil.example", "javascript:x"]
    )
    def test_redirect_leads_to_no_other_site(self, site: Site, target: str) -> None:
        path = f"/sign-out?to={target}"

        answer = site.visit(path, self._browser(), _OWN_FORM, method="POST")

        assert answer.status == 500
        assert not answer.header("location")

    def test_redirect_leads_to_a_path_of_the_application(self, site: Site) -> None:
        for target, path in (("/bye", "/bye"), ("/.//evil.example", "//evil.example")):
            url = f"/sign-out?to={target}"
            answer = site.visit(url, self._browser(), _OWN_FORM, method="POST")
            assert answer.header("location") == f"http://localhost{path}"

    def test_cookie_that_was_renewed_does_not_outlive_the_form(
        self, site: Site, instance: Instance
    ) -> None:
        an_hour_ago = int(time.time()) - 3600
        expired = token("user_7", exp=an_hour_ago + 60, iat=an_hour_ago, nbf=an_hour_ago)
        cookies = browser_cookies(expired)
        suffix = next(name for name in cookies if name.startswith("__session_"))[len("__session") :]
        renewed = token("user_7")
        instance.refreshes["sess_of_user_7"] = [f"__session={renewed}; Path=/"]
        form = (PAGE, _OWN_FORM, cookie({**cookies, f"__refresh{suffix}": "refresh_1"}))

        answer = site.visit("/sign-out", *form, method="POST")

        assert instance.calls[-1] == "POST /v1/sessions/sess_of_user_7/revoke"
        assert renewed not in str(list(answer.headers))

    def test_cookies_of_the_whole_domain_expire(self, build: Build) -> None:
        site = build(publishable_key=publishable_key("clerk.app.example", "live"))
        host = ("host", "shop.app.example")

        answer = site.visit("/sign-out", host, _OWN_FORM, method="POST")

        domains = [
            one.rpartition("Domain=")[2]
            for one in answer.headers.get_all("set-cookie")
            if one.startswith("__client_uat=") and "Domain=" in one
        ]
        assert domains == ["shop.app.example", "app.example"]

    def _browser(self, **claims: object) -> tuple[str, str]:
        return cookie(browser_cookies(token("user_7", **claims)))


class CurrentOrganization(ContractBase):
    """Tests of `current_organization` and `to_public_dict`."""

    def test_current_organization_is_fetched_once_per_request(
        self, site: Site, instance: Instance
    ) -> None:
        answer = site.visit("/organization", bearer(o={"id": "org_1", "rol": "admin"}))

        assert answer.json()["name"] == "Name of org_1"
        assert PRIVATE not in answer.content.decode()
        assert instance.calls == ["GET /v1/organizations/org_1"]

    def test_current_organization_is_none_without_one(self, site: Site, instance: Instance) -> None:
        assert site.visit("/organization").json() is None
        assert site.visit("/organization", bearer()).json() is None
        assert instance.calls == []

    def test_page_gets_no_token(self, site: Site) -> None:
        jwt = token("user_7")

        signed_in = site.visit("/auth/public", ("authorization", f"Bearer {jwt}"))
        signed_out = site.visit("/auth/public").json()

        assert signed_in.json()["user_id"] == "user_7"
        assert jwt not in signed_in.content.decode()
        assert sorted(signed_out) == sorted(signed_in.json())
        assert signed_out["user_id"] is None
