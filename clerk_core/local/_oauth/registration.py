"""Dynamic client registration (RFC 7591), which a setting turns on.

It must not know users.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from clerk_core._json_values import is_strings
from clerk_core._messages import HttpResponse
from clerk_core.local._call import Call, Route
from clerk_core.local._domain.errors import DomainError
from clerk_core.local._domain.oauth_applications import (
    DEFAULT_SCOPES,
    is_redirect_uri,
    new_secret,
    read_scopes,
    unknown_scopes,
)
from clerk_core.local._domain.oauth_errors import OAuthError
from clerk_core.local._frontend.urls import read_return_url
from clerk_core.local._oauth.client import error_document
from clerk_core.local._oauth.metadata import AUTHENTICATION_METHODS
from clerk_core.local._responses import ApiError, json_response
from clerk_core.local._storage.rows import JsonObject, OAuthApplication, new_id, random_text

_MAX_NAME_LENGTH = 256
_MAX_LENGTH = 1024


def _register(call: Call) -> HttpResponse:
    if not call.settings.dynamic_oauth_client_registration:
        raise ApiError(
            422,
            "dynamic_oauth_client_registration_disabled",
            "Dynamic client registration is not enabled",
            "Use InstanceSettings(dynamic_oauth_client_registration=True), or create the "
            "application with the Backend API.",
        )
    try:
        application, secret = new_secret(_read_application(call), call.now)
    except OAuthError as error:
        return error_document(error)
    call.store.put(application)
    return json_response(_client_information(application, secret), 201)


def _read_application(call: Call) -> OAuthApplication:
    """Return the application that the client metadata describes; unknown metadata is ignored."""
    try:
        metadata = call.body()
    except DomainError:
        raise _invalid("The client metadata must be a JSON object.") from None
    method = metadata.get("token_endpoint_auth_method") or AUTHENTICATION_METHODS[0]
    if method not in AUTHENTICATION_METHODS:
        raise _invalid(f"token_endpoint_auth_method must be of {AUTHENTICATION_METHODS}.")
    client_id = random_text(16)
    is_public = method == "none"
    return OAuthApplication(
        id=new_id("oa"),
        client_id=client_id,
        name=_text(metadata, "client_name", _MAX_NAME_LENGTH) or client_id,
        client_uri=_text(metadata, "client_uri", _MAX_LENGTH),
        redirect_uris=_redirect_uris(metadata),
        scopes=_scopes(call, metadata),
        token_endpoint_auth_method=str(method),
        public=is_public,
        pkce_required=is_public,
        dynamically_registered=True,
        created_at=call.now,
        updated_at=call.now,
    )


def _redirect_uris(metadata: JsonObject) -> list[str]:
    listed = metadata.get("redirect_uris")
    if not is_strings(listed) or not listed or not all(map(_is_safe, listed)):
        raise OAuthError(
            "invalid_redirect_uri",
            "redirect_uris must be absolute URIs without fragment; http is for this machine only.",
        )
    return listed


def _is_safe(uri: str) -> bool:
    # RFC 9700, 2.6: codes are not sent in clear text, unless they stay on the machine.
    is_plain = urlsplit(uri).scheme.lower() == "http" if uri.isascii() else False
    return is_redirect_uri(uri) and (not is_plain or read_return_url(uri) is not None)


def _scopes(call: Call, metadata: JsonObject) -> list[str]:
    text = _text(metadata, "scope", _MAX_LENGTH)
    scopes: list[str] = read_scopes(text) if text else [*DEFAULT_SCOPES]
    unknown = unknown_scopes(call.settings, scopes)
    if unknown:
        raise _invalid(f"This instance has no scope {unknown[0]}.")
    return scopes


def _text(metadata: JsonObject, name: str, longest: int) -> str | None:
    value = metadata.get(name)
    if value is not None and (not isinstance(value, str) or len(value) > longest):
        raise _invalid(f"{name} must be a string of at most {longest} characters.")
    return value or None


def _invalid(description: str) -> OAuthError:
    return OAuthError("invalid_client_metadata", description)


def _client_information(application: OAuthApplication, secret: str) -> JsonObject:
    """Return the client information (RFC 7591, 3.2.1)."""
    information: JsonObject = {
        "client_id": application.client_id,
        "client_id_issued_at": application.created_at // 1000,
        "client_secret_expires_at": 0,
        "client_name": application.name,
        "redirect_uris": application.redirect_uris,
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "scope": " ".join(application.scopes),
        "token_endpoint_auth_method": application.token_endpoint_auth_method,
    }
    if application.client_uri is not None:
        information["client_uri"] = application.client_uri
    if secret:
        information["client_secret"] = secret
    return information


ROUTES: tuple[Route, ...] = (("POST", "/oauth/register", _register),)
