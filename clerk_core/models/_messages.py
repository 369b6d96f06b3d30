"""Define emails and text messages, as webhooks contain them.

Timestamps are Unix milliseconds unless a class says otherwise. Missing fields are None, an empty
tuple or an empty object. It must not know HTTP or how fields are parsed.
"""

from __future__ import annotations

from clerk_core.models._resource import JsonObject, Resource


class Email(Resource):
    """An email that was sent to a user, or that the application has to send."""

    __slots__ = ()

    object: str | None
    slug: str | None
    from_email_name: str | None
    to_email_address: str | None
    email_address_id: str | None
    user_id: str | None
    subject: str | None
    body: str | None
    body_plain: str | None
    status: str | None
    data: JsonObject
    delivered_by_clerk: bool | None


class SMSMessage(Resource):
    """A text message that was sent to a user, or that the application has to send."""

    __slots__ = ()

    object: str | None
    slug: str | None
    from_phone_number: str | None
    to_phone_number: str | None
    phone_number_id: str | None
    user_id: str | None
    message: str | None
    status: str | None
    data: JsonObject
    delivered_by_clerk: bool | None
