"""The picture of the signed-in user, the logo of an organization, and the images themselves.

It must not know the rest of an account or an organization.
"""

from __future__ import annotations

from clerk_core._messages import HttpResponse
from clerk_core.local._api.resources import image_url
from clerk_core.local._api.uploads import uploaded_file
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.errors import not_found
from clerk_core.local._domain.images import delete_logo, delete_picture, set_logo, set_picture
from clerk_core.local._domain.permissions import MANAGE_PROFILE
from clerk_core.local._frontend.browser import SignedInBrowser, for_user
from clerk_core.local._frontend.organization_access import for_member
from clerk_core.local._frontend.organization_resources import own_organization_resource
from clerk_core.local._storage.rows import Image, JsonObject, Organization


def _get(call: Call, image_id: str) -> HttpResponse:
    image = call.store.one(Image, id=image_id)
    if image is None:
        raise not_found("Image", image_id)
    return HttpResponse(
        200,
        [
            ("content-type", image.content_type),
            ("cache-control", "private, max-age=31536000, immutable"),
            ("x-content-type-options", "nosniff"),
            ("content-security-policy", "default-src 'none'; sandbox"),
            ("cross-origin-resource-policy", "cross-origin"),
        ],
        image.content,
    )


def _set_picture(browser: SignedInBrowser) -> JsonObject:
    call = browser.call
    name, content = uploaded_file(call)
    user = set_picture(call.store, browser.user, name, content, call.now)
    url = image_url(call, user.image_id)
    return {"object": "image", "id": user.image_id, "name": name, "public_url": url}


def _delete_picture(browser: SignedInBrowser) -> JsonObject:
    call, image_id = browser.call, browser.user.image_id
    delete_picture(call.store, browser.user, call.now)
    return {"object": "image", "id": image_id or "", "deleted": True}


def _set_logo(browser: SignedInBrowser, organization: Organization) -> JsonObject:
    call = browser.call
    changed = set_logo(call.store, organization, *uploaded_file(call), call.now)
    return own_organization_resource(call, changed)


def _delete_logo(browser: SignedInBrowser, organization: Organization) -> JsonObject:
    call = browser.call
    # Not the deleted object of the specification: clerk-js reads an organization.
    return own_organization_resource(call, delete_logo(call.store, organization, call.now))


_LOGO = "/v1/organizations/<organization_id>/logo"

ROUTES: tuple[Route, ...] = (
    ("GET", "/v1/images/<image_id>", _get),
    ("POST", "/v1/me/profile_image", for_user(_set_picture)),
    ("DELETE", "/v1/me/profile_image", for_user(_delete_picture)),
    ("PUT", _LOGO, for_member(_set_logo, MANAGE_PROFILE)),
    ("DELETE", _LOGO, for_member(_delete_logo, MANAGE_PROFILE)),
)
