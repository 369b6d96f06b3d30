"""Keep links and users of Django current, whatever order news of Clerk arrive in.

The newest `updated_at` of a user wins, and a deletion wins over all. It waits for the database, and
must not know requests.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import IntegrityError, router, transaction

from clerk_core import User
from clerk_core.django.users._fields import (
    UserConflictError,
    fill,
    has_field,
    user_model,
    verified_email,
)
from clerk_core.django.users._options import UserOptions
from clerk_core.django.users.models import ClerkUser

_MOST = 10
"""The most users that are looked at for one with the same address."""
_log = logging.getLogger("clerk_core.django.users")


def find_link(clerk_id: str) -> ClerkUser | None:
    """Return the link of a user of Clerk, with the user of Django."""
    links = cast("Any", ClerkUser.objects)
    found: ClerkUser | None = links.select_related("user").filter(clerk_id=clerk_id).first()
    return found


def apply_users(
    users: Iterable[User], options: UserOptions, *, is_current: bool
) -> dict[str, ClerkUser]:
    """Create, link or update the users of Django, and return the links by the ID of Clerk.

    A user that cannot be stored is logged. If it is new, its link has no user.

    Args:
        users: Users of Clerk.
        options: The options of the project.
        is_current: Whether they come from the Backend API. A webhook may be late.
    """
    by_id = {user.id: user for user in users if user.id}
    using = router.db_for_write(ClerkUser)
    with transaction.atomic(using=using):
        links = _lock(by_id, using)
        for link in links:
            if _is_news(by_id[link.clerk_id], link, is_current):
                _apply(by_id[link.clerk_id], link, options, using)
    return {link.clerk_id: link for link in links}


def delete_user(clerk_id: str) -> None:
    """Deactivate the user of Django of a user that Clerk deleted, now and for good."""
    using = router.db_for_write(ClerkUser)
    with transaction.atomic(using=using):
        for link in _lock([clerk_id], using):
            link.deleted = True
            _deactivate(link)


def deactivate_users(clerk_ids: Iterable[str]) -> None:
    """Deactivate the users of Django whose users of Clerk are not found any more."""
    using = router.db_for_write(ClerkUser)
    with transaction.atomic(using=using):
        for link in _lock(clerk_ids, using):
            _deactivate(link)


def _lock(clerk_ids: Iterable[str], using: str) -> list[ClerkUser]:
    """Return the links of these IDs, new ones if there are none, locked until the end."""
    manager, wanted = cast("Any", ClerkUser.objects).using(using), list(clerk_ids)
    # First, so that of two requests one waits for the other.
    manager.bulk_create([ClerkUser(clerk_id=one) for one in wanted], ignore_conflicts=True)
    links = manager.select_for_update().filter(clerk_id__in=wanted).order_by("pk")
    # Not joined: PostgreSQL does not lock the outer side of a join.
    return list(links.prefetch_related("user"))


def _is_news(clerk_user: User, link: ClerkUser, is_current: bool) -> bool:
    version = clerk_user.updated_at or 0
    return not link.deleted and (
        version > link.updated_at or (is_current and version == link.updated_at)
    )


def _apply(clerk_user: User, link: ClerkUser, options: UserOptions, using: str) -> None:
    # Not `locked`: it follows from failed sign-ins, so a stranger could cause it.
    is_blocked = bool(clerk_user.banned or clerk_user.deprovisioned)
    before = (link.updated_at, link.user, link.deactivated)
    try:
        # A savepoint, so that the others are stored if this one cannot be.
        with transaction.atomic(using=using):
            user: Any = link.user or _find_existing(clerk_user, options) or _new_user()
            changed = [*fill(user, clerk_user, options), *_set_activity(user, link, is_blocked)]
            if user._state.adding:
                user.save()
            elif changed:
                user.save(update_fields=changed)
            link.user, link.updated_at = user, clerk_user.updated_at or 0
            if before != (link.updated_at, link.user, link.deactivated):
                link.save()
    except (UserConflictError, IntegrityError) as error:
        reason = str(error) if isinstance(error, UserConflictError) else "It is not unique."
        _log.warning(
            "The user of Django of %s was not stored. %s",
            clerk_user.id,
            reason,
            extra={"event": "clerk.user_not_stored"},
        )
        link.refresh_from_db(using=using)  # pyright: ignore[reportUnknownMemberType]
        if is_blocked:
            # It must not stay active because of another field.
            _deactivate(link)


def _new_user() -> Any:
    user: Any = user_model()()
    user.set_unusable_password()
    return user


def _deactivate(link: ClerkUser) -> None:
    user: Any = link.user
    changed = _set_activity(user, link, True)
    if user is not None and changed:
        user.save(update_fields=changed)
    link.save()


def _set_activity(user: Any, link: ClerkUser, is_blocked: bool) -> list[str]:
    """Set `is_active` if Clerk's user was blocked or is not any more; return the changed fields."""
    if user is None or not has_field("is_active"):
        link.deactivated = is_blocked
        return []
    # What the project deactivated, Clerk does not activate.
    if (not user.is_active) if is_blocked else (not link.deactivated):
        return []
    link.deactivated, user.is_active = is_blocked, not is_blocked
    return ["is_active"]


def _find_existing(clerk_user: User, options: UserOptions) -> Any:
    """Return the user of Django that a new user of Clerk is linked to, if the project says so."""
    if options.link_by is None:
        return None
    # Never one that is linked: it is somebody else's.
    unlinked: Any = user_model()._default_manager.filter(clerk_user__isnull=True)
    if options.link_by == "external_id":
        return _find_by_external_id(unlinked, clerk_user.external_id)
    address, field = verified_email(clerk_user), user_model().get_email_field_name()
    if not address:
        return None
    found = [
        user
        for user in unlinked.filter(**{f"{field}__iexact": address})[:_MOST]
        if _is_same_address(getattr(user, field), address)
    ]
    # Of two, either may be the wrong one.
    return found[0] if len(found) == 1 else None


def _is_same_address(one: str, other: str) -> bool:
    # Databases and Unicode take different characters for the same; an attacker would choose them.
    if one.isascii() and other.isascii():
        return one.lower() == other.lower()
    return one == other


def _find_by_external_id(unlinked: Any, external_id: str | None) -> Any:
    if not external_id:
        return None
    field: Any = user_model()._meta.pk
    try:
        key = field.clean(external_id, None)
        # Not " 7" or "07" for 7.
        return unlinked.filter(pk=key).first() if str(key) == external_id else None
    except (ValidationError, OverflowError):
        # No key, or one that the database cannot have. SQLite finds that out when it is asked.
        return None
