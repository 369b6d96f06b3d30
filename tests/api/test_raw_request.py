"""Requests that no operation declares."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from clerk_core import AsyncClerk, Clerk, NotFoundError
from clerk_core.testing._tokens import SECRET_KEY

OPTIONS: dict[str, Any] = {"secret_key": SECRET_KEY, "api_url": "https://api.clerk.example"}


class Api(httpx.MockTransport):
    """Records requests, and returns what a path says."""

    def __init__(self) -> None:
        super().__init__(self._answer)
        self.requests: list[httpx.Request] = []
        self.failures = 0

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if self.failures:
            self.failures -= 1
            return httpx.Response(503)
        if request.url.path.endswith("/nothing"):
            return httpx.Response(204)
        if request.url.path.endswith("/nobody"):
            error = {"code": "resource_not_found", "message": "not found"}
            return httpx.Response(404, json={"errors": [error]})
        return httpx.Response(200, json={"id": "new_1"})


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
def clerk(api: Api, clean_environment: None) -> Clerk:
    return Clerk(**OPTIONS, transport=api)


def test_request_has_query_body_and_key(clerk: Clerk, api: Api) -> None:
    found = clerk.request(
        "post",
        "/things/thing_1/parts",
        query={"limit": 3, "deep": True, "id": ["a", "b"], "none": None},
        json={"name": "Ada"},
    )

    (sent,) = api.requests
    assert found == {"id": "new_1"}
    assert sent.method == "POST"
    assert str(sent.url) == (
        "https://api.clerk.example/v1/things/thing_1/parts?limit=3&deep=true&id=a&id=b"
    )
    assert sent.content == b'{"name": "Ada"}'
    assert sent.headers["authorization"] == f"Bearer {SECRET_KEY}"


def test_request_without_body_sends_none(clerk: Clerk, api: Api) -> None:
    clerk.request("DELETE", "/things/thing_1")

    assert api.requests[0].content == b""
    assert "content-type" not in api.requests[0].headers


def test_empty_response_is_none(clerk: Clerk) -> None:
    assert clerk.request("GET", "/nothing") is None


def test_error_is_that_of_all_operations(clerk: Clerk) -> None:
    with pytest.raises(NotFoundError, match=r"404 to GET /nobody: not found") as caught:
        clerk.request("GET", "/nobody")

    assert caught.value.code == "resource_not_found"


def test_request_is_retried_like_all_operations(clerk: Clerk, api: Api) -> None:
    api.failures = 1

    assert clerk.request("GET", "/things") == {"id": "new_1"}
    assert len(api.requests) == 2


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "users",
        "//evil.example/users",
        "https://evil.example/users",
        "/users/../organizations",
        "/users/%2e%2E/organizations",
        "/users/a%2Fb",
        "/users/..",
        "/users//ban",
        "/users?limit=1",
        "/users#part",
        "/users/a b",
        "/users/a\r\nhost: evil.example",
        "/users/é",
        "/users/%zz",
    ],
)
def test_path_that_could_address_something_else_is_refused(
    clerk: Clerk, api: Api, path: str
) -> None:
    with pytest.raises(ValueError, match="path must begin with a slash"):
        clerk.request("GET", path)

    assert api.requests == []


@pytest.mark.parametrize("method", ["", "GET ", "TRACE", "get\r\n"])
def test_unknown_method_is_refused(clerk: Clerk, method: str) -> None:
    with pytest.raises(ValueError, match="method must be one of"):
        clerk.request(method, "/users")


def test_arguments_must_be_strings(clerk: Clerk) -> None:
    with pytest.raises(TypeError, match="a method and a path"):
        clerk.request("GET", None)  # type: ignore[arg-type]


def test_async_client_awaits_the_same(api: Api, clean_environment: None) -> None:
    async def scenario() -> Any:
        async with AsyncClerk(**OPTIONS, transport=api) as clerk:
            with pytest.raises(ValueError, match="path must begin"):
                clerk.request("GET", "users")
            return await clerk.request("PATCH", "/things/thing_1", json={"a": [1]})

    assert asyncio.run(scenario()) == {"id": "new_1"}
    assert api.requests[0].content == b'{"a": [1]}'
