"""Types in a Starlette application. Type checkers read this file; it is never run."""

# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from typing import Any

from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket
from typing_extensions import assert_type

from clerk_core import (
    AsyncAnyAuth,
    AsyncAuth,
    AsyncClerk,
    AsyncMachineAuth,
    AsyncSessionAuth,
    AsyncSignedOutAuth,
    Page,
    User,
)
from clerk_core.starlette import (
    ClerkMiddleware,
    auth,
    clerk_client,
    current_user,
    redirect_to_sign_in,
    require_auth,
)


def installing(app: Starlette) -> None:
    app.add_middleware(ClerkMiddleware)
    app.add_middleware(ClerkMiddleware, secret_key="sk_test_1", websocket_query="token")
    Starlette(middleware=[Middleware(ClerkMiddleware, timeout=2.0)])
    app.add_middleware(ClerkMiddleware, secret_key=1)  # type: ignore[arg-type]


async def reading_auth(request: Request) -> None:
    assert_type(auth(request), AsyncAuth)
    assert_type(auth(request, treat_pending_as_signed_out=False), AsyncAuth)
    assert_type(await auth(request, accepts_token="api_key"), AsyncMachineAuth | AsyncSignedOutAuth)
    assert_type(await auth(request, accepts_token="any"), AsyncAnyAuth)
    assert_type(await auth(request, accepts_token=["session_token", "api_key"]), AsyncAnyAuth)
    assert_type(await current_user(request), User | None)
    assert_type(clerk_client(request), AsyncClerk)
    assert_type(redirect_to_sign_in(request, "/orders"), Response)
    auth(request, accepts_token="cookie")  # type: ignore[call-overload]


def missing_await(request: Request) -> tuple[object, ...]:
    return (
        "in" if auth(request, accepts_token="api_key") else "out",  # type: ignore[truthy-function]
        "in" if auth(request, accepts_token="any") else "out",  # type: ignore[truthy-function]
        not auth(request, accepts_token=["m2m_token"]),  # type: ignore[truthy-function]
        "in" if current_user(request) else "out",  # type: ignore[truthy-function]
        not current_user(request),  # type: ignore[truthy-function]
    )


async def narrowing(request: Request) -> None:
    state = auth(request)
    if state.user_id is not None:
        assert_type(state, AsyncSessionAuth)
        assert_type(await state.get_token(template="supabase"), str | None)
    if not state:
        return
    assert_type(state.user_id, str)


async def calling_the_api(request: Request) -> None:
    clerk = clerk_client(request)
    assert_type(await clerk.users.get("user_1"), User)
    assert_type(await clerk.users.list(limit=5), Page[User])
    await clerk.users.get(1)  # type: ignore[arg-type]


@require_auth
async def me(request: Request) -> JSONResponse:
    assert_type(auth(request).require().user_id, str)
    assert_type((await auth(request, accepts_token="any")).require().user_id, str | None)
    return JSONResponse({"userId": auth(request).require().user_id})


@require_auth(role="org:admin")
def report(request: Request) -> JSONResponse:
    return JSONResponse({"userId": auth(request).user_id})


@require_auth
async def chat(websocket: WebSocket) -> None:
    await websocket.accept()


@require_auth
class Orders(HTTPEndpoint):
    async def get(self, request: Request) -> JSONResponse:
        return JSONResponse({})


async def decorating(request: Request, websocket: WebSocket) -> None:
    assert_type(await me(request), JSONResponse)
    assert_type(await report(request), JSONResponse)
    await me(1)  # type: ignore[arg-type]
    require_auth(roles="org:admin")  # type: ignore[call-overload]


routes: list[Any] = [
    Route("/me", me),
    Route("/report", report),
    Route("/orders", Orders),
    WebSocketRoute("/chat", chat),
    Mount("/staff", require_auth(role="org:admin")(Starlette())),
]
