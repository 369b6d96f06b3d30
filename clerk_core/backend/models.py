"""What the Backend API answers with, readable by name and never refused.

An object reads the JSON it was made from, when asked: a field that is missing, null or of another
type than promised reads as None (or empty), and an unknown one is in `raw`. No object turns itself
into JSON, and no repr shows more than an identifier: private metadata stays where it is.
"""

from __future__ import annotations

import copy
from typing import TypeVar

from clerk_core.backend.errors import ClerkAPIError

R = TypeVar("R", bound="Resource")


class Resource:
    """A resource of the Backend API, made from the JSON object that describes it."""

    __slots__ = ("_fields",)

    def __init__(self, document: object) -> None:
        self._fields: dict[str, object] = document if isinstance(document, dict) else {}

    @property
    def raw(self) -> dict[str, object]:
        """The JSON as it came, private metadata and all: a copy, for this server's eyes."""
        return copy.deepcopy(self._fields)

    @property
    def id(self) -> str:
        """The resource's identifier."""
        return self._text("id") or ""

    def _text(self, name: str) -> str | None:
        value = self._fields.get(name)
        return value if isinstance(value, str) else None

    def _flag(self, name: str) -> bool:
        return self._fields.get(name) is True

    def _milliseconds(self, name: str) -> int | None:
        value = self._fields.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def _object(self, name: str) -> dict[str, object]:
        value = self._fields.get(name)
        return copy.deepcopy(value) if isinstance(value, dict) else {}

    def _each(self, name: str, kind: type[R]) -> tuple[R, ...]:
        value = self._fields.get(name)
        return tuple(kind(one) for one in value) if isinstance(value, list) else ()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Resource):
            return NotImplemented
        return type(self) is type(other) and self._fields == other._fields

    def __hash__(self) -> int:
        return hash((type(self), self.id))

    def __repr__(self) -> str:
        return f"{type(self).__name__}(id={self.id!r})"


def read_resource(kind: type[R], document: object) -> R:
    """The resource that an answer promises; raises `ClerkAPIError` for an answer that has none."""
    if not isinstance(document, dict) or not isinstance(document.get("id"), str):
        raise ClerkAPIError(
            200, "unexpected-response", f"Clerk's answer holds no {kind.__name__.lower()}."
        )
    return kind(document)


class EmailAddress(Resource):
    """An e-mail address of a user."""

    __slots__ = ()

    @property
    def email_address(self) -> str:
        """The address itself."""
        return self._text("email_address") or ""


class User(Resource):
    """A user. What may be shown to a browser is `to_public_dict()`, and nothing else is."""

    __slots__ = ()

    @property
    def first_name(self) -> str | None:
        """The given name."""
        return self._text("first_name")

    @property
    def last_name(self) -> str | None:
        """The family name."""
        return self._text("last_name")

    @property
    def username(self) -> str | None:
        """The name to sign in with, where the instance uses one."""
        return self._text("username")

    @property
    def image_url(self) -> str | None:
        """Where the profile image is."""
        return self._text("image_url")

    @property
    def external_id(self) -> str | None:
        """The identifier that your own system gave this user."""
        return self._text("external_id")

    @property
    def email_addresses(self) -> tuple[EmailAddress, ...]:
        """All e-mail addresses, in Clerk's order."""
        return self._each("email_addresses", EmailAddress)

    @property
    def primary_email_address(self) -> EmailAddress | None:
        """The address the user chose as the first one."""
        primary = self._text("primary_email_address_id")
        return next((one for one in self.email_addresses if one.id == primary), None)

    @property
    def public_metadata(self) -> dict[str, object]:
        """Metadata that the browser may read and only the server may write."""
        return self._object("public_metadata")

    @property
    def private_metadata(self) -> dict[str, object]:
        """Metadata for servers alone."""
        return self._object("private_metadata")

    @property
    def unsafe_metadata(self) -> dict[str, object]:
        """Metadata that the browser may read and write: never a ground for a decision."""
        return self._object("unsafe_metadata")

    @property
    def banned(self) -> bool:
        """Whether the user is banned from signing in."""
        return self._flag("banned")

    @property
    def created_at(self) -> int | None:
        """When the user was created, in Unix milliseconds."""
        return self._milliseconds("created_at")

    @property
    def updated_at(self) -> int | None:
        """When the user was last changed, in Unix milliseconds."""
        return self._milliseconds("updated_at")

    def to_public_dict(self) -> dict[str, object]:
        """The fields that a browser may see, as JSON. Fields that Clerk adds later stay out."""
        primary = self.primary_email_address
        return {
            "id": self.id,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "username": self.username,
            "image_url": self.image_url,
            "primary_email_address": primary.email_address if primary else None,
            "public_metadata": self.public_metadata,
        }


class Session(Resource):
    """A session of a user in one browser."""

    __slots__ = ()

    @property
    def user_id(self) -> str | None:
        """Whose session it is."""
        return self._text("user_id")

    @property
    def status(self) -> str | None:
        """For example `active`, `ended`, `revoked`, `expired`; Clerk may add others."""
        return self._text("status")
