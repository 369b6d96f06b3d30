"""Challenges name the metadata of the resource, and nothing that a visitor could break out of."""

from __future__ import annotations

import pytest

from clerk_core import ConfigurationError, SignedIn
from clerk_core._authentication.request.token_kinds import AcceptsToken
from clerk_core._authentication.response.refusal import refuse_access
from clerk_core._authentication.result.access import Access, read_access
from clerk_core._authentication.tokens.machine_token import MachineToken
from clerk_core._messages import Request
from clerk_core._settings.settings import Settings
from tests.authentication.result.support import context, signed_out
from tests.support import settings

USING = settings(oauth_resource="/mcp")
URL = "https://app.example/mcp"
METADATA = 'resource_metadata="https://app.example/.well-known/oauth-protected-resource/mcp"'
OTHER_HOST = ("x-forwarded-host", "other.example")


def challenge_of(
    accepts_token: AcceptsToken, *headers: tuple[str, str], using: Settings = USING
) -> str:
    request = Request("GET", URL, headers)
    refused = refuse_access(signed_out(request, using), Access(accepts_token, ("a", "b"), {}))
    assert refused is not None
    return refused.headers.get("www-authenticate") or ""


@pytest.mark.parametrize("accepts", ["oauth_token", "any", ("session_token", "oauth_token")])
def test_metadata_are_named_where_oauth_tokens_are_accepted(accepts: AcceptsToken) -> None:
    assert challenge_of(accepts) == f'Bearer scope="a b", {METADATA}'


@pytest.mark.parametrize("accepts", ["session_token", "api_key", ("m2m_token", "api_key")])
def test_metadata_are_not_named_where_clients_of_oauth_cannot_be_admitted(
    accepts: AcceptsToken,
) -> None:
    assert "resource_metadata" not in challenge_of(accepts)


def test_metadata_are_not_named_without_the_option() -> None:
    assert challenge_of("oauth_token", using=settings()) == 'Bearer scope="a b"'


def test_missing_scope_is_named_with_all_that_are_needed() -> None:
    token = MachineToken("oauth_token", "oat_1", "user_1", ("a",))
    state = context(Request("GET", URL), USING).signed_in("oat_secret", token)
    assert isinstance(state, SignedIn)

    refused = refuse_access(state, Access("oauth_token", ("a", "b"), {}))

    assert refused is not None
    assert refused.status == 403
    assert refused.headers.get("www-authenticate") == (
        'Bearer error="insufficient_scope", error_description="This token lacks a required '
        f'scope.", scope="a b", {METADATA}'
    )


def test_metadata_have_the_host_that_the_browser_sees() -> None:
    assert "https://other.example/.well-known" in challenge_of("oauth_token", OTHER_HOST)
    using = settings(oauth_resource="https://app.example/mcp")
    assert METADATA in challenge_of("oauth_token", OTHER_HOST, using=using)


@pytest.mark.parametrize("host", ['a", error="x', "a\r\nset-cookie: b", "a\\", 'a"'])
def test_host_cannot_add_parameters_or_headers(host: str) -> None:
    for name in ("host", "x-forwarded-host"):
        found = challenge_of("oauth_token", (name, host), ("authorization", 'Bearer x"y'))
        assert found.count('"') == 2 * found.count("=")
        assert "\r" not in found
        assert "resource_metadata" not in found


@pytest.mark.parametrize("scope", ['a"b', "a b", "a\\b", "a\r\nb", "ä", "", "a,b\x7f"])
def test_scope_that_cannot_be_quoted_is_refused_at_start(scope: str) -> None:
    with pytest.raises(TypeError, match="scopes"):
        read_access({"accepts_token": "oauth_token", "scopes": [scope]}, "require_auth")


@pytest.mark.parametrize(
    "resource",
    [
        *("mcp", "//evil.example", '/a"b', "/a\\b", "/a\r\nb", "/ä", "/a?b", "/a#b", "/a b"),
        *("ftp://a", "https://a/?b", "https://a/#b", 'https://a/"b', "https://a/\r\nb"),
        *("https://user:hidden@a.example/", "https://a/\tb", "https://a/b c", "https:a"),
    ],
)
def test_resource_that_cannot_be_named_is_refused_at_start(resource: str) -> None:
    with pytest.raises(ConfigurationError, match="oauth_resource must be") as raised:
        settings(oauth_resource=resource)
    assert raised.value.code == "oauth-resource-invalid"


def test_scopes_of_the_metadata_are_checked_at_start() -> None:
    assert settings(oauth_scopes="a b").oauth_scopes == ("a", "b")
    assert settings(oauth_scopes=["a", "b:c"]).oauth_scopes == ("a", "b:c")
    for scopes in (["a b"], ['a"b'], ["ä"]):
        with pytest.raises(ConfigurationError, match="oauth_scopes must list"):
            settings(oauth_scopes=scopes)


def test_resource_needs_to_know_its_authorization_server() -> None:
    with pytest.raises(ConfigurationError, match="CLERK_PUBLISHABLE_KEY"):
        settings(oauth_resource="/mcp", publishable_key=None)
