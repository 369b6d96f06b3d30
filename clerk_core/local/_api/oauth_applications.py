"""Implement the OAuth application operations of the Backend API.

It must not know browsers, or how a user grants access.
"""

from __future__ import annotations

from dataclasses import replace

from clerk_core._messages import HttpResponse
from clerk_core.local._api.listing import PAGING, Orders, matches_query, page_response, sort_items
from clerk_core.local._api.parameters import (
    check_field_names,
    check_query_names,
    flag,
    optional_text,
    required_text,
    texts,
)
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.oauth_applications import (
    DEFAULT_SCOPES,
    find_application,
    is_redirect_uri,
    new_secret,
    unknown_scopes,
)
from clerk_core.local._domain.oauth_errors import OAuthError
from clerk_core.local._domain.oauth_tokens import revoke_token
from clerk_core.local._responses import ApiError, invalid_parameter, json_response
from clerk_core.local._storage.rows import JsonObject, OAuthApplication, new_id, random_text

_FIELDS = (
    *("name", "redirect_uris", "callback_url", "scopes", "consent_screen_enabled"),
    *("pkce_required", "public"),
)
_ORDERS: Orders[OAuthApplication] = {
    "created_at": lambda one: one.created_at,
    "name": lambda one: one.name,
}
_MAX_NAME_LENGTH = 256


def _resource(call: Call, application: OAuthApplication) -> JsonObject:
    return {
        "object": "oauth_application",
        "id": application.id,
        "instance_id": call.keys.kid,
        "name": application.name,
        "client_id": application.client_id,
        "client_uri": application.client_uri,
        "client_image_url": None,
        "dynamically_registered": application.dynamically_registered,
        "consent_screen_enabled": application.consent_screen_enabled,
        "pkce_required": application.pkce_required,
        "public": application.public,
        "scopes": " ".join(application.scopes),
        "redirect_uris": application.redirect_uris,
        "callback_url": next(iter(application.redirect_uris), ""),
        "authorize_url": f"{call.url}/oauth/authorize",
        "token_fetch_url": f"{call.url}/oauth/token",
        "user_info_url": f"{call.url}/oauth/userinfo",
        "discovery_url": f"{call.url}/.well-known/openid-configuration",
        "token_introspection_url": f"{call.url}/oauth/token_info",
        "created_at": application.created_at,
        "updated_at": application.updated_at,
    }


def _list(call: Call) -> HttpResponse:
    check_query_names(call, (*PAGING, "order_by", "name_query"))
    found = [
        application
        for application in call.store.all(OAuthApplication)
        if matches_query(call, [application.name], "name_query")
        or application.client_id == call.argument("name_query")
    ]
    ordered = sort_items(call, found, _ORDERS, default="+created_at")
    return page_response(call, ordered, lambda one: _resource(call, one))


def _create(call: Call) -> HttpResponse:
    body = call.body()
    check_field_names(body, _FIELDS)
    empty = OAuthApplication(
        id=new_id("oa"),
        client_id=random_text(16),
        name=required_text(body, "name"),
        redirect_uris=[],
        scopes=list(DEFAULT_SCOPES),
        created_at=call.now,
        updated_at=call.now,
    )
    application, secret = new_secret(_changed(call, empty, body), call.now)
    call.store.put(application)
    # Only this response and that of `rotate_secret` contain the secret.
    return json_response({**_resource(call, application), "client_secret": secret})


def _changed(call: Call, application: OAuthApplication, body: JsonObject) -> OAuthApplication:
    """Return the application with the fields of the body; do not store it."""
    name = optional_text(body, "name") or application.name
    if len(name) > _MAX_NAME_LENGTH:
        raise invalid_parameter("name", f"of at most {_MAX_NAME_LENGTH} characters")
    consent = flag(body, "consent_screen_enabled", application.consent_screen_enabled)
    if application.dynamically_registered and not consent:
        raise invalid_parameter(
            "consent_screen_enabled", "true for an application that registered itself"
        )
    return replace(
        application,
        name=name,
        redirect_uris=_redirect_uris(body) or application.redirect_uris,
        scopes=_scopes(call, body) or application.scopes,
        consent_screen_enabled=consent,
        pkce_required=flag(body, "pkce_required", application.pkce_required),
        public=flag(body, "public", application.public),
        updated_at=call.now,
    )


def _redirect_uris(body: JsonObject) -> list[str]:
    callback_url = optional_text(body, "callback_url")
    uris = texts(body, "redirect_uris") or ([callback_url] if callback_url else [])
    if not all(map(is_redirect_uri, uris)):
        raise invalid_parameter("redirect_uris", "absolute URIs without fragment")
    return uris


def _scopes(call: Call, body: JsonObject) -> list[str]:
    scopes = (optional_text(body, "scopes") or "").split()
    unknown = unknown_scopes(call.settings, scopes)
    if unknown:
        raise invalid_parameter("scopes", f"scopes of this instance, not {unknown[0]!r}")
    return list(dict.fromkeys(scopes))


def _get(call: Call, application_id: str) -> HttpResponse:
    return json_response(_resource(call, find_application(call.store, application_id)))


def _update(call: Call, application_id: str) -> HttpResponse:
    body = call.body()
    check_field_names(body, _FIELDS)
    application = _changed(call, find_application(call.store, application_id), body)
    call.store.put(application)
    return json_response(_resource(call, application))


def _delete(call: Call, application_id: str) -> HttpResponse:
    call.store.remove(find_application(call.store, application_id))
    return json_response({"object": "oauth_application", "id": application_id, "deleted": True})


def _rotate_secret(call: Call, application_id: str) -> HttpResponse:
    application, secret = new_secret(find_application(call.store, application_id), call.now)
    call.store.put(application)
    return json_response({**_resource(call, application), "client_secret": secret})


def _revoke_token(call: Call, application_id: str) -> HttpResponse:
    application = find_application(call.store, application_id)
    body = call.body()
    check_field_names(body, ("token",))
    try:
        revoke_token(call.store, call.keys, application, required_text(body, "token"), call.now)
    except OAuthError as error:
        raise ApiError(400, error.code, error.description, parameter="token") from None
    return HttpResponse(204)


_ALL = "/v1/oauth_applications"
_ONE = f"{_ALL}/<application_id>"

ROUTES: tuple[Route, ...] = (
    ("GET", _ALL, _list),
    ("POST", _ALL, _create),
    ("GET", _ONE, _get),
    ("PATCH", _ONE, _update),
    ("DELETE", _ONE, _delete),
    ("POST", f"{_ONE}/rotate_secret", _rotate_secret),
    ("POST", f"{_ONE}/revoke_token", _revoke_token),
)
