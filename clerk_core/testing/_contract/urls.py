"""Test the public URL of the application, and redirects to sign in."""

from __future__ import annotations

from clerk_core.testing._contract.base import Build, ContractBase, query_of
from clerk_core.testing._site import Site
from clerk_core.testing._tokens import (
    PAGE,
)


class SigningIn(ContractBase):
    """Tests of `redirect_to_sign_in`."""

    def test_redirect_to_sign_in_returns_to_the_view(self, site: Site) -> None:
        answer = site.visit("/to-sign-in")

        assert answer.status in (302, 303, 307)
        assert answer.header("location").startswith("https://happy-hippo-1.accounts.dev/sign-in?")
        assert query_of(answer.header("location"))["redirect_url"] == "http://localhost/to-sign-in"

    def test_redirect_to_sign_in_returns_to_the_page_of_a_form(self, site: Site) -> None:
        referer = ("referer", "http://localhost/form")

        answer = site.visit("/to-sign-in", PAGE, referer, method="POST")

        assert answer.status == 303
        assert query_of(answer.header("location"))["redirect_url"] == "http://localhost/form"

    def test_redirect_to_sign_in_accepts_a_return_url(self, site: Site) -> None:
        answer = site.visit("/to-sign-in?back=/orders?page=2")

        query = query_of(answer.header("location"))
        assert query["redirect_url"] == "http://localhost/orders?page=2"

    def test_sign_in_page_can_belong_to_the_application(self, build: Build) -> None:
        answer = build(sign_in_url="/sign-in").visit("/to-sign-in")

        assert answer.header("location").startswith("http://localhost/sign-in?redirect_url=")

    def test_invalid_return_url_raises_and_does_not_redirect(self, site: Site) -> None:
        answer = site.visit("/to-sign-in?back=javascript:alert(1)")

        assert answer.status == 500
        assert not answer.header("location")


class Urls(ContractBase):
    """Tests of return URLs of applications under a prefix or behind a proxy."""

    def test_return_url_includes_the_prefix_of_the_application(self, site: Site) -> None:
        handshake = site.visit("/guarded", PAGE, prefix="/shop")
        sign_in = site.visit("/to-sign-in", prefix="/shop")

        back = "http://localhost/shop/guarded"
        assert query_of(handshake.header("location"))["redirect_url"] == back
        back = "http://localhost/shop/to-sign-in"
        assert query_of(sign_in.header("location"))["redirect_url"] == back

    def test_return_url_uses_the_public_host_behind_a_proxy(self, site: Site) -> None:
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

    def test_return_url_encodes_a_non_ascii_path(self, site: Site) -> None:
        answer = site.visit("/grüße", PAGE)

        back = "http://localhost/gr%C3%BC%C3%9Fe"
        assert query_of(answer.header("location"))["redirect_url"] == back
