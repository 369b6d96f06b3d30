"""Who may store the metadata of an OAuth resource, which can name the host of the request."""

from __future__ import annotations

import pytest

from clerk_core import Keyring
from clerk_core._authentication.request.oauth_resource import RESOURCE_PATH
from clerk_core._authentication.response.oauth_metadata import ServerMetadata, oauth_metadata
from clerk_core._messages import Request
from tests.support import NOW, run_without_requests, settings

OTHER_HOST = ("x-forwarded-host", "other.example")


@pytest.mark.parametrize(
    ("resource", "named", "storable"),
    [
        ("/mcp", "https://other.example/mcp", "private, max-age=300"),
        ("https://app.example/mcp", "https://app.example/mcp", "public, max-age=300"),
    ],
)
def test_shared_caches_never_store_a_host_that_the_request_named(
    resource: str, named: str, storable: str
) -> None:
    request = Request("GET", f"https://app.example{RESOURCE_PATH}/mcp", [OTHER_HOST])
    response = run_without_requests(
        oauth_metadata(request, settings(oauth_resource=resource), Keyring(), ServerMetadata(), NOW)
    )
    assert response is not None
    assert f'"resource": "{named}"'.encode() in response.content
    assert response.headers.get("cache-control") == storable
