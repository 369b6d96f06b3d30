"""Call the Backend API as a flow: build the request, parse the response or the error.

https://clerk.com/docs/reference/backend-api
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias, cast
from urllib.parse import quote, urlencode

from clerk_core._api.forms import encode_form
from clerk_core._api.retries import seconds_to_wait
from clerk_core._api.statuses import class_of
from clerk_core._cache_policy import CachePolicy
from clerk_core._flight import Flight
from clerk_core._flow import Flow
from clerk_core._json import load_json
from clerk_core._json_values import is_array, is_object
from clerk_core._messages import HttpRequest, HttpResponse
from clerk_core._settings.settings import Settings
from clerk_core._version import API_VERSION, __version__
from clerk_core.errors import ClerkAPIError, ErrorDetail

Body: TypeAlias = "Mapping[str, object] | Sequence[object] | None"
"""The JSON body of a request; None for no body."""

# Far longer than any error of Clerk. Longer bodies come from other servers and are not parsed.
_MAX_ERROR_BYTES = 256 * 1024
_LISTS = (list, tuple, set, frozenset)


def path(*segments: str) -> str:
    """Return a path of percent-encoded segments.

    Raises:
        ValueError: A segment is empty or consists of dots, which would address another resource.
    """
    if any(segment.strip(".") == "" for segment in segments):
        raise ValueError("an identifier in a Backend API path cannot be empty or only dots")
    return "".join(f"/{quote(segment, safe='', errors='replace')}" for segment in segments)


def path_of(template: str, given: dict[str, object]) -> str:
    """Fill in a path such as `/users/{user_id}`.

    Args:
        template: The path, with the names of identifiers in braces.
        given: The arguments of the call. The identifiers are removed from it.

    Raises:
        TypeError: An identifier is not a string.
        ValueError: An identifier is empty or consists of dots.
    """
    return "".join(
        _segment(given, segment[1:-1]) if segment.startswith("{") else f"/{segment}"
        for segment in template.split("/")[1:]
    )


def _segment(given: dict[str, object], name: str) -> str:
    value = given.pop(name)
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a string, not {type(value).__name__}")
    try:
        return path(value)
    except ValueError:
        raise ValueError(f"{name} must be an identifier, not {value!r}") from None


def texts_of(value: object) -> list[str]:
    """Return the values of a query parameter: none for None, one for each item of a list."""
    several = cast("list[object]", value) if isinstance(value, _LISTS) else [value]
    return [_text(one) for one in several if one is not None]


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def call(
    settings: Settings,
    method: str,
    path: str,
    *,
    body: Body = None,
    query: Sequence[tuple[str, str]] = (),
    is_versioned: bool = True,
    key: str | None = None,
    timeout: float | None = None,
    flight: Flight | None = None,
    cache_policy: CachePolicy | None = None,
) -> Flow[object]:
    """Send a request and return the JSON of the response.

    Args:
        settings: The settings of the instance.
        method: The HTTP method.
        path: The path without the API version.
        body: The JSON body.
        query: The query parameters.
        is_versioned: Whether the URL contains the API version.
        key: The key to use in place of the secret key of the settings.
        timeout: The deadline in seconds, including retries.
        flight: The flight through which equal requests share one call.
        cache_policy: How the response may be shared through a cache; None not to share it.

    Returns:
        The parsed JSON; None for an empty response.

    Raises:
        ClerkAPIError: The response is an error or not JSON.
        ConfigurationError: There is no secret key.
    """
    response = yield from response_to(
        settings,
        method,
        path,
        body=body,
        query=query,
        is_versioned=is_versioned,
        key=key,
        timeout=timeout,
        flight=flight,
        cache_policy=cache_policy,
    )
    return read_json(response, f"{method} {path}")


def response_to(
    settings: Settings,
    method: str,
    path: str,
    *,
    query: Sequence[tuple[str, str]] = (),
    body: Body = None,
    multipart: bool = False,
    is_versioned: bool = True,
    key: str | None = None,
    timeout: float | None = None,
    flight: Flight | None = None,
    may_repeat: bool = False,
    cache_policy: CachePolicy | None = None,
    route: str | None = None,
) -> Flow[HttpResponse]:
    """Send a request and return a successful response.

    Args:
        settings: The settings of the instance.
        method: The HTTP method.
        path: The path without the API version.
        query: The query parameters.
        body: The JSON body, or the fields of a form.
        multipart: Whether the body is a form with files.
        is_versioned: Whether the URL contains the API version.
        key: The key to use in place of the secret key of the settings.
        timeout: The deadline in seconds, including retries.
        flight: The flight through which equal requests share one call.
        may_repeat: Whether the request may be retried.
        cache_policy: How the response may be shared through a cache; None not to share it.
        route: The path with names in place of identifiers, for observers; None if it has none.

    Raises:
        ClerkAPIError: The response is an error.
        ConfigurationError: There is no secret key.
    """
    version = f"/{settings.api_version}" if is_versioned else ""
    url = f"{settings.api_url}{version}{path}"
    if query:
        url += f"?{urlencode(query, errors='replace')}"
    content_type, content = _encode_body(body, multipart)
    request = _request(settings, method, url, content_type, content, key)
    response = yield request.within(
        timeout, flight, may_repeat, cache_policy, path if route is None else route
    )
    if not 200 <= response.status < 300:
        raise _error(response, f"{method} {path}")
    return response


def _encode_body(body: Body, multipart: bool) -> tuple[str | None, bytes]:
    if body is None:
        return None, b""
    if multipart and isinstance(body, Mapping):
        return encode_form(body)
    return "application/json", json.dumps(body).encode()


def _request(
    settings: Settings,
    method: str,
    url: str,
    content_type: str | None,
    content: bytes,
    key: str | None,
) -> HttpRequest:
    # A separate function, so that the key is in no frame of a later error's traceback.
    headers = [
        ("authorization", f"Bearer {key or settings.require_secret_key()}"),
        ("accept", "application/json"),
        ("clerk-api-version", API_VERSION),
        ("user-agent", f"clerk-core/{__version__}"),
    ]
    if content_type is not None:
        headers.append(("content-type", content_type))
    return HttpRequest(method, url, headers, content)


def read_json(response: HttpResponse, what: str) -> object:
    """Return the JSON of a response; None for an empty one.

    Args:
        response: A response of the Backend API.
        what: Method and path of the request, for errors.

    Raises:
        ClerkAPIError: The response is not JSON.
    """
    document = _json(response.content)
    if document is not None or response.content.strip() in (b"", b"null"):
        return document
    if _promises_json(response):
        raise _broken(response, what)
    raise ClerkAPIError(
        f"The response to {what} is not JSON. Check that CLERK_API_URL is Clerk's Backend API.",
        code="unexpected-response",
        status=response.status,
    )


def _promises_json(response: HttpResponse) -> bool:
    return response.headers.get("content-type") == "application/json"


def _json(content: bytes) -> object:
    try:
        return load_json(content)
    except ValueError:
        return None


def _broken(response: HttpResponse, what: str) -> ClerkAPIError:
    return class_of(response.status)(
        f"The response to {what} is incomplete. Check the network path to Clerk, including "
        "proxies.",
        code="broken-response",
        status=response.status,
        retry_after=seconds_to_wait(response),
    )


def _error(response: HttpResponse, what: str) -> ClerkAPIError:
    document = _json(response.content) if len(response.content) <= _MAX_ERROR_BYTES else None
    is_empty = response.content.strip() in (b"", b"null")
    if document is None and not is_empty and _promises_json(response):
        return _broken(response, what)
    fields = document if is_object(document) else {}
    listed = fields.get("errors")
    entries = listed if is_array(listed) else []
    errors = tuple(_detail(entry) for entry in entries if is_object(entry))
    trace_id = fields.get("clerk_trace_id")
    texts = (error.long_message or error.message for error in errors)
    reason = "; ".join(text.rstrip(".") for text in texts if text)
    told = f"{what}: {reason}" if reason else what
    kind = class_of(response.status)
    # RFC 9110, 15.6.2: 501 is permanent, unlike other 5xx.
    advice = "This server does not support it." if response.status == 501 else kind.advice
    return kind(
        f"Clerk answered {response.status} to {told}. {advice}",
        code=(errors[0].code if errors else "") or "unexpected-response",
        status=response.status,
        errors=errors,
        trace_id=trace_id if isinstance(trace_id, str) else None,
        retry_after=seconds_to_wait(response),
    )


def _detail(entry: Mapping[str, object]) -> ErrorDetail:
    meta = entry.get("meta")
    code, message, long_message = (
        str(entry.get(name) or "") for name in ("code", "message", "long_message")
    )
    return ErrorDetail(code, message, long_message, meta if is_object(meta) else {})
