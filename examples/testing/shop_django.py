"""A shop in Django, which test_django.py tests. A real project has modules for these."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from clerk_core import verify_webhook
from clerk_core.django import auth, require_auth

SETTINGS = {
    "SECRET_KEY": "of the shop",
    "ROOT_URLCONF": __name__,
    "INSTALLED_APPS": ["clerk_core.django"],
    "MIDDLEWARE": ["clerk_core.django.ClerkMiddleware"],
}


@require_auth
def me(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"user_id": auth(request).require().user_id})


@require_auth(role="org:admin")
async def staff(request: HttpRequest) -> HttpResponse:
    return JsonResponse({})


@require_auth(plan="gold", feature="discounts")
def discount(request: HttpRequest) -> HttpResponse:
    return JsonResponse({})


@require_auth(reverification="strict")
def refund(request: HttpRequest) -> HttpResponse:
    return JsonResponse({})


@require_auth(accepts_token="api_key", scopes=["stock:read"])
def stock(request: HttpRequest) -> HttpResponse:
    return JsonResponse({})


@csrf_exempt
def webhook(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"type": verify_webhook(request.headers, request.body).type})


urlpatterns = [
    path("me", me),
    path("staff", staff),
    path("discount", discount),
    path("refund", refund),
    path("stock", stock),
    path("webhook", webhook),
]
