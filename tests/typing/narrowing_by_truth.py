"""Types that mypy narrows by the truth of `is_authenticated`. This file is never run.

Pyright narrows a union by comparing an attribute (`is True`, `is not None`), not by its truth; see
the other files of this folder.
"""

# pyright: basic, reportAssertTypeFailure=false

from __future__ import annotations

from typing_extensions import assert_type

from clerk_core import AsyncClerk, Request, SessionAuth, SignedOutAuth
from clerk_core.flask import auth


def narrowing() -> None:
    state = auth()
    if state.is_authenticated:
        assert_type(state, SessionAuth)
        assert_type(state.user_id, str)
        assert_type(state.session_claims, dict[str, object])
    else:
        assert_type(state, SignedOutAuth)
        assert_type(state.user_id, None)


def returning_early() -> None:
    state = auth()
    if not state.is_authenticated:
        return
    assert_type(state.user_id, str)


async def narrowing_async_result(clerk: AsyncClerk, request: Request) -> None:
    state = (await clerk.authenticate(request)).auth("session_token")
    if state.is_authenticated:
        assert_type(state.user_id, str)
    else:
        assert_type(state.user_id, None)
