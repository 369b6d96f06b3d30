"""What mypy infers from the truth of `is_authenticated`. It is checked, and never run.

Pyright narrows a union by a member that is compared (`is True`, `is not None`), not by its truth;
what it infers is in the other files of this folder.
"""

# pyright: basic, reportAssertTypeFailure=false

from __future__ import annotations

from typing_extensions import assert_type

from clerk_core import AsyncClerk, Request, SessionAuth, SignedOutAuth
from clerk_core.flask import auth


def narrowing() -> None:
    who = auth()
    if who.is_authenticated:
        assert_type(who, SessionAuth)
        assert_type(who.user_id, str)
        assert_type(who.session_claims, dict[str, object])
    else:
        assert_type(who, SignedOutAuth)
        assert_type(who.user_id, None)


def returning_early() -> None:
    who = auth()
    if not who.is_authenticated:
        return
    assert_type(who.user_id, str)


async def narrowing_what_is_awaited(clerk: AsyncClerk, request: Request) -> None:
    who = (await clerk.authenticate(request)).auth("session_token")
    if who.is_authenticated:
        assert_type(who.user_id, str)
    else:
        assert_type(who.user_id, None)
