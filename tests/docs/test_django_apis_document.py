"""The views, operations and consumers of docs/django-apis.md, against the local instance."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any, TypeAlias

import pytest
from channels.testing import WebsocketCommunicator
from django.utils.module_loading import import_string

from clerk_core import Clerk
from clerk_core.django.rest_framework import ClerkAuthentication, IsSignedIn
from clerk_core.local import LocalClerk, LocalServer
from clerk_core.testing.contract import WsgiSite
from tests.adapters.django_project import CLERK, overridden, project, set_up
from tests.docs.examples import blocks_of_django_apis, run
from tests.support import PATIENCE

set_up()
Header: TypeAlias = tuple[str, str]
Names: TypeAlias = Callable[[str], dict[str, Any]]


@pytest.fixture
def local(clean_environment: None) -> Iterator[LocalClerk]:
    with LocalClerk() as local, LocalServer(local), overridden(CLERK, **local.options()):
        yield local


@pytest.fixture
def ada(local: LocalClerk) -> Header:
    """Return the header of an administrator."""
    session_id = local.create_session(local.seed()[0].user_id, "analytical-engines")
    return "authorization", f"Bearer {local.session_token(session_id)}"


@pytest.fixture
def api_key(local: LocalClerk) -> Header:
    """Return the header of a machine that may read reports."""
    with closing(Clerk(**local.options())) as clerk:
        user_id = local.seed()[0].user_id
        key = clerk.api_keys.create(name="Reports", subject=user_id, scopes=["reports:read"])
    return "authorization", f"Bearer {key.secret}"


@pytest.fixture
def names(local: LocalClerk, monkeypatch: pytest.MonkeyPatch) -> Names:
    monkeypatch.setenv("NINJA_SKIP_REGISTRY", "true")
    return lambda file: run(blocks_of_django_apis()[file], monkeypatch)


def visit(names: dict[str, Any], path: str, *headers: Header) -> Any:
    with project(names) as app:
        return WsgiSite(app, lambda: None).visit(path, *headers)


def test_settings_name_classes_that_exist() -> None:
    names: dict[str, Any] = {}
    exec(blocks_of_django_apis()["settings"], names)
    ((authentication,), (permission,)) = names["REST_FRAMEWORK"].values()

    assert import_string(authentication) is ClerkAuthentication
    assert import_string(permission) is IsSignedIn


def test_views_of_rest_framework(names: Names, ada: Header, api_key: Header) -> None:
    views = names("views")

    assert visit(views, "/me").status == 401
    assert visit(views, "/me", api_key).status == 401
    assert visit(views, "/me", ada).json()["userId"].startswith("user_")
    assert visit(views, "/reports").status == 401
    assert visit(views, "/reports", ada).json()["by"].startswith("user_")
    assert visit(views, "/reports", api_key).json()["by"].startswith("user_")


def test_operations_of_ninja(names: Names, ada: Header, api_key: Header) -> None:
    operations = names("api")

    assert visit(operations, "/api/me").status == 401
    assert visit(operations, "/api/me", ada).json().startswith("user_")
    assert visit(operations, "/api/admin", ada).json().startswith("org_")
    assert visit(operations, "/api/reports", ada).status == 401
    assert visit(operations, "/api/reports", api_key).json().startswith("user_")


def test_consumers_of_channels(names: Names, ada: Header) -> None:
    application = names("asgi")["application"]

    def said(path: str, *headers: Header) -> Any:
        async def listen() -> Any:
            encoded = [(name.encode(), value.encode()) for name, value in headers]
            opened = WebsocketCommunicator(application, path, headers=encoded)
            is_accepted, _ = await opened.connect(timeout=PATIENCE)
            message = await opened.receive_from(timeout=PATIENCE) if is_accepted else None
            await opened.disconnect(timeout=PATIENCE)
            return message

        return asyncio.run(listen())

    assert said("/chat", ada).startswith("user_")
    assert said("/staff", ada).startswith("user_")
    assert said("/chat") is None
    assert said("/staff") is None
