"""Validate answers against the schemas of Clerk's specification, of which a file has a copy.

The file has the keywords that say which values are valid, of the schemas of the main resources.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}

Schema = dict[str, Any]


@cache
def _document() -> dict[str, dict[str, Schema]]:
    text = Path(__file__).with_name("fapi-2026-05-12.json").read_text("utf-8")
    document: dict[str, dict[str, Schema]] = json.loads(text)
    return document


def problems(operation: str, answer: object) -> list[str]:
    """Return what is wrong with the answer to an operation, such as `GET /v1/client`."""
    return sorted(set(_problems(_document()["responses"][operation], answer, "")))


def _problems(schema: Schema, value: object, at: str) -> Iterator[str]:
    if "$ref" in schema:
        schema = _document()["schemas"][schema["$ref"]]
    kind = schema.get("type")
    if value is None:
        if not _allows_null(schema):
            yield f"{at}: null"
    elif kind and not _is_of_type(value, kind):
        yield f"{at}: {type(value).__name__}, not {kind}"
    else:
        yield from _problems_of_value(schema, value, at)


def _problems_of_value(schema: Schema, value: object, at: str) -> Iterator[str]:
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: {value!r} is not one of {schema['enum']}"
    for part in schema.get("allOf", ()):
        yield from _problems(part, value, at)
    for options in (schema.get("oneOf"), schema.get("anyOf")):
        if options and all(list(_problems(option, value, at)) for option in options):
            yield f"{at}: fits none of its schemas"
    if isinstance(value, dict):
        yield from _problems_of_object(schema, value, at)
    if isinstance(value, list):
        for item in value:
            yield from _problems(schema.get("items", {}), item, f"{at}[]")


def _problems_of_object(schema: Schema, value: dict[str, object], at: str) -> Iterator[str]:
    properties: dict[str, Schema] = schema.get("properties", {})
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{at}.{name}: missing"
    others = schema.get("additionalProperties", True)
    for name, item in value.items():
        if name in properties:
            yield from _problems(properties[name], item, f"{at}.{name}")
        elif others is False:
            yield f"{at}.{name}: unknown"
        elif isinstance(others, dict):
            yield from _problems(others, item, f"{at}.*")


def _allows_null(schema: Schema) -> bool:
    if "$ref" in schema:
        schema = _document()["schemas"][schema["$ref"]]
    options = (*schema.get("allOf", ()), *schema.get("oneOf", ()), *schema.get("anyOf", ()))
    return schema.get("nullable") is True or (
        not schema.get("type") and (not options or any(_allows_null(option) for option in options))
    )


def _is_of_type(value: object, kind: str) -> bool:
    # A bool is an int in Python, though not in JSON.
    is_bool = isinstance(value, bool)
    return isinstance(value, _TYPES[kind]) and (is_bool == (kind == "boolean"))
