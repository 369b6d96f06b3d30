"""Implement the operations of the Backend API on machines, their scopes and their secret keys.

It must not know M2M tokens.
"""

from __future__ import annotations

from dataclasses import replace

from clerk_core._messages import HttpResponse
from clerk_core.local._api.listing import PAGING, Orders, matches_query, page_response, sort_items
from clerk_core.local._api.parameters import (
    check_field_names,
    check_query_names,
    optional_text,
    required_text,
    texts,
    whole_number,
)
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.errors import not_found
from clerk_core.local._domain.machine_tokens import delete_tokens_of
from clerk_core.local._domain.machines import (
    find_machine,
    find_machine_by_secret_key,
    new_secret_key,
)
from clerk_core.local._domain.tokens import MAX_TOKEN_LIFETIME
from clerk_core.local._responses import (
    ApiError,
    invalid_parameter,
    json_response,
    missing_parameter,
)
from clerk_core.local._storage.rows import JsonObject, Machine, new_id

_MAX_NAME_LENGTH = 255
_MAX_SCOPES = 150
_MAX_OVERLAP = 28_800
_ORDERS: Orders[Machine] = {
    "created_at": lambda one: one.created_at,
    "name": lambda one: one.name.casefold(),
}


def calling_machine(call: Call) -> Machine | None:
    """Return the machine whose secret key the request carries, or None."""
    return find_machine_by_secret_key(call.store, call.bearer or "", call.now)


def _resource(call: Call, machine: Machine) -> JsonObject:
    scoped = [find_machine(call.store, machine_id) for machine_id in machine.scopes]
    return {
        **_without_scopes(call, machine),
        "scoped_machines": [_without_scopes(call, one) for one in scoped],
    }


def _without_scopes(call: Call, machine: Machine) -> JsonObject:
    return {
        "object": "machine",
        "id": machine.id,
        "name": machine.name,
        "instance_id": call.keys.kid,
        "created_at": machine.created_at,
        "updated_at": machine.updated_at,
        "default_token_ttl": machine.default_token_ttl,
    }


def _list_machines(call: Call) -> HttpResponse:
    check_query_names(call, ("query", "order_by", *PAGING))
    found = [one for one in call.store.all(Machine) if matches_query(call, [one.id, one.name])]
    return page_response(call, sort_items(call, found, _ORDERS), lambda one: _resource(call, one))


def _create_machine(call: Call) -> HttpResponse:
    body = call.body()
    check_field_names(body, ("name", "scoped_machines", "default_token_ttl"))
    machine = Machine(
        id=new_id("mch"),
        name=_checked_name(required_text(body, "name")),
        secret_key=new_secret_key(),
        scopes=[find_machine(call.store, one).id for one in texts(body, "scoped_machines")],
        created_at=call.now,
        updated_at=call.now,
    )
    machine = _with_lifetime(machine, body)
    _save(call, machine)
    return json_response({**_resource(call, machine), "secret_key": machine.secret_key})


def _checked_name(name: str) -> str:
    if len(name) > _MAX_NAME_LENGTH:
        raise invalid_parameter("name", f"of at most {_MAX_NAME_LENGTH} characters")
    return name


def _with_lifetime(machine: Machine, body: JsonObject) -> Machine:
    lifetime = whole_number(body, "default_token_ttl", 1, MAX_TOKEN_LIFETIME)
    return machine if lifetime is None else replace(machine, default_token_ttl=lifetime)


def _save(call: Call, machine: Machine) -> None:
    if len(machine.scopes) > _MAX_SCOPES:
        raise invalid_parameter("scoped_machines", f"at most {_MAX_SCOPES} machines")
    call.store.put(machine)


def _get_machine(call: Call, machine_id: str) -> HttpResponse:
    return json_response(_resource(call, find_machine(call.store, machine_id)))


def _update_machine(call: Call, machine_id: str) -> HttpResponse:
    machine = find_machine(call.store, machine_id)
    body = call.body()
    check_field_names(body, ("name", "default_token_ttl"))
    name = _checked_name(optional_text(body, "name") or machine.name)
    machine = replace(_with_lifetime(machine, body), name=name, updated_at=call.now)
    call.store.put(machine)
    return json_response(_resource(call, machine))


def _delete_machine(call: Call, machine_id: str) -> HttpResponse:
    machine = find_machine(call.store, machine_id)
    for other in call.store.all(Machine):
        if machine.id in other.scopes:
            call.store.put(_without_scope(other, machine.id))
    delete_tokens_of(call.store, machine.id)
    call.store.remove(machine)
    return json_response({"object": "machine", "id": machine.id, "deleted": True})


def _without_scope(machine: Machine, other_id: str) -> Machine:
    return replace(machine, scopes=[scope for scope in machine.scopes if scope != other_id])


def _get_secret_key(call: Call, machine_id: str) -> HttpResponse:
    return _secret_key_response(find_machine(call.store, machine_id))


def _rotate_secret_key(call: Call, machine_id: str) -> HttpResponse:
    machine = find_machine(call.store, machine_id)
    body = call.body()
    check_field_names(body, ("previous_token_ttl",))
    overlap = whole_number(body, "previous_token_ttl", 0, _MAX_OVERLAP)
    if overlap is None:
        raise missing_parameter("previous_token_ttl")
    machine = replace(
        machine,
        secret_key=new_secret_key(),
        previous_secret_key=machine.secret_key,
        previous_expire_at=call.now + overlap * 1000,
        updated_at=call.now,
    )
    call.store.put(machine)
    return _secret_key_response(machine)


def _secret_key_response(machine: Machine) -> HttpResponse:
    return json_response({"object": "machine_secret_key", "secret": machine.secret_key})


def _create_scope(call: Call, machine_id: str) -> HttpResponse:
    machine = find_machine(call.store, machine_id)
    body = call.body()
    check_field_names(body, ("to_machine_id",))
    other = find_machine(call.store, required_text(body, "to_machine_id"))
    if other.id in machine.scopes:
        raise ApiError(409, "resource_exists", "The machine already has this scope.")
    _save(call, replace(machine, scopes=[*machine.scopes, other.id], updated_at=call.now))
    return json_response({**_scope(machine.id, other.id), "created_at": call.now})


def _delete_scope(call: Call, machine_id: str, other_id: str) -> HttpResponse:
    machine = find_machine(call.store, machine_id)
    if other_id not in machine.scopes:
        raise not_found("Machine scope", other_id)
    call.store.put(replace(_without_scope(machine, other_id), updated_at=call.now))
    return json_response({**_scope(machine.id, other_id), "deleted": True})


def _scope(machine_id: str, other_id: str) -> JsonObject:
    return {"object": "machine_scope", "from_machine_id": machine_id, "to_machine_id": other_id}


_ALL = "/v1/machines"

ROUTES: tuple[Route, ...] = (
    ("GET", _ALL, _list_machines),
    ("POST", _ALL, _create_machine),
    ("GET", f"{_ALL}/<machine_id>", _get_machine),
    ("PATCH", f"{_ALL}/<machine_id>", _update_machine),
    ("DELETE", f"{_ALL}/<machine_id>", _delete_machine),
    ("GET", f"{_ALL}/<machine_id>/secret_key", _get_secret_key),
    ("POST", f"{_ALL}/<machine_id>/secret_key/rotate", _rotate_secret_key),
    ("POST", f"{_ALL}/<machine_id>/scopes", _create_scope),
    ("DELETE", f"{_ALL}/<machine_id>/scopes/<other_id>", _delete_scope),
)
