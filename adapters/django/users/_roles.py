"""Rights of a user of Django that follow from the active organization, for one request.

They are attributes of the object of a request. `save()` stores what the database had before; what
copies attributes of the object, such as `bulk_update()` and serializers, would store them.
"""

from __future__ import annotations

from typing import Any

from clerk_core import AsyncAuth, Auth
from clerk_core.django.users._options import UserOptions

_GROUPS = "_clerk_groups"
_GRANTED = "_clerk_granted"


def grant_roles(user: Any, auth: Auth | AsyncAuth, options: UserOptions) -> None:
    """Give a user the groups and flags of the role in the active organization."""
    role = auth.org_role
    if role is None or not options.counts_roles_of(auth.org_id):
        return
    setattr(user, _GROUPS, (options.groups or {}).get(role, ()))
    granted: list[str] = []
    for flag, roles in (
        ("is_staff", options.staff_roles),
        ("is_superuser", options.superuser_roles),
    ):
        # A model without the flag has no rights to give.
        if role in roles and getattr(user, flag, True) is False:
            setattr(user, flag, True)
            granted.append(flag)
    setattr(user, _GRANTED, tuple(granted))


def groups_of(user: Any) -> tuple[str, ...]:
    """Return the names of the groups that a user has because of a role."""
    names: tuple[str, ...] = getattr(user, _GROUPS, ())
    return names


def withhold_roles(sender: object, instance: object, **_: Any) -> None:
    """Take the flags away while the object is saved."""
    for flag in vars(instance).get(_GRANTED, ()):
        setattr(instance, flag, False)


def restore_roles(sender: object, instance: object, **_: Any) -> None:
    """Give the flags back after the object was saved."""
    for flag in vars(instance).get(_GRANTED, ()):
        setattr(instance, flag, True)
