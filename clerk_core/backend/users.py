"""Operations on users. https://clerk.com/docs/reference/backend-api/tag/users"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypedDict

from clerk_core.backend.calls import call, path
from clerk_core.backend.errors import ClerkAPIError
from clerk_core.backend.models import User, read_resource
from clerk_core.words.flow import Flow
from clerk_core.words.settings import Settings

if TYPE_CHECKING:
    from typing_extensions import Unpack


class UserChanges(TypedDict, total=False):
    """What can be set of a user. None is sent as null; what is left out stays as it is."""

    external_id: str | None
    first_name: str | None
    last_name: str | None
    username: str | None
    password: str
    primary_email_address_id: str


class NewUser(UserChanges, total=False):
    """What a user can be created with."""

    email_address: Sequence[str]
    public_metadata: Mapping[str, object]
    private_metadata: Mapping[str, object]
    unsafe_metadata: Mapping[str, object]


def _refuse_unknown(given: Mapping[str, object], known: type) -> None:
    unknown = sorted(given.keys() - known.__annotations__.keys())
    if unknown:
        raise TypeError(f"a user has no field named {', '.join(unknown)} that can be set")


def get(settings: Settings, user_id: str) -> Flow[User]:
    """The user of that identifier."""
    return read_resource(User, (yield from call(settings, "GET", path("users", user_id))))


def list_(settings: Settings, *, limit: int = 10, offset: int = 0) -> Flow[list[User]]:
    """A part of all users, the newest first."""
    query = [("limit", str(limit)), ("offset", str(offset))]
    document = yield from call(settings, "GET", "/users", query=query)
    if not isinstance(document, list):
        raise ClerkAPIError(200, "unexpected-response", "Clerk's answer holds no list of users.")
    return [read_resource(User, one) for one in document]


def create(settings: Settings, **user: Unpack[NewUser]) -> Flow[User]:
    """Create a user."""
    _refuse_unknown(user, NewUser)
    return read_resource(User, (yield from call(settings, "POST", "/users", body=user)))


def update(settings: Settings, user_id: str, **changes: Unpack[UserChanges]) -> Flow[User]:
    """Change a user, and give back the changed one."""
    _refuse_unknown(changes, UserChanges)
    return read_resource(
        User, (yield from call(settings, "PATCH", path("users", user_id), body=changes))
    )


def delete(settings: Settings, user_id: str) -> Flow[None]:
    """Delete a user for good."""
    yield from call(settings, "DELETE", path("users", user_id))
