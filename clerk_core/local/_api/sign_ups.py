"""Implement the operation of the Backend API that reads an attempt to sign up.

It must not know browsers or pages.
"""

from __future__ import annotations

from clerk_core._messages import HttpResponse
from clerk_core.local._api.sign_up_resource import sign_up_resource
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.errors import not_found
from clerk_core.local._responses import json_response
from clerk_core.local._storage.rows import SignUp


def _get(call: Call, sign_up_id: str) -> HttpResponse:
    sign_up = call.store.one(SignUp, id=sign_up_id)
    if sign_up is None:
        raise not_found("Sign up", sign_up_id)
    return json_response(sign_up_resource(call, sign_up))


ROUTES: tuple[Route, ...] = (("GET", "/v1/sign_ups/<sign_up_id>", _get),)
