"""What a type checker infers behind the generic middlewares. It is checked, and never run."""

# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import assert_type

from clerk_core import (
    AnyAuth,
    AsgiMiddleware,
    AsyncAuth,
    AsyncClerk,
    AsyncMachineAuth,
    AsyncRequestAuth,
    AsyncSignedOutAuth,
    Auth,
    Clerk,
    Options,
    Request,
    RequestAuth,
    Response,
    User,
    WsgiMiddleware,
    install,
)
from clerk_core.asgi import ASGIApp
from clerk_core.asgi import request_auth as visit_of_scope
from clerk_core.wsgi import request_auth

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment


def tenants(request: Request) -> Options:
    return {"secret_key": "sk_test_1"}


async def tenants_looked_up(request: Request) -> Options:
    return tenants(request)


def installing(app: WSGIApplication, asgi: ASGIApp) -> None:
    wrapped: WSGIApplication = WsgiMiddleware(app, secret_key="sk_test_1", options_for=tenants)
    also: ASGIApp = AsgiMiddleware(asgi, options_for=tenants_looked_up)
    install(object(), secret_key="sk_test_1")
    WsgiMiddleware(wrapped, options_for=tenants_looked_up)  # type: ignore[arg-type]
    AsgiMiddleware(also, websocket_query=1)  # type: ignore[arg-type]


def asking(environ: WSGIEnvironment) -> None:
    visit = request_auth(environ)
    assert_type(visit, RequestAuth)
    assert_type(visit.auth(), Auth)
    assert_type(visit.auth().require().user_id, str)
    assert_type(visit.auth(accepts_token="any"), AnyAuth)
    assert_type(visit.current_user(), User | None)
    assert_type(visit.client, Clerk)
    assert_type(visit.refuse(role="org:admin"), Response | None)


async def awaiting(visit: AsyncRequestAuth) -> None:
    assert_type(visit_of_scope({}), AsyncRequestAuth)
    assert_type(visit.auth(), AsyncAuth)
    assert_type(visit.auth().require().user_id, str)
    assert_type(await visit.auth(accepts_token="m2m_token"), AsyncMachineAuth | AsyncSignedOutAuth)
    assert_type(await visit.current_user(), User | None)
    assert_type(visit.client, AsyncClerk)
    assert_type(await visit.refuse(role="org:admin"), Response | None)


def forgetting_to_await(visit: AsyncRequestAuth) -> tuple[object, ...]:
    return (
        "in" if visit.auth(accepts_token="api_key") else "out",  # type: ignore[truthy-function]
        "in" if visit.auth(accepts_token="any") else "out",  # type: ignore[truthy-function]
        not visit.auth(accepts_token=["m2m_token"]),  # type: ignore[truthy-function]
        "in" if visit.current_user() else "out",  # type: ignore[truthy-function]
        not visit.current_user(),  # type: ignore[truthy-function]
    )
