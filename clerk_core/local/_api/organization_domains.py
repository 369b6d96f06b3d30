"""Implement the operations of the Backend API on domains of organizations.

It must not know who is enrolled by a domain, or how members verify one.
"""

from __future__ import annotations

from collections.abc import Iterable

from clerk_core._messages import HttpResponse
from clerk_core.local._api.listing import (
    PAGING,
    Orders,
    matches_query,
    matches_values,
    page_response,
    sort_items,
)
from clerk_core.local._api.organization_domain_resource import domain_resource
from clerk_core.local._api.parameters import (
    check_field_names,
    check_query_names,
    flag,
    optional_text,
    query_values,
    required_text,
)
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.organization_domains import (
    add_domain,
    find_domain,
    set_enrollment_mode,
    set_verified,
)
from clerk_core.local._domain.organizations import find_organization
from clerk_core.local._responses import invalid_parameter, json_response
from clerk_core.local._storage.rows import OrganizationDomain

_FILTERS = ("verified", "enrollment_mode")
_ORDERS: Orders[OrganizationDomain] = {
    "name": lambda domain: domain.name,
    "created_at": lambda domain: domain.created_at,
}


def _list_all(call: Call) -> HttpResponse:
    named = ("organization_id", "query", "domains", "order_by")
    check_query_names(call, (*_FILTERS, *named, *PAGING))
    organization_id, query = call.argument("organization_id"), call.argument("query")
    names = {name.lower() for name in query_values(call, "domains")}
    if query is not None and query.startswith("org_"):
        domains = call.store.all(OrganizationDomain, organization_id=query)
    else:
        domains = [one for one in call.store.all(OrganizationDomain) if _matches(call, one)]
    found = [
        domain
        for domain in _filtered(call, domains)
        if organization_id in (None, domain.organization_id) and (not names or domain.name in names)
    ]
    return _page(call, sort_items(call, found, _ORDERS))


def _matches(call: Call, domain: OrganizationDomain) -> bool:
    return matches_query(call, [domain.name])


def _list(call: Call, organization_id: str) -> HttpResponse:
    check_query_names(call, (*_FILTERS, *PAGING))
    organization = find_organization(call.store, organization_id)
    domains = call.store.all(OrganizationDomain, organization_id=organization.id)[::-1]
    return _page(call, _filtered(call, domains))


def _filtered(call: Call, domains: Iterable[OrganizationDomain]) -> list[OrganizationDomain]:
    verified = call.argument("verified")
    if verified not in (None, "true", "false"):
        raise invalid_parameter("verified", "true or false")
    # The specification separates the modes by commas; Clerk's SDKs repeat the parameter.
    values = query_values(call, "enrollment_mode")
    modes = [mode for value in values for mode in value.split(",")]
    return [
        domain
        for domain in domains
        if matches_values(modes, [domain.enrollment_mode])
        and verified in (None, "false" if domain.verified_at is None else "true")
    ]


def _page(call: Call, domains: list[OrganizationDomain]) -> HttpResponse:
    return page_response(call, domains, lambda domain: domain_resource(call, domain))


def _create(call: Call, organization_id: str) -> HttpResponse:
    organization = find_organization(call.store, organization_id)
    body = call.body()
    check_field_names(body, ("name", "enrollment_mode", "verified"))
    name, mode = required_text(body, "name"), optional_text(body, "enrollment_mode")
    verified = flag(body, "verified", True)
    domain = add_domain(
        call.store, call.settings, organization, None, name, call.now, is_verified=verified
    )
    if mode is not None:
        domain = set_enrollment_mode(call.store, domain, mode, call.now)
    return json_response(domain_resource(call, domain))


def _update(call: Call, organization_id: str, domain_id: str) -> HttpResponse:
    organization = find_organization(call.store, organization_id)
    domain = find_domain(call.store, organization, domain_id)
    body = call.body()
    check_field_names(body, ("enrollment_mode", "verified"))
    mode = optional_text(body, "enrollment_mode")
    verified = flag(body, "verified", domain.verified_at is not None)
    domain = set_verified(call.store, domain, verified, call.now)
    if mode is not None:
        domain = set_enrollment_mode(call.store, domain, mode, call.now)
    return json_response(domain_resource(call, domain))


def _delete(call: Call, organization_id: str, domain_id: str) -> HttpResponse:
    organization = find_organization(call.store, organization_id)
    domain = find_domain(call.store, organization, domain_id)
    call.store.remove(domain)
    deleted = {"object": "organization_domain", "id": domain.id, "deleted": True}
    return json_response(deleted)


_ALL = "/v1/organizations/<organization_id>/domains"

ROUTES: tuple[Route, ...] = (
    ("GET", "/v1/organization_domains", _list_all),
    ("GET", _ALL, _list),
    ("POST", _ALL, _create),
    ("PATCH", f"{_ALL}/<domain_id>", _update),
    ("DELETE", f"{_ALL}/<domain_id>", _delete),
)
