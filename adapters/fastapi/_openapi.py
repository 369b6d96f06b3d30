"""Security schemes and responses of guarded operations in the OpenAPI document.

https://spec.openapis.org/oas/v3.1.0#security-requirement-object
"""

from __future__ import annotations

from typing import Any

from fastapi.openapi.models import HTTPBearer

from clerk_core.adapters import (
    REFUSAL_MEANINGS,
    SCHEME_PREFIX,
    AcceptsToken,
    security_scheme,
)

_METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}
_ERROR = {"code": {"type": "string"}, "message": {"type": "string"}}
_ERRORS = {"type": "array", "items": {"type": "object", "properties": _ERROR}}
_SCHEMA = {"type": "object", "properties": {"errors": _ERRORS}}
_REVERIFICATION = {"type": "object", "properties": {"clerk_error": {"type": "object"}}}


def scheme(accepts_token: AcceptsToken) -> tuple[str, HTTPBearer]:
    """Return the name and the description of the security scheme for these kinds of token."""
    name, description = security_scheme(accepts_token)
    return name, HTTPBearer(description=description)


def with_responses(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document, with the responses 401 and 403 of guarded operations."""
    for path in document.get("paths", {}).values():
        for method in path.keys() & _METHODS:
            _add_responses(path[method])
    return document


def _schema(status: int, required: list[list[str]]) -> dict[str, Any]:
    asks_to_verify = any(one.startswith("reverification=") for listed in required for one in listed)
    return {"anyOf": [_SCHEMA, _REVERIFICATION]} if status == 403 and asks_to_verify else _SCHEMA


def _add_responses(operation: dict[str, Any]) -> None:
    required = [
        required
        for alternative in operation.get("security", ())
        for name, required in alternative.items()
        if name.startswith(SCHEME_PREFIX)
    ]
    for status, applies in ((401, bool(required)), (403, any(required))):
        if applies:
            content = {"application/json": {"schema": _schema(status, required)}}
            answer = {"description": REFUSAL_MEANINGS[status], "content": content}
            operation["responses"].setdefault(str(status), answer)
