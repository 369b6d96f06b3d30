"""The Frontend API proxy: forwarded before and outside of authentication, to that API alone."""

from __future__ import annotations

from clerk_core.testing._contract.base import Build, ContractBase, query_of
from clerk_core.testing._instance import Instance
from clerk_core.testing._tokens import PAGE, SECRET_KEY, cookie

_FORM = ("content-type", "application/x-www-form-urlencoded")


class FrontendApiProxy(ContractBase):
    """The option `frontend_api_proxy`."""

    def test_request_is_forwarded_with_its_body(self, build: Build, instance: Instance) -> None:
        site = build(frontend_api_proxy=True, fapi_url=instance.url)

        answer = site.visit(
            "/__clerk/v1/client?_method=PATCH", _FORM, method="POST", content=b"a=1&b=%20"
        )

        assert answer.json() == {"object": "client"}
        received = instance.forwarded[-1]
        assert received.call == "POST /v1/client?_method=PATCH"
        assert received.content == b"a=1&b=%20"
        assert received.headers["CLERK_PROXY_URL"] == "http://localhost/__clerk"
        assert received.headers["CLERK_SECRET_KEY"] == SECRET_KEY
        assert received.headers["X_FORWARDED_HOST"] == "localhost"
        assert received.headers["X_FORWARDED_PROTO"] == "http"

    def test_each_cookie_of_the_response_is_set(self, build: Build, instance: Instance) -> None:
        site = build(frontend_api_proxy=True, fapi_url=instance.url)

        answer = site.visit("/__clerk/v1/environment")

        assert sorted(answer.cookies()) == ["__client", "__client_uat"]

    def test_redirect_of_the_frontend_api_leads_through_the_proxy(
        self, build: Build, instance: Instance
    ) -> None:
        site = build(frontend_api_proxy=True, fapi_url=instance.url)

        answer = site.visit("/__clerk/v1/redirect")

        assert answer.status == 302
        assert answer.header("location") == "http://localhost/__clerk/v1/after?a=1"

    def test_cookies_of_the_application_stay_with_it(
        self, build: Build, instance: Instance
    ) -> None:
        site = build(frontend_api_proxy=True, fapi_url=instance.url)
        cookies = {"session": "of the application", "__client": "of Clerk", "csrftoken": "x"}

        site.visit("/__clerk/v1/client", cookie(cookies))

        assert instance.forwarded[-1].headers["COOKIE"] == "__client=of Clerk"

    def test_handshake_leads_through_the_proxy_and_is_not_answered_by_a_handshake(
        self, build: Build, instance: Instance
    ) -> None:
        site = build(frontend_api_proxy=True, fapi_url=instance.url)

        location = site.visit("/", PAGE).header("location")
        handshake = site.visit(location.removeprefix("http://localhost"), PAGE)

        assert location.startswith("http://localhost/__clerk/v1/client/handshake?")
        assert query_of(location)["redirect_url"] == "http://localhost/"
        assert handshake.status == 200
        assert instance.forwarded[-1].call.startswith("GET /v1/client/handshake?")

    def test_proxy_does_not_need_a_session(self, build: Build, instance: Instance) -> None:
        site = build(frontend_api_proxy=True, fapi_url=instance.url)

        answer = site.visit("/__clerk/v1/client", ("authorization", "Bearer forged"))

        assert answer.status == 200
        assert "x-clerk-auth-status" not in dict(answer.headers)
        assert instance.calls == []

    def test_proxy_can_have_another_path(self, build: Build, instance: Instance) -> None:
        site = build(frontend_api_proxy="/auth/clerk", fapi_url=instance.url)

        answer = site.visit("/auth/clerk/v1/client")

        assert answer.json() == {"object": "client"}
        assert instance.forwarded[-1].headers["CLERK_PROXY_URL"] == "http://localhost/auth/clerk"

    def test_other_paths_are_not_forwarded(self, build: Build, instance: Instance) -> None:
        site = build(frontend_api_proxy=True, fapi_url=instance.url)

        for path in (
            "/__clerk",
            "/__clerk/",
            "/__clerk/admin",
            "/__clerk/v1/../admin",
            "/__clerk/v1/%2e%2e/admin",
            "/__clerk/v1/a%2f..%2fadmin",
            "/__clerk/v1//client",
            "/__clerk/v1/a%5cb",
            "/__clerk/v1/a%00b",
        ):
            assert site.visit(path).status == 404, path
        assert instance.forwarded == []

    def test_paths_of_the_application_stay_its_own(self, build: Build, instance: Instance) -> None:
        site = build(frontend_api_proxy=True, fapi_url=instance.url)

        assert site.visit("/").user_id is None
        assert site.visit("/__clerkish/v1/client").status == 404
        assert site.visit("/x/__clerk/v1/client").status == 404
        assert instance.forwarded == []

    def test_without_the_option_nothing_is_forwarded(
        self, build: Build, instance: Instance
    ) -> None:
        site = build(fapi_url=instance.url)

        assert site.visit("/__clerk/v1/client").status == 404
        assert instance.forwarded == []

    def test_frontend_api_that_is_away_is_a_bad_gateway(self, build: Build) -> None:
        site = build(frontend_api_proxy=True, fapi_url="http://127.0.0.1:1")

        answer = site.visit("/__clerk/v1/client")

        assert answer.status == 502
        assert answer.json()["errors"][0]["code"] == "proxy_request_failed"
        assert answer.header("cache-control") == "no-store"
        assert SECRET_KEY not in answer.content.decode()
