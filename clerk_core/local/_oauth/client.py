"""Authenticate the client of a request, and return errors as the OAuth specifications do.

It must not know what the client requests.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from urllib.parse import unquote_plus

from clerk_core._messages import HttpResponse
from clerk_core.local._call import Call, Handler
from clerk_core.local._domain.oauth_applications import find_client, has_secret
from clerk_core.local._domain.oauth_errors import OAuthError, invalid_request
from clerk_core.local._domain.oauth_grants import check_single_values
from clerk_core.local._responses import json_response
from clerk_core.local._storage.rows import OAuthApplication

_FAILED = "The client is unknown, or its secret is wrong or missing."


def authenticated_client(call: Call) -> OAuthApplication:
    """Return the client of a request (RFC 6749, 2.3).

    A public client names itself. A confidential one proves who it is by its secret, in the
    `Authorization` header or in the body.

    Raises:
        OAuthError: It is not authenticated, or in two ways at once.
    """
    named, secret = call.field("client_id"), call.field("client_secret")
    basic = _basic_credentials(call)
    if basic is not None:
        if secret or named not in ("", basic[0]):
            raise invalid_request("The client authenticates in more than one way.")
        named, secret = basic
    application = find_client(call.store, named)
    if application is None:
        raise OAuthError("invalid_client", _FAILED)
    is_known = not secret if application.public else has_secret(application, secret)
    if not is_known:
        raise OAuthError("invalid_client", _FAILED)
    return application


def _basic_credentials(call: Call) -> tuple[str, str] | None:
    """Return id and secret of an `Authorization: Basic` header, or None without one."""
    scheme, _, encoded = (call.request.headers.get("authorization") or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        raise OAuthError("invalid_client", "The Authorization header is malformed.") from None
    name, _, secret = text.partition(":")
    return unquote_plus(name), unquote_plus(secret)


def for_client(handler: Callable[[Call, OAuthApplication], HttpResponse]) -> Handler:
    """Adapt a handler of an authenticated client, whose errors become responses.

    They do so within the transaction, which keeps that tokens were revoked.
    """

    def handle(call: Call) -> HttpResponse:
        try:
            check_single_values(call.form)
            return handler(call, authenticated_client(call))
        except OAuthError as error:
            return error_document(error)

    return handle


def error_document(error: OAuthError) -> HttpResponse:
    """Return the response to a client (RFC 6749, 5.2)."""
    document = {"error": error.code, "error_description": error.description}
    if error.code != "invalid_client":
        return json_response(document, 400)
    response = json_response(document, 401)
    challenge = ("www-authenticate", 'Basic realm="OAuth"')
    return HttpResponse(401, [*response.headers, challenge], response.content)
