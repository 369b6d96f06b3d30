"""Types in a Django project. Type checkers read this file; it is never run."""

# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path
from django.views import View
from typing_extensions import assert_type

from clerk_core import (
    AnyAuth,
    AsyncAnyAuth,
    AsyncAuth,
    AsyncClerk,
    AsyncSessionAuth,
    Auth,
    Clerk,
    MachineAuth,
    SessionAuth,
    SignedOutAuth,
    User,
)
from clerk_core.django import (
    AccessDenied,
    RequireAuthMixin,
    aauth,
    aclerk_client,
    acurrent_organization,
    acurrent_user,
    aprotect,
    asign_out,
    auth,
    clerk_client,
    current_organization,
    current_user,
    protect,
    redirect_to_sign_in,
    require_auth,
    sign_in_url,
    sign_out,
)
from clerk_core.models import Organization


def reading_auth(request: HttpRequest) -> None:
    assert_type(auth(request), Auth)
    assert_type(auth(request, accepts_token="api_key"), MachineAuth | SignedOutAuth)
    assert_type(auth(request, accepts_token="any"), AnyAuth)
    assert_type(current_user(request), User | None)
    assert_type(current_organization(request), Organization | None)
    assert_type(clerk_client(request), Clerk)
    assert_type(clerk_client(), Clerk)
    assert_type(protect(request, role="org:admin"), SessionAuth)
    assert_type(protect(request, accepts_token="m2m_token"), MachineAuth)
    assert_type(sign_in_url(request, "/orders"), str)
    assert_type(redirect_to_sign_in(request), HttpResponse)
    assert_type(sign_out(request), HttpResponse)
    auth()  # type: ignore[call-overload]
    protect(request, roel="org:admin")  # type: ignore[call-overload]


async def awaiting_auth(request: HttpRequest) -> None:
    assert_type(aauth(request), AsyncAuth)
    assert_type(await aauth(request, accepts_token="any"), AsyncAnyAuth)
    assert_type(await acurrent_user(request), User | None)
    assert_type(await acurrent_organization(request), Organization | None)
    assert_type(aclerk_client(request), AsyncClerk)
    assert_type(aclerk_client(), AsyncClerk)
    assert_type(aprotect(request, role="org:admin"), AsyncSessionAuth)
    assert_type(await asign_out(request), HttpResponse)


@require_auth
def view(request: HttpRequest, number: int) -> JsonResponse:
    return JsonResponse({"number": number})


@require_auth(role="org:admin", plan="gold")
async def coroutine(request: HttpRequest) -> JsonResponse:
    return JsonResponse({})


@require_auth
class Decorated(View):
    number = 1


class Mixed(RequireAuthMixin, View):
    required_auth = {"permission": "org:reports:read"}  # noqa: RUF012


class Wrong(RequireAuthMixin, View):
    required_auth = {"roel": "org:admin"}  # type: ignore[typeddict-unknown-key]  # noqa: RUF012


async def decorators_keep_types(request: HttpRequest) -> None:
    assert_type(view(request, 1), JsonResponse)
    view(request)  # type: ignore[call-arg]
    assert_type(await coroutine(request), JsonResponse)
    assert_type(Decorated.number, int)
    require_auth(roel="org:admin")  # type: ignore[call-overload]
    require_auth(7)  # type: ignore[call-overload]


urlpatterns = [
    path("", view),
    path("async", coroutine),
    path("mixed", Mixed.as_view()),
    path("staff/", require_auth(include("shop.urls"))),
    path("sign-out", sign_out),
    path("sign-out-async", asign_out),
]


def handler403(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, AccessDenied):
        assert_type(exception.code, str)
        assert_type(exception.response, Any)
    return HttpResponse(status=403)
