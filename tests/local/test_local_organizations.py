from __future__ import annotations

import pytest

from clerk_core import Clerk, ClerkAPIError
from clerk_core.errors import NotFoundError, UnprocessableError
from clerk_core.local import LocalClerk, SeededUser
from tests.local.local_helpers import Backend, Clock
from tests.local.test_local_sessions import claims_of


def test_organization_is_created_and_read_back(clerk: Clerk, clock: Clock, ada: SeededUser) -> None:
    created = clerk.organizations.create(
        name="Bletchley Park",
        created_by=ada.user_id,
        max_allowed_memberships=2,
        public_metadata={"huts": 8},
        private_metadata={"secret": True},
    )

    assert created.slug == "bletchley-park"
    assert created.created_at == created.updated_at == int(clock.now * 1000)
    assert created.public_metadata == {"huts": 8}
    assert created.private_metadata == {"secret": True}
    assert created.created_by == ada.user_id
    assert (created.max_allowed_memberships, created.admin_delete_enabled) == (2, True)
    assert clerk.organizations.get(created.id) == created
    assert clerk.organizations.get("bletchley-park") == created
    (member,) = clerk.organization_memberships.list(created.id)
    assert member.role == "org:admin"
    assert member.public_user_data is not None
    assert member.public_user_data.identifier == "ada@example.com"


def test_second_organization_with_the_same_name_gets_a_unique_slug(clerk: Clerk) -> None:
    slugs = {clerk.organizations.create(name=name).slug for name in ("Acme", "ACME!", "¡")}

    assert len(slugs) == 3


@pytest.mark.parametrize(
    ("given", "code", "parameter"),
    [
        ({"name": ""}, "form_param_missing", "name"),
        ({"name": "x" * 257}, "form_param_value_invalid", "name"),
        ({"name": "A", "slug": "Not A Slug"}, "form_param_value_invalid", "slug"),
        ({"name": "A", "slug": "analytical-engines"}, "form_identifier_exists", "slug"),
        (
            {"name": "A", "max_allowed_memberships": -1},
            "form_param_value_invalid",
            "max_allowed_memberships",
        ),
        ({"name": "A", "role_set_key": "role_set:b"}, "form_param_unknown", "role_set_key"),
    ],
)
def test_invalid_organization_is_rejected_with_the_parameter(
    backend: Backend, ada: SeededUser, given: object, code: str, parameter: str
) -> None:
    assert backend.error("POST", "/v1/organizations", given) == (422, code, parameter)


def test_organizations_are_listed_filtered_and_counted(
    clerk: Clerk, clock: Clock, ada: SeededUser, grace: SeededUser
) -> None:
    clock.now += 1
    park = clerk.organizations.create(name="Bletchley Park", created_by=grace.user_id)

    def names(**filters: object) -> list[str | None]:
        return [one.name for one in clerk.organizations.list(**filters)]  # type: ignore[arg-type]

    everything = ["Bletchley Park", "Analytical Engines"]
    assert names() == everything
    assert names(order_by="name") == everything[::-1]
    assert names(order_by="-members_count") == everything[::-1]
    assert names(user_id=[ada.user_id]) == ["Analytical Engines"]
    assert names(user_id=[f"-{ada.user_id}"]) == ["Bletchley Park"]
    assert names(organization_id=[park.id]) == names(query="PARK") == ["Bletchley Park"]
    assert names(query=park.id) == ["Bletchley Park"]
    page = clerk.organizations.list(limit=1, include_members_count=True)
    assert (len(page), page.total_count, page[0].members_count) == (1, 2, 1)
    assert clerk.organizations.list()[0].members_count is None
    assert [one.name for one in clerk.organizations.iterate()] == everything


