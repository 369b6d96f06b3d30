"""A project whose users are those of Clerk: its settings, its views, and who is asked."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib import admin
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, JsonResponse
from django.urls import path

from clerk_core.django import sign_out
from clerk_core.django.users import sign_in, webhook
from clerk_core.testing import WEBHOOK_SECRET

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "clerk_core.django.ClerkMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "clerk_core.django.users.ClerkAuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
BACKENDS = ["clerk_core.django.users.ClerkBackend"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]


def describe(user: Any) -> dict[str, Any]:
    return {
        "pk": user.pk,
        "username": user.get_username(),
        "is_staff": user.is_staff,
        "is_superuser": user.is_superuser,
        "permissions": sorted(user.get_all_permissions()),
    }


def who(request: HttpRequest) -> JsonResponse:
    return JsonResponse(describe(request.user))


async def who_async(request: HttpRequest) -> JsonResponse:
    user = await request.auser()
    assert request.user == user
    assert await request.auser() is user
    return JsonResponse(await sync_to_async(describe)(user))


async def who_in_the_loop(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"username": request.user.get_username()})


def save(request: HttpRequest) -> JsonResponse:
    user: Any = request.user
    user.first_name = "Saved"
    user.save()
    return JsonResponse(describe(user))


def note(request: HttpRequest) -> JsonResponse:
    """Return what the session has, and store what the request says."""
    before = request.session.get("note")
    if "note" in request.GET:
        request.session["note"] = request.GET["note"]
    return JsonResponse({"note": before})


async def note_async(request: HttpRequest) -> JsonResponse:
    return await sync_to_async(note)(request)


def public(request: HttpRequest) -> JsonResponse:
    return JsonResponse({})


def settings_of(**options: Any) -> dict[str, Any]:
    """Return the settings of the project, with these options of `CLERK`."""
    urls = ModuleType("urls")
    vars(urls)["urlpatterns"] = [
        path("", public),
        path("who", who),
        path("async/who", who_async),
        path("async/loop", who_in_the_loop),
        path("save", save),
        path("note", note),
        path("async/note", note_async),
        path("members", login_required(who)),
        path("groups", permission_required("auth.view_group")(who)),
        path("async/members", login_required(who)),
        path("sign-in", sign_in),
        path("sign-out", sign_out),
        path("webhooks/clerk", webhook),
        path("admin/", admin.site.urls),
    ]
    return {
        "ROOT_URLCONF": urls,
        "MIDDLEWARE": MIDDLEWARE,
        "AUTHENTICATION_BACKENDS": BACKENDS,
        "TEMPLATES": TEMPLATES,
        "LOGIN_URL": "/sign-in",
        "SESSION_ENGINE": "django.contrib.sessions.backends.db",
        "STATIC_URL": "/static/",
        "CLERK": {**options, "webhook_signing_secret": WEBHOOK_SECRET},
        "CLERK_USERS": None,
    }
