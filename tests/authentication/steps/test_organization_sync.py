"""Organization sync: the path requires an organization, another one is active."""

from __future__ import annotations

import pytest

from clerk_core import Handshake, OrganizationSyncOptions, SignedIn, SignedOut
from clerk_core._messages import Request
from clerk_core._settings.settings import Settings
from tests.authentication.steps.support import (
    DEVELOPMENT,
    PRODUCTION,
    browser_cookies,
    header_values,
    location,
    page,
    parameters,
    script,
    state_of,
)
from tests.support import NOW, mint, publishable_key, settings

PATTERNS = OrganizationSyncOptions(
    organization_patterns=(
        "/by-id/:id",
        "/by-id/:id/(.*)",
        "/orgs/:slug",
        "/orgs/:slug/(.*)",
        "/both/:slug/:id",
        "/nothing/:other",
    ),
    personal_account_patterns=("/me", "/me/(.*)", "/orgs/:any/personal", "/nothing/:other"),
)
USING = settings(organization_sync_options=PATTERNS)
LIVE = settings(publishable_key=publishable_key(kind="live"), organization_sync_options=PATTERNS)

ACME: dict[str, object] = {"o": {"id": "org_acme", "slg": "acme", "rol": "admin"}}
ACME_V1: dict[str, object] = {"v": 1, "org_id": "org_acme", "org_slug": "acme"}
PERSONAL: dict[str, object] = {}


def visit(path: str, claims: dict[str, object], **over: str) -> Request:
    return page(path, browser_cookies(mint(claims), **over))


def organization_to_activate(
    path: str, claims: dict[str, object], using: Settings = USING
) -> str | None:
    """Return the `organization_id` of the handshake, or None without a handshake."""
    state = state_of(visit(path, claims), using)
    if isinstance(state, SignedIn):
        assert state.headers == ()
        return None
    assert isinstance(state, Handshake)
    assert state.reason == "active-organization-mismatch"
    assert state.message == ""
    query = dict(parameters(location(state)))
    assert query["__clerk_hs_reason"] == "active-organization-mismatch"
    return query["organization_id"]


@pytest.mark.parametrize("using", [USING, LIVE])
@pytest.mark.parametrize("acme", [ACME, ACME_V1], ids=["version 2", "version 1"])
@pytest.mark.parametrize(
    ("path", "activated"),
    [
        ("/by-id/org_acme", None),
        ("/by-id/org_acme/x", None),
        ("/by-id/org_other", "org_other"),
        ("/by-id/org_other/x/y", "org_other"),
        ("/by-id/acme", "acme"),
        ("/by-id/ORG_ACME", "ORG_ACME"),
        ("/orgs/acme", None),
        ("/orgs/acme/", None),
        ("/ORGS/acme/x", None),
        ("/orgs/other", "other"),
        ("/orgs/org_acme", "org_acme"),
        ("/both/other/org_acme", None),
        ("/both/acme/org_other", "org_other"),
        ("/orgs/b%C3%BCro", "b%C3%BCro"),
        ("/me", ""),
        ("/me/settings", ""),
        ("/nothing/x", ""),
        ("/", None),
        ("/elsewhere", None),
        ("/by-id", None),
    ],
)
def test_path_determines_the_organization_to_activate(
    using: Settings, acme: dict[str, object], path: str, activated: str | None
) -> None:
    assert organization_to_activate(path, acme, using) == activated


@pytest.mark.parametrize(
    ("path", "activated"),
    [("/by-id/org_acme", "org_acme"), ("/orgs/acme", "acme"), ("/me", None), ("/", None)],
)
def test_organization_is_activated_from_the_personal_account(
    path: str, activated: str | None
) -> None:
    assert organization_to_activate(path, PERSONAL) == activated


def test_organization_pattern_takes_precedence_over_personal_account_pattern() -> None:
    assert organization_to_activate("/orgs/acme/personal", ACME) is None
    assert organization_to_activate("/orgs/other/personal", ACME) == "other"


def test_every_handshake_for_the_path_has_the_organization() -> None:
    request = page("/orgs/acme", browser_cookies(mint({"exp": NOW - 60})))
    query = dict(parameters(location(state_of(request, USING))))
    assert query["organization_id"] == "acme"
    assert dict(parameters(location(state_of(page("/me"), USING))))["organization_id"] == ""
    assert "organization_id" not in dict(parameters(location(state_of(page("/x"), USING))))


def test_no_organization_is_activated_without_patterns() -> None:
    for using in (DEVELOPMENT, PRODUCTION, settings(organization_sync_options={})):
        assert organization_to_activate("/orgs/other", ACME, using) is None


def test_either_kind_of_pattern_is_sufficient() -> None:
    personal = settings(organization_sync_options={"personal_account_patterns": ["/me"]})
    assert organization_to_activate("/me", ACME, personal) == ""
    assert organization_to_activate("/orgs/other", ACME, personal) is None
    organizations = settings(organization_sync_options={"organization_patterns": ["/orgs/:slug"]})
    assert organization_to_activate("/orgs/other", ACME, organizations) == "other"
    assert organization_to_activate("/me", ACME, organizations) is None


def test_query_and_fragment_are_not_matched() -> None:
    assert organization_to_activate("/orgs/acme?x=/orgs/other", ACME) is None
    assert organization_to_activate("/me?slug=acme", ACME) == ""


def test_unsuccessful_activation_ends_after_three_handshakes() -> None:
    for count, status in (("1", "handshake"), ("2", "handshake"), ("3", "signed-in")):
        request = visit("/orgs/other", ACME, __clerk_redirect_count=count)
        state = state_of(request, USING)
        assert state.status == status
    assert state.auth("session_token").org_slug == "acme"
    assert header_values(state, "set-cookie") == []


@pytest.mark.parametrize("method", ["POST", "HEAD", "PUT"])
def test_requests_without_redirect_keep_the_current_organization(method: str) -> None:
    cookies = browser_cookies(mint(ACME))
    for request in (page("/orgs/other", cookies, method=method), script("/orgs/other", cookies)):
        state = state_of(request, USING)
        assert isinstance(state, SignedIn)
        assert state.auth("session_token").org_slug == "acme"


def test_pending_session_starts_no_activation() -> None:
    state = state_of(visit("/orgs/other", {**ACME, "sts": "pending"}), USING)
    assert isinstance(state, SignedIn)
    assert state.auth("session_token").session_status == "pending"


def test_header_token_keeps_its_organization() -> None:
    request = page("/orgs/other", authorization=mint(ACME))
    state = state_of(request, USING)
    assert isinstance(state, SignedIn)
    assert state.auth("session_token").org_slug == "acme"


def test_signed_out_browser_starts_no_activation() -> None:
    state = state_of(page("/orgs/other", {"__clerk_db_jwt": "dvb_1"}), USING)
    assert isinstance(state, SignedOut)
    assert state.reason == "session-token-and-uat-missing"


def test_path_cannot_inject_parameters() -> None:
    target = organization_to_activate("/orgs/a&__clerk_db_jwt=evil", ACME)
    assert target == "a&__clerk_db_jwt=evil"
    state = state_of(visit("/orgs/a&b=c", ACME), USING)
    assert [name for name, _ in parameters(location(state))].count("b") == 0


def test_domain_sync_takes_precedence_over_activation() -> None:
    cookies = browser_cookies(mint(ACME))
    request = page("/orgs/other", cookies, referer="https://satellite.example/")
    assert state_of(request, USING).reason == "primary-domain-cross-origin-sync"
