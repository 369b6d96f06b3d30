"""Answer the well-known URLs by which OAuth clients find the authorization server of this API.

Clients run in browsers, too, so that pages of any origin may read the answers. They are the same
for every visitor, and no credential is read or sent.
"""

from __future__ import annotations

import json
from typing import NamedTuple

from ada_url import URL

from clerk_core._api.visitor_calls import call_key
from clerk_core._authentication.request.oauth_resource import (
    RESOURCE_PATH,
    SERVER_PATH,
    authorization_server,
    resource_url,
)
from clerk_core._authentication.request.public_url import public_url
from clerk_core._authentication.tokens.keyring import Keyring
from clerk_core._bounded import keep
from clerk_core._flow import Flow
from clerk_core._json import load_json
from clerk_core._json_values import is_object
from clerk_core._messages import HttpRequest, HttpResponse, Request, Response
from clerk_core._settings.settings import Settings
from clerk_core.errors import TransportError

# In seconds.
FRESH_FOR = 5 * 60
"""How long the metadata of an authorization server are kept, and may be kept by clients."""
RETRY_AFTER = 5
"""How long no other request is sent after one that failed."""

MAX_SERVERS = 1024
MAX_BYTES = 64 * 1024

_ANY_ORIGIN = ("access-control-allow-origin", "*")
_METHODS = "GET, HEAD, OPTIONS"


class _Kept(NamedTuple):
    until: float
    # None after a failure.
    content: bytes | None


class ServerMetadata:
    """The metadata of authorization servers, by URL. Bounded; the oldest are dropped first."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}

    def get(self, url: str, now: float) -> _Kept | None:
        """Return what is kept of a server, if it is still fresh."""
        kept = self._kept.get(url)
        # The upper limit counts if the clock was set back.
        return kept if kept is not None and 0 < kept.until - now <= FRESH_FOR else None

    def put(self, url: str, content: bytes | None, now: float) -> None:
        """Keep the metadata of a server; None for a request that failed."""
        lifetime = RETRY_AFTER if content is None else FRESH_FOR
        keep(self._kept, url, _Kept(now + lifetime, content), MAX_SERVERS)


def may_be_metadata(path: str) -> bool:
    """Return False, quickly, for the path of a request that is not for metadata."""
    return "/.well-known/oauth-" in path


def oauth_metadata(
    request: Request, settings: Settings, keyring: Keyring, servers: ServerMetadata, now: float
) -> Flow[Response | None]:
    """Return the answer to a request for metadata; None for any other request.

    Args:
        request: The request as the application received it.
        settings: The settings of the instance.
        keyring: The keyring of the client, which limits the calls that visitors cause.
        servers: The metadata that are kept.
        now: Unix seconds.
    """
    url = public_url(request)
    resource = resource_url(settings, url)
    if url is None or resource is None:
        return None
    path, below = url.pathname.rstrip("/"), _path_of(resource)
    is_of_server = path in (SERVER_PATH, SERVER_PATH + below)
    # Clients that do not know the path of a resource ask for that of the whole host.
    if not is_of_server and path not in (RESOURCE_PATH, RESOURCE_PATH + below):
        return None
    if request.method not in _METHODS.split(", "):
        return Response(405, [("allow", _METHODS), _ANY_ORIGIN])
    if request.method == "OPTIONS":
        return _preflight()
    if not is_of_server:
        document = json.dumps(_protected_resource(settings, url)).encode()
        return _document(document, names_host=settings.oauth_resource != resource)
    content = yield from _server_metadata(settings, keyring, servers, now)
    return _unavailable() if content is None else _document(content, names_host=False)


def _path_of(resource: str) -> str:
    return "/".join(["", *resource.split("/")[3:]]).rstrip("/")


def _protected_resource(settings: Settings, url: URL) -> dict[str, object]:
    """Return the metadata of the resource (RFC 9728, 2)."""
    metadata: dict[str, object] = {
        "resource": resource_url(settings, url),
        "authorization_servers": [authorization_server(settings)],
        "bearer_methods_supported": ["header"],
    }
    if settings.oauth_scopes:
        metadata["scopes_supported"] = list(settings.oauth_scopes)
    return metadata


def _server_metadata(
    settings: Settings, keyring: Keyring, servers: ServerMetadata, now: float
) -> Flow[bytes | None]:
    """Return the metadata of the authorization server (RFC 8414, 3); None if it is away."""
    url = authorization_server(settings) + SERVER_PATH
    kept = servers.get(url, now)
    if kept is not None:
        return kept.content
    key = call_key(settings, "authorization-server-metadata")
    try:
        with keyring.visitor_calls.permit(key, now, is_shared=True) as permit:
            if permit is None:
                return None
            headers = [("accept", "application/json")]
            response = yield HttpRequest(
                "GET", url, headers, timeout=permit.timeout, flight=permit.flight
            )
            content = response.content if _is_metadata(response) else None
    except TransportError:
        content = None
    servers.put(url, content, now)
    return content


def _is_metadata(response: HttpResponse) -> bool:
    if response.status != 200 or len(response.content) > MAX_BYTES:
        return False
    try:
        document = load_json(response.content)
    except ValueError:
        return False
    return is_object(document) and isinstance(document.get("issuer"), str)


def _document(content: bytes, *, names_host: bool) -> Response:
    # Many shared caches ignore `Vary`, and would give all clients a host that one client sent.
    who = "private" if names_host else "public"
    headers = [
        ("content-type", "application/json"),
        ("cache-control", f"{who}, max-age={FRESH_FOR}"),
        ("x-content-type-options", "nosniff"),
        _ANY_ORIGIN,
    ]
    return Response(200, headers, content)


def _preflight() -> Response:
    headers = [
        _ANY_ORIGIN,
        ("access-control-allow-methods", _METHODS),
        # MCP clients send `MCP-Protocol-Version`.
        ("access-control-allow-headers", "*"),
        ("access-control-max-age", "86400"),
    ]
    return Response(204, headers)


def _unavailable() -> Response:
    message = "The metadata of the authorization server cannot be fetched now. Try again soon."
    content = json.dumps({"errors": [{"code": "unavailable", "message": message}]}).encode()
    headers = [
        ("content-type", "application/json"),
        ("cache-control", "no-store"),
        ("retry-after", str(RETRY_AFTER)),
        _ANY_ORIGIN,
    ]
    return Response(503, headers, content)