def test_organization_is_updated_and_deleted(clerk: Clerk, ada: SeededUser) -> None:
    changed = clerk.organizations.update(
        ada.organization_id, name="Difference Engines", slug="d-e", admin_delete_enabled=False
    )

    assert (changed.name, changed.slug, changed.admin_delete_enabled) == (
        "Difference Engines",
        "d-e",
        False,
    )
    assert clerk.organizations.update(changed.id, max_allowed_memberships=0).name == changed.name
    gone = clerk.organizations.delete(changed.id)
    assert (gone.id, gone.deleted) == (changed.id, True)
    with pytest.raises(NotFoundError) as rejected:
        clerk.organizations.get(changed.id)
    assert rejected.value.code == "resource_not_found"
    assert len(clerk.users.get_organization_memberships(ada.user_id)) == 0


def test_organization_metadata_is_merged_or_replaced(clerk: Clerk, ada: SeededUser) -> None:
    there = ada.organization_id
    clerk.organizations.merge_metadata(there, public_metadata={"a": {"b": 1, "c": 2}})

    merged = clerk.organizations.merge_metadata(
        there, public_metadata={"a": {"b": None}, "d": 3}, private_metadata={"e": 4}
    )
    replaced = clerk.organizations.replace_metadata(there, public_metadata={"f": 5})

    assert merged.public_metadata == {"a": {"c": 2}, "d": 3}
    assert replaced.public_metadata == {"f": 5}
    assert replaced.private_metadata == {"e": 4}


def test_membership_is_created_updated_and_deleted(
    local: LocalClerk, clerk: Clerk, ada: SeededUser
) -> None:
    alan = clerk.users.create(email_address=["alan@example.com"], first_name="Alan")
    there = ada.organization_id

    created = clerk.organization_memberships.create(
        there, user_id=alan.id, role="org:member", public_metadata={"desk": 1}
    )

    assert (created.role, created.role_name) == ("org:member", "Member")
    assert created.permissions == ("org:sys_memberships:read", "org:projects:read")
    assert created.public_metadata == {"desk": 1}
    assert created.organization is not None
    assert created.organization.slug == "analytical-engines"
    assert created.public_user_data is not None
    assert created.public_user_data.first_name == "Alan"
    assert list(clerk.users.get_organization_memberships(alan.id)) == [created]

    promoted = clerk.organization_memberships.update(there, alan.id, role="org:admin")
    assert promoted.role == "org:admin"
    session = local.create_session(alan.id, there)
    assert claims_of(local.session_token(session))["o"]["rol"] == "admin"
    noted = clerk.organization_memberships.update_metadata(
        there, alan.id, private_metadata={"note": "x"}
    )
    assert (noted.public_metadata, noted.private_metadata) == ({"desk": 1}, {"note": "x"})

    gone = clerk.organization_memberships.delete(there, alan.id)
    assert gone.id == created.id
    assert "o" not in claims_of(local.session_token(session))
    assert clerk.sessions.get(session).last_active_organization_id is None
    with pytest.raises(NotFoundError):
        clerk.organization_memberships.update(there, alan.id, role="org:admin")


def test_invalid_membership_is_rejected(clerk: Clerk, ada: SeededUser, grace: SeededUser) -> None:
    create = clerk.organization_memberships.create
    park = clerk.organizations.create(name="Park", max_allowed_memberships=1)
    create(park.id, user_id=ada.user_id, role="org:member")

    with pytest.raises(ClerkAPIError) as twice:
        create(park.id, user_id=ada.user_id, role="org:member")
    with pytest.raises(ClerkAPIError) as full:
        create(park.id, user_id=grace.user_id, role="org:member")
    with pytest.raises(NotFoundError):
        create(park.id, user_id=grace.user_id, role="org:nothing")
    with pytest.raises(NotFoundError):
        create(park.id, user_id="user_unknown", role="org:member")

    assert twice.value.code == "already_a_member_in_organization"
    assert (full.value.status, full.value.code) == (403, "organization_membership_quota_exceeded")


