"""Fill the fields of a user of Django from a user of Clerk. It saves nothing.

A value that another user has already is never taken over: two users stay two users.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from clerk_core import ConfigurationError, User
from clerk_core.django.users._options import DEFAULT_FIELDS, UserOptions

_OWN = ("is_active", "password")
"""What the link decides, or nobody but Django."""


class UserConflictError(Exception):
    """A user of Django cannot be made, because a value that must be unique is missing or taken."""


def fill(user: Any, clerk_user: User, options: UserOptions) -> list[str]:
    """Set the fields of a user of Django that differ, and return their names.

    Raises:
        UserConflictError: The user is new, and there is no unique name for it.
        ConfigurationError: A field does not exist, or is not one to fill.
    """
    changed: list[str] = []
    for field, value in _values(clerk_user, options):
        found = _fitting(field, value)
        if getattr(user, field.attname) == found:
            continue
        if field.unique and (not found or _is_taken(user, field, found)):
            continue
        setattr(user, field.attname, found)
        changed.append(field.name)
    if user._state.adding:
        _name(user, clerk_user.id)
    return changed


def verified_email(user: User) -> str | None:
    """Return the primary email address of a user of Clerk if it is verified."""
    primary = user.primary_email_address
    if primary is None or primary.verification is None:
        return None
    return primary.email_address if primary.verification.status == "verified" else None


def _values(clerk_user: User, options: UserOptions) -> list[tuple[Any, object]]:
    fields = options.fields
    if fields is None or isinstance(fields, Mapping):
        sources = cast("Mapping[str, object]", fields or DEFAULT_FIELDS)
        found = {name: _value(clerk_user, source) for name, source in sources.items()}
    else:
        found = dict(fields(clerk_user))
    # A custom model need not have the fields of Django's.
    is_default = fields is None
    return [
        (find_field(name), value)
        for name, value in found.items()
        if not is_default or has_field(name)
    ]


def user_model() -> Any:
    """Return the model of users. Its type is only known in a project."""
    return get_user_model()


def has_field(name: str) -> bool:
    """Return whether the model of users has a field, which a custom model may lack."""
    try:
        user_model()._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True


def find_field(name: str) -> Any:
    """Return the field of Django's user that is to be filled.

    Raises:
        ConfigurationError: It does not exist, or is not one to fill.
    """
    meta: Any = user_model()._meta
    if not has_field(name):
        raise _not_a_field(name, f"does not exist in {meta.label}")
    field: Any = meta.get_field(name)
    if name in _OWN or field.primary_key:
        raise _not_a_field(name, "is not one that can be filled")
    return field


def _value(clerk_user: User, source: Any) -> object:
    if source == "verified_email":
        return verified_email(clerk_user)
    return source(clerk_user) if callable(source) else getattr(clerk_user, source)


def _fitting(field: Any, value: object) -> object:
    """Return a value as the field can store it."""
    if value is None and not field.null and isinstance(field, (models.CharField, models.TextField)):
        return ""
    if not isinstance(value, str) or not field.max_length or len(value) <= field.max_length:
        return value
    # Half of a unique name would be another name.
    return None if field.unique else value[: field.max_length]


def _is_taken(user: Any, field: Any, value: object) -> bool:
    others: Any = user_model()._default_manager.exclude(pk=user.pk)
    return bool(others.filter(**{field.name: value}).exists())


def _name(user: Any, clerk_id: str) -> None:
    """Give a new user the ID of Clerk as its name if it has no name of its own."""
    field: Any = user_model()._meta.get_field(str(user_model().USERNAME_FIELD))
    if getattr(user, field.attname):
        return
    is_email = isinstance(field, models.EmailField)
    if is_email or len(clerk_id) > (field.max_length or 0) or _is_taken(user, field, clerk_id):
        raise UserConflictError(
            f"{clerk_id} has no {field.name} of its own: it is missing, not verified, or taken."
        )
    setattr(user, field.attname, clerk_id)


def _not_a_field(name: str, problem: str) -> ConfigurationError:
    return ConfigurationError(
        f'CLERK_USERS["FIELDS"] names the field {name!r}, which {problem}.',
        code="clerk-users-invalid",
    )
