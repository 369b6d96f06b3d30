"""Read the token of the request that opens a WebSocket.

Scripts in browsers cannot set headers of a WebSocket, so the token may be in the query or a
subprotocol. Browsers send cookies with a WebSocket whatever page opens it, so cookies from pages of
other origins are ignored. No token is verified here.
"""

from __future__ import annotations

from urllib.parse import parse_qs

from clerk_core._authentication.request.credentials import token_in_header
from clerk_core._authentication.request.public_url import is_own_origin, public_url
from clerk_core._messages import Request
from clerk_core._settings.settings import Settings

_MAX_PARAMETERS = 100


def websocket_request(
    request: Request, settings: Settings, query: str | None, subprotocol: str | None
) -> tuple[Request, str | None]:
    """Return the request with its token in a header, and the subprotocol to accept.

    Cookies from a page of another origin are removed, unless it is an authorized party (RFC 6455,
    10.2). Otherwise any page could act on behalf of its visitors.

    Args:
        request: The request that opens the WebSocket.
        settings: The settings of the instance.
        query: The query parameter that may contain a token, or None.
        subprotocol: The subprotocol that a token may follow, or None.
    """
    # A WebSocket cannot be redirected, so it must never count as a navigation.
    left_out, put = {"sec-fetch-dest"}, [("sec-fetch-dest", "websocket")]
    if not _is_own_page(request, settings):
        left_out.add("cookie")
    offered = _offered_token(request, subprotocol)
    token = offered or _token_in_query(request, query)
    if token and token_in_header(request) is None:
        left_out.add("authorization")
        put.append(("authorization", f"Bearer {token}"))
    kept = [pair for pair in request.headers if pair[0].lower() not in left_out]
    return Request(request.method, request.url, [*kept, *put]), subprotocol if offered else None


def opens_websocket(request: Request) -> bool:
    """Return whether a WSGI request opens a WebSocket (RFC 6455, 4.1).

    Scripts in browsers cannot set these headers on other requests.
    """
    upgrade = request.headers.get("upgrade")
    return (upgrade is not None and "websocket" in upgrade.lower()) or (
        request.headers.get("sec-websocket-key") is not None
    )


def upgraded_request(request: Request, settings: Settings) -> Request:
    """Return the request, treated by `websocket_request` if it opens a WebSocket.

    For WSGI, where the application implements the WebSocket protocol.
    """
    if not opens_websocket(request):
        return request
    return websocket_request(request, settings, None, None)[0]


def without_token(offered: str, subprotocol: str) -> str:
    """Return the value of `sec-websocket-protocol` without the token after `subprotocol`."""
    names = [name.strip(" \t") for name in offered.split(",")]
    del names[names.index(subprotocol) + 1]
    return ", ".join(names)


def _is_own_page(request: Request, settings: Settings) -> bool:
    origin = request.headers.get("origin")
    # All browsers send Origin, and only browsers can be made to send cookies by other sites.
    if origin is None or origin in settings.authorized_parties:
        return True
    return is_own_origin(origin, public_url(request))


def _offered_token(request: Request, subprotocol: str | None) -> str | None:
    offered = (request.headers.get("sec-websocket-protocol") or "").split(",")
    names = [name.strip(" \t") for name in offered]
    if not subprotocol or subprotocol not in names[:-1]:
        return None
    return names[names.index(subprotocol) + 1]


def _token_in_query(request: Request, parameter: str | None) -> str | None:
    query = request.url.partition("#")[0].partition("?")[2]
    if not parameter or query.count("&") >= _MAX_PARAMETERS:
        return None
    values = parse_qs(query).get(parameter)
    return values[0] if values else None
