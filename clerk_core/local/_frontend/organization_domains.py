"""The domains of an organization, as its members add, verify, change and delete them.

It must not know who is enrolled by a domain.
"""

from __future__ import annotations

from clerk_core._messages import HttpResponse
from clerk_core.local._api.listing import page_resource
from clerk_core.local._api.organization_domain_resource import domain_resource
from clerk_core.local._api.parameters import query_values, required_text
from clerk_core.local._call import Route
from clerk_core.local._domain.errors import InvalidStateError
from clerk_core.local._domain.organization_domains import (
    add_domain,
    find_domain,
    pass_affiliation,
    send_affiliation_code,
    set_enrollment_mode,
)
from clerk_core.local._domain.permissions import MANAGE_DOMAINS, READ_DOMAINS
from clerk_core.local._domain.verifications import (
    attempt_code,
    code_error,
    find_verification,
)
from clerk_core.local._frontend.browser import SignedInBrowser
from clerk_core.local._frontend.organization_access import for_member
from clerk_core.local._responses import error_response
from clerk_core.local._storage.rows import (
    JsonObject,
    Organization,
    OrganizationDomain,
)


def _list(browser: SignedInBrowser, organization: Organization) -> JsonObject:
    call = browser.call
    modes, verified = query_values(call, "enrollment_mode"), call.argument("verified")
    found = [
        domain
        for domain in call.store.all(OrganizationDomain, organization_id=organization.id)[::-1]
        if (not modes or domain.enrollment_mode in modes)
        and verified in (None, "true" if domain.verified_at is not None else "false")
    ]
    return page_resource(call, found, lambda one: domain_resource(call, one))


def _create(browser: SignedInBrowser, organization: Organization) -> JsonObject:
    call = browser.call
    name = required_text(call.fields, "name")
    domain = add_domain(call.store, call.settings, organization, browser.user, name, call.now)
    mode = call.field("enrollment_mode")
    if mode:
        domain = set_enrollment_mode(call.store, domain, mode, call.now)
    return domain_resource(call, domain)


def _get(browser: SignedInBrowser, organization: Organization, domain_id: str) -> JsonObject:
    return domain_resource(browser.call, find_domain(browser.call.store, organization, domain_id))


def _delete(browser: SignedInBrowser, organization: Organization, domain_id: str) -> JsonObject:
    domain = find_domain(browser.call.store, organization, domain_id)
    browser.call.store.remove(domain)
    return {"object": "organization_domain", "id": domain.id, "deleted": True}


def _set_mode(browser: SignedInBrowser, organization: Organization, domain_id: str) -> JsonObject:
    call = browser.call
    domain = find_domain(call.store, organization, domain_id)
    mode = required_text(call.fields, "enrollment_mode")
    return domain_resource(call, set_enrollment_mode(call.store, domain, mode, call.now))


def _prepare(browser: SignedInBrowser, organization: Organization, domain_id: str) -> JsonObject:
    call = browser.call
    domain = find_domain(call.store, organization, domain_id)
    address = required_text(call.fields, "affiliation_email_address")
    name = call.settings.application_name
    return domain_resource(call, send_affiliation_code(call.store, domain, address, name, call.now))


def _attempt(
    browser: SignedInBrowser, organization: Organization, domain_id: str
) -> JsonObject | HttpResponse:
    call = browser.call
    domain = find_domain(call.store, organization, domain_id)
    if domain.verified_at is not None:
        raise InvalidStateError("organization_domain_verified", "The domain is verified already.")
    prepared = find_verification(call.store, domain.verification_id)
    verification = attempt_code(call.store, prepared, required_text(call.fields, "code"), call.now)
    error = code_error(verification)
    if error:
        # Not raised: the attempt counts.
        return error_response(error)
    return domain_resource(call, pass_affiliation(call.store, domain, verification, call.now))


_ALL = "/v1/organizations/<organization_id>/domains"
_ONE = f"{_ALL}/<domain_id>"

ROUTES: tuple[Route, ...] = (
    ("GET", _ALL, for_member(_list, READ_DOMAINS)),
    ("POST", _ALL, for_member(_create, MANAGE_DOMAINS)),
    ("GET", _ONE, for_member(_get, READ_DOMAINS)),
    ("DELETE", _ONE, for_member(_delete, MANAGE_DOMAINS)),
    ("POST", f"{_ONE}/update_enrollment_mode", for_member(_set_mode, MANAGE_DOMAINS)),
    ("POST", f"{_ONE}/prepare_affiliation_verification", for_member(_prepare, MANAGE_DOMAINS)),
    ("POST", f"{_ONE}/attempt_affiliation_verification", for_member(_attempt, MANAGE_DOMAINS)),
)
