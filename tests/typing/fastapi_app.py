"""Types in a FastAPI application. Type checkers read this file; it is never run."""

# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, Request
from typing_extensions import assert_type

from clerk_core import AsyncAuth, AsyncClerk, AsyncMachineAuth, AsyncSessionAuth, User
from clerk_core.fastapi import (
    AnyToken,
    APIKey,
    Auth,
    ClerkClient,
    CurrentUser,
    Session,
    SignedIn,
    auth,
    install,
    require_auth,
)

app = FastAPI()
install(app)
install(app, secret_key="sk_test_1", authorized_parties=["https://app.example"])
install(app, secret_key=1)  # type: ignore[arg-type]

Admin = Annotated[Session, require_auth(role="org:admin")]
UserOrMachine = Annotated[AnyToken, require_auth(accepts_token=["session_token", "api_key"])]


@app.get("/me")
async def me(session: SignedIn) -> str:
    assert_type(session, AsyncSessionAuth)
    assert_type(session.user_id, str)
    assert_type(await session.get_token(template="supabase"), str | None)
    return session.user_id


@app.get("/maybe")
def maybe(session: Auth, user: CurrentUser, clerk: ClerkClient, request: Request) -> str | None:
    assert_type(session, AsyncAuth)
    assert_type(user, User | None)
    assert_type(clerk, AsyncClerk)
    assert_type(auth(request), AsyncAuth)
    assert_type(auth(request).require().user_id, str)
    if not session:
        return None
    assert_type(session.user_id, str)
    return session.user_id


@app.get("/report")
def report(api_key: APIKey, admin: Admin) -> str:
    assert_type(api_key, AsyncMachineAuth)
    assert_type(api_key.scopes, tuple[str, ...])
    assert_type(admin.org_role, str | None)
    return api_key.subject


@app.get("/either", dependencies=[require_auth(plan="gold")])
def either(session: UserOrMachine) -> str | None:
    if session.token_type == "session_token":
        assert_type(session, AsyncSessionAuth)
    return session.user_id


require_auth(roles="org:admin")  # type: ignore[call-arg]
