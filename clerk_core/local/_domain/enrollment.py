"""Invite users to organizations, or suggest them, because of their email addresses.

An invitation or suggestion is not stored before the user accepts it: it is there as long as the
domain has its mode. It must not know HTTP.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from clerk_core.local._domain.errors import InvalidStateError, not_found
from clerk_core.local._domain.memberships import add_member
from clerk_core.local._domain.organization_domains import (
    AUTOMATIC_INVITATION,
    AUTOMATIC_SUGGESTION,
    DEFAULT_ROLE,
)
from clerk_core.local._domain.organizations import find_organization, find_role
from clerk_core.local._domain.users import find_user, verified_addresses_of
from clerk_core.local._storage.rows import (
    Invitation,
    Membership,
    MembershipRequest,
    Organization,
    OrganizationDomain,
    User,
    new_id,
    random_text,
)
from clerk_core.local._storage.store import Store

_LIFETIME = 30 * 24 * 60 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An organization that a user may ask to join; the status is `pending` or `accepted`."""

    id: str
    organization_id: str
    status: str
    created_at: int
    updated_at: int


def automatic_invitations(store: Store, user: User, now: int) -> list[Invitation]:
    """Return the invitations that domains give the user, and that it did not accept yet."""
    return [
        Invitation(
            id=invitation_id,
            email_address=address,
            organization_id=domain.organization_id,
            role=DEFAULT_ROLE,
            ticket=random_text(64),
            expires_at=now + _LIFETIME,
            created_at=domain.updated_at,
            updated_at=domain.updated_at,
        )
        for domain, address in _domains_of(store, user, AUTOMATIC_INVITATION)
        if store.one(Invitation, id=(invitation_id := _id_of("orginv", domain, user))) is None
    ]


def suggestions(store: Store, user: User) -> list[Suggestion]:
    """Return the organizations that domains suggest to the user, unless they refused it."""
    return list(_suggestions(store, user))


def _suggestions(store: Store, user: User) -> Iterator[Suggestion]:
    for domain, _ in _domains_of(store, user, AUTOMATIC_SUGGESTION):
        request = find_request_of(store, domain.organization_id, user.id)
        if request is None or request.status == "pending":
            yield Suggestion(
                _id_of("orgsug", domain, user),
                domain.organization_id,
                "pending" if request is None else "accepted",
                domain.updated_at,
                domain.updated_at if request is None else request.updated_at,
            )


def _domains_of(store: Store, user: User, mode: str) -> Iterator[tuple[OrganizationDomain, str]]:
    """Yield the verified domains with this mode that enroll the user, with its address."""
    for address in verified_addresses_of(store, user):
        name = address.rpartition("@")[2]
        for domain in store.all(OrganizationDomain, name=name, enrollment_mode=mode):
            named = {"organization_id": domain.organization_id, "user_id": user.id}
            if domain.verified_at is not None and store.one(Membership, **named) is None:
                yield domain, address


def _id_of(prefix: str, domain: OrganizationDomain, user: User) -> str:
    digest = hashlib.sha256(f"{domain.id} {user.id}".encode()).hexdigest()
    return f"{prefix}_{digest[:27]}"


def enrolled_count(store: Store, domain: OrganizationDomain, mode: str) -> int:
    """Return the number of users whom the domain invites, or suggests its organization to."""
    if domain.enrollment_mode != mode:
        return 0
    return sum(
        any(one.id == domain.id for one, _ in _domains_of(store, user, mode))
        for user in store.all(User)
    )


def accept_suggestion(store: Store, user: User, suggestion_id: str, now: int) -> Suggestion:
    """Ask to become a member of a suggested organization, and return the suggestion.

    Raises:
        NotFoundError: The user has no such suggestion.
        InvalidStateError: The user has asked already.
    """
    found = next((one for one in suggestions(store, user) if one.id == suggestion_id), None)
    if found is None:
        raise not_found("Organization suggestion", suggestion_id)
    if found.status != "pending":
        raise InvalidStateError(
            "organization_suggestion_already_accepted", "You have already asked to join."
        )
    request = MembershipRequest(
        id=new_id("orgmemreq"),
        organization_id=found.organization_id,
        user_id=user.id,
        created_at=now,
        updated_at=now,
    )
    store.put(request)
    return replace(found, status="accepted", updated_at=now)


def find_request_of(store: Store, organization_id: str, user_id: str) -> MembershipRequest | None:
    """Return the request of a user to become a member of the organization, or None."""
    return store.one(MembershipRequest, organization_id=organization_id, user_id=user_id)


def answer_request(
    store: Store, organization: Organization, request_id: str, now: int, *, accepting: bool
) -> MembershipRequest:
    """Accept or reject a request; store and return it.

    Raises:
        NotFoundError: The organization has no such request.
        InvalidStateError: The request is not pending, or the user is already a member.
        ForbiddenError: The organization has reached its membership limit.
    """
    request = store.one(MembershipRequest, id=request_id, organization_id=organization.id)
    if request is None:
        raise not_found("Organization membership request", request_id)
    if request.status != "pending":
        raise InvalidStateError(
            "organization_membership_request_not_pending", "The request is not pending."
        )
    if accepting:
        user, role = find_user(store, request.user_id), find_role(store, DEFAULT_ROLE)
        organization = find_organization(store, request.organization_id)
        add_member(store, organization, user, role, {}, {}, now)
    status = "accepted" if accepting else "rejected"
    request = replace(request, status=status, updated_at=now)
    store.put(request)
    return request
