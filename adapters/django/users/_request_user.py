"""The user of a request, in code that waits and in code that awaits; it is found once.

In between the two visits to the database is a call of the Backend API, for a user who is new.
"""

from __future__ import annotations

from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import load_backend
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.module_loading import import_string

from clerk_core import AsyncAuth, Auth, ConfigurationError, NotFoundError, User
from clerk_core.django import aauth, acurrent_user, auth, current_user
from clerk_core.django.users._backend import ClerkBackend
from clerk_core.django.users._links import apply_users, find_link
from clerk_core.django.users._roles import grant_roles
from clerk_core.django.users.apps import users_config
from clerk_core.django.users.models import ClerkUser

_ATTRIBUTE = "_clerk_django_user"
_PAUSE = 60
"""The seconds until a user who cannot be let in is fetched again."""


def get_user(request: HttpRequest) -> Any:
    """Return the user who makes a request, or an `AnonymousUser`."""
    if not hasattr(request, _ATTRIBUTE):
        setattr(request, _ATTRIBUTE, _find_user(request))
    return getattr(request, _ATTRIBUTE)


async def aget_user(request: HttpRequest) -> Any:
    """Return the user who makes a request, or an `AnonymousUser`."""
    if not hasattr(request, _ATTRIBUTE):
        setattr(request, _ATTRIBUTE, await _find_user_async(request))
    return getattr(request, _ATTRIBUTE)


def _find_user(request: HttpRequest) -> Any:
    found = auth(request)
    if found.user_id is None:
        return AnonymousUser()
    link = find_link(found.user_id)
    if _must_fetch(found.user_id, link):
        try:
            link = _store(found.user_id, current_user(request))
        except NotFoundError:
            link = None
    return _admitted(link, found)


async def _find_user_async(request: HttpRequest) -> Any:
    found = aauth(request)
    if found.user_id is None:
        return AnonymousUser()
    link = await sync_to_async(find_link)(found.user_id)
    if await sync_to_async(_must_fetch)(found.user_id, link):
        try:
            clerk_user = await acurrent_user(request)
            link = await sync_to_async(_store)(found.user_id, clerk_user)
        except NotFoundError:
            link = None
    return _admitted(link, found)


def _must_fetch(clerk_id: str, link: ClerkUser | None) -> bool:
    """Return whether the Backend API knows more: of a new user, or whether a ban has ended."""
    if link is None or link.user is None:
        is_needed = users_config().options.create_on_request and not (link and link.deleted)
    else:
        is_needed = link.deactivated and not link.deleted
    return is_needed and cache.get(_key(clerk_id)) is None


def _store(clerk_id: str, clerk_user: User | None) -> ClerkUser | None:
    if clerk_user is None or clerk_user.id != clerk_id:
        return None
    link = apply_users([clerk_user], users_config().options, is_current=True)[clerk_id]
    if link.user is None or link.deactivated:
        # Each of their requests would be a call of Clerk.
        cache.set(_key(clerk_id), True, _PAUSE)
    return link


def _key(clerk_id: str) -> str:
    return f"clerk_users.refused.{clerk_id}"


def _admitted(link: ClerkUser | None, found: Auth | AsyncAuth) -> Any:
    """Return the user of a link with the rights of the session, unless it is deactivated."""
    user: Any = None if link is None or link.deactivated or link.deleted else link.user
    path = _backend_path()
    backend: Any = load_backend(path)
    if user is None or not backend.user_can_authenticate(user):
        return AnonymousUser()
    user.backend = path
    grant_roles(user, found, users_config().options)
    return user


def _backend_path() -> str:
    for path in settings.AUTHENTICATION_BACKENDS:
        if issubclass(import_string(path), ClerkBackend):
            return str(path)
    raise ConfigurationError(
        'The backend of Clerk is not installed. Add "clerk_core.django.users.ClerkBackend" to '
        "AUTHENTICATION_BACKENDS.",
        code="clerk-not-installed",
    )
