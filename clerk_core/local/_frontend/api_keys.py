"""The API keys of the signed-in user, and of its organizations.

clerk-js calls them with JSON, and reads the resource without an envelope. It must not know how a
key is verified.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from clerk_core._messages import HttpResponse
from clerk_core.local._api.api_keys import api_key_resource, checked_name
from clerk_core.local._api.listing import matches_query, page_response
from clerk_core.local._api.parameters import (
    changed_text,
    check_field_names,
    expiration,
    optional_text,
    required_text,
    revocation_reason,
)
from clerk_core.local._call import Call, Handler, Route
from clerk_core.local._domain.errors import ForbiddenError, not_found
from clerk_core.local._domain.machine_tokens import find_token, is_valid, new_token, revoke
from clerk_core.local._domain.memberships import check_permission, own_membership
from clerk_core.local._domain.permissions import MANAGE_API_KEYS, READ_API_KEYS
from clerk_core.local._frontend.browser import SignedInBrowser, signed_in_browser_of
from clerk_core.local._responses import json_response
from clerk_core.local._storage.rows import MachineToken

_KIND = "api_key"
_CREATED = 201


def _list(browser: SignedInBrowser) -> HttpResponse:
    call = browser.call
    subject = call.argument("subject") or browser.user.id
    _check_access(browser, subject, READ_API_KEYS)
    everything = call.argument("include_invalid") == "true"
    keys = [
        key
        for key in call.store.all(MachineToken, kind=_KIND, subject=subject, type=_KIND)
        if (everything or is_valid(key, call.now)) and matches_query(call, [key.name, key.id])
    ]
    return page_response(call, keys[::-1], lambda key: api_key_resource(key, call.now))


def _create(browser: SignedInBrowser) -> HttpResponse:
    call = browser.call
    body = call.body()
    fields = ("type", "name", "description", "subject", "seconds_until_expiration")
    check_field_names(body, fields)
    subject = required_text(body, "subject")
    _check_access(browser, subject, MANAGE_API_KEYS)
    key = replace(
        new_token(_KIND, subject, call.now),
        name=checked_name(body),
        description=optional_text(body, "description"),
        created_by=browser.user.id,
        expiration=expiration(body, None, call.now),
    )
    call.store.put(key)
    # The only response of the Frontend API that has the secret.
    return json_response({**api_key_resource(key, call.now), "secret": key.secret}, _CREATED)


def _update(browser: SignedInBrowser, api_key_id: str) -> HttpResponse:
    call = browser.call
    key, body = _find(browser, api_key_id), call.body()
    check_field_names(body, ("description",))
    description = changed_text(body, "description", key.description)
    key = replace(key, description=description, updated_at=call.now)
    call.store.put(key)
    return json_response(api_key_resource(key, call.now))


def _revoke(browser: SignedInBrowser, api_key_id: str) -> HttpResponse:
    call = browser.call
    key = _find(browser, api_key_id)
    key = revoke(call.store, key, revocation_reason(call), call.now)
    return json_response(api_key_resource(key, call.now))


def _find(browser: SignedInBrowser, api_key_id: str) -> MachineToken:
    key = find_token(browser.call.store, _KIND, api_key_id)
    _check_access(browser, key.subject, MANAGE_API_KEYS)
    return key


def _check_access(browser: SignedInBrowser, subject: str, permission: str) -> None:
    """Raise an error if the user may not do this with the API keys of a user or organization."""
    settings, store = browser.call.settings, browser.call.store
    is_organization = subject.startswith("org_")
    is_on = settings.organization_api_keys if is_organization else settings.user_api_keys
    if not is_on:
        raise ForbiddenError(
            "api_keys_not_enabled",
            "access denied",
            "API keys are not enabled. Set InstanceSettings(user_api_keys=True) or "
            "InstanceSettings(organization_api_keys=True).",
        )
    if is_organization:
        check_permission(store, own_membership(store, browser.user.id, subject), permission)
    elif subject != browser.user.id:
        # As if there were no such user: the keys of others stay unknown.
        raise not_found("Subject", subject)


def _for_user(handler: Callable[..., HttpResponse]) -> Handler:
    def handle(call: Call, **parts: str) -> HttpResponse:
        return handler(signed_in_browser_of(call), **parts)

    return handle


_ALL = "/api_keys"

ROUTES: tuple[Route, ...] = (
    ("GET", _ALL, _for_user(_list)),
    ("POST", _ALL, _for_user(_create)),
    ("PATCH", f"{_ALL}/<api_key_id>", _for_user(_update)),
    ("POST", f"{_ALL}/<api_key_id>/revoke", _for_user(_revoke)),
)
