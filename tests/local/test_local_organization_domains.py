"""The domains of organizations in the Backend API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from clerk_core import Clerk
from clerk_core.local import InstanceSettings, LocalClerk, SeededUser
from clerk_core.models import Organization
from tests.local.local_helpers import Backend, Clock

DOMAINS = InstanceSettings(organization_domains=True)


@pytest.fixture
def local(clock: Clock) -> Iterator[LocalClerk]:
    with LocalClerk(clock=clock, settings=DOMAINS) as instance:
        yield instance


@pytest.fixture
def acme(clerk: Clerk) -> Organization:
    return clerk.organizations.create(name="Acme")


def test_domain_is_verified_unless_the_call_says_otherwise(
    clerk: Clerk, acme: Organization
) -> None:
    domains = clerk.organization_domains
    proven = domains.create(acme.id, name="Work.example", enrollment_mode="automatic_invitation")
    assert (proven.name, proven.enrollment_mode) == ("work.example", "automatic_invitation")
    assert proven.verification is not None
    assert proven.verification.status == "verified"

    unproven = domains.create(acme.id, name="home.example", verified=False)
    assert (unproven.verification, unproven.enrollment_mode) == (None, "manual_invitation")


def test_domain_that_is_not_verified_any_more_enrolls_nobody(
    clerk: Clerk, acme: Organization, people: tuple[SeededUser, ...]
) -> None:
    domains = clerk.organization_domains
    mode = "automatic_invitation"
    domain = domains.create(acme.id, name="example.com", enrollment_mode=mode)
    assert domain.total_pending_invitations == len(people)

    changed = domains.update(acme.id, domain.id, verified=False)
    assert (changed.verification, changed.enrollment_mode) == (None, "manual_invitation")
    assert changed.total_pending_invitations == 0

    again = domains.update(acme.id, domain.id, verified=True, enrollment_mode=mode)
    assert again.total_pending_invitations == len(people)


def test_domains_are_filtered_sorted_and_deleted(clerk: Clerk, acme: Organization) -> None:
    domains = clerk.organization_domains
    other = clerk.organizations.create(name="Other")
    mode = "automatic_suggestion"
    first = domains.create(acme.id, name="b.example", enrollment_mode=mode)
    domains.create(acme.id, name="a.example", verified=False)
    domains.create(other.id, name="c.example")

    def names(**filters: Any) -> list[str | None]:
        found = clerk.organization_domains.list_all(order_by="name", **filters)
        return [one.name for one in found]

    assert names() == ["a.example", "b.example", "c.example"]
    assert names(organization_id=acme.id, verified="true") == ["b.example"]
    assert names(query=other.id) == ["c.example"]
    assert names(query="A.EX") == ["a.example"]
    assert names(enrollment_mode=f"-{mode}") == ["a.example", "c.example"]
    assert [one.name for one in domains.list(acme.id, verified="false")] == ["a.example"]
    assert [one.name for one in domains.list_all(domains=["c.example"])] == ["c.example"]

    assert domains.delete(acme.id, first.id).deleted
    assert names(organization_id=acme.id) == ["a.example"]


def test_verified_domain_belongs_to_one_organization(
    backend: Backend, clerk: Clerk, acme: Organization
) -> None:
    other = f"/v1/organizations/{clerk.organizations.create(name='Other').id}/domains"
    domain = clerk.organization_domains.create(acme.id, name="work.example")
    exists = (422, "organization_domain_exists", "name")
    assert backend.error("POST", other, {"name": "work.example"}) == exists

    clerk.organization_domains.update(acme.id, domain.id, verified=False)
    backend.read("POST", other, {"name": "work.example"})
    path = f"/v1/organizations/{acme.id}/domains/{domain.id}"
    assert backend.error("PATCH", path, {"verified": True}) == exists
    moved = path.replace(f"/v1/organizations/{acme.id}/domains", other)
    assert backend.error("DELETE", moved)[:2] == (404, "resource_not_found")


def test_invalid_domain_is_not_stored(backend: Backend, acme: Organization) -> None:
    path = f"/v1/organizations/{acme.id}/domains"
    for body, parameter in (
        ({"name": "work.example", "enrollment_mode": "enterprise_sso"}, "enrollment_mode"),
        ({"name": "work.example", "colour": "red"}, "colour"),
        ({"name": "gmail.com"}, "name"),
    ):
        status, _, named = backend.error("POST", path, body)
        assert (status, named) == (422, parameter)
    assert backend.read("GET", path)["total_count"] == 0


def test_settings_without_domains_refuse_them(clock: Clock) -> None:
    with LocalClerk(clock=clock) as local:
        backend = Backend(local)
        acme = backend.read("POST", "/v1/organizations", {"name": "Acme"})
        error = backend.error(
            "POST", f"/v1/organizations/{acme['id']}/domains", {"name": "a.example"}
        )
    assert error[:2] == (403, "organization_domains_not_enabled")
