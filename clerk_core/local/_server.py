"""Serve the local instance over HTTP, in background threads.

This module translates between WSGI and `LocalClerk.handle`, and rejects requests for other hosts.
It must not know how the instance handles a request.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from werkzeug.datastructures import EnvironHeaders
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.wsgi import get_input_stream

from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core.errors import ConfigurationError
from clerk_core.local._domain.images import MAX_IMAGE_SIZE
from clerk_core.local._frontend.urls import is_loopback
from clerk_core.local._instance import LocalClerk
from clerk_core.local._loopback import LoopbackServer, is_loopback_name
from clerk_core.local._responses import ApiError, error_response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

WARNING_BANNER = """\
************************************************************************
*  LOCAL CLERK INSTANCE - FOR DEVELOPMENT AND TESTS ONLY               *
*  Its passwords are public, and its keys are stored unencrypted.      *
*  Never expose it to a network, and never use it in production.       *
************************************************************************"""

logger: logging.Logger = logging.getLogger("clerk_core.local")

_MAX_BODY_SIZE = 1024 * 1024
# An image in base64, or in a multipart form.
_MAX_UPLOAD_SIZE = MAX_IMAGE_SIZE * 3 // 2
_UPLOADS = ("multipart/form-data", "application/octet-stream")


class LocalServer(LoopbackServer):
    """An HTTP server for a `LocalClerk` that runs until `close`; a context manager.

    The server accepts connections as soon as it is constructed. It sets `local.url`.

    Args:
        local: The instance to serve.
        host: The address to listen on. A loopback host is served on both 127.0.0.1 and ::1.
        port: The port to listen on; 0 selects a free port.
        allow_remote: Allow a host that other machines can reach, and any `Host` header.

    Attributes:
        url: The base URL of the server.

    Raises:
        ConfigurationError: The host is not a loopback address and `allow_remote` is false, or
            the address cannot be bound.
    """

    def __init__(
        self,
        local: LocalClerk,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        allow_remote: bool = False,
    ) -> None:
        if not is_loopback_name(host) and not allow_remote:
            raise ConfigurationError(
                f"The local Clerk instance serves loopback addresses only, and other machines can "
                f"reach {host}. Use 127.0.0.1, or allow_remote=True in a network that you trust.",
                code="local-host-not-loopback",
            )
        logger.warning(
            "The local Clerk instance is for development and tests only; never use it in "
            "production."
        )
        super().__init__(application(local, allow_remote), host, port)
        local.url = self.url


def application(local: LocalClerk, allow_remote: bool) -> WSGIApplication:
    """Return a WSGI application that serves the instance.

    Unless `allow_remote` is true, it rejects `Host` headers that are not loopback names. This
    prevents DNS rebinding, where a web page resolves its own host name to 127.0.0.1.
    """

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        response = _respond(local, environ, allow_remote)
        reason = HTTP_STATUS_CODES[response.status]
        headers = [*response.headers, ("content-length", str(len(response.content)))]
        start_response(f"{response.status} {reason}", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [response.content]

    return app


def _respond(local: LocalClerk, environ: WSGIEnvironment, allow_remote: bool) -> HttpResponse:
    if not allow_remote and not _is_own_name(environ.get("HTTP_HOST", "")):
        return error_response(
            ApiError(
                403,
                "host_not_allowed",
                "Host not allowed",
                "The local Clerk instance only accepts requests to localhost, 127.0.0.1 and [::1].",
            )
        )
    try:
        request = read_environ(environ, local.url)
    except HTTPException as error:
        status = error.code or 400
        return error_response(ApiError(status, "request_invalid", HTTP_STATUS_CODES[status]))
    try:
        return local.handle(request)
    except Exception:
        # Log the path only: the query string and the body may contain credentials.
        logger.exception("%s %s failed", request.method, urlsplit(request.url).path)
        return error_response(
            ApiError(
                500,
                "internal_clerk_error",
                "Oops, an unexpected error occurred",
                "The local Clerk instance failed. See its log for details.",
            )
        )


def _is_own_name(host: str) -> bool:
    name, _, port = host.rpartition(":") if not host.endswith("]") else (host, "", "")
    return is_loopback((name or port).lower())


def read_environ(environ: WSGIEnvironment, url: str) -> HttpRequest:
    """Return the request of a WSGI environment.

    Args:
        environ: The WSGI environment.
        url: The base URL of the instance.

    Raises:
        HTTPException: The body is too large or incomplete.
    """
    path = quote(environ.get("PATH_INFO", "").encode("latin-1"), safe="/:@!$&'()*+,;=~")
    query = environ.get("QUERY_STRING", "")
    is_upload = environ.get("CONTENT_TYPE", "").lower().startswith(_UPLOADS)
    most = _MAX_UPLOAD_SIZE if is_upload else _MAX_BODY_SIZE
    stream = get_input_stream(environ, max_content_length=most)
    return HttpRequest(
        environ["REQUEST_METHOD"],
        f"{url}{path}?{query}" if query else f"{url}{path}",
        list(EnvironHeaders(environ)),
        stream.read(),
    )
