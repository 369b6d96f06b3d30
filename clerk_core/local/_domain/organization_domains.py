"""Add and verify the domains of organizations.

https://clerk.com/docs/guides/organizations/add-members/verified-domains. It must not know HTTP, or
who is enrolled.
"""

from __future__ import annotations

import re
from dataclasses import replace

from clerk_core.local._domain.errors import (
    ForbiddenError,
    InvalidStateError,
    InvalidValueError,
    not_found,
)
from clerk_core.local._domain.settings import InstanceSettings
from clerk_core.local._domain.users import verified_addresses_of
from clerk_core.local._domain.verifications import send_code, verified
from clerk_core.local._storage.rows import (
    Organization,
    OrganizationDomain,
    User,
    Verification,
    new_id,
)
from clerk_core.local._storage.store import Store

MANUAL = "manual_invitation"
AUTOMATIC_INVITATION = "automatic_invitation"
AUTOMATIC_SUGGESTION = "automatic_suggestion"
ENROLLMENT_MODES = (MANUAL, AUTOMATIC_INVITATION, AUTOMATIC_SUGGESTION)

DEFAULT_ROLE = "org:member"
"""The key of the role of users who become members because of a domain."""

_STRATEGY = "affiliation_email_code"
_NAME = re.compile(r"(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
_OF_EVERYBODY = frozenset(
    (
        *("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com"),
        *("icloud.com", "me.com", "aol.com", "gmx.de", "gmx.net", "web.de", "proton.me"),
        *("protonmail.com", "mail.com", "yandex.ru", "qq.com", "163.com"),
    )
)


def add_domain(
    store: Store,
    settings: InstanceSettings,
    organization: Organization,
    creator: User | None,
    name: str,
    now: int,
    *,
    is_verified: bool = False,
) -> OrganizationDomain:
    """Store and return a domain, which is verified if its creator has an address of it.

    The Backend API has no creator, and says itself whether the domain is verified.

    Raises:
        ForbiddenError: Organizations have no domains.
        InvalidValueError: The name is invalid, that of a provider of email, or taken.
    """
    if not settings.organization_domains:
        raise ForbiddenError(
            "organization_domains_not_enabled",
            "access denied",
            "Organizations have no domains. Set InstanceSettings(organization_domains=True).",
        )
    name = name.strip().lower()
    if not _NAME.fullmatch(name):
        raise _invalid("form_param_format_invalid", "name must be a domain, such as example.com.")
    if name in _OF_EVERYBODY:
        raise _invalid("organization_domain_common", f"{name} is a domain of an email provider.")
    own = store.one(OrganizationDomain, organization_id=organization.id, name=name)
    if own is not None:
        raise _invalid("organization_domain_exists", "The organization already has this domain.")
    _check_is_free(store, name)
    domain = OrganizationDomain(
        id=new_id("orgdmn"),
        organization_id=organization.id,
        name=name,
        created_at=now,
        updated_at=now,
    )
    addresses = [] if creator is None else verified_addresses_of(store, creator)
    for address in addresses:
        if address.rpartition("@")[2] == name:
            domain = replace(_proven(store, domain, now), affiliation_email_address=address)
    if is_verified and domain.verified_at is None:
        domain = _proven(store, domain, now)
    store.put(domain)
    return domain


def _proven(store: Store, domain: OrganizationDomain, now: int) -> OrganizationDomain:
    proof = verified(_STRATEGY, now)
    store.put(proof)
    return replace(domain, verification_id=proof.id, verified_at=now, updated_at=now)


def _check_is_free(store: Store, name: str) -> None:
    found = store.all(OrganizationDomain, name=name)
    if any(domain.verified_at is not None for domain in found):
        raise _invalid(
            "organization_domain_exists", "Another organization has verified this domain."
        )


def _invalid(code: str, message: str) -> InvalidValueError:
    return InvalidValueError(code, message, parameter="name")


def find_domain(store: Store, organization: Organization, domain_id: str) -> OrganizationDomain:
    """Return the domain of this organization with this id, or raise `NotFoundError`."""
    domain = store.one(OrganizationDomain, id=domain_id, organization_id=organization.id)
    if domain is None:
        raise not_found("Organization domain", domain_id)
    return domain


def send_affiliation_code(
    store: Store, domain: OrganizationDomain, address: str, application_name: str, now: int
) -> OrganizationDomain:
    """Send a code to an email address of the domain, and store and return the domain.

    Raises:
        InvalidStateError: The domain is verified.
        InvalidValueError: The address is not one of the domain.
    """
    if domain.verified_at is not None:
        raise InvalidStateError("organization_domain_verified", "The domain is verified already.")
    local, _, name = address.strip().rpartition("@")
    if not local or name.lower() != domain.name or any(letter.isspace() for letter in local):
        raise InvalidValueError(
            "form_param_value_invalid",
            f"affiliation_email_address must be an address of {domain.name}.",
            parameter="affiliation_email_address",
        )
    recipient = f"{local}@{domain.name}"
    sent = send_code(store, _STRATEGY, recipient, application_name, now)
    domain = replace(
        domain, affiliation_email_address=recipient, verification_id=sent.id, updated_at=now
    )
    store.put(domain)
    return domain


def pass_affiliation(
    store: Store, domain: OrganizationDomain, verification: Verification, now: int
) -> OrganizationDomain:
    """Store and return the domain after an attempt; it is verified if the attempt succeeded.

    Raises:
        InvalidValueError: Another organization has verified the domain in the meantime.
    """
    if verification.status != "verified":
        return domain
    _check_is_free(store, domain.name)
    domain = replace(domain, verified_at=now, updated_at=now)
    store.put(domain)
    return domain


def set_verified(
    store: Store, domain: OrganizationDomain, is_verified: bool, now: int
) -> OrganizationDomain:
    """Store and return the domain as verified or not, as the Backend API decides without a code.

    A domain that is not verified enrolls nobody: its mode becomes manual.

    Raises:
        InvalidValueError: Another organization has verified the domain.
    """
    if is_verified == (domain.verified_at is not None):
        return domain
    if is_verified:
        _check_is_free(store, domain.name)
        domain = _proven(store, domain, now)
    else:
        domain = replace(
            domain,
            enrollment_mode=MANUAL,
            verification_id=None,
            verified_at=None,
            updated_at=now,
        )
    store.put(domain)
    return domain


def set_enrollment_mode(
    store: Store, domain: OrganizationDomain, mode: str, now: int
) -> OrganizationDomain:
    """Store and return the domain with another enrollment mode.

    Raises:
        InvalidValueError: There is no such mode.
        InvalidStateError: The domain is not verified.
    """
    if mode not in ENROLLMENT_MODES:
        raise InvalidValueError(
            "form_param_value_invalid",
            f"enrollment_mode must be one of {', '.join(ENROLLMENT_MODES)}.",
            parameter="enrollment_mode",
        )
    if domain.verified_at is None and mode != MANUAL:
        raise InvalidStateError("organization_domain_not_verified", "Verify the domain first.")
    domain = replace(domain, enrollment_mode=mode, updated_at=now)
    store.put(domain)
    return domain
