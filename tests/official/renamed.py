"""What the official client calls otherwise than Clerk does, and how to give it what we are given.

Our names are those of the specification, all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Set

OF_THE_CALL = frozenset({"retries", "server_url", "timeout_ms", "http_headers"})
"""Parameters that say how to call, not what."""

WHOLE = "request"
"""Stands for the whole query or body where there is nothing else to give: one object, of which
what we take by keyword are the fields; or a list, which we call by what it lists."""

_CLERKS = {
    # Its generator keeps off the names of Python's built-in functions.
    "type_": "type",
    "format_": "format",
    # Two parameters that differ in their writing alone are numbered by it.
    "frontend_api_query_parameter": "frontendApi",
    "frontend_api_query_parameter1": "frontend_api",
    # A body that is a list beside an identifier; we call it by what it lists.
    "request_body": "invitations",
}
_THEIRS = {clerks: theirs for theirs, clerks in _CLERKS.items()}


def clerks_name(theirs: str) -> str:
    """The name that Clerk has for a parameter of the official client."""
    return _CLERKS.get(theirs, theirs)


def as_official(
    given: Mapping[str, object], parameters: Set[str], body: str | None
) -> dict[str, object]:
    """Our arguments as the official client takes them, whose parameters are these."""
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
