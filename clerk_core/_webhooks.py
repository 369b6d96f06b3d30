"""Verify and sign webhooks of Clerk, and parse their events.

Clerk signs webhooks with Svix, which uses Standard Webhooks (https://www.standardwebhooks.com):
HMAC-SHA256 over `{id}.{timestamp}.{body}`. The secret and the time are arguments.
"""

from __future__ import annotations

import base64
import copy
import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, NoReturn, TypeAlias, cast

from clerk_core._frozen import Frozen
from clerk_core._json import load_json
from clerk_core._json_values import is_object
from clerk_core._messages import Headers, HeaderSource
from clerk_core._times import check_unix_seconds
from clerk_core._webhook_types import resource_of
from clerk_core.errors import ClerkError, ConfigurationError

if TYPE_CHECKING:
    from clerk_core.models import Resource

TOLERANCE = 5 * 60
"""The accepted difference between the time of a webhook and now, in seconds, to prevent replays."""

_SECRET_PREFIX = "whsec_"
# 128 bits. A shorter key could be guessed. Clerk's keys have 192 bits.
_SHORTEST_KEY = 16
_BASE64 = re.compile(r"([A-Za-z0-9+/]*)={0,2}")
_SCHEMES = ("svix", "webhook")
_TIMESTAMP = re.compile(r"[0-9]{1,15}")

WebhookBody: TypeAlias = bytes | bytearray | memoryview | str
"""The body of a request, as bytes or text."""


class WebhookVerificationError(ClerkError):
    """The request is not a webhook of Clerk, or too old. The message says why."""


class WebhookEvent(Frozen):
    """A verified event.

    https://clerk.com/docs/guides/development/webhooks/overview

    Attributes:
        id: The ID of the webhook message; the same in all attempts to deliver it.
        type: The type of the event, such as `user.created`.
        instance_id: The ID of the instance.
        timestamp: When the event happened, in Unix milliseconds.
    """

    __slots__ = ("_data", "_event_attributes", "id", "instance_id", "timestamp", "type")

    id: str
    type: str
    instance_id: str | None
    timestamp: int | None
    _data: Mapping[str, object]
    _event_attributes: Mapping[str, object]

    def __init__(self, identifier: str, document: Mapping[str, object]) -> None:
        put = object.__setattr__
        put(self, "id", identifier)
        put(self, "type", document["type"])
        instance_id, timestamp = document.get("instance_id"), document.get("timestamp")
        put(self, "instance_id", instance_id if isinstance(instance_id, str) else None)
        put(self, "timestamp", timestamp if type(timestamp) is int else None)
        attributes = document.get("event_attributes")
        put(self, "_event_attributes", attributes if isinstance(attributes, dict) else {})
        put(self, "_data", document["data"])

    @property
    def data(self) -> dict[str, object]:
        """A copy of the resource after the event, including private metadata."""
        return copy.deepcopy(dict(self._data))

    @property
    def resource(self) -> Resource:
        """The resource after the event, as its model: a `User` for `user.created`.

        It is a `DeletedObject` for `user.deleted`, `organization.deleted` and
        `organizationDomain.deleted`, and a plain `Resource` for types that are unknown.
        """
        return resource_of(self.type, self._data)

    @property
    def event_attributes(self) -> dict[str, object]:
        """A copy of the attributes of the request that caused the event."""
        return copy.deepcopy(dict(self._event_attributes))

    def __repr__(self) -> str:
        return f"WebhookEvent({self.type}, id={self.id!r})"


def read_webhook(headers: HeaderSource, body: WebhookBody, secret: str, now: float) -> WebhookEvent:
    """Return the event of a webhook request if its signature and time are valid.

    Args:
        headers: The headers of the request, as a mapping or as pairs.
        body: The unparsed body, as bytes or text.
        secret: The signing secret of the endpoint (`whsec_…`).
        now: The time in Unix seconds.

    Raises:
        WebhookVerificationError: The signature is invalid, or the time is not close to now.
        ConfigurationError: The secret is not a signing secret.
        TypeError: The headers or the body are of another type.
    """
    key = signing_key(secret)
    check_unix_seconds(now)
    body = _bytes_of(body)
    identifier, timestamp, signatures = _signed_headers(Headers(headers))
    if not _TIMESTAMP.fullmatch(timestamp):
        _refuse("timestamp-invalid", "Its timestamp is not a number of seconds.")
    age = now - int(timestamp)
    if age > TOLERANCE:
        _refuse("timestamp-too-old", "It was sent more than five minutes ago.")
    if age < -TOLERANCE:
        _refuse("timestamp-too-new", "It is from the future. Check the clock of this machine.")
    expected = _signature(key, identifier, timestamp, body)
    if not _matches_any(expected, signatures):
        _refuse(
            "signature-mismatch",
            "No signature matches the body and the secret. Check CLERK_WEBHOOK_SIGNING_SECRET, "
            "and pass the unparsed body.",
        )
    return _event(identifier, body)


