"""The local instance on a port of this machine, in threads of its own.

It translates between WSGI and `LocalClerk.handle` and refuses strangers; it may not know what the
instance answers.
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

from clerk_core.local.frontend.urls import is_loopback
from clerk_core.local.instance import LocalClerk
from clerk_core.local.loopback import LoopbackServer, is_loopback_name
from clerk_core.local.responses import ApiError, error_response
from clerk_core.words.errors import ConfigurationError
from clerk_core.words.messages import HttpRequest, HttpResponse

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

WARNING_BANNER = """\
************************************************************************
*  LOCAL CLERK INSTANCE - FOR DEVELOPMENT AND TESTS ONLY               *
*  Its passwords are public and its keys lie in a plain file.          *
*  Never put it where anyone else can reach it, never in production.   *
************************************************************************"""

logger = logging.getLogger("clerk_core.local")

_LARGEST_BODY = 1024 * 1024


class LocalServer(LoopbackServer):
    """Serves a `LocalClerk` from when it is made until `close`; a context manager.

    Host and port are as in `LoopbackServer`. Raises `ConfigurationError` for a host that others can
    reach, unless `allow_remote`, and for an address that is taken.
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
                f"The local Clerk instance serves this machine only, and {host} is reachable by "
                "others. Use 127.0.0.1, or allow_remote=True in a network that you trust.",
                code="local-host-not-loopback",
            )
        logger.warning("The local Clerk instance is for development and tests, never production.")
        super().__init__(application(local, allow_remote), host, port)
        local.url = self.url


def application(local: LocalClerk, allow_remote: bool) -> WSGIApplication:
    """The instance as a WSGI application; it answers no host name but this machine's own.

    Without that check a web page could reach the instance by pointing its own name at 127.0.0.1.
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
                "The local Clerk instance answers requests to localhost, 127.0.0.1 and [::1] only.",
            )
        )
    try:
        request = read_environ(environ, local.url)
    except HTTPException as refused:
        status = refused.code or 400
        return error_response(ApiError(status, "request_invalid", HTTP_STATUS_CODES[status]))
    try:
        return local.handle(request)
    except Exception:
        # The path alone: a query string or a body may hold a credential.
        logger.exception("%s %s failed", request.method, urlsplit(request.url).path)
        return error_response(
            ApiError(
                500,
                "internal_clerk_error",
                "Oops, an unexpected error occurred",
                "The local Clerk instance failed; its log says why.",
            )
        )


def _is_own_name(host: str) -> bool:
    name, _, port = host.rpartition(":") if not host.endswith("]") else (host, "", "")
    return is_loopback((name or port).lower())


def read_environ(environ: WSGIEnvironment, url: str) -> HttpRequest:
    """The request of a WSGI environment, addressed to the instance at `url`.

    Raises werkzeug's `HTTPException` for a body that is too large or ends too early.
    """
    path = quote(environ.get("PATH_INFO", "").encode("latin-1"), safe="/:@!$&'()*+,;=~")
    query = environ.get("QUERY_STRING", "")
    stream = get_input_stream(environ, max_content_length=_LARGEST_BODY)
    return HttpRequest(
        environ["REQUEST_METHOD"],
        f"{url}{path}?{query}" if query else f"{url}{path}",
        list(EnvironHeaders(environ)),
        stream.read(),
    )
