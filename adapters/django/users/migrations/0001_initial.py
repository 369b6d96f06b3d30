"""Create the table of links."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Create the table of links."""

    initial: ClassVar[bool | None] = True
    dependencies: ClassVar[Any] = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations: ClassVar[Any] = [
        migrations.CreateModel(
            name="ClerkUser",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("clerk_id", models.CharField(max_length=128, unique=True)),
                ("updated_at", models.BigIntegerField(default=0)),
                ("deactivated", models.BooleanField(default=False)),
                ("deleted", models.BooleanField(default=False)),
                (
                    "user",
                    models.OneToOneField(
                        null=True,
                        on_delete=models.SET_NULL,
                        related_name="clerk_user",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
    ]
