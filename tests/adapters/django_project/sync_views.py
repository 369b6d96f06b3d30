"""The routes of the adapter contract, in functions that wait."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from functools import partial
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import path
from django.utils.decorators import sync_and_async_middleware

from clerk_core import WebhookVerificationError, verify_webhook
from clerk_core import django as clerk_django
from clerk_core.django import (
    auth,
    clerk_client,
    current_organization,
    current_user,
    protect,
    redirect_to_sign_in,
    redirect_to_sign_up,
    redirect_to_tasks,
    require_auth,
    sign_out,
)
from clerk_core.testing.contract import (
    API_KEY_FORMS,
    GUARDED_ROUTES,
    LINKS,
    PUBLIC_HEADERS,
    describe_any_auth,
    describe_auth,
    parse_accepts_token,
)


class RefusedError(Exception):
    pass


document = partial(JsonResponse, safe=False)


def index(request: HttpRequest) -> HttpResponse:
    return document(describe_auth(auth(request)))


def pending(request: HttpRequest) -> HttpResponse:
    return document(describe_auth(auth(request, treat_pending_as_signed_out=False)))


def user(request: HttpRequest) -> HttpResponse:
    users = [current_user(request) for _ in range(3)]
    assert users[0] is users[1] is users[2]
    return document(users[0].to_public_dict() if users[0] else None)


def organization(request: HttpRequest) -> HttpResponse:
    found = [current_organization(request) for _ in range(3)]
    assert found[0] is found[1] is found[2]
    return document(found[0].to_public_dict() if found[0] else None)


def program(request: HttpRequest) -> HttpResponse:
    accepts = parse_accepts_token(request.GET["accepts"])
    states = [describe_any_auth(auth(request, accepts_token=accepts)) for _ in range(3)]
    assert states[0] == states[1] == states[2]
    return document(states[0])


def programs(request: HttpRequest) -> HttpResponse:
    forms = API_KEY_FORMS
    return document([describe_any_auth(auth(request, accepts_token=form)) for form in forms])


def token(request: HttpRequest) -> HttpResponse:
    return document({"token": auth(request).get_token(template="supabase")})


def webhook(request: HttpRequest) -> HttpResponse:
    try:
        event = verify_webhook(request.headers, request.body)
    except WebhookVerificationError as error:
        return HttpResponse(error.message, status=400)
    return document({"type": event.type})


def protected(request: HttpRequest) -> HttpResponse:
    return document(describe_auth(protect(request, role="org:admin")))


def auth_public(request: HttpRequest) -> HttpResponse:
    return document(auth(request).to_public_dict())


def links(request: HttpRequest) -> HttpResponse:
    return document({name: getattr(clerk_django, name)(request) for name in LINKS})


def to_sign_in(request: HttpRequest) -> HttpResponse:
    return redirect_to_sign_in(request, request.GET.get("back"))


def to_sign_up(request: HttpRequest) -> HttpResponse:
    return redirect_to_sign_up(request)


def to_tasks(request: HttpRequest) -> HttpResponse:
    return redirect_to_tasks(request)


def to_sign_out(request: HttpRequest) -> HttpResponse:
    return sign_out(request, request.GET.get("to", "/"))


@require_auth
def order(request: HttpRequest) -> HttpResponse:
    return document({"number": json.loads(request.body)["number"]})


def user_json(request: HttpRequest) -> HttpResponse:
    return document(current_user(request))


def auth_json(request: HttpRequest) -> HttpResponse:
    return document(auth(request))


def crash(request: HttpRequest) -> HttpResponse:
    raise RuntimeError(f"crashed with {clerk_client(request).settings.secret_key}")


def refused(request: HttpRequest) -> HttpResponse:
    raise RefusedError


def unknown_user(request: HttpRequest) -> HttpResponse:
    return document(clerk_client(request).users.get("nobody").id)


def stream(request: HttpRequest) -> StreamingHttpResponse:
    user_id = auth(request).user_id

    def parts() -> Iterator[str]:
        yield "It is "
        yield str(user_id)

    async def async_parts() -> AsyncIterator[str]:
        for part in parts():
            yield part

    # Each server has a kind of iterator that it streams.
    return StreamingHttpResponse(async_parts() if isinstance(request, ASGIRequest) else parts())


def cookies(request: HttpRequest) -> HttpResponse:
    response = HttpResponse("set")
    response.set_cookie("first", "1")
    response.set_cookie("second", "2")
    return response


def public(request: HttpRequest) -> HttpResponse:
    response = index(request)
    add_public_headers(response)
    return response


def add_public_headers(response: HttpResponse) -> None:
    for name, value in PUBLIC_HEADERS:
        own = response.headers.get(name)
        response.headers[name] = value if own is None else f"{own}, {value}"


kept_response = HttpResponse("kept", headers={"cache-control": "max-age=60"})


def kept(request: HttpRequest) -> HttpResponse:
    return kept_response


def client(request: HttpRequest) -> HttpResponse:
    return document({"publishable_key": clerk_client(request).settings.publishable_key})


@sync_and_async_middleware
def answer_refused(get_response: Any) -> Any:
    """Answer a `RefusedError` of a view, as an error handler of a project does."""

    def process_exception(request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, RefusedError):
            return None
        return document(describe_auth(auth(request)), status=418)

    def respond(request: HttpRequest) -> Any:
        return get_response(request)

    async def respond_async(request: HttpRequest) -> Any:
        return await get_response(request)

    made: Any = respond_async if iscoroutinefunction(get_response) else respond
    made.process_exception = process_exception
    return made


def guarded(view: Any, path_: str) -> Any:
    required = GUARDED_ROUTES[path_]
    return require_auth(**required)(view) if required else require_auth(view)


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
