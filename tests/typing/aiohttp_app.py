"""Types in an aiohttp application. Type checkers read this file; it is never run."""

# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from aiohttp import web
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
from clerk_core.aiohttp import (
    CLERK,
    auth,
    clerk_client,
    current_user,
    install,
    redirect_to_sign_in,
    require_auth,
)

app = web.Application()


def installing() -> None:
    install(app)
    install(app, secret_key="sk_test_1", websocket_subprotocol="clerk")
    assert_type(app[CLERK].client, AsyncClerk)
    install(app, secret_key=1)  # type: ignore[arg-type]


async def reading_auth(request: web.Request) -> None:
    assert_type(auth(request), AsyncAuth)
    assert_type(await auth(request, accepts_token="api_key"), AsyncMachineAuth | AsyncSignedOutAuth)
    assert_type(await auth(request, accepts_token=["session_token", "api_key"]), AsyncAnyAuth)
    assert_type(await current_user(request), User | None)
    assert_type(clerk_client(request), AsyncClerk)
    assert_type(await clerk_client(request).users.get("user_1"), User)
    assert_type(redirect_to_sign_in(request), web.Response)
    auth(request, accepts_token="cookie")  # type: ignore[call-overload]


def missing_await(request: web.Request) -> tuple[object, ...]:
    return (
        "in" if auth(request, accepts_token="api_key") else "out",  # type: ignore[truthy-function]
        "in" if auth(request, accepts_token="any") else "out",  # type: ignore[truthy-function]
        not auth(request, accepts_token=["m2m_token"]),  # type: ignore[truthy-function]
        "in" if current_user(request) else "out",  # type: ignore[truthy-function]
        not current_user(request),  # type: ignore[truthy-function]
    )


async def narrowing(request: web.Request) -> None:
    state = auth(request)
    if state.user_id is not None:
        assert_type(state, AsyncSessionAuth)
        assert_type(await state.get_token(template="supabase"), str | None)
    if not state:
        return
    assert_type(state.user_id, str)


@require_auth
async def order(request: web.Request) -> web.Response:
    assert_type(auth(request).require().user_id, str)
    assert_type((await auth(request, accepts_token="any")).require().user_id, str | None)
    return web.json_response({"userId": auth(request).require().user_id})


@require_auth(role="org:admin", plan="gold")
async def invoice(request: web.Request) -> web.StreamResponse:
    return web.StreamResponse()


@require_auth
class Orders(web.View):
    async def get(self) -> web.Response:
        return web.json_response({"userId": auth(self.request).user_id})


async def decorating(request: web.Request) -> None:
    assert_type(await order(request), web.StreamResponse)
    require_auth(roles="org:admin")  # type: ignore[call-overload]


app.add_routes([web.get("/order", order), web.get("/invoice", invoice)])
app.router.add_route("*", "/orders", Orders)
