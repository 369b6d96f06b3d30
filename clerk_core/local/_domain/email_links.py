"""Verify email addresses by a link in an email.

It must not know HTTP, or what a verification is for.
"""

from __future__ import annotations

from clerk_core.local._domain.errors import not_found
from clerk_core.local._domain.messages import send
from clerk_core.local._storage.rows import Verification, new_id, random_text
from clerk_core.local._storage.store import Store

EMAIL_LINK = "email_link"
"""The strategy of these verifications."""

_LIFETIME = 10 * 60 * 1000


def send_link(
    store: Store,
    recipient: str,
    verify_url: str,
    redirect_url: str,
    application_name: str,
    now: int,
) -> Verification:
    """Send a link, and store and return its verification.

    Args:
        store: The store.
        recipient: The email address.
        verify_url: The URL that verifies a token, without the token.
        redirect_url: The URL of the application to go on with.
        application_name: The name of the application in the message.
        now: The current time in Unix milliseconds.
    """
    verification = Verification(
        id=new_id("ver"),
        strategy=EMAIL_LINK,
        code=random_text(32),
        data={"redirect_url": redirect_url},
        expire_at=now + _LIFETIME,
        created_at=now,
    )
    store.put(verification)
    subject = f"Your link to {application_name}"
    body = f"Open the link to go on to {application_name}. It is valid for 10 minutes."
    send(store, recipient, subject, body, now, url=f"{verify_url}?token={verification.code}")
    return verification


def find_by_token(store: Store, token: str) -> Verification:
    """Return the verification with the token of a link, or raise `NotFoundError`."""
    found = store.one(Verification, code=token, strategy=EMAIL_LINK) if token else None
    if found is None:
        raise not_found("Verification", "this link")
    return found