def test_members_are_listed_and_filtered(clerk: Clerk, ada: SeededUser, grace: SeededUser) -> None:
    def members(**filters: object) -> list[str]:
        page = clerk.organization_memberships.list(ada.organization_id, **filters)  # type: ignore[arg-type]
        return [one.public_user_data.first_name or "" for one in page if one.public_user_data]

    assert members() == ["Grace", "Ada"]
    assert members(order_by="first_name") == ["Ada", "Grace"]
    assert members(role=["org:admin"]) == members(user_id=[ada.user_id]) == ["Ada"]
    assert members(email_address=["grace@example.com"]) == members(query="hopp") == ["Grace"]
    assert members(name_query="love", username_query="") == ["Ada"]
    assert members(created_at_after=2**50) == []
    everyone = clerk.users.get_instance_organization_memberships(limit=1)
    assert (len(everyone), everyone.total_count) == (1, 2)
    assert clerk.users.count(organization_id=[ada.organization_id]).total_count == 2


def test_created_roles_and_permissions_appear_in_the_token(
    local: LocalClerk, clerk: Clerk, grace: SeededUser
) -> None:
    permission = clerk.organization_permissions.create(
        name="Ship", key="org:releases:ship", description="Let it go"
    )
    role = clerk.organization_roles.create(
        name="Captain", key="org:captain", permissions=[permission.id]
    )
    clerk.organization_memberships.update(grace.organization_id, grace.user_id, role="org:captain")

    assert (permission.type, permission.description) == ("user", "Let it go")
    assert role.permissions == (permission,)
    session = local.create_session(grace.user_id, grace.organization_id)
    claims = claims_of(local.session_token(session))
    assert (claims["o"]["rol"], claims["o"]["per"]) == ("captain", "ship")

    renamed = clerk.organization_roles.update(role.id, key="org:pilot", description="Flies")
    clerk.organization_permissions.update(permission.id, key="org:releases:launch")
    claims = claims_of(local.session_token(session))
    assert (renamed.key, renamed.description) == ("org:pilot", "Flies")
    assert (claims["o"]["rol"], claims["o"]["per"]) == ("pilot", "launch")

    with pytest.raises(ClerkAPIError) as used:
        clerk.organization_roles.delete(role.id)
    assert used.value.code == "organization_role_in_use"
    clerk.organization_memberships.update(grace.organization_id, grace.user_id, role="org:member")
    assert clerk.organization_roles.delete(role.id).deleted is True
    assert clerk.organization_permissions.delete(permission.id).deleted is True
    with pytest.raises(NotFoundError):
        clerk.organization_permissions.get(permission.id)


def test_permission_is_assigned_to_a_role_and_removed(clerk: Clerk, ada: SeededUser) -> None:
    member = next(role for role in clerk.organization_roles.list() if role.key == "org:member")
    billing = clerk.organization_permissions.list(query="billing:read")[0]

    given = clerk.organization_roles.assign_permission(member.id, billing.id)
    with pytest.raises(ClerkAPIError) as twice:
        clerk.organization_roles.assign_permission(member.id, billing.id)
    taken = clerk.organization_roles.remove_permission(member.id, billing.id)

    before = [one.key for one in member.permissions]
    assert before == ["org:sys_memberships:read", "org:projects:read"]
    assert [one.key for one in given.permissions] == [*before, "org:billing:read"]
    assert twice.value.status == 409
    assert taken.permissions == member.permissions
    with pytest.raises(NotFoundError):
        clerk.organization_roles.remove_permission(member.id, billing.id)
    clerk.organization_permissions.delete(
        clerk.organization_permissions.list(query="projects:read")[0].id
    )
    left = clerk.organization_roles.get(member.id).permissions
    assert [one.key for one in left] == ["org:sys_memberships:read"]


def test_system_permissions_are_assigned_but_never_changed(
    local: LocalClerk, clerk: Clerk, grace: SeededUser
) -> None:
    manage = clerk.organization_permissions.list(query="org:sys_memberships:manage")[0]
    role = clerk.organization_roles.create(name="Host", key="org:host", permissions=[manage.id])
    there = grace.organization_id
    clerk.organization_memberships.update(there, grace.user_id, role="org:host")

    with pytest.raises(ClerkAPIError) as changed:
        clerk.organization_permissions.update(manage.id, name="Other")
    with pytest.raises(ClerkAPIError) as deleted:
        clerk.organization_permissions.delete(manage.id)

    assert (manage.type, role.permissions) == ("system", (manage,))
    for refused in (changed.value, deleted.value):
        assert refused.status == 403
        assert refused.code == "organization_system_permission_not_modifiable"
    session = local.create_session(grace.user_id, there)
    claims = claims_of(local.session_token(session))
    assert (claims["o"]["rol"], claims["o"]["per"]) == ("host", "")
    assert claims["fea"] == "o:projects,o:billing"


