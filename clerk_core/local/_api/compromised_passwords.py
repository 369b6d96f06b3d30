"""Implement the operations of the Backend API that mark the password of a user as compromised.

It must not know how a user sets a new one.
"""

from __future__ import annotations

from dataclasses import replace

from clerk_core._messages import HttpResponse
from clerk_core.local._api.parameters import check_field_names, flag
from clerk_core.local._api.resources import user_resource
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.errors import InvalidStateError
from clerk_core.local._domain.sessions import revoke_sessions
from clerk_core.local._domain.users import find_user
from clerk_core.local._responses import json_response


def _set_compromised(call: Call, user_id: str) -> HttpResponse:
    user, body = find_user(call.store, user_id), call.body()
    check_field_names(body, ("revoke_all_sessions",))
    if user.password_hash is None:
        raise InvalidStateError("user_has_no_password", "The user has no password.")
    user = replace(user, password_compromised_at=call.now, updated_at=call.now)
    call.store.put(user)
    if flag(body, "revoke_all_sessions", default=False):
        revoke_sessions(call.store, user, call.now)
    return json_response(user_resource(call, user))


def _unset_compromised(call: Call, user_id: str) -> HttpResponse:
    user = find_user(call.store, user_id)
    user = replace(user, password_compromised_at=None, updated_at=call.now)
    call.store.put(user)
    return json_response(user_resource(call, user))


_ONE = "/v1/users/<user_id>/password"

ROUTES: tuple[Route, ...] = (
    ("POST", f"{_ONE}/set_compromised", _set_compromised),
    ("POST", f"{_ONE}/unset_compromised", _unset_compromised),
)
