"""What a type checker infers of the clients and the flows. It is checked, and never run."""

# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from collections.abc import Awaitable

import httpx
from typing_extensions import assert_type

from clerk_core import (
    AsyncAuth,
    AsyncClerk,
    Auth,
    Clerk,
    Flow,
    Handshake,
    HttpRequest,
    HttpResponse,
    Request,
    RequestState,
    Settings,
    SignedIn,
    SignedOut,
    User,
    authenticate,
    run,
    run_async,
)
from clerk_core.backend.models import Session


def making_clients() -> None:
    Clerk()
    Clerk(secret_key="sk_test_1", timeout=2.5, transport=httpx.HTTPTransport())
    AsyncClerk(secret_key="sk_test_1", transport=httpx.AsyncHTTPTransport())
    Clerk(secret="sk_test_1")  # type: ignore[call-arg]
    Clerk(transport=httpx.AsyncHTTPTransport())  # type: ignore[arg-type]
    AsyncClerk(transport=httpx.HTTPTransport())  # type: ignore[arg-type]
    Settings(secret="sk_test_1")  # type: ignore[call-arg]


def waiting(request: Request) -> None:
    with Clerk() as clerk:
        assert_type(clerk, Clerk)
        state = clerk.authenticate(request)
        assert_type(state, RequestState[str | None])
        assert_type(state.auth(), Auth)
        assert_type(state.auth().get_token(template="supabase"), str | None)
        assert_type(clerk.users.get("user_1"), User)
        assert_type(clerk.users.create(email_address=["a@app.example"]), User)
        assert_type(clerk.sessions.revoke("sess_1"), Session)
        assert_type(clerk.close(), None)


async def awaiting(request: Request) -> None:
    async with AsyncClerk() as clerk:
        assert_type(clerk, AsyncClerk)
        state = await clerk.authenticate(request)
        assert_type(state, RequestState[Awaitable[str | None]])
        assert_type(state.auth(), AsyncAuth)
        assert_type(await state.auth().get_token(template="supabase"), str | None)
        assert_type(await clerk.users.get("user_1"), User)
        assert_type(await clerk.users.list(), list[User])
        assert_type(await clerk.sessions.create_token("sess_1"), str)
        assert_type(await clerk.close(), None)


async def without_a_variable() -> None:
    assert_type(await AsyncClerk().users.get("user_1"), User)
    assert_type(Clerk().users.get("user_1"), User)


def telling_states_apart(state: RequestState[str | None]) -> None:
    assert_type(state.redirect, str | None)
    assert_type(state.headers, tuple[tuple[str, str], ...])
    if state.status == "signed-in":
        assert_type(state, SignedIn[str | None])
        assert_type(state.token, str)
    elif state.status == "signed-out":
        assert_type(state, SignedOut[str | None])
        assert_type(state.reason, str)
    else:
        assert_type(state, Handshake[str | None])


def running_flows(request: Request, settings: Settings) -> None:
    def send(request: HttpRequest) -> HttpResponse:
        return HttpResponse(200)

    flow = authenticate(request, settings, now=0.0)
    assert_type(flow, Flow[RequestState[Flow[str | None]]])
    state = run(flow, send)
    assert_type(run(state.auth().get_token(), send), str | None)
    authenticate(request, settings)  # type: ignore[call-arg]


async def running_flows_async(request: Request, settings: Settings) -> None:
    async def send(request: HttpRequest) -> HttpResponse:
        return HttpResponse(200)

    state = await run_async(authenticate(request, settings, now=0.0), send)
    assert_type(await run_async(state.auth().get_token(), send), str | None)
