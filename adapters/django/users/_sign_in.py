"""The view for `LOGIN_URL`: it redirects to Clerk's sign-in page, without redirect loops."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from clerk_core.django import auth, redirect_to_sign_in, redirect_to_tasks

_MARK = "clerk_signed_in"


@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """Redirect to the sign-in page of Clerk, and from there to `next`. It is a view.

    A user who is signed in is redirected to `next`; one whom that page has sent back gets a 403.

    Args:
        request: The request.

    Raises:
        PermissionDenied: The user is signed in at Clerk, and is not admitted.
        ConfigurationError: Nothing says where users sign in.
    """
    user: Any = request.user
    was_sent_back = f"{_MARK}=1" in request.GET.get(REDIRECT_FIELD_NAME, "")
    is_admitted = bool(user.is_authenticated) and not was_sent_back
    response = redirect_unless_denied(request, settings.LOGIN_REDIRECT_URL, is_admitted)
    if is_admitted and REDIRECT_FIELD_NAME in request.GET:
        target = urlsplit(response.headers["Location"])
        query = f"{target.query}&{_MARK}=1" if target.query else f"{_MARK}=1"
        # Known by it, if the page sends the user back here.
        response.headers["Location"] = target._replace(query=query).geturl()
    return response


# Not for LoginRequiredMiddleware.
sign_in.login_required = False  # type: ignore[attr-defined]


def redirect_unless_denied(request: HttpRequest, default: str, is_admitted: bool) -> HttpResponse:
    """Return a redirect to the page that was wanted, or to sign in first.

    Args:
        request: The request.
        default: The page if the request names none of this host.
        is_admitted: Whether the user of the request may see the page.

    Raises:
        PermissionDenied: The user is signed in at Clerk, and is not admitted.
    """
    target = request.GET.get(REDIRECT_FIELD_NAME, "")
    host, is_secure = request.get_host(), request.is_secure()
    if not url_has_allowed_host_and_scheme(target, {host}, require_https=is_secure):
        target = resolve_url(default)
    if is_admitted:
        return HttpResponseRedirect(target)
    if auth(request).user_id is not None:
        raise PermissionDenied
    if auth(request, treat_pending_as_signed_out=False).user_id is not None:
        return redirect_to_tasks(request, target)
    return redirect_to_sign_in(request, target)
