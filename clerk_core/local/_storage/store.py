"""Store the dataclasses of `rows` in SQLite, with the tables of `schema/`.

It must not know what the rows mean.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import Field, fields
from importlib import resources
from pathlib import Path
from typing import ClassVar, Protocol, TypeVar

from clerk_core.errors import ConfigurationError
from clerk_core.local._storage import rows

_OLDEST_VERSION = 3
_VERSION = 12
"""The version of the schema. `schema/` has a file with the tables of the oldest version, and one
with the changes of each later version."""

_TABLES: dict[type[object], str] = {
    rows.Secret: "secrets",
    rows.User: "users",
    rows.EmailAddress: "email_addresses",
    rows.Image: "images",
    rows.Passkey: "passkeys",
    rows.PhoneNumber: "phone_numbers",
    rows.ExternalAccount: "external_accounts",
    rows.Verification: "verifications",
    rows.Message: "messages",
    rows.Client: "clients",
    rows.Session: "sessions",
    rows.SignIn: "sign_ins",
    rows.SignUp: "sign_ups",
    rows.Organization: "organizations",
    rows.Permission: "permissions",
    rows.Role: "roles",
    rows.Membership: "memberships",
    rows.Invitation: "invitations",
    rows.OrganizationDomain: "organization_domains",
    rows.MembershipRequest: "membership_requests",
    rows.WaitlistEntry: "waitlist_entries",
    rows.SignInToken: "sign_in_tokens",
    rows.JwtTemplate: "jwt_templates",
    rows.Machine: "machines",
    rows.MachineToken: "machine_tokens",
    rows.OAuthApplication: "oauth_applications",
    rows.OAuthGrant: "oauth_grants",
    rows.OAuthRefreshToken: "oauth_refresh_tokens",
    rows.RedirectUrl: "redirect_urls",
    rows.AllowlistIdentifier: "allowlist_identifiers",
    rows.HandshakePayload: "handshake_payloads",
}


class _Row(Protocol):
    __dataclass_fields__: ClassVar[dict[str, Field[object]]]


R = TypeVar("R", bound=_Row)


class Store:
    """A SQLite database. Call all methods but `close` within `transaction()`.

    Args:
        data: The path of the file; None stores the rows in memory.

    Raises:
        ConfigurationError: The file cannot be used.
    """

    def __init__(self, data: str | None) -> None:
        self._lock = threading.RLock()
        self._changes: dict[tuple[type[object], object], tuple[object, object]] = {}
        try:
            self._connection = _connect(data)
        except (OSError, sqlite3.Error) as error:
            raise ConfigurationError(
                f"The local Clerk instance cannot use the file {data}: {error}. "
                "Choose another file, or delete this one to start from scratch.",
                code="local-data-unusable",
            ) from None

    @contextmanager
    def transaction(self) -> Generator[None, None, None]:
        """Run the block in a transaction, exclusive among threads and processes."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            self._changes = {}
            try:
                yield
                self._connection.commit()
            except BaseException:
                self._connection.rollback()
                raise

    def close(self) -> None:
        """Close the database. Calling this more than once has no effect."""
        with self._lock:
            self._connection.close()

    def changes(self) -> list[tuple[object, object]]:
        """Return the rows that this transaction changed, before and after; None if absent.

        Rows that are deleted because they reference a deleted one are left out.
        """
        return [pair for pair in self._changes.values() if pair[0] != pair[1]]

    def _note(self, row: _Row, after: _Row | None) -> None:
        key = fields(row)[0].name
        named = (type(row), getattr(row, key))
        if named not in self._changes:
            self._changes[named] = (self.one(type(row), **{key: named[1]}), after)
        else:
            self._changes[named] = (self._changes[named][0], after)

    def put(self, row: _Row) -> None:
        """Insert the row, or update the row with the same key."""
        self._note(row, row)
        names = [field.name for field in fields(row)]
        changes = ", ".join(f"{name} = excluded.{name}" for name in names[1:])
        # The SQL names come from the row classes, never from a request.
        statement = (
            f"INSERT INTO {_TABLES[type(row)]} ({', '.join(names)}) "  # noqa: S608
            f"VALUES ({', '.join('?' * len(names))}) "
            f"ON CONFLICT ({names[0]}) DO UPDATE SET {changes}"
        )
        values = (
            json.dumps(getattr(row, field.name))
            if "json" in field.metadata
            else getattr(row, field.name)
            for field in fields(row)
        )
        self._connection.execute(statement, tuple(values))

    def all(self, kind: type[R], /, **where: str | int | None) -> list[R]:
        """Return the rows with these column values, oldest first."""
        conditions = "".join(f" AND {name} IS ?" for name in where)
        found = self._connection.execute(
            f"SELECT * FROM {_TABLES[kind]} WHERE 1{conditions} ORDER BY rowid",  # noqa: S608
            tuple(where.values()),
        )
        return [_read(kind, record) for record in found]

    def one(self, kind: type[R], /, **where: str | int | None) -> R | None:
        """Return the oldest row with these column values, or None."""
        return next(iter(self.all(kind, **where)), None)

    def remove(self, row: _Row) -> None:
        """Delete the row with this key, and the rows that reference it."""
        self._note(row, None)
        key = fields(row)[0].name
        self._connection.execute(
            f"DELETE FROM {_TABLES[type(row)]} WHERE {key} = ?",  # noqa: S608
            (getattr(row, key),),
        )

    def clear(self, kept: type[object]) -> None:
        """Delete the rows of all kinds but one, which are no changes."""
        self._changes = {}
        self._connection.execute("PRAGMA defer_foreign_keys = ON")
        for kind, table in _TABLES.items():
            if kind is not kept:
                self._connection.execute(f"DELETE FROM {table}")  # noqa: S608


def _read(kind: type[R], record: sqlite3.Row) -> R:
    return kind(
        **{
            field.name: json.loads(record[field.name])
            if "json" in field.metadata
            else record[field.name]
            for field in fields(kind)
        }
    )


def _connect(data: str | None) -> sqlite3.Connection:
    if data is not None:
        # The file contains a private key, so other users must not read it.
        Path(data).touch(mode=0o600)
        Path(data).chmod(0o600)
    connection = sqlite3.connect(
        data or ":memory:", timeout=10, isolation_level=None, check_same_thread=False
    )
    try:
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("BEGIN IMMEDIATE")
        _prepare(connection)
        connection.commit()
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection) -> None:
    with closing(connection.execute("PRAGMA user_version")) as found:
        version = found.fetchone()[0]
    with closing(connection.execute("SELECT count(*) FROM sqlite_master")) as found:
        occupied = found.fetchone()[0] > 0
    if occupied and not _OLDEST_VERSION <= version <= _VERSION:
        writer = "another version of clerk-core" if version else "another program"
        raise sqlite3.DatabaseError(f"it was written by {writer}")
    for upgrade in range(version + 1 if occupied else _OLDEST_VERSION, _VERSION + 1):
        schema = resources.files("clerk_core.local._storage") / "schema" / f"{upgrade}.sql"
        # Not executescript, which commits, so that another process could start in between.
        for statement in schema.read_text("utf-8").split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {upgrade}")
