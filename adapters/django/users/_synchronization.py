"""Bring all users of an instance to Django, page by page, in memory that does not grow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from django.db import reset_queries

from clerk_core import Clerk
from clerk_core.django.users._links import apply_users, deactivate_users
from clerk_core.django.users._options import UserOptions
from clerk_core.django.users.models import ClerkUser

_MOST_IDS = 100
"""The most IDs that a request to the Backend API may name."""


def synchronize_users(
    client: Clerk, options: UserOptions, *, after: str | None, page_size: int
) -> Iterator[tuple[int, int, str]]:
    """Create and update users, the oldest first.

    Args:
        client: The client of the instance.
        options: The options of the project.
        after: The ID of the user to start after; None for all.
        page_size: The number of users in a request and in a transaction, at most 500.

    Yields:
        After each page the number of its users, how many of them could not be stored, and the ID of
        the last.
    """
    while True:
        position: Any = {} if after is None else {"starting_after": after}
        users = client.users.list(order_by="created_at", limit=page_size, **position)
        if not users:
            return
        links = apply_users(users, options, is_current=True)
        # Django keeps them with DEBUG.
        reset_queries()
        after = users[-1].id
        refused = sum(link.user is None and not link.deleted for link in links.values())
        yield len(users), refused, after


def deactivate_missing(client: Clerk) -> Iterator[int]:
    """Deactivate the users whom the instance does not have any more.

    Yields:
        After each page the number of users who were missing.
    """
    links = cast("Any", ClerkUser.objects)
    known, after = links.filter(deleted=False).order_by("pk"), 0
    while True:
        page: list[ClerkUser] = list(known.filter(pk__gt=after)[:_MOST_IDS])
        if not page:
            return
        after, ids = page[-1].pk, {link.clerk_id for link in page}
        missing = ids - {user.id for user in client.users.list(user_id=[*ids], limit=_MOST_IDS)}
        deactivate_users(missing)
        reset_queries()
        yield len(missing)
