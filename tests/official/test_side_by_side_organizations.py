"""Both clients with the organizations and invitations of one instance."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from clerk_backend_api import Clerk as Official
from clerk_backend_api import models

from clerk_core import Clerk
from clerk_core.errors import NotFoundError
from clerk_core.models import Organization, User


@pytest.fixture
def acme(official: Official, ada: models.User) -> Iterator[models.Organization]:
    """Return an organization created by the official client, with Ada as administrator."""
    made = official.organizations.create(
        request={
            "name": "Acme",
            "created_by": ada.id,
            "slug": "acme",
            "max_allowed_memberships": 7,
            "public_metadata": {"tier": {"name": "gold"}},
            "private_metadata": {"vat": "DE1"},
        }
    )
    yield made
    official.organizations.delete(organization_id=made.id)


@pytest.fixture
def navy(ours: Clerk, grace: User) -> Iterator[Organization]:
    """Return an organization created by our client, with Grace as administrator."""
    made = ours.organizations.create(name="Navy", created_by=grace.id, slug="navy")
    yield made
    ours.organizations.delete(made.id)


def common_fields(one: Organization | models.Organization) -> dict[str, object]:
    return {
        "id": one.id,
        "names": (one.name, one.slug),
        "metadata": (one.public_metadata, one.private_metadata or {}),
        "most": one.max_allowed_memberships,
        "times": (one.created_at, one.updated_at),
    }


def test_each_client_reads_organizations_of_the_other(
    ours: Clerk, official: Official, acme: models.Organization, navy: Organization
) -> None:
    assert common_fields(ours.organizations.get(acme.id)) == common_fields(acme)
    found = official.organizations.get(organization_id=navy.id)
    assert common_fields(found) == common_fields(navy)
    assert (acme.slug, navy.slug) == ("acme", "navy")
    assert ours.organizations.get("acme").id == acme.id
    assert ours.organizations.get(acme.id).private_metadata == {"vat": "DE1"}


def test_both_clients_list_the_same_organizations(
    ours: Clerk, official: Official, acme: models.Organization, navy: Organization
) -> None:
    mine, theirs = ours.organizations.list(), official.organizations.list()
    assert [one.id for one in mine] == [one.id for one in theirs.data] == [navy.id, acme.id]
    assert mine.total_count == theirs.total_count == 2
    assert [one.id for one in ours.organizations.list(query="acm")] == [acme.id]
    assert [one.id for one in ours.organizations.iterate(limit=1)] == [navy.id]


def test_each_client_sees_organization_updates_of_the_other(
    ours: Clerk, official: Official, acme: models.Organization
) -> None:
    ours.organizations.update(acme.id, name="Acme Corporation")
    assert official.organizations.get(organization_id=acme.id).name == "Acme Corporation"
    official.organizations.merge_metadata(
        organization_id=acme.id, public_metadata={"tier": {"seats": 3}}
    )
    merged = {"tier": {"name": "gold", "seats": 3}}
    assert ours.organizations.get(acme.id).public_metadata == merged


def test_organization_deleted_by_one_client_is_not_found_by_the_other(
    ours: Clerk, official: Official, grace: User
) -> None:
    made = ours.organizations.create(name="Gone", created_by=grace.id)
    official.organizations.delete(organization_id=made.id)
    with pytest.raises(NotFoundError):
        ours.organizations.get(made.id)


def test_each_client_manages_members_added_by_the_other(
    ours: Clerk, official: Official, acme: models.Organization, ada: models.User, grace: User
) -> None:
    official.organization_memberships.create(
        organization_id=acme.id, user_id=grace.id, role="org:member"
    )
    ours.organization_memberships.update(acme.id, grace.id, role="org:admin")
    seen = official.organization_memberships.list(organization_id=acme.id)
    mine = ours.organization_memberships.list(acme.id)
    roles = {(one.public_user_data and one.public_user_data.user_id, one.role) for one in mine}
    assert roles == {(ada.id, "org:admin"), (grace.id, "org:admin")}
    assert [one.id for one in seen.data] == [one.id for one in mine]
    assert seen.total_count == mine.total_count == 2
    (of_grace,) = ours.users.get_organization_memberships(grace.id)
    assert of_grace.organization is not None
    assert (of_grace.organization.id, of_grace.role) == (acme.id, "org:admin")
    official.organization_memberships.delete(organization_id=acme.id, user_id=grace.id)
    assert ours.organization_memberships.list(acme.id).total_count == 1


def test_each_client_revokes_organization_invitations_of_the_other(
    ours: Clerk, official: Official, acme: models.Organization, ada: models.User
) -> None:
    first = official.organization_invitations.create(
        organization_id=acme.id,
        email_address="new@example.com",
        role="org:member",
        inviter_user_id=ada.id,
    )
    second = ours.organization_invitations.create(
        acme.id, email_address="other@example.com", role="org:member", inviter_user_id=ada.id
    )
    found = ours.organization_invitations.get(acme.id, first.id)
    assert (found.email_address, found.role, found.status) == (
        "new@example.com",
        "org:member",
        "pending",
    )
    listed = official.organization_invitations.list(organization_id=acme.id)
    assert {one.id for one in listed.data} == {first.id, second.id}
    ours.organization_invitations.revoke(acme.id, first.id, requesting_user_id=ada.id)
    official.organization_invitations.revoke(
        organization_id=acme.id, invitation_id=second.id, requesting_user_id=ada.id
    )
    revoked = ours.organization_invitations.list(acme.id, status="revoked")
    assert {one.id for one in revoked} == {first.id, second.id}


def test_each_client_uses_roles_and_permissions_of_the_other(
    ours: Clerk, official: Official
) -> None:
    permission = official.organization_permissions.create(
        name="Read invoices", key="org:invoices:read"
    )
    role = ours.organization_roles.create(name="Accountant", key="org:accountant")
    assert role.id
    official.organization_roles.assign_permission(
        organization_role_id=role.id, permission_id=permission.id
    )
    found = ours.organization_roles.get(role.id)
    assert [one.key for one in found.permissions] == ["org:invoices:read"]
    assert role.id in [one.id for one in official.organization_roles.list().data]
    ours.organization_roles.delete(role.id)
    official.organization_permissions.delete(permission_id=permission.id)
    assert permission.id not in [one.id for one in ours.organization_permissions.list()]


def test_each_client_revokes_invitations_of_the_other(ours: Clerk, official: Official) -> None:
    first = official.invitations.create(
        request={"email_address": "friend@example.com", "public_metadata": {"from": "ada"}}
    )
    second = ours.invitations.create(email_address="foe@example.com")
    assert {one.id for one in ours.invitations.list(status="pending")} == {first.id, second.id}
    (found,) = ours.invitations.list(query="friend@example.com")
    assert (found.email_address, found.public_metadata) == ("friend@example.com", {"from": "ada"})
    ours.invitations.revoke(first.id)
    official.invitations.revoke(invitation_id=second.id)
    revoked = official.invitations.list(status=models.ListInvitationsQueryParamStatus.REVOKED)
    assert {one.id for one in revoked} == {first.id, second.id}
    assert list(ours.invitations.list()) == official.invitations.list() == []
