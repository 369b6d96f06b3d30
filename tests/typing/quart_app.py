"""Types in a Quart application. Type checkers read this file; it is never run."""

# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from quart import Quart, Response
from typing_extensions import assert_type

from clerk_core import (
    AsyncAnyAuth,
    AsyncAuth,
    AsyncClerk,
    AsyncMachineAuth,
    AsyncSessionAuth,
    AsyncSignedOutAuth,
    User,
)
from clerk_core.quart import (
    auth,
    clerk_client,
    current_user,
    install,
    redirect_to_sign_in,
    require_auth,
)

app = Quart(__name__)


def installing() -> None:
    install(app)
    install(app, secret_key="sk_test_1", websocket_subprotocol="clerk")
    install(app, secret_key=1)  # type: ignore[arg-type]


async def reading_auth() -> None:
    assert_type(auth(), AsyncAuth)
    assert_type(await auth(accepts_token="api_key"), AsyncMachineAuth | AsyncSignedOutAuth)
    assert_type(await auth(accepts_token=["session_token", "api_key"]), AsyncAnyAuth)
    assert_type(await current_user(), User | None)
    assert_type(clerk_client(), AsyncClerk)
    assert_type(await clerk_client().users.get("user_1"), User)
    assert_type(redirect_to_sign_in(), Response)
    auth(accepts_token="cookie")  # type: ignore[call-overload]


def missing_await() -> tuple[object, ...]:
    return (
        "in" if auth(accepts_token="api_key") else "out",  # type: ignore[truthy-function]
        "in" if auth(accepts_token="any") else "out",  # type: ignore[truthy-function]
        not auth(accepts_token=["m2m_token"]),  # type: ignore[truthy-function]
        "in" if current_user() else "out",  # type: ignore[truthy-function]
        not current_user(),  # type: ignore[truthy-function]
    )


async def narrowing() -> None:
    state = auth()
    if state.user_id is not None:
        assert_type(state, AsyncSessionAuth)
        assert_type(await state.get_token(template="supabase"), str | None)
    if not state:
        return
    assert_type(state.user_id, str)


@app.get("/orders/<int:number>")
@require_auth
async def order(number: int) -> str:
    assert_type(auth().require().user_id, str)
    assert_type((await auth(accepts_token="api_key")).require().subject, str)
    return f"{number} of {auth().require().user_id}"


@app.get("/invoices")
@require_auth(role="org:admin", plan="gold")
def invoice() -> str:
    return "sync"


async def decorating() -> None:
    assert_type(await order(1), str)
    assert_type(await invoice(), str)
    await order("one")  # type: ignore[arg-type]
    require_auth(roles="org:admin")  # type: ignore[call-overload]
