"""Metadata of OAuth: of the resource (RFC 9728), and of its authorization server (RFC 8414)."""

from __future__ import annotations

import json

import pytest

from clerk_core import Keyring
from clerk_core._authentication.request.oauth_resource import RESOURCE_PATH, SERVER_PATH
from clerk_core._authentication.response import oauth_metadata as module
from clerk_core._authentication.response.oauth_metadata import ServerMetadata, oauth_metadata
from clerk_core._flow import run
from clerk_core._messages import HttpRequest, HttpResponse, Request, Response
from clerk_core.errors import TransportError
from tests.support import NOW, json_response, run_without_requests, settings

API = "https://app.example"
USING = settings(oauth_resource="/mcp")
FRONTEND_API = "https://happy-hippo-1.clerk.accounts.dev"


def get(url: str, *headers: tuple[str, str], resource: str = "/mcp") -> Response | None:
    return run_without_requests(
        oauth_metadata(
            Request("GET", url, headers),
            settings(oauth_resource=resource),
            Keyring(),
            ServerMetadata(),
            NOW,
        )
    )


class Api:
    """An API whose authorization server answers in order; counts the requests to it."""

    def __init__(self, *answers: HttpResponse | TransportError) -> None:
        self._answers = list(answers)
        self._servers = ServerMetadata()
        self.urls: list[str] = []

    def _answer(self, request: HttpRequest) -> HttpResponse:
        self.urls.append(request.url)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def get(self, now: float = NOW) -> Response:
        request = Request("GET", API + SERVER_PATH)
        # A keyring of its own: pauses after failures have tests of their own.
        flow = oauth_metadata(request, USING, Keyring(), self._servers, now)
        response = run(flow, self._answer)
        assert response is not None
        assert response.headers.get("access-control-allow-origin") == "*"
        return response


@pytest.mark.parametrize(
    ("resource", "path", "identifier"),
    [
        # RFC 9728, 3.1: the path of the resource follows the well-known path.
        ("/mcp", "/mcp", f"{API}/mcp"),
        ("/mcp", "", f"{API}/mcp"),
        ("/a/b", "/a/b", f"{API}/a/b"),
        # RFC 9728, 3.3: identical to what the client has, so without a slash where it has none.
        ("/", "", API),
        ("/mcp/", "/mcp/", f"{API}/mcp/"),
        ("https://api.example/v1", "/v1", "https://api.example/v1"),
        ("https://api.example", "", "https://api.example"),
    ],
)
def test_resource_is_named_at_its_well_known_url(resource: str, path: str, identifier: str) -> None:
    response = get(f"{API}{RESOURCE_PATH}{path}", resource=resource)
    assert response is not None
    document = json.loads(response.content)
    assert document["resource"] == identifier
    assert document["authorization_servers"] == [FRONTEND_API]


@pytest.mark.parametrize(
    "path",
    ["/mcp", f"{RESOURCE_PATH}/other", f"{RESOURCE_PATH}/mcp/x", f"/mcp{RESOURCE_PATH}", "/"],
)
def test_other_paths_are_not_answered(path: str) -> None:
    assert get(API + path) is None


@pytest.mark.parametrize("host", ['a"b', "a.example/b", "a@b", "a, b"])
def test_malformed_host_is_never_named(host: str) -> None:
    assert get(API + RESOURCE_PATH, ("host", host)) is None
    assert get(API + RESOURCE_PATH, ("x-forwarded-host", host.replace(",", "@"))) is None


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
    other_host = ("x-forwarded-host", "other.example")
    response = get(f"{API}{RESOURCE_PATH}/mcp", other_host, resource=resource)
    assert response is not None
    assert json.loads(response.content)["resource"] == named
    assert response.headers.get("cache-control") == storable


def test_metadata_of_the_server_are_forwarded_as_they_are_and_kept_for_five_minutes() -> None:
    documents = [{"issuer": FRONTEND_API, "x": [1]}, {"issuer": FRONTEND_API, "x": [2]}]
    api = Api(*map(json_response, documents))

    found = [json.loads(api.get(now).content) for now in (NOW, NOW + 299, NOW + 301)]

    assert found == [documents[0], documents[0], documents[1]]
    assert api.urls == [FRONTEND_API + SERVER_PATH] * 2


@pytest.mark.parametrize(
    "answer",
    [
        TransportError("refused"),
        json_response({"issuer": "https://a"}, 500),
        json_response({"issuer": "https://a"}, 302),
        json_response({"issuer": 1}),
        json_response([]),
        HttpResponse(200, [], b"<html>"),
        HttpResponse(200, [], b'{"issuer": "' + b"a" * module.MAX_BYTES + b'"}'),
    ],
)
def test_server_that_fails_is_asked_again_after_five_seconds(
    answer: HttpResponse | TransportError,
) -> None:
    api = Api(answer, json_response({"issuer": FRONTEND_API}))

    responses = [api.get(now) for now in (NOW, NOW + 4, NOW + 6)]

    assert [response.status for response in responses] == [503, 503, 200]
    assert responses[0].headers.get("retry-after") == "5"
    assert responses[0].headers.get("cache-control") == "no-store"
    assert len(api.urls) == 2


def test_kept_metadata_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_SERVERS", 2)
    servers = ServerMetadata()
    for number in range(3):
        servers.put(f"https://{number}", b"{}", NOW)
    kept = [servers.get(f"https://{number}", NOW) is not None for number in range(3)]
    assert kept == [False, True, True]
