"""Create the error responses of the proxy in Clerk's format, without internal details."""

from __future__ import annotations

import json

from clerk_core._messages import Response


def not_found() -> Response:
    """Return the response for a path that is not one of the Frontend API."""
    return _error(404, "resource_not_found", "The Frontend API has no such path.")


def method_not_allowed() -> Response:
    """Return the response for a method that is not forwarded."""
    return _error(405, "method_not_allowed", "The Frontend API does not have this method.")


def host_invalid() -> Response:
    """Return the response for a request whose host is malformed."""
    return _error(400, "proxy_request_invalid", "The host of the request is malformed.")


def query_invalid() -> Response:
    """Return the response for a query with characters that must be percent-encoded."""
    return _error(400, "proxy_request_invalid", "The query of the request is malformed.")


def length_invalid() -> Response:
    """Return the response for a request with an ambiguous body length."""
    return _error(400, "proxy_request_invalid", "The length of the body is not clear.")


def body_incomplete() -> Response:
    """Return the response if the client does not send the whole body."""
    return _error(400, "proxy_request_invalid", "The body of the request is incomplete.")


def body_timeout() -> Response:
    """Return the response if the client does not send its body in time."""
    return _error(408, "proxy_request_timeout", "The body of the request did not arrive in time.")


def too_large() -> Response:
    """Return the response for a body that is too long."""
    return _error(413, "request_body_too_large", "The body of the request is too long.")


def bad_gateway() -> Response:
    """Return the response if the Frontend API cannot be reached."""
    return _error(502, "proxy_request_failed", "Clerk's Frontend API could not be reached.")


def gateway_timeout() -> Response:
    """Return the response if the Frontend API does not respond in time."""
    return _error(504, "proxy_request_timeout", "Clerk's Frontend API did not answer in time.")


def _error(status: int, code: str, message: str) -> Response:
    content = json.dumps({"errors": [{"code": code, "message": message}]}).encode()
    headers = [("content-type", "application/json"), ("cache-control", "no-store")]
    return Response(status, headers, content)
