"""Requests to the Backend API that no operation declares, such as those of a new endpoint."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from clerk_core._api.calls import read_json, response_to, texts_of
from clerk_core._flow import Flow
from clerk_core._settings.settings import Settings

_METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE")
# Unreserved characters, and what Clerk's paths and identifiers contain besides (RFC 3986, 3.3).
_SEGMENT = re.compile(r"(?:[A-Za-z0-9_.~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})+")


def raw_request(
    settings: Settings,
    method: str,
    path: str,
    query: Mapping[str, object] | None,
    json: Mapping[str, object] | Sequence[object] | None,
) -> Flow[object]:
    """Return the flow that sends a request and returns the JSON of its response.

    Args:
        settings: The settings of the instance.
        method: The HTTP method.
        path: The path after the version of the API, such as `/users`.
        query: The query parameters; a list is sent as several.
        json: The body.

    Raises:
        TypeError: The method or the path is not a string.
        ValueError: The method does not exist, or the path is not a plain path.
    """
    _check_types(method, path)
    if method.upper() not in _METHODS:
        raise ValueError(f"method must be one of {', '.join(_METHODS)}")
    _check_path(path)
    pairs = [(name, text) for name, value in (query or {}).items() for text in texts_of(value)]
    # Another function, so that the arguments are checked before the flow runs.
    return _sent(settings, method.upper(), path, pairs, json)


def _check_types(*arguments: object) -> None:
    if not all(isinstance(argument, str) for argument in arguments):
        raise TypeError("request() takes a method and a path, such as request('GET', '/users')")


def _sent(
    settings: Settings,
    method: str,
    path: str,
    query: list[tuple[str, str]],
    json: Mapping[str, object] | Sequence[object] | None,
) -> Flow[object]:
    response = yield from response_to(
        settings, method, path, query=query, body=json, may_repeat=True, route=""
    )
    return read_json(response, f"{method} {path}")


def _check_path(path: str) -> None:
    first, *segments = path.split("/")
    if first or not segments or not all(map(_is_segment, segments)):
        raise ValueError(
            "path must begin with a slash and have plain segments, such as /users/user_1/ban. "
            "Quote identifiers of others with urllib.parse.quote(…, safe=''), and pass the query "
            "as query="
        )


def _is_segment(segment: str) -> bool:
    # Dots would address another resource, also if they are encoded.
    is_dots = segment.lower().replace("%2e", ".").strip(".") == ""
    return bool(_SEGMENT.fullmatch(segment)) and not is_dots and "%2f" not in segment.lower()
