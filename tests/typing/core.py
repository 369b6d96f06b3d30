"""Types of the clients and the flows. Type checkers read this file; it is never run."""

# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

import httpx
from typing_extensions import assert_type

from clerk_core import (
    EXPLANATIONS,
    AnyAuth,
    AsyncAuth,
    AsyncClerk,
    AsyncRequestAuth,
    Auth,
    Clerk,
    Flow,
    Handshake,
    HttpRequest,
    HttpResponse,
    MachineAuth,
    MachineTokenType,
    Page,
    Reason,
    Request,
    RequestAuth,
    RequestState,
    Response,
    Settings,
    SignedIn,
    SignedOut,
    SignedOutAuth,
    TokenType,
    User,
    WebhookEvent,
    authenticate,
    run,
    run_async,
    sign_in_url,
    sign_up_url,
    verify_webhook,
)
from clerk_core.models import Session, SessionToken


def making_clients() -> None:
    Clerk()
    Clerk(secret_key="sk_test_1", timeout=2.5, transport=httpx.HTTPTransport())
    AsyncClerk(secret_key="sk_test_1", transport=httpx.AsyncHTTPTransport())
    assert_type(Clerk(retries=0).with_options(timeout=2.5, retries=3), Clerk)
    assert_type(AsyncClerk(retries=0).with_options(timeout=2.5, retries=3), AsyncClerk)
    Clerk().with_options(transport=None)  # type: ignore[call-arg]
    Clerk("sk_test_1")  # type: ignore[arg-type]
    AsyncClerk("sk_test_1")  # type: ignore[arg-type]
    Clerk(secret="sk_test_1")  # type: ignore[call-arg]
    Clerk(transport=httpx.AsyncHTTPTransport())  # type: ignore[arg-type]
    AsyncClerk(transport=httpx.HTTPTransport())  # type: ignore[arg-type]
    Settings(secret="sk_test_1")  # type: ignore[call-arg]


def using_clerk(request: Request) -> None:
    with Clerk() as clerk:
        assert_type(clerk, Clerk)
        assert_type(clerk.to_async(), AsyncClerk)
        assert_type(clerk.authenticate(request), RequestState)
        request_auth = RequestAuth.authenticate(clerk, request)
        assert_type(request_auth.state, RequestState)
        assert_type(request_auth.redirect, Response | None)
        assert_type(request_auth.auth(), Auth)
        assert_type(request_auth.auth().get_token(template="supabase"), str | None)
        assert_type(request_auth.auth(accepts_token="api_key"), MachineAuth | SignedOutAuth)
        assert_type(request_auth.auth(accepts_token="any"), AnyAuth)
        assert_type(request_auth.auth(accepts_token="any").get_token(), str | None)
        assert_type(request_auth.to_async(), AsyncRequestAuth)
        assert_type(clerk.users.get("user_1"), User)
        assert_type(clerk.users.create(email_address=["a@app.example"]), User)
        assert_type(clerk.sessions.revoke("sess_1"), Session)
        assert_type(clerk.close(), None)


async def using_async_clerk(request: Request) -> None:
    async with AsyncClerk() as clerk:
        assert_type(clerk, AsyncClerk)
        assert_type(clerk.to_sync(), Clerk)
        assert_type(await clerk.authenticate(request), RequestState)
        request_auth = await AsyncRequestAuth.authenticate(clerk, request)
        assert_type(request_auth.state, RequestState)
        assert_type(request_auth.auth(), AsyncAuth)
        assert_type(await request_auth.auth().get_token(template="supabase"), str | None)
        assert_type(
            await (await request_auth.auth(accepts_token="api_key")).get_token(), str | None
        )
        assert_type(await (await request_auth.auth(accepts_token="any")).get_token(), str | None)
        assert_type(request_auth.to_sync(), RequestAuth)
        assert_type(await clerk.users.get("user_1"), User)
        assert_type(await clerk.users.list(), Page[User])
        assert_type(await clerk.sessions.create_token("sess_1"), SessionToken)
        assert_type(await clerk.close(), None)


async def calling_inline() -> None:
    assert_type(await AsyncClerk().users.get("user_1"), User)
    assert_type(Clerk().users.get("user_1"), User)


def narrowing_states(state: RequestState) -> None:
    assert_type(state.redirect, str | None)
    assert_type(state.headers, tuple[tuple[str, str], ...])
    if state.status == "signed-in":
        assert_type(state, SignedIn)
        assert_type(state.token, str)
    elif state.status == "signed-out":
        assert_type(state, SignedOut)
        assert_type(state.reason, str)
    else:
        assert_type(state, Handshake)


