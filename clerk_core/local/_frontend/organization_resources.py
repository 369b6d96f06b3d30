"""The JSON representations of organizations, memberships and invitations, as browsers may see them.

It must not know the calls.
"""

from __future__ import annotations

from clerk_core.local._api.organization_invitations import invitation_with_organization
from clerk_core.local._api.resources import membership_resource, organization_resource
from clerk_core.local._call import Call
from clerk_core.local._domain.organizations import find_organization
from clerk_core.local._storage.rows import Invitation, JsonObject, Membership, Organization

_HIDDEN = ("private_metadata", "created_by", "inviter_id", "public_inviter_data")


def own_membership_resource(call: Call, membership: Membership) -> JsonObject:
    """Return a membership for members of its organization."""
    organization = find_organization(call.store, membership.organization_id)
    return {
        **_visible(membership_resource(call, membership)),
        "organization": own_organization_resource(call, organization),
    }


def own_organization_resource(call: Call, organization: Organization) -> JsonObject:
    """Return an organization for its members."""
    return _visible(organization_resource(call, organization, with_count=True))


def own_invitation_resource(call: Call, invitation: Invitation) -> JsonObject:
    """Return an invitation for its invitee and for members who manage the organization.

    Its link is a proof of the email address, which only the email may give.
    """
    return {**_visible(invitation_with_organization(call, invitation)), "url": None}


def _visible(resource: JsonObject) -> JsonObject:
    return {name: value for name, value in resource.items() if name not in _HIDDEN}
