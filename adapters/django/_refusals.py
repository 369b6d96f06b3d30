"""Responses for requests that are refused: of the project's handlers, or else of `clerk_core`."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import get_callable, get_resolver, get_urlconf
from django.views import defaults

from clerk_core import AccessDeniedError, Response
from clerk_core.django._responses import to_response

_FORBIDDEN = 403
_FIRST_ERROR = 400


# Named as Django names `PermissionDenied`.
class AccessDenied(AccessDeniedError, PermissionDenied):  # noqa: N818
    """A request does not meet the requirements of `require_auth` or `protect()`.

    `ClerkMiddleware` turns it into a response: that of `handler403`, `handler401` or `handler503`
    in the root URLconf, if there is one; a template `403.html` instead of a page of `clerk_core`;
    else JSON, a page, or a redirect to sign in.
    """


def to_exception(request: HttpRequest, error: AccessDeniedError) -> AccessDenied:
    """Return the exception for a request that `protect()` refuses."""
    return AccessDenied(error.message, code=error.code, response=error.response)


def redirect_or_raise(request: HttpRequest, refused: Any) -> HttpResponseBase:
    """Return a redirect, or the response to a preflight; raise an exception for an error.

    Raises:
        AccessDenied: The refusal is an error, which the project may have a handler for.
        DisallowedHost: The browser would come back to a host that is not in ALLOWED_HOSTS.
    """
    if refused.status < _FIRST_ERROR:
        request.get_host()
        return to_response(refused)
    raise AccessDenied(refused.message, code=refused.code, response=refused)


def answer_denied(request: HttpRequest, error: AccessDeniedError) -> HttpResponseBase | None:
    """Return the response to an exception of `require_auth` or `protect()`; None if it has none."""
    refused = error.response
    if not isinstance(refused, Response):
        return None
    handler: Any = getattr(
        get_resolver(get_urlconf()).urlconf_module, f"handler{refused.status}", None
    )
    if handler is not None:
        response: HttpResponseBase = get_callable(handler)(request, exception=error)
        return response
    if refused.status == _FORBIDDEN and _is_page(refused) and _has_template():
        return defaults.permission_denied(request, error)
    return to_response(refused)


def _is_page(refused: Response) -> bool:
    return any(
        name.lower() == "content-type" and value.startswith("text/html")
        for name, value in refused.headers
    )


def _has_template() -> bool:
    try:
        get_template(defaults.ERROR_403_TEMPLATE_NAME)
    except TemplateDoesNotExist:
        return False
    return True
