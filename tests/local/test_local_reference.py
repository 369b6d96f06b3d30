"""docs/local-instance.md lists the operations that the local instance supports."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from clerk_core._api.operation import Operation
from clerk_core.local import LocalClerk
from tests.local.local_helpers import Backend
from tests.local.reference import PAGE, operations, page, served

EVERYTHING = list(operations())


@pytest.fixture(scope="module")
def backend() -> Iterator[Backend]:
    """Share one instance: the requests of these tests change nothing."""
    with LocalClerk() as local:
        yield Backend(local)


def test_docs_page_matches_the_routes() -> None:
    assert page() == PAGE.read_text("utf-8"), "run: python -m tests.local.reference"


def test_every_route_is_an_operation_of_the_client() -> None:
    known = {(one.method, re.sub(r"\{\w+\}", "{}", one.path)) for _, one, _ in EVERYTHING}

    # The SDK fetches handshake payloads itself, and only the local instance has an inbox.
    assert served() - known == {("GET", "/clients/handshake_payload"), ("GET", "/local/messages")}


@pytest.mark.parametrize(
    ("operation", "is_served"),
    [pytest.param(one, is_there, id=f"{r}-{one.name}") for r, one, is_there in EVERYTHING],
)
def test_every_operation_is_supported_or_named_as_unsupported(
    backend: Backend, operation: Operation[..., object], is_served: bool
) -> None:
    path = "/v1" + re.sub(r"\{\w+\}", "nothing", operation.path)

    response = backend.call(operation.method, path)

    if is_served:
        assert b"not_implemented" not in response.content
        assert response.status < 300 or response.status in (401, 404, 422, 400), response.content
    else:
        assert response.status == 404
        (error,) = json.loads(response.content)["errors"]
        assert error["code"] == "not_implemented"
        assert f"{operation.method} {path}" in error["long_message"]
