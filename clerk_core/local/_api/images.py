"""Implement the operations of the Backend API on the pictures of users and organizations.

It must not know how an image is served.
"""

from __future__ import annotations

from clerk_core._messages import HttpResponse
from clerk_core.local._api.resources import organization_resource, user_resource
from clerk_core.local._api.uploads import uploaded_file
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.images import delete_logo, delete_picture, set_logo, set_picture
from clerk_core.local._domain.organizations import find_organization
from clerk_core.local._domain.users import find_user
from clerk_core.local._responses import json_response


def _set_picture(call: Call, user_id: str) -> HttpResponse:
    user = find_user(call.store, user_id)
    user = set_picture(call.store, user, *uploaded_file(call), call.now)
    return json_response(user_resource(call, user))


def _delete_picture(call: Call, user_id: str) -> HttpResponse:
    user = delete_picture(call.store, find_user(call.store, user_id), call.now)
    return json_response(user_resource(call, user))


def _set_logo(call: Call, organization_id: str) -> HttpResponse:
    organization = find_organization(call.store, organization_id)
    organization = set_logo(call.store, organization, *uploaded_file(call), call.now)
    return json_response(organization_resource(call, organization))


def _delete_logo(call: Call, organization_id: str) -> HttpResponse:
    organization = find_organization(call.store, organization_id)
    organization = delete_logo(call.store, organization, call.now)
    return json_response(organization_resource(call, organization))


_PICTURE = "/v1/users/<user_id>/profile_image"
_LOGO = "/v1/organizations/<organization_id>/logo"

ROUTES: tuple[Route, ...] = (
    ("POST", _PICTURE, _set_picture),
    ("DELETE", _PICTURE, _delete_picture),
    ("PUT", _LOGO, _set_logo),
    ("DELETE", _LOGO, _delete_logo),
)
