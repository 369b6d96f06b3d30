"""Implement the API key operations of the Backend API.

It must not know how keys are found or validated.
"""

from __future__ import annotations

from dataclasses import replace

from clerk_core._json_values import is_object
from clerk_core._messages import HttpResponse
from clerk_core.local._api.listing import PAGING, matches_query, page_response
from clerk_core.local._api.parameters import (
    changed_text,
    check_field_names,
    check_query_names,
    expiration,
    optional_text,
    required_text,
    revocation_reason,
    texts,
)
from clerk_core.local._api.resources import token_resource
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.errors import not_found
from clerk_core.local._domain.machine_tokens import (
    find_by_secret,
    find_token,
    is_valid,
    new_token,
    revoke,
)
from clerk_core.local._responses import invalid_parameter, json_response, missing_parameter
from clerk_core.local._storage.rows import JsonObject, Machine, MachineToken, Organization, User

_KIND = "api_key"
_CHANGEABLE = ("claims", "scopes", "description", "subject", "seconds_until_expiration")
_MIN_NAME_LENGTH = 3
# Not 200 as in the specification: Clerk's Python SDK only accepts 201.
_CREATED = 201


def api_key_resource(token: MachineToken, now: int) -> JsonObject:
    """Return the JSON representation of an API key, without its secret."""
    return {
        "object": "api_key",
        "type": token.type,
        "name": token.name,
        "description": token.description,
        "claims": token.claims,
        "created_by": token.created_by,
        "last_used_at": token.last_used_at,
        **token_resource(token, now),
    }


def _create_key(call: Call) -> HttpResponse:
    body = call.body()
    check_field_names(body, ("name", "type", "created_by", *_CHANGEABLE))
    name = checked_name(body)
    token = replace(
        new_token(_KIND, _subject(call, required_text(body, "subject")), call.now),
        name=name,
        type=optional_text(body, "type") or _KIND,
        description=optional_text(body, "description"),
        claims=_claims(body),
        scopes=texts(body, "scopes"),
        created_by=optional_text(body, "created_by"),
        expiration=expiration(body, None, call.now),
    )
    call.store.put(token)
    # Only this response and `get_secret` contain the secret.
    return json_response({**api_key_resource(token, call.now), "secret": token.secret}, _CREATED)


def checked_name(body: JsonObject) -> str:
    """Return the field with the name of a new API key.

    Raises:
        ApiError: 422 if it is missing or invalid.
    """
    name = required_text(body, "name")
    if len(name) < _MIN_NAME_LENGTH or name != name.strip():
        raise invalid_parameter(
            "name", f"of at least {_MIN_NAME_LENGTH} characters, without whitespace at the ends"
        )
    return name


def _subject(call: Call, subject: str) -> str:
    kinds = {"user": User, "org": Organization, "mch": Machine}
    kind = kinds.get(subject.partition("_")[0])
    if kind is None:
        raise invalid_parameter("subject", "the id of a user, an organization or a machine")
    if call.store.one(kind, id=subject) is None:
        raise not_found("Subject", subject)
    return subject


def _claims(body: JsonObject) -> object:
    claims = body.get("claims")
    if claims is not None and not is_object(claims):
        raise invalid_parameter("claims", "an object")
    return claims


def _list_keys(call: Call) -> HttpResponse:
    check_query_names(call, ("subject", "type", "include_invalid", "query", *PAGING))
    subject = call.argument("subject")
    if not subject:
        raise missing_parameter("subject")
    kind = call.argument("type") or _KIND
    everything = call.argument("include_invalid") == "true"
    keys = [
        token
        for token in call.store.all(MachineToken, kind=_KIND, subject=subject, type=kind)
        if (everything or is_valid(token, call.now))
        and matches_query(call, [token.name, token.description, token.id])
    ]
    return page_response(call, keys[::-1], lambda token: api_key_resource(token, call.now))


def _get_key(call: Call, api_key_id: str) -> HttpResponse:
    return json_response(api_key_resource(find_token(call.store, _KIND, api_key_id), call.now))


def _update_key(call: Call, api_key_id: str) -> HttpResponse:
    token = find_token(call.store, _KIND, api_key_id)
    body = call.body()
    check_field_names(body, _CHANGEABLE)
    subject = optional_text(body, "subject")
    token = replace(
        token,
        subject=_subject(call, subject) if subject else token.subject,
        claims=_claims(body) if "claims" in body else token.claims,
        scopes=texts(body, "scopes") if "scopes" in body else token.scopes,
        description=changed_text(body, "description", token.description),
        updated_at=call.now,
    )
    if "seconds_until_expiration" in body:
        token = replace(token, expiration=expiration(body, None, call.now))
    call.store.put(token)
    return json_response(api_key_resource(token, call.now))


def _delete_key(call: Call, api_key_id: str) -> HttpResponse:
    token = find_token(call.store, _KIND, api_key_id)
    call.store.remove(token)
    return json_response({"object": "api_key", "id": token.id, "deleted": True})


def _get_secret(call: Call, api_key_id: str) -> HttpResponse:
    return json_response({"secret": find_token(call.store, _KIND, api_key_id).secret})


def _revoke_key(call: Call, api_key_id: str) -> HttpResponse:
    token = find_token(call.store, _KIND, api_key_id)
    token = revoke(call.store, token, revocation_reason(call), call.now)
    return json_response(api_key_resource(token, call.now))


def _verify_key(call: Call) -> HttpResponse:
    body = call.body()
    check_field_names(body, ("secret",))
    token = find_by_secret(call.store, _KIND, required_text(body, "secret"), call.now)
    return json_response(api_key_resource(token, call.now))


_ALL = "/v1/api_keys"

ROUTES: tuple[Route, ...] = (
    ("POST", _ALL, _create_key),
    ("GET", _ALL, _list_keys),
    ("POST", f"{_ALL}/verify", _verify_key),
    ("GET", f"{_ALL}/<api_key_id>", _get_key),
    ("PATCH", f"{_ALL}/<api_key_id>", _update_key),
    ("DELETE", f"{_ALL}/<api_key_id>", _delete_key),
    ("GET", f"{_ALL}/<api_key_id>/secret", _get_secret),
    ("POST", f"{_ALL}/<api_key_id>/revoke", _revoke_key),
)
