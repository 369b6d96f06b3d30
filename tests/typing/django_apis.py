"""Types with the libraries around Django. Type checkers read this file; it is never run."""

# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI, Router
from rest_framework.decorators import api_view, authentication_classes, permission_classes
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from typing_extensions import assert_type

from clerk_core import AsyncMachineAuth, SessionAuth, SignedOutAuth
from clerk_core.asgi import Receive, Scope, Send
from clerk_core.django import auth
from clerk_core.django.channels import ClerkMiddleware, request_auth, require_auth
from clerk_core.django.ninja import AuthRequest, document_refusals
from clerk_core.django.ninja import require_auth as require_auth_of_ninja
from clerk_core.django.rest_framework import (
    APIKeyAuthentication,
    ClerkAuthentication,
    HasRole,
    HasScope,
    IsSignedIn,
)


class AnyToken(ClerkAuthentication):
    accepts_token = ("session_token", "api_key")


class Wrong(ClerkAuthentication):
    accepts_token = "api_keys"  # type: ignore[assignment]


@api_view(["GET"])
@authentication_classes([AnyToken])
@permission_classes([IsSignedIn & ~HasRole("org:guest"), HasScope("read", "write") | IsSignedIn])
def me(request: Request) -> Response:
    assert_type(auth(request), SessionAuth | SignedOutAuth)
    return Response(auth(request).require().user_id)


class Reports(APIView):
    authentication_classes = (ClerkAuthentication, APIKeyAuthentication)
    permission_classes = (HasRole("org:admin") | HasScope("read"), IsAuthenticated)


HasRole(1)  # type: ignore[arg-type]
HasScope()  # type: ignore[call-arg]

api = NinjaAPI(auth=require_auth_of_ninja())
router = Router(auth=[require_auth_of_ninja(role="org:admin")])
document_refusals(api)
document_refusals(router)  # type: ignore[arg-type]
require_auth_of_ninja(roles="org:admin")  # type: ignore[call-arg]


@api.get("/me")
def user_id(request: AuthRequest[SessionAuth]) -> str:
    assert_type(request.auth, SessionAuth)
    return request.auth.user_id


@api.get("/reports", auth=require_auth_of_ninja(accepts_token="api_key"))
async def reports(request: AuthRequest[AsyncMachineAuth]) -> str:
    assert_type(request.auth.subject, str)
    return request.auth.subject


async def chat(scope: Scope, receive: Receive, send: Send) -> None:
    assert_type(request_auth(scope).protect(role="org:admin").user_id, str)


def untyped(scope: Any, receive: Any, send: Any) -> Any: ...


ClerkMiddleware(require_auth(chat))
ClerkMiddleware(require_auth(role="org:admin")(untyped))
require_auth(roles="org:admin")  # type: ignore[call-overload]
