"""Parameter names of the official client that differ from Clerk's, and conversion of arguments.

All our names are those of the specification.
"""

from __future__ import annotations

from collections.abc import Mapping, Set

OF_THE_CALL = frozenset({"retries", "server_url", "timeout_ms", "http_headers"})
"""Parameters for the transport, which are not sent."""

WHOLE = "request"
"""The name of a parameter that is the whole query or body: an object whose fields are our keyword
arguments, or a list, which has a name of its own in our client."""

_CLERKS = {
    # The generator avoids the names of built-in functions.
    "type_": "type",
    "format_": "format",
    # The generator numbers parameters whose names differ only in case or style.
    "frontend_api_query_parameter": "frontendApi",
    "frontend_api_query_parameter1": "frontend_api",
    # A body that is a list, next to an identifier; our name says what it contains.
    "request_body": "invitations",
}
_THEIRS = {clerks: official_name for official_name, clerks in _CLERKS.items()}


def parameter_of_clerk(official_name: str) -> str:
    """Return Clerk's name of a parameter of the official client."""
    return _CLERKS.get(official_name, official_name)


def as_official(
    given: Mapping[str, object], parameters: Set[str], body: str | None
) -> dict[str, object]:
    """Return our arguments in the form of the official client, which has these parameters."""
    values = {name: _file(value) for name, value in given.items()}
    if parameters == {WHOLE}:
        return {WHOLE: values if body is None else values[body]} if values else {}
    return {
        name if name in parameters else _THEIRS.get(name, name): value
        for name, value in values.items()
    }


def _file(value: object) -> object:
    if not isinstance(value, tuple):
        return value
    return dict(zip(("file_name", "content", "content_type"), value, strict=True))
