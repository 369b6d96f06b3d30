"""`manage.py clerk_sync_users`: create and update the users of Django from those of Clerk."""

from __future__ import annotations

from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from clerk_core import Clerk, ClerkError
from clerk_core.django import clerk_client
from clerk_core.django.users._synchronization import deactivate_missing, synchronize_users
from clerk_core.django.users.apps import users_config

_LARGEST_PAGE = 500


class Command(BaseCommand):
    """Create and update the users of Django from those of Clerk, with progress on stderr."""

    help: str = "Creates and updates the users of this project from those of Clerk."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--after",
            metavar="USER_ID",
            help="Start after this user. An interrupted run says which.",
        )
        parser.add_argument(
            "--batch-size",
            type=_page_size,
            default=_LARGEST_PAGE,
            help=f"Users in a request and in a transaction; at most {_LARGEST_PAGE}, the default.",
        )
        parser.add_argument(
            "--deactivate-missing",
            action="store_true",
            help="Deactivate users whom Clerk does not have any more. None is ever deleted.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        self._is_quiet: bool = options["verbosity"] == 0
        client = clerk_client()
        done = self._synchronize(client, options["after"], options["batch_size"])
        self._say(f"{done:,} users are synchronized.")
        if options["deactivate_missing"]:
            try:
                self._deactivate_missing(client)
            except ClerkError as error:
                raise CommandError(str(error)) from error

    def _deactivate_missing(self, client: Clerk) -> None:
        if not client.users.list(limit=1):
            # The keys may be those of another instance.
            raise CommandError("This instance of Clerk has no users, so none is deactivated.")
        missing = sum(deactivate_missing(client))
        self._say(f"{missing:,} users are missing at Clerk, and inactive.")

    def _synchronize(self, client: Clerk, after: str | None, page_size: int) -> int:
        done = refused = 0
        pages = synchronize_users(client, users_config().options, after=after, page_size=page_size)
        try:
            total = client.users.count().total_count or 0
            for number, of_them_refused, last in pages:
                done, refused, after = done + number, refused + of_them_refused, last
                self._report(f"{done:,} of {total:,} users")
        except (ClerkError, KeyboardInterrupt) as error:
            how = f" Resume with --after {after}." if after else ""
            reason = "Interrupted." if isinstance(error, KeyboardInterrupt) else str(error)
            raise CommandError(f"{reason} {done:,} users are synchronized.{how}") from error
        if refused:
            self.stderr.write(f"{refused:,} users could not be stored. The log says why.")
        return done

    def _report(self, progress: str) -> None:
        if not self._is_quiet:
            # One line on a terminal, and one for each batch in a file.
            self.stderr.write(progress, ending="\r" if self.stderr.isatty() else "\n")

    def _say(self, result: str) -> None:
        if not self._is_quiet:
            self.stdout.write(result)


def _page_size(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _LARGEST_PAGE:
        raise ArgumentTypeError(f"a number from 1 to {_LARGEST_PAGE}")
    return int(text)
