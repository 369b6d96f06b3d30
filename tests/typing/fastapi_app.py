"""What a type checker infers in a FastAPI application. It is checked, and never run."""

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
Anybody = Annotated[AnyToken, require_auth(accepts_token=["session_token", "api_key"])]


@app.get("/me")
async def me(who: SignedIn) -> str:
    assert_type(who, AsyncSessionAuth)
    assert_type(who.user_id, str)
    assert_type(await who.get_token(template="supabase"), str | None)
    return who.user_id


@app.get("/maybe")
def maybe(who: Auth, user: CurrentUser, clerk: ClerkClient, request: Request) -> str | None:
    assert_type(who, AsyncAuth)
    assert_type(user, User | None)
    assert_type(clerk, AsyncClerk)
    assert_type(auth(request), AsyncAuth)
    assert_type(auth(request).require().user_id, str)
    if not who:
        return None
    assert_type(who.user_id, str)
    return who.user_id


@app.get("/report")
def report(program: APIKey, admin: Admin) -> str:
    assert_type(program, AsyncMachineAuth)
    assert_type(program.scopes, tuple[str, ...])
    assert_type(admin.org_role, str | None)
    return program.subject


@app.get("/anybody", dependencies=[require_auth(plan="gold")])
def anybody(who: Anybody) -> str | None:
    if who.token_type == "session_token":
        assert_type(who, AsyncSessionAuth)
    return who.user_id


require_auth(roles="org:admin")  # type: ignore[call-arg]
