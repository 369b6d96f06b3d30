"""Implement the redirect URL and allowlist operations of the Backend API.

The entries are stored but not enforced. It must not know sign-ups.
"""

from __future__ import annotations

from clerk_core._messages import HttpResponse
from clerk_core.local._api.listing import PAGING, list_response
from clerk_core.local._api.parameters import (
    check_field_names,
    check_query_names,
    required_text,
)
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.errors import not_found, taken
from clerk_core.local._responses import json_response
from clerk_core.local._storage.rows import AllowlistIdentifier, JsonObject, RedirectUrl, new_id


def _url_resource(redirect: RedirectUrl) -> JsonObject:
    return {
        "object": "redirect_url",
        "id": redirect.id,
        "url": redirect.url,
        "created_at": redirect.created_at,
        "updated_at": redirect.created_at,
    }


def _list_urls(call: Call) -> HttpResponse:
    check_query_names(call, ("paginated", *PAGING))
    return list_response(call, call.store.all(RedirectUrl)[::-1], _url_resource)


def _create_url(call: Call) -> HttpResponse:
    body = call.body()
    check_field_names(body, ("url",))
    redirect = RedirectUrl(id=new_id("ru"), url=required_text(body, "url"), created_at=call.now)
    if call.store.one(RedirectUrl, url=redirect.url) is not None:
        raise taken("url")
    call.store.put(redirect)
    return json_response(_url_resource(redirect))


def _find_url(call: Call, url_id: str) -> RedirectUrl:
    redirect = call.store.one(RedirectUrl, id=url_id)
    if redirect is None:
        raise not_found("Redirect URL", url_id)
    return redirect


def _get_url(call: Call, url_id: str) -> HttpResponse:
    return json_response(_url_resource(_find_url(call, url_id)))


def _delete_url(call: Call, url_id: str) -> HttpResponse:
    call.store.remove(_find_url(call, url_id))
    return json_response({"object": "redirect_url", "id": url_id, "deleted": True})


def _identifier_resource(call: Call, allowed: AllowlistIdentifier) -> JsonObject:
    return {
        "object": "allowlist_identifier",
        "id": allowed.id,
        "identifier": allowed.identifier,
        "identifier_type": _type_of(allowed.identifier),
        "instance_id": call.keys.kid,
        "created_at": allowed.created_at,
        "updated_at": allowed.created_at,
    }


def _type_of(identifier: str) -> str:
    if "@" in identifier:
        return "email_address"
    return "phone_number" if identifier.startswith("+") else "web3_wallet"


def _list_identifiers(call: Call) -> HttpResponse:
    check_query_names(call, ("paginated", *PAGING))
    identifiers = call.store.all(AllowlistIdentifier)[::-1]
    return list_response(call, identifiers, lambda one: _identifier_resource(call, one))


def _create_identifier(call: Call) -> HttpResponse:
    body = call.body()
    check_field_names(body, ("identifier",))
    allowed = AllowlistIdentifier(
        id=new_id("alid"), identifier=required_text(body, "identifier"), created_at=call.now
    )
    if call.store.one(AllowlistIdentifier, identifier=allowed.identifier) is not None:
        raise taken("identifier")
    call.store.put(allowed)
    return json_response(_identifier_resource(call, allowed))


def _delete_identifier(call: Call, identifier_id: str) -> HttpResponse:
    allowed = call.store.one(AllowlistIdentifier, id=identifier_id)
    if allowed is None:
        raise not_found("Allowlist identifier", identifier_id)
    call.store.remove(allowed)
    return json_response({"object": "allowlist_identifier", "id": identifier_id, "deleted": True})


ROUTES: tuple[Route, ...] = (
    ("GET", "/v1/redirect_urls", _list_urls),
    ("POST", "/v1/redirect_urls", _create_url),
    ("GET", "/v1/redirect_urls/<url_id>", _get_url),
    ("DELETE", "/v1/redirect_urls/<url_id>", _delete_url),
    ("GET", "/v1/allowlist_identifiers", _list_identifiers),
    ("POST", "/v1/allowlist_identifiers", _create_identifier),
    ("DELETE", "/v1/allowlist_identifiers/<identifier_id>", _delete_identifier),
)