def test_role_of_creators_keeps_the_permissions_to_manage_an_organization(
    clerk: Clerk, ada: SeededUser
) -> None:
    admin = next(role for role in clerk.organization_roles.list() if role.key == "org:admin")
    own = next(one for one in admin.permissions if one.key == "org:projects:read")
    manage = next(one for one in admin.permissions if one.key == "org:sys_memberships:manage")

    with pytest.raises(UnprocessableError) as replaced:
        clerk.organization_roles.update(admin.id, permissions=[own.id])
    with pytest.raises(UnprocessableError) as removed:
        clerk.organization_roles.remove_permission(admin.id, manage.id)

    for refused in (replaced.value, removed.value):
        assert refused.code == "organization_missing_creator_role_permissions"
    assert own not in clerk.organization_roles.remove_permission(admin.id, own.id).permissions


def test_keys_of_roles_and_permissions_are_validated_and_unique(
    clerk: Clerk, ada: SeededUser
) -> None:
    for key in ("captain", "org:Captain", "org:admin"):
        with pytest.raises(UnprocessableError) as rejected:
            clerk.organization_roles.create(name="Captain", key=key)
        assert rejected.value.errors[0].meta == {"param_name": "key"}
    for key in ("org:ship", "org:sys_x:read", "org:projects:read"):
        with pytest.raises(UnprocessableError):
            clerk.organization_permissions.create(name="Ship", key=key)
    assert [role.key for role in clerk.organization_roles.list(order_by="key")] == [
        "org:admin",
        "org:member",
    ]
    assert clerk.organization_roles.list(query="adm").total_count == 1


def test_organization_invitations_are_created_listed_and_revoked(
    clerk: Clerk, clock: Clock, ada: SeededUser
) -> None:
    there = ada.organization_id
    created = clerk.organization_invitations.create(
        there,
        email_address="alan@example.com",
        role="org:member",
        inviter_user_id=ada.user_id,
        public_metadata={"desk": 1},
        expires_in_days=2,
    )

    assert (created.status, created.role, created.role_name) == ("pending", "org:member", "Member")
    assert created.expires_at == int(clock.now * 1000) + 2 * 86_400_000
    assert created.public_inviter_data is not None
    assert created.public_inviter_data.identifier == "ada@example.com"
    assert clerk.organization_invitations.get(there, created.id) == created
    assert clerk.organizations.get(there).pending_invitations_count == 1
    with pytest.raises(UnprocessableError) as twice:
        clerk.organization_invitations.create(
            there, email_address="ALAN@example.com", role="org:member"
        )
    assert twice.value.code == "duplicate_record"

    alan = clerk.users.create(email_address=["alan@example.com"])
    (waiting,) = clerk.users.get_organization_invitations(alan.id)
    assert waiting.public_organization_data is not None
    assert waiting.public_organization_data.slug == "analytical-engines"

    more = clerk.organization_invitations.bulk_create(
        there,
        [{"email_address": f"{name}@example.com", "role": "org:member"} for name in "xy"],
    )
    assert len(more) == 2
    revoked = clerk.organization_invitations.revoke(there, more[0].id)
    assert revoked.status == "revoked"
    with pytest.raises(ClerkAPIError):
        clerk.organization_invitations.revoke(there, more[0].id)
    clock.now += 3 * 86_400
    listed = clerk.organization_invitations.list(there, order_by="email_address")
    assert [one.status for one in listed] == ["expired", "revoked", "pending"]
    assert clerk.organization_invitations.list(there, status="expired").total_count == 1
    assert len(clerk.organization_invitations.list_pending(there)) == 1
    assert clerk.organization_invitations.list_all(query="alan").total_count == 1
