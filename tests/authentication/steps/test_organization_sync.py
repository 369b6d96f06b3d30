"""A URL that is for one organization, and a session in which another one is active."""

from __future__ import annotations

import pytest

from clerk_core import Handshake, OrganizationSyncOptions, SignedIn, SignedOut
from clerk_core._messages import Request
from clerk_core._settings.settings import Settings
from tests.authentication.steps.support import (
    DEVELOPMENT,
    PRODUCTION,
    browser_cookies,
    decided,
    header_values,
    location,
    page,
    parameters,
    script,
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


def asked_to_activate(path: str, claims: dict[str, object], using: Settings = USING) -> str | None:
    """The `organization_id` of the handshake; None where there is none."""
    state = decided(visit(path, claims), using)
    if isinstance(state, SignedIn):
        assert state.headers == ()
        return None
    assert isinstance(state, Handshake)
    assert state.reason == "active-organization-mismatch"
    assert state.message == ""
    asked = dict(parameters(location(state)))
    assert asked["__clerk_hs_reason"] == "active-organization-mismatch"
    return asked["organization_id"]


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
def test_the_url_says_which_organization_is_to_be_active(
    using: Settings, acme: dict[str, object], path: str, activated: str | None
) -> None:
    assert asked_to_activate(path, acme, using) == activated


@pytest.mark.parametrize(
    ("path", "activated"),
    [("/by-id/org_acme", "org_acme"), ("/orgs/acme", "acme"), ("/me", None), ("/", None)],
)
def test_from_the_personal_account(path: str, activated: str | None) -> None:
    assert asked_to_activate(path, PERSONAL) == activated


def test_a_pattern_for_organizations_goes_before_one_for_the_personal_account() -> None:
    assert asked_to_activate("/orgs/acme/personal", ACME) is None
    assert asked_to_activate("/orgs/other/personal", ACME) == "other"


def test_every_handshake_of_that_url_names_the_organization() -> None:
    request = page("/orgs/acme", browser_cookies(mint({"exp": NOW - 60})))
    asked = dict(parameters(location(decided(request, USING))))
    assert asked["organization_id"] == "acme"
    assert dict(parameters(location(decided(page("/me"), USING))))["organization_id"] == ""
    assert "organization_id" not in dict(parameters(location(decided(page("/x"), USING))))


def test_without_patterns_the_url_is_for_everybody() -> None:
    for using in (DEVELOPMENT, PRODUCTION, settings(organization_sync_options={})):
        assert asked_to_activate("/orgs/other", ACME, using) is None


def test_one_kind_of_pattern_is_enough() -> None:
    personal = settings(organization_sync_options={"personal_account_patterns": ["/me"]})
    assert asked_to_activate("/me", ACME, personal) == ""
    assert asked_to_activate("/orgs/other", ACME, personal) is None
    organizations = settings(organization_sync_options={"organization_patterns": ["/orgs/:slug"]})
    assert asked_to_activate("/orgs/other", ACME, organizations) == "other"
    assert asked_to_activate("/me", ACME, organizations) is None


def test_a_query_and_a_fragment_are_no_part_of_the_path() -> None:
    assert asked_to_activate("/orgs/acme?x=/orgs/other", ACME) is None
    assert asked_to_activate("/me?slug=acme", ACME) == ""


def test_a_handshake_in_vain_is_not_repeated_for_ever() -> None:
    for count, status in (("1", "handshake"), ("2", "handshake"), ("3", "signed-in")):
        request = visit("/orgs/other", ACME, __clerk_redirect_count=count)
        state = decided(request, USING)
        assert state.status == status
    assert state.auth("session_token").org_slug == "acme"
    assert header_values(state, "set-cookie") == []


@pytest.mark.parametrize("method", ["POST", "HEAD", "PUT"])
def test_what_cannot_be_redirected_sees_the_session_as_it_is(method: str) -> None:
    cookies = browser_cookies(mint(ACME))
    for request in (page("/orgs/other", cookies, method=method), script("/orgs/other", cookies)):
        state = decided(request, USING)
        assert isinstance(state, SignedIn)
        assert state.auth("session_token").org_slug == "acme"


def test_a_pending_session_finishes_its_tasks_first() -> None:
    state = decided(visit("/orgs/other", {**ACME, "sts": "pending"}), USING)
    assert isinstance(state, SignedIn)
    assert state.auth("session_token").session_status == "pending"


def test_a_token_in_the_header_is_of_the_organization_that_it_is_of() -> None:
    request = page("/orgs/other", authorization=mint(ACME))
    state = decided(request, USING)
    assert isinstance(state, SignedIn)
    assert state.auth("session_token").org_slug == "acme"


def test_who_is_signed_out_stays_so() -> None:
    state = decided(page("/orgs/other", {"__clerk_db_jwt": "dvb_1"}), USING)
    assert isinstance(state, SignedOut)
    assert state.reason == "session-token-and-uat-missing"


def test_the_path_is_the_public_one_and_adds_no_parameter() -> None:
    asked = asked_to_activate("/orgs/a&__clerk_db_jwt=evil", ACME)
    assert asked == "a&__clerk_db_jwt=evil"
    state = decided(visit("/orgs/a&b=c", ACME), USING)
    assert [name for name, _ in parameters(location(state))].count("b") == 0


def test_a_domain_is_settled_before_an_organization() -> None:
    cookies = browser_cookies(mint(ACME))
    request = page("/orgs/other", cookies, referer="https://satellite.example/")
    assert decided(request, USING).reason == "primary-domain-cross-origin-sync"
