"""Create the JSON representation of a domain of an organization.

It must not know the operations.
"""

from __future__ import annotations

from clerk_core.local._api.resources import public_organization_data
from clerk_core.local._call import Call
from clerk_core.local._domain.enrollment import enrolled_count
from clerk_core.local._domain.organization_domains import (
    AUTOMATIC_INVITATION,
    AUTOMATIC_SUGGESTION,
)
from clerk_core.local._domain.verifications import status_of
from clerk_core.local._storage.rows import JsonObject, OrganizationDomain, Verification


def domain_resource(call: Call, domain: OrganizationDomain) -> JsonObject:
    """Return a domain, with the numbers of users whom it invites, or suggests to join."""
    verification = _verification(call, domain)
    return {
        "object": "organization_domain",
        "id": domain.id,
        "organization_id": domain.organization_id,
        "name": domain.name,
        "enrollment_mode": domain.enrollment_mode,
        "affiliation_email_address": domain.affiliation_email_address,
        "affiliation_verification": verification,
        "ownership_verification": None,
        "verification": verification,
        "total_pending_invitations": enrolled_count(call.store, domain, AUTOMATIC_INVITATION),
        "total_pending_suggestions": enrolled_count(call.store, domain, AUTOMATIC_SUGGESTION),
        "public_organization_data": public_organization_data(call, domain.organization_id),
        "created_at": domain.created_at,
        "updated_at": domain.updated_at,
    }


def _verification(call: Call, domain: OrganizationDomain) -> JsonObject | None:
    found = call.store.one(Verification, id=domain.verification_id)
    if found is None:
        return None
    return {
        "status": status_of(found, call.now),
        "strategy": found.strategy,
        "attempts": found.attempts,
        "expire_at": found.expire_at,
        "verified_at": domain.verified_at,
    }
