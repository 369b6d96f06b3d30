"""What becomes of a request to the proxy, and of the response."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_core import Headers, Request, Response, Settings
from clerk_core._frontend_api_proxy.forwarding import MAX_BYTES, ForwardedRequest, forward
from clerk_core._frontend_api_proxy.upstream import upstream_url
from tests.support import publishable_key

_SECRET = "sk_test_1"


def settings(**options: Any) -> Settings:
    return Settings(
        **{
            "publishable_key": publishable_key("clerk.app.example", "live"),
            "secret_key": "sk_live_1",
            **options,
        }
    )


def forwarded(
    *headers: tuple[str, str],
    method: str = "GET",
    url: str = "https://app.example/__clerk/v1/client?a=%2F",
    client: str | None = "192.0.2.1",
    **options: Any,
) -> ForwardedRequest:
    answer = decided(*headers, method=method, url=url, client=client, **options)
    assert isinstance(answer, ForwardedRequest)
    return answer


def decided(
    *headers: tuple[str, str],
    method: str = "GET",
    url: str = "https://app.example/__clerk/v1/client?a=%2F",
    client: str | None = "192.0.2.1",
    **options: Any,
) -> ForwardedRequest | Response:
    request = Request(method, url, [("host", "app.example"), *headers])
    return forward(request, settings(**options), "/__clerk", client)


def test_request_is_sent_to_clerk_with_path_and_query_as_they_came() -> None:
    assert forwarded().url == "https://frontend-api.clerk.dev/v1/client?a=%2F"
    assert forwarded().headers.get("host") == "frontend-api.clerk.dev"
    assert forwarded().headers.get("clerk-secret-key") == "sk_live_1"
    assert forwarded().headers.get("clerk-proxy-url") == "https://app.example/__clerk"


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("clerk.app.example", "https://frontend-api.clerk.dev"),
        ("happy-hippo-1.clerk.accounts.dev", "https://frontend-api.clerk.dev"),
        ("happy-hippo-1.clerk.accountsstage.dev", "https://frontend-api.clerkstage.dev"),
        ("happy-hippo-1.clerk.accounts.lclclerk.com", "https://frontend-api.lclclerk.com"),
    ],
)
def test_frontend_api_is_that_of_the_environment_of_the_key(host: str, url: str) -> None:
    key = publishable_key(host, "test")

    assert upstream_url(settings(publishable_key=key, secret_key=_SECRET)) == url


def test_frontend_api_can_be_named() -> None:
    assert forwarded(fapi_url="http://127.0.0.1:4000/").url == (
        "http://127.0.0.1:4000/v1/client?a=%2F"
    )


def test_browser_cannot_say_what_the_proxy_says() -> None:
    request = forwarded(
        ("clerk-proxy-url", "https://evil.example"),
        ("Clerk-Secret-Key", "sk_live_evil"),
        ("forwarded", "for=203.0.113.9"),
        ("expect", "100-continue"),
    )

    names = [name.lower() for name, _ in request.headers]
    assert request.headers.get_all("clerk-proxy-url") == ["https://app.example/__clerk"]
    assert request.headers.get_all("clerk-secret-key") == ["sk_live_1"]
    assert {"forwarded", "expect"}.isdisjoint(names)


def test_headers_of_the_connection_are_dropped() -> None:
    request = forwarded(
        ("connection", "keep-alive, X-Hop, clerk-secret-key"),
        ("keep-alive", "timeout=5"),
        ("x-hop", "1"),
        ("proxy-authorization", "Basic x"),
        ("te", "trailers"),
        ("upgrade", "websocket"),
        ("accept-language", "de"),
    )

    names = {name.lower() for name, _ in request.headers}
    assert names.isdisjoint(
        {"connection", "keep-alive", "x-hop", "proxy-authorization", "te", "upgrade"}
    )
    assert request.headers.get("accept-language") == "de"
    assert request.headers.get("clerk-secret-key") == "sk_live_1"


@pytest.mark.parametrize(
    ("headers", "address"),
    [
        ([], "192.0.2.1"),
        ([("x-forwarded-for", "203.0.113.9, 10.0.0.1")], "203.0.113.9"),
        ([("x-real-ip", "203.0.113.8"), ("x-forwarded-for", "203.0.113.9")], "203.0.113.8"),
        ([("cf-connecting-ip", "203.0.113.7"), ("x-real-ip", "203.0.113.8")], "203.0.113.7"),
    ],
)
def test_address_of_the_browser_is_that_of_the_first_proxy(
    headers: list[tuple[str, str]], address: str
) -> None:
    request = forwarded(*headers)

    assert request.headers.get_all("x-forwarded-for") == [address]
    assert request.headers.get("x-real-ip") is None
    assert request.headers.get("cf-connecting-ip") is None


def test_address_is_left_out_where_nobody_knows_it() -> None:
    assert forwarded(client=None).headers.get("x-forwarded-for") is None


def test_public_url_is_that_before_all_proxies() -> None:
    request = forwarded(
        ("x-forwarded-host", "shop.example"),
        ("x-forwarded-proto", "https"),
        url="http://app.example/__clerk/v1/client",
    )

    assert request.headers.get("clerk-proxy-url") == "https://shop.example/__clerk"
    assert request.headers.get("x-forwarded-host") == "shop.example"
    assert request.headers.get("x-forwarded-proto") == "https"


def test_absolute_proxy_url_is_used_whatever_host_a_request_names() -> None:
    url = "https://www.example/__clerk"

    assert forwarded(proxy_url=f"{url}/").headers.get("clerk-proxy-url") == url


def test_cookies_of_clerk_and_its_bot_protection_are_sent() -> None:
    cookies = "session=x; __session_Ab=1; __client=2; csrf=y; __cf_bm=3; clerk_active_context=4"

    assert forwarded(("cookie", cookies)).headers.get("cookie") == (
        "__session_Ab=1; __client=2; __cf_bm=3; clerk_active_context=4"
    )
    assert forwarded(("cookie", "session=x")).headers.get("cookie") is None


def test_body_keeps_its_length() -> None:
    assert forwarded(("content-length", "5"), method="POST").length == 5
    assert forwarded(("content-length", "5"), method="POST").headers.get("content-length") == "5"
    chunked = forwarded(("transfer-encoding", "chunked"), method="POST")
    assert chunked.length is None
    assert chunked.headers.get("transfer-encoding") == "chunked"
    assert chunked.headers.get("connection") == "close"
    assert forwarded(method="POST").headers.get("content-length") == "0"
    assert forwarded().headers.get("content-length") is None


@pytest.mark.parametrize(
    "headers",
    [
        [("content-length", "5"), ("transfer-encoding", "chunked")],
        [("content-length", "5"), ("content-length", "6")],
        [("content-length", "5, 5")],
        [("content-length", "+5")],
        [("content-length", "-1")],
        [("content-length", "5x")],
        [("content-length", "\u0665")],
        [("transfer-encoding", "gzip, chunked")],
        [("transfer-encoding", "identity")],
        [("transfer-encoding", "chunked"), ("transfer-encoding", "chunked")],
    ],
)
def test_body_without_a_clear_end_is_refused(headers: list[tuple[str, str]]) -> None:
    answer = decided(*headers, method="POST")

    assert isinstance(answer, Response)
    assert answer.status == 400


@pytest.mark.parametrize("length", [str(MAX_BYTES + 1), "9" * 30])
def test_body_that_is_too_long_is_refused_before_it_is_read(length: str) -> None:
    answer = decided(("content-length", length), method="POST")

    assert isinstance(answer, Response)
    assert answer.status == 413


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND"])
def test_other_methods_are_refused(method: str) -> None:
    answer = decided(method=method)

    assert isinstance(answer, Response)
    assert answer.status == 405


@pytest.mark.parametrize("host", ["a.example:80@evil.example", "a b", "a.example, evil.example"])
def test_malformed_host_is_refused(host: str) -> None:
    request = Request("GET", "https://app.example/__clerk/v1/client", [("host", host)])
    answer = forward(request, settings(), "/__clerk", None)

    assert isinstance(answer, Response)
    assert answer.status == 400


@pytest.mark.parametrize("query", ["a=\xe9", "a b", "a\n", "a#b", "a\x7f"])
def test_query_with_characters_that_no_url_has_is_refused(query: str) -> None:
    answer = decided(url=f"https://app.example/__clerk/v1/client?{query}")

    assert isinstance(answer, Response)
    assert answer.status == 400


def test_query_is_forwarded_as_it_came() -> None:
    query = "?a=%2F&b[]={x}|^`'%zz"

    url = forwarded(url=f"https://app.example/__clerk/v1/client{query}").url

    assert url == f"https://frontend-api.clerk.dev/v1/client{query}"


@given(
    method=st.sampled_from(["GET", "POST"]),
    target=st.text(max_size=40),
    names=st.lists(st.text(max_size=20), max_size=3),
)
def test_whatever_a_request_is_it_reaches_no_other_host(
    method: str, target: str, names: list[str]
) -> None:
    request = Request.received(
        method,
        f"https://app.example/__clerk{target}",
        Headers.of_text([("host", "app.example"), *((name, "x") for name in names)]),
    )

    answer = forward(request, settings(), "/__clerk", None)

    if isinstance(answer, ForwardedRequest):
        assert answer.url.startswith("https://frontend-api.clerk.dev/")
        assert "sk_live_1" not in f"{answer!r}{answer.url}"


class TestResponses:
    def answered(self, *headers: tuple[str, str], status: int = 200) -> Headers:
        return forwarded().response_headers(status, Headers(headers))

    @pytest.mark.parametrize("status", [204, 304])
    def test_response_without_a_body_has_no_length(self, status: int) -> None:
        assert len(self.answered(("content-length", "20"), status=status)) == 0

    def test_headers_are_answered_with_each_cookie_of_its_own(self) -> None:
        headers = self.answered(
            ("content-type", "application/json"),
            ("set-cookie", "a=1"),
            ("set-cookie", "b=2"),
            ("content-encoding", "gzip"),
            ("content-length", "9"),
        )

        assert headers.get_all("set-cookie") == ["a=1", "b=2"]
        assert headers.get("content-encoding") == "gzip"
        assert headers.get("content-length") == "9"

    def test_what_clerk_says_of_its_own_host_is_not_said_of_the_application(self) -> None:
        headers = self.answered(
            ("strict-transport-security", "max-age=9; includeSubDomains"),
            ("alt-svc", 'h3=":443"'),
            ("server", "cloudflare"),
            ("date", "now"),
            ("connection", "x-hop"),
            ("x-hop", "1"),
            ("transfer-encoding", "chunked"),
        )

        assert len(headers) == 0

    @pytest.mark.parametrize(
        ("location", "public"),
        [
            ("https://frontend-api.clerk.dev/v1/a?b#c", "https://app.example/__clerk/v1/a?b#c"),
            ("/v1/a", "https://app.example/__clerk/v1/a"),
            ("sign_ins", "https://app.example/__clerk/v1/sign_ins"),
            ("//frontend-api.clerk.dev/v1/a", "https://app.example/__clerk/v1/a"),
            ("https://accounts.google.com/o", "https://accounts.google.com/o"),
            ("https://frontend-api.clerk.dev.evil.example/", None),
            ("https://app.example/dashboard", None),
            ("http://frontend-api.clerk.dev/v1/a", None),
            ("https://[", None),
        ],
    )
    def test_only_redirects_to_the_frontend_api_lead_through_the_proxy(
        self, location: str, public: str | None
    ) -> None:
        assert self.answered(("location", location)).get("location") == (public or location)
