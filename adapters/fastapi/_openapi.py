"""What the OpenAPI document says of operations that not everybody may call.

It knows the document that FastAPI generates, and nothing of requests.
https://spec.openapis.org/oas/v3.1.0#security-requirement-object
"""

from __future__ import annotations

from typing import Any

from fastapi.openapi.models import HTTPBearer

from clerk_core.adapters import AcceptsToken, is_accepted

_METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}
_PREFIX = "Clerk_"
_ERROR = {"code": {"type": "string"}, "message": {"type": "string"}}
_ERRORS = {"type": "array", "items": {"type": "object", "properties": _ERROR}}
_SCHEMA = {"type": "object", "properties": {"errors": _ERRORS}}
_REVERIFICATION = {"type": "object", "properties": {"clerk_error": {"type": "object"}}}
_MEANINGS = {"401": "Nobody is signed in.", "403": "Something else is required, too."}


def scheme(accepts_token: AcceptsToken) -> tuple[str, HTTPBearer]:
    """The name and the description of the security scheme for these kinds of token."""
    kinds = [accepts_token] if isinstance(accepts_token, str) else accepts_token
    description = f"A token of Clerk, of the kind {' or '.join(kinds)}."
    if is_accepted("session_token", accepts_token):
        description += " A session's may come in the browser's cookie instead."
    return _PREFIX + "_or_".join(kinds), HTTPBearer(description=description)


def with_responses(document: dict[str, Any]) -> dict[str, Any]:
    """The document, with what the operations answer to those who may not pass: 401, or 403."""
    for path in document.get("paths", {}).values():
        for method in path.keys() & _METHODS:
            _add_responses(path[method])
    return document


def _schema(status: str, required: list[list[str]]) -> dict[str, Any]:
    asks_to_verify = any(one.startswith("reverification=") for listed in required for one in listed)
    return {"anyOf": [_SCHEMA, _REVERIFICATION]} if status == "403" and asks_to_verify else _SCHEMA


def _add_responses(operation: dict[str, Any]) -> None:
    required = [
        required
        for alternative in operation.get("security", ())
        for name, required in alternative.items()
        if name.startswith(_PREFIX)
    ]
    for status, applies in (("401", bool(required)), ("403", any(required))):
        if applies:
            content = {"application/json": {"schema": _schema(status, required)}}
            answer = {"description": _MEANINGS[status], "content": content}
            operation["responses"].setdefault(status, answer)
