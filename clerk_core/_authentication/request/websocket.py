"""Read the request that opens a WebSocket, whose token may stand where browsers can put one.

A browser's script can set no header on a WebSocket, and its cookies come along whatever page opens
it. Nothing is verified here.
"""

from __future__ import annotations

from urllib.parse import parse_qs

from clerk_core._authentication.request.credentials import token_in_header
from clerk_core._authentication.request.public_url import is_own_origin, public_url
from clerk_core._messages import Request
from clerk_core._settings.settings import Settings

_MOST_PARAMETERS = 100


def websocket_request(
    request: Request, settings: Settings, query: str | None, subprotocol: str | None
) -> tuple[Request, str | None]:
    """Return the request with its token in a header, and the subprotocol to accept.

    `query` and `subprotocol` name where else a token may be; None for nowhere. The cookies of a
    page of another origin do not count, unless it is one of the authorized parties (RFC 6455,
    10.2): else any page could speak in the name of who visits it.
    """
    # It is no document, whatever it says: it cannot be redirected.
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
    """Return whether a request asks for a WebSocket (RFC 6455, 4.1), as servers of WSGI see it.

    No script of a browser can set these headers on another request.
    """
    upgrade = request.headers.get("upgrade")
    return (upgrade is not None and "websocket" in upgrade.lower()) or (
        request.headers.get("sec-websocket-key") is not None
    )


def upgraded_request(request: Request, settings: Settings) -> Request:
    """Return the request; that of a WebSocket as `websocket_request` returns it.

    So it is in WSGI, where the application speaks the protocol itself.
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
    # Every browser says it, and only browsers carry cookies to where others send them.
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
    if not parameter or query.count("&") >= _MOST_PARAMETERS:
        return None
    values = parse_qs(query).get(parameter)
    return values[0] if values else None