def sign_webhook(identifier: str, sent_at: int, body: bytes, secret: str) -> dict[str, str]:
    """Return the headers of a webhook request.

    Args:
        identifier: The ID of the webhook message.
        sent_at: The time in Unix seconds.
        body: The body of the request.
        secret: The signing secret of the endpoint (`whsec_…`).

    Raises:
        ConfigurationError: The secret is not a signing secret.
    """
    signature = _signature(signing_key(secret), identifier, str(sent_at), body)
    return {
        "content-type": "application/json",
        "svix-id": identifier,
        "svix-timestamp": str(sent_at),
        "svix-signature": f"v1,{signature.decode()}",
    }


def _signature(key: bytes, identifier: str, timestamp: str, body: bytes) -> bytes:
    signed = b".".join((_octets(identifier), _octets(timestamp), body))
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())


def event_document(
    event_type: str,
    data: Mapping[str, object],
    *,
    timestamp: int,
    instance_id: str,
    user_agent: str,
) -> dict[str, object]:
    """Return the body of a webhook as an object.

    Args:
        event_type: The type of the event, such as `user.created`.
        data: The resource after the event.
        timestamp: When the event happened, in Unix milliseconds.
        instance_id: The ID of the instance.
        user_agent: The `User-Agent` header of the request that caused the event.
    """
    return {
        "data": data,
        "event_attributes": {"http_request": {"client_ip": "127.0.0.1", "user_agent": user_agent}},
        "instance_id": instance_id,
        "object": "event",
        "timestamp": timestamp,
        "type": event_type,
    }


def _octets(text: str) -> bytes:
    # A header that a server could not decode may contain lone surrogates.
    return text.encode("utf-8", "replace")


def _refuse(code: str, why: str) -> NoReturn:
    raise WebhookVerificationError(f"The webhook is refused. {why}", code=f"webhook-{code}")


def _signed_headers(headers: Headers) -> tuple[str, str, str]:
    """Return the ID, the time and the signatures, from the headers of Svix or Standard Webhooks."""
    for scheme in _SCHEMES:
        found = [headers.get(f"{scheme}-{name}") for name in ("id", "timestamp", "signature")]
        identifier, timestamp, signature = found
        if identifier and timestamp and signature:
            return identifier, timestamp, signature
    return _refuse("headers-missing", "It lacks svix-id, svix-timestamp or svix-signature.")


def _bytes_of(body: object) -> bytes:
    if isinstance(body, str):
        return _octets(body)
    if isinstance(body, (bytes, bytearray, memoryview)):
        return bytes(cast("bytes", body))
    raise TypeError(
        f"body must be the unparsed body of the request, not {type(body).__name__}: verify it "
        "before parsing"
    )


def signing_key(secret: str) -> bytes:
    """Return the key in a signing secret, whose base64 may be padded.

    Raises:
        ConfigurationError: The secret contains no key, or one of less than 128 bits.
    """
    found = _BASE64.fullmatch(secret.strip().removeprefix(_SECRET_PREFIX))
    bare = found[1] if found else ""
    # base64 of this length does not exist.
    key = b"" if len(bare) % 4 == 1 else base64.b64decode(bare + "=" * (-len(bare) % 4))
    if len(key) < _SHORTEST_KEY:
        raise ConfigurationError(
            "CLERK_WEBHOOK_SIGNING_SECRET is not a complete signing secret. Copy it (whsec_…) from "
            "the page of the webhook endpoint in the Clerk dashboard.",
            code="webhook-secret-invalid",
        )
    return key


def _matches_any(expected: bytes, signatures: str) -> bool:
    """Return whether one of several signatures is the expected one, as during key rotation."""
    matches = False
    # Several header fields are joined by a comma and a space (RFC 9110, 5.3).
    for versioned in signatures.replace(", ", " ").split(" "):
        version, _, encoded = versioned.partition(",")
        # Compared as text, so that a signature has only one encoding, and without stopping early,
        # so that the time does not depend on which one matched.
        matches |= version == "v1" and hmac.compare_digest(_octets(encoded), expected)
    return matches


def _event(identifier: str, body: bytes) -> WebhookEvent:
    try:
        document = load_json(body)
    except ValueError:
        document = None
    if (
        not is_object(document)
        or not isinstance(document.get("type"), str)
        or not is_object(document.get("data"))
    ):
        _refuse("body-invalid", "Its body is not an event of Clerk.")
    return WebhookEvent(identifier, document)
