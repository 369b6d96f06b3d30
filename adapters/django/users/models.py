"""The link of a user of Clerk to a user of Django. It must not know requests or the Backend API."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models


class ClerkUser(models.Model):
    """A user of Clerk, and the user of Django who is the same person.

    Attributes:
        clerk_id: The ID of Clerk's user.
        user: The user of Django; None before there is one, or if the project deleted it.
        updated_at: The `updated_at` of Clerk's user that was applied last, in Unix milliseconds.
        deactivated: Whether the user of Django is inactive because of Clerk.
        deleted: Whether Clerk deleted the user. It stays deleted, whatever arrives later.
    """

    clerk_id: models.CharField[str, str] = models.CharField(max_length=128, unique=True)
    user: models.OneToOneField[Any, Any] = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="clerk_user"
    )
    updated_at: models.BigIntegerField[int, int] = models.BigIntegerField(default=0)
    deactivated: models.BooleanField[bool, bool] = models.BooleanField(default=False)
    deleted: models.BooleanField[bool, bool] = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.clerk_id
