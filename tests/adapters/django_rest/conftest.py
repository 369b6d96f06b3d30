"""Fixtures of the tests of libraries around Django. They can be imported with settings only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from types import ModuleType
from typing import Any, TypeAlias

import pytest
from django.test import override_settings

from clerk_core.testing._instance import Instance
from clerk_core.testing._tokens import cookie
from tests.adapters.django_project import CLERK, set_up

set_up()

UseUrls: TypeAlias = Callable[..., None]
NAVIGATES = ("sec-fetch-dest", "document")
SIGNED_OUT_BROWSER = (NAVIGATES, cookie({"__clerk_db_jwt": "dvb_1", "__client_uat": "0"}))
CSRF = "django.middleware.csrf.CsrfViewMiddleware"
APPS = ["django.contrib.auth", "django.contrib.contenttypes", "clerk_core.django"]


@pytest.fixture
def use_urls(instance: Instance) -> Iterator[UseUrls]:
    """Yield a function that serves these routes until the end of the test."""
    with ExitStack() as stack:

        def use(*patterns: Any, **settings: Any) -> None:
            urls = ModuleType("urls")
            urls.urlpatterns = list(patterns)  # type: ignore[attr-defined]
            settings = {"INSTALLED_APPS": APPS, "CLERK": instance.options(), **settings}
            stack.enter_context(
                override_settings(ROOT_URLCONF=urls, MIDDLEWARE=[CLERK, CSRF], **settings)
            )

        yield use
