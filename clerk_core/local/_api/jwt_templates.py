"""Implement the JWT template operations of the Backend API.

All templates are signed with the key of the instance. It must not know how tokens are created.
"""

from __future__ import annotations

import re
from dataclasses import replace

from clerk_core._messages import HttpResponse
from clerk_core.local._api.listing import PAGING, list_response
from clerk_core.local._api.parameters import (
    check_field_names,
    check_query_names,
    metadata,
    required_text,
    whole_number,
)
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.errors import not_found, taken
from clerk_core.local._domain.tokens import MAX_TOKEN_LIFETIME, MIN_TOKEN_LIFETIME, STANDARD_CLAIMS
from clerk_core.local._responses import invalid_parameter, json_response, missing_parameter
from clerk_core.local._storage.rows import JsonObject, JwtTemplate, new_id

FIELDS = ("name", "claims", "lifetime", "allowed_clock_skew")
_NAME = re.compile(r"[\w-]+")
_MAX_SKEW = 300


def _resource(template: JwtTemplate) -> JsonObject:
    return {
        "object": "jwt_template",
        "id": template.id,
        "name": template.name,
        "claims": template.claims,
        "lifetime": template.lifetime_in_seconds,
        "allowed_clock_skew": template.allowed_clock_skew,
        "custom_signing_key": False,
        "signing_algorithm": "RS256",
        "created_at": template.created_at,
        "updated_at": template.updated_at,
    }


def _list_templates(call: Call) -> HttpResponse:
    check_query_names(call, ("paginated", *PAGING))
    return list_response(call, call.store.all(JwtTemplate)[::-1], _resource)


def _create_template(call: Call) -> HttpResponse:
    template = JwtTemplate(
        id=new_id("jtmp"), name="", claims={}, created_at=call.now, updated_at=call.now
    )
    return _save(call, template)


def _get_template(call: Call, template_id: str) -> HttpResponse:
    return json_response(_resource(_find(call, template_id)))


def _update_template(call: Call, template_id: str) -> HttpResponse:
    return _save(call, replace(_find(call, template_id), updated_at=call.now))


def _save(call: Call, template: JwtTemplate) -> HttpResponse:
    body = call.body()
    check_field_names(body, FIELDS)
    name = required_text(body, "name")
    if not _NAME.fullmatch(name):
        raise invalid_parameter("name", "of letters, digits, dashes and underscores")
    other = call.store.one(JwtTemplate, name=name)
    if other is not None and other.id != template.id:
        raise taken("name")
    lifetime = whole_number(body, "lifetime", MIN_TOKEN_LIFETIME, MAX_TOKEN_LIFETIME)
    skew = whole_number(body, "allowed_clock_skew", 0, _MAX_SKEW)
    template = replace(
        template,
        name=name,
        claims=_claims(body),
        lifetime_in_seconds=template.lifetime_in_seconds if lifetime is None else lifetime,
        allowed_clock_skew=template.allowed_clock_skew if skew is None else skew,
    )
    call.store.put(template)
    return json_response(_resource(template))


def _claims(body: JsonObject) -> JsonObject:
    if body.get("claims") is None:
        raise missing_parameter("claims")
    claims = metadata(body, "claims")
    reserved = sorted(STANDARD_CLAIMS & claims.keys())
    if reserved:
        raise invalid_parameter("claims", f"without {', '.join(reserved)}, which Clerk sets itself")
    return claims


def _delete_template(call: Call, template_id: str) -> HttpResponse:
    template = _find(call, template_id)
    call.store.remove(template)
    return json_response({"object": "jwt_template", "id": template.id, "deleted": True})


def _find(call: Call, template_id: str) -> JwtTemplate:
    template = call.store.one(JwtTemplate, id=template_id)
    if template is None:
        raise not_found("JWT template", template_id)
    return template


_ALL = "/v1/jwt_templates"

ROUTES: tuple[Route, ...] = (
    ("GET", _ALL, _list_templates),
    ("POST", _ALL, _create_template),
    ("GET", f"{_ALL}/<template_id>", _get_template),
    ("PATCH", f"{_ALL}/<template_id>", _update_template),
    ("DELETE", f"{_ALL}/<template_id>", _delete_template),
)
