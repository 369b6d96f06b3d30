"""Types behind the generic middleware. Type checkers read this file; it is never run."""

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
    User,
    WsgiMiddleware,
    asgi,
    install,
    wsgi,
)
from clerk_core.adapters import Refusal
from clerk_core.asgi import ASGIApp

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment


def options_for_tenant(request: Request) -> Options:
    return {"secret_key": "sk_test_1"}


async def async_options_for_tenant(request: Request) -> Options:
    return options_for_tenant(request)


def installing(app: WSGIApplication, asgi_app: ASGIApp) -> None:
    wrapped: WSGIApplication = WsgiMiddleware(
        app, secret_key="sk_test_1", options_for=options_for_tenant
    )
    wrapped_asgi: ASGIApp = AsgiMiddleware(asgi_app, options_for=async_options_for_tenant)
    install(object(), secret_key="sk_test_1")
    WsgiMiddleware(wrapped, options_for=async_options_for_tenant)  # type: ignore[arg-type]
    AsgiMiddleware(wrapped_asgi, websocket_query=1)  # type: ignore[arg-type]


def reading_auth(environ: WSGIEnvironment) -> None:
    request_auth = wsgi.request_auth(environ)
    assert_type(request_auth, RequestAuth)
    assert_type(request_auth.auth(), Auth)
    assert_type(request_auth.auth().require().user_id, str)
    assert_type(request_auth.auth(accepts_token="any"), AnyAuth)
    assert_type(request_auth.current_user(), User | None)
    assert_type(request_auth.client, Clerk)
    assert_type(request_auth.refuse(role="org:admin"), Refusal | None)


async def reading_async_auth(request_auth: AsyncRequestAuth) -> None:
    assert_type(asgi.request_auth({}), AsyncRequestAuth)
    assert_type(request_auth.auth(), AsyncAuth)
    assert_type(request_auth.auth().require().user_id, str)
    assert_type(
        await request_auth.auth(accepts_token="m2m_token"), AsyncMachineAuth | AsyncSignedOutAuth
    )
    assert_type(await request_auth.current_user(), User | None)
    assert_type(request_auth.client, AsyncClerk)
    assert_type(await request_auth.refuse(role="org:admin"), Refusal | None)


def missing_await(request_auth: AsyncRequestAuth) -> tuple[object, ...]:
    return (
        "in" if request_auth.auth(accepts_token="api_key") else "out",  # type: ignore[truthy-function]
        "in" if request_auth.auth(accepts_token="any") else "out",  # type: ignore[truthy-function]
        not request_auth.auth(accepts_token=["m2m_token"]),  # type: ignore[truthy-function]
        "in" if request_auth.current_user() else "out",  # type: ignore[truthy-function]
        not request_auth.current_user(),  # type: ignore[truthy-function]
    )
