"""The middleware that sets `request.user` and `request.auser`, which are found when asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from asgiref.sync import sync_to_async
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject

from clerk_core import ConfigurationError
from clerk_core.django import aauth
from clerk_core.django._settings import install_options
from clerk_core.django.users._request_user import aget_user, get_user
from clerk_core.django.users._session import (
    claim_session,
    has_changed_session,
    has_stored_session,
    release_session,
)
from clerk_core.django.users.apps import users_config

R = TypeVar("R", bound=HttpResponseBase)


class ClerkAuthenticationMiddleware(AuthenticationMiddleware):
    """Sets `request.user` and `request.auser` from Clerk, in place of the middleware of Django.

    There is no session of Django: who signs out of Clerk is signed out.

    Args:
        get_response: The next middleware, or the view.

    Raises:
        ConfigurationError: An option is invalid, or each request has its own instance of Clerk.
    """

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        super().__init__(get_response)
        # Raises now, not in a request.
        _ = users_config().options
        if install_options().get("options_for") is not None:
            raise ConfigurationError(
                "Users of several instances of Clerk cannot be told apart in one table. Remove the "
                'option OPTIONS_FOR, or "clerk_core.django.users" from INSTALLED_APPS.',
                code="clerk-users-invalid",
            )

    def process_request(self, request: HttpRequest) -> None:
        """Set the attributes of a request, and empty a session of somebody else."""
        _set_user(request)
        if has_stored_session(request):
            release_session(request, _clerk_id(request))

    def process_response(self, request: HttpRequest, response: R) -> R:
        """Return the response, after a session that was changed belongs to the user."""
        if has_changed_session(request):
            claim_session(request, _clerk_id(request))
        return response

    async def __acall__(self, request: HttpRequest) -> HttpResponseBase:
        """Handle a request in code that awaits; without a session, no thread is needed."""
        _set_user(request)
        if has_stored_session(request):
            await sync_to_async(release_session)(request, _clerk_id(request))
        get_response: Any = self.get_response
        response: HttpResponseBase = await get_response(request)
        if has_changed_session(request):
            await sync_to_async(claim_session)(request, _clerk_id(request))
        return response


def _set_user(request: HttpRequest) -> None:
    request.user = SimpleLazyObject(partial(get_user, request))  # type: ignore[assignment]
    request.auser = partial(aget_user, request)


def _clerk_id(request: HttpRequest) -> str | None:
    return aauth(request, treat_pending_as_signed_out=False).user_id
