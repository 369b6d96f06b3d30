"""Define the settings of the instance, which Clerk's dashboard would change.

It must not know HTTP.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Presence: TypeAlias = Literal["off", "on", "required"]
"""Whether users have an attribute, and whether they must have it to sign up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceSettings:
    """The settings of a local instance.

    Attributes:
        application_name: The name of the application in the titles of pages and messages.
        first_name: Whether users have a first name.
        last_name: Whether users have a last name.
        username: Whether users have a username, by which they can sign in.
        password: Whether users have a password. Without it, they sign in by email code.
        sign_up_mode: Who can sign up: everybody (`public`), invited users (`restricted`), or users
            who are invited from the waitlist (`waitlist`).
        reverification: Ask users who signed in more than ten minutes ago to verify again before
            they change their password or email addresses, or delete their account.
        multi_session: Allow several signed-in users in one browser.
        organizations: Let users create, join and manage organizations in the browser.
    """

    application_name: str = "Local application"
    first_name: Presence = "on"
    last_name: Presence = "on"
    username: Presence = "off"
    password: Presence = "required"
    sign_up_mode: Literal["public", "restricted", "waitlist"] = "public"
    reverification: bool = True
    multi_session: bool = False
    organizations: bool = True
