"""Each tenant is an OAuth resource of its own, or none."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from clerk_core import Options, Request
from clerk_core._messages import Response
from clerk_core.adapters import AsyncInstallation, Installation
from tests.support import publishable_key

PATH = "/.well-known/oauth-protected-resource"
TENANTS: dict[str, Options] = {
    "a.example": {"oauth_resource": "/mcp", "publishable_key": publishable_key("a.clerk.example")},
    "b.example": {"oauth_resource": "https://b.example", "oauth_scopes": "email"},
    "c.example": {},
}


def options_for(request: Request) -> Options:
    host = request.headers.get("host") or ""
    keys: Options = {"publishable_key": publishable_key(), "secret_key": f"sk_test_{host[0]}"}
    return {**keys, **TENANTS[host]}


async def awaited_options_for(request: Request) -> Options:
    return options_for(request)


def wait_for_answer(request: Request) -> Any:
    installation = Installation(options_for=options_for, skip=["/(.*)"])
    assert installation.endpoints is not None
    return installation.endpoints.answer(request, None)


def await_answer(request: Request) -> Any:
    installation = AsyncInstallation(options_for=awaited_options_for)
    assert installation.endpoints is not None
    answer: Awaitable[Any] = installation.endpoints.answer(request, None)

    async def awaited() -> Any:
        return await answer

    return asyncio.run(awaited())


@pytest.mark.parametrize("answer", [wait_for_answer, await_answer])
def test_each_tenant_has_metadata_of_its_own(answer: Callable[[Request], Any]) -> None:
    answers = {
        host: answer(Request("GET", f"https://{host}{PATH}", [("host", host)])) for host in TENANTS
    }

    first, second = answers["a.example"], answers["b.example"]
    assert isinstance(first, Response)
    assert isinstance(second, Response)
    assert b'"https://a.example/mcp"' in first.content
    assert b'"https://a.clerk.example"' in first.content
    assert b"scopes_supported" not in first.content
    assert b'"resource": "https://b.example"' in second.content
    assert b'"scopes_supported": ["email"]' in second.content
    assert answers["c.example"] is None
