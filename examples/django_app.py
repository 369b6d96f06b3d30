"""Clerk in Django: an API of four endpoints, and a page to try them on.

Set CLERK_PUBLISHABLE_KEY and CLERK_SECRET_KEY, and run it:

    python examples/django_app.py runserver
"""

import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import execute_from_command_line
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.http import require_POST
from django.views.static import serve

STATIC = Path(__file__).with_name("static")

# The settings of a project in one file. A real project has a module for them.
if not settings.configured:
    settings.configure(
        SECRET_KEY="of this example",
        ALLOWED_HOSTS=["localhost", "127.0.0.1"],
        INSTALLED_APPS=["clerk_core.django"],
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "clerk_core.django.ClerkMiddleware",
        ],
        ROOT_URLCONF=__name__,
    )
    django.setup()

from clerk_core.django import (  # noqa: E402
    auth,
    clerk_client,
    current_user,
    redirect_to_sign_in,
    require_auth,
    sign_out,
)


# 1. Protect an endpoint
@require_auth
def me(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"userId": auth(request).require().user_id})


# 2. Get a token for another service, from a JWT template
@require_auth
def external(request: HttpRequest) -> JsonResponse:
    token = auth(request).get_token(template="supabase") or ""
    return JsonResponse({"authorization": f"Bearer {token[:20]}…"})


# 3. Know the current user
@require_auth
def profile(request: HttpRequest) -> JsonResponse:
    user = current_user(request)
    return JsonResponse({"user": user.to_public_dict() if user else None})


# 4. Call the Backend API
@require_POST
@require_auth
def rename(request: HttpRequest) -> JsonResponse:
    user_id = auth(request).require().user_id
    user = clerk_client(request).users.update(user_id, first_name="Clerk", last_name="Cookie")
    return JsonResponse({"user": user.to_public_dict()})


def home(request: HttpRequest) -> HttpResponse:
    return HttpResponse((STATIC / "index.html").read_bytes())


def sign_in(request: HttpRequest) -> HttpResponse:
    return redirect_to_sign_in(request, return_back_url="/")


urlpatterns = [
    path("api/me", me),
    path("api/external", external),
    path("api/profile", profile),
    path("api/rename", rename),
    path("", home),
    path("sign-in", sign_in),
    path("sign-out", sign_out),
    path("static/<str:path>", serve, {"document_root": STATIC}),
]

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
else:
    app = get_wsgi_application()
