"""The authentication backend: permissions of the user and of the role in the organization."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission

from clerk_core.django.users._roles import groups_of

_CACHE = "_clerk_permissions"


class ClerkBackend(ModelBackend):
    """Permissions of Django, and those of the groups that a role in Clerk stands for.

    It signs nobody in: `ClerkAuthenticationMiddleware` does, for each request.
    """

    def authenticate(
        self, request: Any, username: Any = None, password: Any = None, **kwargs: Any
    ) -> None:
        """Return None: Clerk authenticates users, and passwords of Django do not count."""

    async def aauthenticate(
        self, request: Any, username: Any = None, password: Any = None, **kwargs: Any
    ) -> None:
        """Return None: Clerk authenticates users, and passwords of Django do not count."""

    def get_group_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Return the permissions of all groups of a user."""
        return {*super().get_group_permissions(user_obj, obj), *_of_role(user_obj, obj)}

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Return all permissions of a user."""
        # Another backend of Django may have stored those without the role in the object.
        return {*super().get_all_permissions(user_obj, obj), *_of_role(user_obj, obj)}

    async def aget_group_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Return the permissions of all groups of a user."""
        found: Any = super()
        return {
            *await found.aget_group_permissions(user_obj, obj),
            *await _of_role_async(user_obj, obj),
        }

    async def aget_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Return all permissions of a user."""
        found: Any = super()
        return {
            *await found.aget_all_permissions(user_obj, obj),
            *await _of_role_async(user_obj, obj),
        }


def _of_role(user: Any, obj: object) -> set[str]:
    if _has_none(user, obj):
        return set()
    if _CACHE not in vars(user):
        setattr(user, _CACHE, {f"{label}.{name}" for label, name in _query(user)})
    found: set[str] = getattr(user, _CACHE)
    return found


async def _of_role_async(user: Any, obj: object) -> set[str]:
    if _has_none(user, obj):
        return set()
    if _CACHE not in vars(user):
        setattr(user, _CACHE, {f"{label}.{name}" async for label, name in _query(user)})
    found: set[str] = getattr(user, _CACHE)
    return found


def _has_none(user: Any, obj: object) -> bool:
    return obj is not None or not user.is_active or not groups_of(user)


def _query(user: Any) -> Any:
    in_groups = cast("Any", Permission).objects.filter(group__name__in=groups_of(user))
    return in_groups.values_list("content_type__app_label", "codename").order_by()
