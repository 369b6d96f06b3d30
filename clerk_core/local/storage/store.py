"""The SQLite store: rows in, rows out, one transaction at a time.

It may not know what the rows mean. The schema is `schema.sql`, the rows are those of `rows`.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import Field, fields
from importlib import resources
from pathlib import Path
from typing import ClassVar, Protocol, TypeVar

from clerk_core.local.storage import rows
from clerk_core.words.errors import ConfigurationError

_SCHEMA_VERSION = 2

_TABLES: dict[type[object], str] = {
    rows.Secret: "secrets",
    rows.User: "users",
    rows.EmailAddress: "email_addresses",
    rows.Client: "clients",
    rows.Session: "sessions",
    rows.Organization: "organizations",
    rows.Permission: "permissions",
    rows.Role: "roles",
    rows.Membership: "memberships",
    rows.Invitation: "invitations",
    rows.SignInToken: "sign_in_tokens",
    rows.JwtTemplate: "jwt_templates",
    rows.Machine: "machines",
    rows.MachineToken: "machine_tokens",
    rows.RedirectUrl: "redirect_urls",
    rows.AllowlistIdentifier: "allowlist_identifiers",
    rows.HandshakePayload: "handshake_payloads",
}


class _Row(Protocol):
    __dataclass_fields__: ClassVar[dict[str, Field[object]]]


R = TypeVar("R", bound=_Row)


class Store:
    """The rows in a SQLite file, or in memory where `data` is None.

    Every other method is called within `transaction()`. Raises `ConfigurationError` when the file
    cannot be used.
    """

    def __init__(self, data: str | None) -> None:
        self._lock = threading.RLock()
        try:
            self._connection = _connect(data)
        except (OSError, sqlite3.Error) as error:
            raise ConfigurationError(
                f"The local Clerk instance cannot use the file {data}: {error}. "
                "Name another file, or delete this one to start afresh.",
                code="local-data-unusable",
            ) from None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Do all or nothing, alone: among the threads of this process and among processes."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.commit()
            except BaseException:
                self._connection.rollback()
                raise

    def close(self) -> None:
        """Close the file. Nothing can be asked any more; closing again does nothing."""
        with self._lock:
            self._connection.close()

    def put(self, row: _Row) -> None:
        """Insert the row, or overwrite the one with its key."""
        names = [field.name for field in fields(row)]
        changes = ", ".join(f"{name} = excluded.{name}" for name in names[1:])
        # Identifiers come from the row classes alone, never from a request.
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
        """The rows whose columns have these values, oldest first."""
        conditions = "".join(f" AND {name} IS ?" for name in where)
        found = self._connection.execute(
            f"SELECT * FROM {_TABLES[kind]} WHERE 1{conditions} ORDER BY rowid",  # noqa: S608
            tuple(where.values()),
        )
        return [_read(kind, record) for record in found]

    def one(self, kind: type[R], /, **where: str | int | None) -> R | None:
        """The oldest of the rows whose columns have these values, if there is one."""
        return next(iter(self.all(kind, **where)), None)

    def remove(self, row: _Row) -> None:
        """Delete the row with this key, and what hangs off it."""
        key = fields(row)[0].name
        self._connection.execute(
            f"DELETE FROM {_TABLES[type(row)]} WHERE {key} = ?",  # noqa: S608
            (getattr(row, key),),
        )


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
        # The file holds a private key, so nobody else on the machine may read it.
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
    if version == _SCHEMA_VERSION:
        return
    with closing(connection.execute("SELECT count(*) FROM sqlite_master")) as found:
        occupied = found.fetchone()[0] > 0
    if occupied:
        writer = "another version of clerk-core" if version else "something else"
        raise sqlite3.DatabaseError(f"it was written by {writer}")
    schema = resources.files("clerk_core.local.storage").joinpath("schema.sql").read_text("utf-8")
    # Not executescript: it would commit, and two processes could start at the same time.
    for statement in schema.split(";"):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {_SCHEMA_VERSION}")
