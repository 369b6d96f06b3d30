"""The public URL of the application, and redirects to sign in."""

from __future__ import annotations

from clerk_core.testing._contract.base import Build, ContractBase, query_of
from clerk_core.testing._site import Site
from clerk_core.testing._tokens import (
    PAGE,
)


class SigningIn(ContractBase):
    """`redirect_to_sign_in`."""

    def test_a_view_redirects_to_the_sign_in_page_and_back_to_itself(self, site: Site) -> None:
        answer = site.visit("/to-sign-in")

        assert answer.status in (302, 303, 307)
        assert answer.header("location").startswith("https://happy-hippo-1.accounts.dev/sign-in?")
        assert query_of(answer.header("location"))["redirect_url"] == "http://localhost/to-sign-in"

    def test_a_form_is_led_back_to_the_page_that_held_it(self, site: Site) -> None:
        held_it = ("referer", "http://localhost/form")

        answer = site.visit("/to-sign-in", PAGE, held_it, method="POST")

        assert answer.status == 303
        assert query_of(answer.header("location"))["redirect_url"] == "http://localhost/form"

    def test_a_view_chooses_where_the_sign_in_page_leads_back_to(self, site: Site) -> None:
        answer = site.visit("/to-sign-in?back=/orders?page=2")

        query = query_of(answer.header("location"))
        assert query["redirect_url"] == "http://localhost/orders?page=2"

    def test_the_sign_in_page_may_be_one_of_the_applications_own(self, build: Build) -> None:
        answer = build(sign_in_url="/sign-in").visit("/to-sign-in")

        assert answer.header("location").startswith("http://localhost/sign-in?redirect_url=")

    def test_a_url_to_lead_back_to_that_is_none_is_an_error_and_no_redirect(
        self, site: Site
    ) -> None:
        answer = site.visit("/to-sign-in?back=javascript:alert(1)")

        assert answer.status == 500
        assert not answer.header("location")


class Urls(ContractBase):
    """Under a prefix, behind a proxy."""

    def test_an_application_under_a_prefix_is_returned_to_there(self, site: Site) -> None:
        handshake = site.visit("/guarded", PAGE, prefix="/shop")
        sign_in = site.visit("/to-sign-in", prefix="/shop")

        back = "http://localhost/shop/guarded"
        assert query_of(handshake.header("location"))["redirect_url"] == back
        back = "http://localhost/shop/to-sign-in"
        assert query_of(sign_in.header("location"))["redirect_url"] == back

    def test_an_application_behind_a_proxy_is_returned_to_by_its_public_name(
        self, site: Site
    ) -> None:
        forwarded = (
            ("host", "10.0.0.7:8080"),
            ("x-forwarded-host", "app.example"),
            ("x-forwarded-proto", "https"),
        )

        handshake = site.visit("/guarded?page=2", PAGE, *forwarded)
        sign_in = site.visit("/to-sign-in", *forwarded)

        back = "https://app.example/guarded?page=2"
        assert query_of(handshake.header("location"))["redirect_url"] == back
        back = "https://app.example/to-sign-in"
        assert query_of(sign_in.header("location"))["redirect_url"] == back

    def test_a_path_outside_of_ascii_is_returned_to(self, site: Site) -> None:
        answer = site.visit("/grüße", PAGE)

        back = "http://localhost/gr%C3%BC%C3%9Fe"
        assert query_of(answer.header("location"))["redirect_url"] == back
