"""Sign users in by tickets: sign-in tokens, and invitations of existing users.

It must not know HTTP.
"""

from __future__ import annotations

from dataclasses import replace

from clerk_core.local._domain.errors import InvalidStateError
from clerk_core.local._domain.invitations import accept, find_by_ticket
from clerk_core.local._domain.sign_ins import of_user
from clerk_core.local._domain.users import find_by_identifier, find_user
from clerk_core.local._storage.rows import SignIn, SignInToken
from clerk_core.local._storage.store import Store


def is_sign_in_token(store: Store, ticket: str) -> bool:
    """Return whether a ticket is a sign-in token, which the application created."""
    return store.one(SignInToken, token=ticket) is not None


def identify_by_ticket(store: Store, sign_in: SignIn, ticket: str, now: int) -> SignIn:
    """Use a ticket, and store and return the attempt of its user.

    Raises:
        InvalidStateError: The ticket is unknown, was used before, was revoked or has expired.
        ForbiddenError: The user is banned or locked.
    """
    token = store.one(SignInToken, token=ticket)
    if token is None:
        return _identify_by_invitation(store, sign_in, ticket, now)
    if token.status != "pending" or token.expire_at <= now:
        is_expired = token.status == "pending"
        raise InvalidStateError(
            "sign_in_token_expired_code" if is_expired else "sign_in_token_already_used_code",
            "The sign-in token was used before, was revoked or has expired.",
        )
    store.put(replace(token, status="accepted", updated_at=now))
    sign_in = replace(sign_in, organization_id=token.organization_id, sign_in_token_id=token.id)
    return of_user(store, sign_in, find_user(store, token.user_id), now)


def _identify_by_invitation(store: Store, sign_in: SignIn, ticket: str, now: int) -> SignIn:
    invitation = find_by_ticket(store, ticket, now)
    user = find_by_identifier(store, invitation.email_address)
    if user is None:
        raise InvalidStateError(
            "ticket_invalid_code", "The invited user does not exist yet. Sign up first."
        )
    sign_in = replace(sign_in, organization_id=invitation.organization_id)
    sign_in = of_user(store, sign_in, user, now)
    accept(store, invitation, user, now)
    return sign_in
