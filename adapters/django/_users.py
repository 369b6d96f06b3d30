"""Users of Django for libraries that ask for them, if `clerk_core.django.users` is installed."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.http import HttpRequest

from clerk_core.adapters import AsyncRequestAuth
from clerk_core.django._requests import keep


def has_users() -> bool:
    """Return whether the application is installed."""
    return apps.is_installed("clerk_core.django.users")


def user_of_request(request: HttpRequest) -> Any:
    """Return the user of Clerk who makes a request, or an `AnonymousUser`.

    Not `request.user`, which another middleware may have set.
    """
    # It needs models, which an application that is not installed does not have.
    from clerk_core.django.users._request_user import get_user

    return get_user(request)


async def user_of_websocket(auth: AsyncRequestAuth) -> Any:
    """Return the user of Clerk who opens a WebSocket, or an `AnonymousUser`."""
    from clerk_core.django.users._request_user import aget_user

    request = HttpRequest()
    keep(request, auth)
    return await aget_user(request)
