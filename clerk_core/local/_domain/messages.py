"""Store the emails and text messages that Clerk would have sent.

No message is actually sent. It must not know HTTP.
"""

from __future__ import annotations

from clerk_core.local._storage.rows import Message, new_id
from clerk_core.local._storage.store import Store

_KEPT = 500


def send(
    store: Store,
    recipient: str,
    subject: str,
    body: str,
    now: int,
    *,
    code: str | None = None,
    url: str | None = None,
) -> Message:
    """Store and return a message to an email address or a phone number; the oldest are dropped.

    Args:
        store: The store.
        recipient: An email address, or a phone number that starts with a plus sign.
        subject: The subject of an email.
        body: The text of the message.
        now: The current time in Unix milliseconds.
        code: The code in the text.
        url: The link in the text.
    """
    message = Message(
        id=new_id("sms" if recipient.startswith("+") else "ema"),
        channel="sms" if recipient.startswith("+") else "email",
        recipient=recipient,
        subject=subject,
        body=body,
        code=code,
        url=url,
        created_at=now,
    )
    for old in store.all(Message)[: -(_KEPT - 1)]:
        store.remove(old)
    store.put(message)
    return message


def messages(store: Store, recipient: str | None = None) -> list[Message]:
    """Return the messages to a recipient, or all of them, newest first."""
    named = {} if recipient is None else {"recipient": recipient}
    return store.all(Message, **named)[::-1]
