"""One call of the Backend API as a flow: build the request, read the answer or the error.

https://clerk.com/docs/reference/backend-api
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from urllib.parse import quote, urlencode

from clerk_core.backend.errors import ClerkAPIError, ErrorDetail
from clerk_core.words.depth import nests_deeper
from clerk_core.words.flow import Flight, Flow
from clerk_core.words.messages import HttpRequest, HttpResponse
from clerk_core.words.settings import Settings
from clerk_core.words.version import API_VERSION, __version__

# Far deeper than any resource, metadata included.
_MAX_DEPTH = 100


def path(*segments: str) -> str:
    """A path of these segments; each is one segment whatever characters it holds.

    Raises `ValueError` for an empty segment and for dots alone, which would name another resource.
    """
    if any(segment.strip(".") == "" for segment in segments):
        raise ValueError("an identifier in a Backend API path cannot be empty or dots alone")
    return "".join(f"/{quote(segment, safe='', errors='replace')}" for segment in segments)


def call(
    settings: Settings,
    method: str,
    path: str,
    *,
    query: Sequence[tuple[str, str]] = (),
    body: Mapping[str, object] | None = None,
    is_versioned: bool = True,
    key: str | None = None,
    timeout: float | None = None,
    flight: Flight | None = None,
) -> Flow[object]:
    """The JSON of a successful answer, None for an empty one. `timeout` is in seconds.

    `key` goes before the settings' secret key. Some endpoints have no version in their path.
    Raises `ClerkAPIError` for every other answer, `ConfigurationError` without a secret key.
    """
    version = f"/{settings.api_version}" if is_versioned else ""
    url = f"{settings.api_url}{version}{path}"
    if query:
        url += f"?{urlencode(query, errors='replace')}"
    request = _request(settings, method, url, body, key)
    response = yield request.within(timeout, flight)
    return _read(response, f"{method} {path}")


def _request(
    settings: Settings,
    method: str,
    url: str,
    body: Mapping[str, object] | None,
    key: str | None,
) -> HttpRequest:
    # A function of its own: no frame that an error report may show holds the key.
    headers = [
        ("authorization", f"Bearer {key or settings.require_secret_key()}"),
        ("accept", "application/json"),
        ("clerk-api-version", API_VERSION),
        ("user-agent", f"clerk-core/{__version__}"),
    ]
    if body is None:
        return HttpRequest(method, url, headers)
    headers.append(("content-type", "application/json"))
    return HttpRequest(method, url, headers, json.dumps(body).encode())


def _read(response: HttpResponse, what: str) -> object:
    document = _json(response.content)
    is_readable = document is not None or response.content.strip() in (b"", b"null")
    promises_json = response.headers.get("content-type") == "application/json"
    if promises_json and not is_readable:
        raise ClerkAPIError(
            response.status,
            "broken-response",
            f"The answer to {what} broke off. Check the network to Clerk, and what stands in it.",
        )
    if not 200 <= response.status < 300:
        raise _error(response.status, document, what)
    if not is_readable:
        raise ClerkAPIError(
            response.status,
            "unexpected-response",
            f"The answer to {what} is not JSON. Check that CLERK_API_URL is Clerk's Backend API.",
        )
    return document


def _json(content: bytes) -> object:
    try:
        document: object = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return None if nests_deeper(document, _MAX_DEPTH) else document


def _error(status: int, document: object, what: str) -> ClerkAPIError:
    fields = document if isinstance(document, dict) else {}
    listed = fields.get("errors")
    errors = tuple(
        ErrorDetail(*(str(entry.get(name) or "") for name in ("code", "message", "long_message")))
        for entry in (listed if isinstance(listed, list) else [])
        if isinstance(entry, dict)
    )
    trace_id = fields.get("clerk_trace_id")
    reason = "; ".join(error.long_message or error.message for error in errors)
    return ClerkAPIError(
        status,
        (errors[0].code if errors else "") or "unexpected-response",
        f"Clerk answered {status} to {what}" + (f": {reason}" if reason else "."),
        errors,
        trace_id if isinstance(trace_id, str) else None,
    )
