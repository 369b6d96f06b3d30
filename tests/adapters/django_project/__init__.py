"""A Django project whose views are those of the adapter contract, once of each kind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from types import ModuleType
from typing import Any

import django
import pytest
from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest
from django.test import override_settings
from django.utils.decorators import sync_and_async_middleware
from django.utils.functional import empty

CLERK = "clerk_core.django.ClerkMiddleware"


def set_up() -> None:
    """Configure Django, which a process can do once."""
    if settings.configured:
        return
    settings.configure(
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=f"{__name__}.sync_views",
        SECRET_KEY="of the project",
        # As behind the proxies of the contract.
        USE_X_FORWARDED_HOST=True,
        # All that any test needs: models can be defined once, before the first test.
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "clerk_core.django.users.ClerkAdminConfig",
            "clerk_core.django",
            "clerk_core.django.users",
        ],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
        USE_TZ=True,
        LOGGING_CONFIG=None,
    )
    django.setup()


@contextmanager
def no_settings() -> Iterator[None]:
    """Let code configure Django within the block, with the applications of `set_up`."""
    set_up()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "_wrapped", empty)
        yield


def overridden(*middleware: str, **options: Any) -> AbstractContextManager[object]:
    """Return a context with these middlewares and options of Clerk in the settings."""
    set_up()
    return override_settings(
        INSTALLED_APPS=["clerk_core.django"], MIDDLEWARE=[*middleware], CLERK=options
    )


@contextmanager
def project(names: dict[str, Any]) -> Iterator[WSGIHandler]:
    """Yield the application of a project whose settings and URLconf are these names."""
    set_up()
    urls = ModuleType("urls")
    urls.urlpatterns = names["urlpatterns"]  # type: ignore[attr-defined]
    settings_of_project = {name: value for name, value in names.items() if name.isupper()}
    with override_settings(**settings_of_project, ROOT_URLCONF=urls):
        yield WSGIHandler()


def _use(views: str) -> Any:
    """Return a middleware that chooses the views, because a process has one root URLconf."""

    @sync_and_async_middleware
    def use(get_response: Any) -> Any:
        def respond(request: HttpRequest) -> Any:
            request.urlconf = f"{__name__}.{views}"
            return get_response(request)

        async def respond_async(request: HttpRequest) -> Any:
            return await respond(request)

        return respond_async if iscoroutinefunction(get_response) else respond

    return use


use_sync_views = _use("sync_views")
use_async_views = _use("async_views")
