"""Which paths the proxy forwards."""

from __future__ import annotations

import pytest

from clerk_core._frontend_api_proxy.paths import (
    is_frontend_api_path,
    is_proxy_path,
    path_below,
    path_of,
    split_target,
)


@pytest.mark.parametrize(
    "path",
    [
        "/v1/client",
        "/v1/me/organization_memberships/org_1",
        "/npm/@clerk/clerk-js@6/dist/clerk.browser.js",
        "/api_keys/ak_1/revoke",
        "/oauth/token",
        "/.well-known/jwks.json",
        "/v1/a%20b",
    ],
)
def test_paths_of_the_frontend_api_are_forwarded(path: str) -> None:
    assert is_frontend_api_path(path)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "//v1/client",
        "/v1/",
        "/v1//client",
        "/V1/client",
        "/v1.",
        "/admin",
        "/v1/../admin",
        "/v1/./client",
        "/v1/%2e%2e/admin",
        "/v1/.%2E/admin",
        "/v1/%2fadmin",
        "/v1/a%5C..%5cadmin",
        "/v1/a\\..\\admin",
        "/v1/%252e%252e/admin",
        "/v1/a%0d%0aHost:%20evil.example",
        "/v1/a%00",
        "/v1/a%7f",
        "/v1/a b",
        "/v1/a%",
        "/v1/a%2",
        "/v1/\xe9",
        "/http://evil.example/v1/client",
        "/v1@evil.example/client",
        "/%76%31/client",
    ],
)
def test_other_paths_are_not_forwarded(path: str) -> None:
    assert not is_frontend_api_path(path)


def test_path_is_split_from_its_query_as_it_came() -> None:
    assert split_target("http://a.example/x/../y?b=%2F?c") == ("/x/../y", "?b=%2F?c")
    assert split_target("http://a.example") == ("/", "")


def test_proxy_begins_at_its_own_path_only() -> None:
    assert path_below("/__clerk/v1", "/__clerk") == "/v1"
    assert path_below("/__clerk", "/__clerk") == ""
    assert path_below("/__clerks/v1", "/__clerk") is None
    assert path_below("/x/__clerk/v1", "/__clerk") is None


def test_path_of_the_proxy_is_read_from_its_url() -> None:
    assert path_of("/__clerk/") == "/__clerk"
    assert path_of("https://app.example/a/__clerk") == "/a/__clerk"
    assert path_of("https://clerk.app.example") == ""


@pytest.mark.parametrize("path", ["", "/", "__clerk", "/a/", "//a", "/a?b", "/a/../b", "/%2f"])
def test_proxy_has_a_plain_path(path: str) -> None:
    assert not is_proxy_path(path)
    assert is_proxy_path("/__clerk")
    assert is_proxy_path("/auth/clerk")