def comparing_reasons(state: RequestState) -> str | None:
    if state.reason == Reason.TOKEN_EXPIRED or state.reason in {Reason.TOKEN_INVALID}:
        return EXPLANATIONS[Reason.TOKEN_EXPIRED]
    if state.status == "signed-out" and state.reason != Reason.TOKEN_NOT_ACTIVE_YET:
        assert_type(EXPLANATIONS.get(state.reason), str | None)
    return state.reason


def authenticating_token_types(clerk: Clerk, request: Request) -> None:
    clerk.authenticate(request, accepts_token="session_token")
    clerk.authenticate(request, accepts_token="any")
    clerk.authenticate(request, accepts_token=["session_token", "api_key"])
    clerk.authenticate(request, accepts_token=("m2m_token", "oauth_token"))
    clerk.authenticate(request, accepts_token="cookie")  # type: ignore[arg-type]
    clerk.authenticate(request, accepts_token=["session_token", "any"])  # type: ignore[list-item]
    clerk.authenticate(request, accepts_token={"session_token"})  # type: ignore[arg-type]


def accepting_token_types(
    state: RequestState, request_auth: RequestAuth, token_types: list[TokenType]
) -> None:
    assert_type(request_auth.auth(accepts_token="session_token"), Auth)
    assert_type(request_auth.auth(accepts_token="m2m_token"), MachineAuth | SignedOutAuth)
    assert_type(request_auth.auth(accepts_token="oauth_token"), MachineAuth | SignedOutAuth)
    assert_type(request_auth.auth(accepts_token=["session_token", "api_key"]), AnyAuth)
    assert_type(request_auth.auth(accepts_token=("m2m_token", "oauth_token")), AnyAuth)
    assert_type(request_auth.auth(accepts_token=token_types), AnyAuth)
    assert_type(request_auth.auth(accepts_token="any", treat_pending_as_signed_out=False), AnyAuth)
    assert_type(state.auth("session_token").user_id, str | None)
    assert_type(state.auth("api_key").subject, str | None)
    assert_type(state.auth().user_id, str | None)
    state.auth("cookie")  # type: ignore[arg-type]
    state.auth(["cookie"])  # type: ignore[list-item]


def reading_machine_auth(auth: MachineAuth | SignedOutAuth) -> None:
    assert_type(auth.token_type, TokenType | None)
    assert_type(auth.scopes, tuple[str, ...] | None)
    assert_type(auth.claims, dict[str, object] | None)
    assert_type(auth.name, str | None)
    assert_type(auth.client_id, str | None)
    assert_type(auth.machine_id, str | None)
    if auth.is_authenticated is True:
        assert_type(auth.token_type, MachineTokenType)
        assert_type(auth.id, str)
        assert_type(auth.subject, str)
        assert_type(auth.scopes, tuple[str, ...])
    else:
        assert_type(auth.subject, None)
    auth.session_id  # type: ignore[union-attr]  # noqa: B018


def reading_any_auth(auth: AnyAuth) -> None:
    assert_type(auth.user_id, str | None)
    assert_type(auth.org_id, str | None)
    assert_type(auth.token_type, TokenType | None)
    assert_type(auth.has(role="org:admin"), bool)
    if auth.token_type == "session_token":
        assert_type(auth, Auth)
        assert_type(auth.session_id, str | None)
    elif auth.token_type == "m2m_token":
        assert_type(auth, MachineAuth | SignedOutAuth)
        assert_type(auth.scopes, tuple[str, ...] | None)


def verifying_a_webhook(body: bytes) -> None:
    event = verify_webhook({"svix-id": "msg_1"}, body)
    assert_type(event, WebhookEvent)
    assert_type(event.type, str)
    assert_type(event.data, dict[str, object])
    verify_webhook([("svix-id", "msg_1")], body, "whsec_1", now=0.0)
    verify_webhook({}, {"type": "user.created"})  # type: ignore[arg-type]


def building_sign_in_urls(state: RequestState) -> None:
    assert_type(sign_in_url(state), str)
    assert_type(sign_up_url(state, "/orders"), str)


def running_flows(request: Request, settings: Settings) -> None:
    def send(request: HttpRequest) -> HttpResponse:
        return HttpResponse(200)

    flow = authenticate(request, settings, now=0.0)
    assert_type(flow, Flow[RequestState])
    state = run(flow, send)
    assert_type(
        run(state.auth("session_token").get_token_flow(template="supabase"), send), str | None
    )
    authenticate(request, settings)  # type: ignore[call-arg]


async def running_flows_async(request: Request, settings: Settings) -> None:
    async def send(request: HttpRequest) -> HttpResponse:
        return HttpResponse(200)

    state = await run_async(authenticate(request, settings, now=0.0), send)
    assert_type(await run_async(state.auth().get_token_flow(), send), str | None)
