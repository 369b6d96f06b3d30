"""Types in a Litestar application. Type checkers read this file; it is never run."""

# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from typing import Any

from litestar import Controller, Litestar, Request, Response, Router, WebSocket, get, websocket
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
from clerk_core.litestar import (
    APIKey,
    Auth,
    ClerkClient,
    ClerkPlugin,
    CurrentOrganization,
    CurrentUser,
    M2MToken,
    OAuthToken,
    SignedIn,
    auth,
    clerk_client,
    current_user,
    install,
    protect,
    redirect_to_sign_in,
    require_auth,
    sign_out,
)
from clerk_core.models import Organization

AnyRequest = Request[Any, Any, Any]

ClerkPlugin(secret_key="sk_test_1", websocket_query="token")
ClerkPlugin(secret_key=1)  # type: ignore[arg-type]


def installing(app: Litestar) -> None:
    install(app)
    install(app, secret_key="sk_test_1", authorized_parties=["https://app.example"])
    install(app, secret_key=1)  # type: ignore[arg-type]


async def reading_auth(request: AnyRequest) -> None:
    assert_type(auth(request), AsyncAuth)
    assert_type(auth(request, treat_pending_as_signed_out=False), AsyncAuth)
    assert_type(await auth(request, accepts_token="api_key"), AsyncMachineAuth | AsyncSignedOutAuth)
    assert_type(await auth(request, accepts_token="any"), AsyncAnyAuth)
    assert_type(await current_user(request), User | None)
    assert_type(clerk_client(request), AsyncClerk)
    assert_type(redirect_to_sign_in(request, "/orders"), Response[bytes])
    assert_type(await sign_out(request), Response[bytes])
    assert_type(protect(request, role="org:admin"), AsyncSessionAuth)
    assert_type(await protect(request, accepts_token="api_key"), AsyncMachineAuth)
    auth(request, accepts_token="cookie")  # type: ignore[call-overload]


def missing_await(request: AnyRequest) -> tuple[object, ...]:
    return (
        "in" if auth(request, accepts_token="api_key") else "out",  # type: ignore[truthy-function]
        "in" if current_user(request) else "out",  # type: ignore[truthy-function]
    )


@get("/me")
async def me(signed_in: SignedIn) -> str:
    assert_type(signed_in, AsyncSessionAuth)
    assert_type(signed_in.user_id, str)
    assert_type(await signed_in.get_token(template="supabase"), str | None)
    return signed_in.user_id


@get("/maybe")
async def maybe(
    auth: Auth,
    current_user: CurrentUser,
    current_organization: CurrentOrganization,
    clerk_client: ClerkClient,
) -> str | None:
    assert_type(auth, AsyncAuth)
    assert_type(current_user, User | None)
    assert_type(current_organization, Organization | None)
    assert_type(clerk_client, AsyncClerk)
    if not auth:
        return None
    assert_type(auth.user_id, str)
    return auth.user_id


@get("/report")
async def report(api_key: APIKey, m2m_token: M2MToken, oauth_token: OAuthToken) -> str:
    assert_type(api_key, AsyncMachineAuth)
    assert_type(m2m_token, AsyncMachineAuth)
    assert_type(oauth_token.scopes, tuple[str, ...])
    return api_key.subject


@get("/admin", guards=[require_auth(role="org:admin")], sync_to_thread=False)
def admin(request: AnyRequest) -> str:
    assert_type(auth(request).require().user_id, str)
    return auth(request).require().user_id


@websocket("/chat", guards=[require_auth()])
async def chat(socket: WebSocket[Any, Any, Any]) -> None:
    assert_type(auth(socket), AsyncAuth)
    await socket.accept()


class Orders(Controller):
    guards = (require_auth(plan="gold"),)


guard = require_auth(accepts_token=["session_token", "api_key"], scopes=["read"])
staff = Router("/staff", route_handlers=[Orders], guards=[guard])
app = Litestar([me, maybe, report, admin, chat, staff], plugins=[ClerkPlugin()], guards=[guard])
require_auth(roles="org:admin")  # type: ignore[call-arg]
require_auth(reading_auth)  # type: ignore[arg-type]
