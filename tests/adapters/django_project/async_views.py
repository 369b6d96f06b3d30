"""The routes of the adapter contract, in functions that await."""

from __future__ import annotations

import json
from collections.abc import Awaitable
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path

from clerk_core import AsyncAnyAuth, WebhookVerificationError, verify_webhook
from clerk_core import django as clerk_django
from clerk_core.django import (
    aauth,
    aclerk_client,
    acurrent_organization,
    acurrent_user,
    aprotect,
    asign_out,
    redirect_to_sign_in,
    redirect_to_sign_up,
    redirect_to_tasks,
    require_auth,
)
from clerk_core.testing.contract import (
    API_KEY_FORMS,
    GUARDED_ROUTES,
    LINKS,
    describe_any_auth,
    describe_auth,
    parse_accepts_token,
)
from tests.adapters.django_project import sync_views
from tests.adapters.django_project.sync_views import (
    RefusedError,
    add_public_headers,
    document,
    guarded,
    kept_response,
)


async def index(request: HttpRequest) -> HttpResponse:
    return document(describe_auth(aauth(request)))


async def pending(request: HttpRequest) -> HttpResponse:
    return document(describe_auth(aauth(request, treat_pending_as_signed_out=False)))


async def user(request: HttpRequest) -> HttpResponse:
    users = [await acurrent_user(request) for _ in range(3)]
    assert users[0] is users[1] is users[2]
    return document(users[0].to_public_dict() if users[0] else None)


async def organization(request: HttpRequest) -> HttpResponse:
    found = [await acurrent_organization(request) for _ in range(3)]
    assert found[0] is found[1] is found[2]
    return document(found[0].to_public_dict() if found[0] else None)


async def resolve(request: HttpRequest, accepts: Any) -> AsyncAnyAuth:
    """Await the state if it is awaitable, which depends on `accepts_token`."""
    state: Any = aauth(request, accepts_token=accepts)
    resolved: AsyncAnyAuth = await state if isinstance(state, Awaitable) else state
    return resolved


async def program(request: HttpRequest) -> HttpResponse:
    accepts = parse_accepts_token(request.GET["accepts"])
    states = [describe_any_auth(await resolve(request, accepts)) for _ in range(3)]
    assert states[0] == states[1] == states[2]
    return document(states[0])


async def programs(request: HttpRequest) -> HttpResponse:
    return document([describe_any_auth(await resolve(request, form)) for form in API_KEY_FORMS])


async def token(request: HttpRequest) -> HttpResponse:
    return document({"token": await aauth(request).get_token(template="supabase")})


async def webhook(request: HttpRequest) -> HttpResponse:
    try:
        event = verify_webhook(request.headers, request.body)
    except WebhookVerificationError as error:
        return HttpResponse(error.message, status=400)
    return document({"type": event.type})


async def protected(request: HttpRequest) -> HttpResponse:
    return document(describe_auth(aprotect(request, role="org:admin")))


async def auth_public(request: HttpRequest) -> HttpResponse:
    return document(aauth(request).to_public_dict())


async def links(request: HttpRequest) -> HttpResponse:
    return document({name: getattr(clerk_django, name)(request) for name in LINKS})


async def to_sign_in(request: HttpRequest) -> HttpResponse:
    return redirect_to_sign_in(request, request.GET.get("back"))


async def to_sign_up(request: HttpRequest) -> HttpResponse:
    return redirect_to_sign_up(request)


async def to_tasks(request: HttpRequest) -> HttpResponse:
    return redirect_to_tasks(request)


async def to_sign_out(request: HttpRequest) -> HttpResponse:
    return await asign_out(request, request.GET.get("to", "/"))


@require_auth
async def order(request: HttpRequest) -> HttpResponse:
    return document({"number": json.loads(request.body)["number"]})


async def user_json(request: HttpRequest) -> HttpResponse:
    return document(await acurrent_user(request))


async def auth_json(request: HttpRequest) -> HttpResponse:
    return document(aauth(request))


async def crash(request: HttpRequest) -> HttpResponse:
    raise RuntimeError(f"crashed with {aclerk_client(request).settings.secret_key}")


async def refused(request: HttpRequest) -> HttpResponse:
    raise RefusedError


async def unknown_user(request: HttpRequest) -> HttpResponse:
    return document((await aclerk_client(request).users.get("nobody")).id)


async def stream(request: HttpRequest) -> StreamingHttpResponse:
    return sync_views.stream(request)


async def cookies(request: HttpRequest) -> HttpResponse:
    return sync_views.cookies(request)


async def public(request: HttpRequest) -> HttpResponse:
    response = await index(request)
    add_public_headers(response)
    return response


async def kept(request: HttpRequest) -> HttpResponse:
    return kept_response


async def client(request: HttpRequest) -> HttpResponse:
    return document({"publishable_key": aclerk_client(request).settings.publishable_key})


urlpatterns = [
    path("", index),
    path("pending", pending),
    path("called", require_auth()(index)),
    path("order", order),
    path("options", require_auth(index)),
    *[path(route[1:], guarded(index, route)) for route in GUARDED_ROUTES],
    path("user", user),
    path("user/json", user_json),
    path("auth/json", auth_json),
    path("auth/public", auth_public),
    path("organization", organization),
    path("protected", protected),
    path("links", links),
    path("to-sign-in", to_sign_in),
    path("to-sign-up", to_sign_up),
    path("to-tasks", to_tasks),
    path("sign-out", to_sign_out),
    path("program", program),
    path("programs", programs),
    path("token", token),
    path("webhook", webhook),
    path("crash", crash),
    path("refused", refused),
    path("unknown-user", unknown_user),
    path("stream", stream),
    path("cookies", cookies),
    path("public", public),
    path("kept", kept),
    path("client", client),
]
