"""Example values for every parameter of an operation.

If the official client has a narrower type, such as an enumeration or a model, the value is one that
it accepts; this client accepts any string or object there.
"""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel
from typing_extensions import TypeAliasType

from clerk_core._api.machine_key import MACHINE_SECRET_KEY
from clerk_core._api.operation import Operation
from tests.official.names import OF_THE_CALL, WHOLE, parameter_of_clerk

UPLOAD = bytes | tuple[str, bytes] | tuple[str, bytes, str]
MAPPING = {"a": [1, None, {"b": "é"}], "c": False}
EXAMPLES: dict[Any, Any] = {
    bool: True,
    int: 7,
    float: 2.5,
    object: MAPPING,
    Any: MAPPING,
    datetime: "2030-01-02T03:04:05Z",
    UPLOAD: ("a.png", b"\x89PNG\r\n\x1a\n\r\n--", "image/png"),
}
LISTS = (list, Sequence, Iterable)


@dataclass(frozen=True)
class Parameters:
    """The types of the parameters of an operation, by Clerk's names, and the required ones."""

    types: Mapping[str, Any]
    required: frozenset[str]


def declared(operation: Operation[..., Any]) -> Parameters:
    """Return our parameters, without those that are no part of Clerk's specification."""
    hints = get_type_hints(operation.declaration)
    names = operation.declared.parameters.keys() - {MACHINE_SECRET_KEY, "extra"}
    return Parameters({name: hints[name] for name in names}, _without_default(operation.declared))


def official(method: Callable[..., Any], body: str | None) -> Parameters:
    """Return the official client's parameters; `body` names the argument that is the whole body."""
    signature = inspect.signature(method)
    hints = {
        name: one.annotation
        for name, one in signature.parameters.items()
        if name not in OF_THE_CALL
    }
    if hints.keys() == {WHOLE}:
        whole = hints.pop(WHOLE)
        if body is None:
            return _fields(_plain(whole))
        return Parameters({body: whole}, frozenset({body}))
    return Parameters(
        {parameter_of_clerk(name): hint for name, hint in hints.items()},
        frozenset(
            parameter_of_clerk(name) for name in _without_default(signature) if name in hints
        ),
    )


def _without_default(signature: inspect.Signature) -> frozenset[str]:
    parameters = signature.parameters.items()
    return frozenset(name for name, one in parameters if one.default is one.empty)


def _fields(model: type[BaseModel]) -> Parameters:
    hints = get_type_hints(model)
    fields = {field.alias or name: (name, field) for name, field in model.model_fields.items()}
    return Parameters(
        {name: hints[own] for name, (own, _) in fields.items()},
        frozenset(name for name, (_, field) in fields.items() if field.is_required()),
    )


def accepts_none(hint: Any) -> bool:
    return type(None) in get_args(hint)


def example(name: str, ours: Any, theirs: Any) -> Any:
    """Return a value of our type, or of the official client's type if that is narrower."""
    return _example(name, theirs if ours != UPLOAD and _is_narrower(theirs) else ours)


def _example(name: str, hint: Any) -> Any:
    hint = _plain(hint)
    if hint in EXAMPLES:
        return EXAMPLES[hint]
    if hint is str:
        return f"{name}, é&1"
    if isinstance(hint, type):
        if issubclass(hint, Enum):
            return next(iter(hint)).value
        assert issubclass(hint, BaseModel), f"no example of {hint!r}"
        return {one: _example(one, of) for one, of in _fields(hint).types.items()}
    args = get_args(hint)
    if get_origin(hint) in LISTS:
        return [_example(name, args[0]), _example(f"other {name}", args[0])]
    return MAPPING if args[1] in (object, Any) else {"key": _example(name, args[1])}


def _plain(hint: Any) -> Any:
    """Return a type without aliases and metadata, and the first member of a union except None."""
    while isinstance(hint, TypeAliasType):
        hint = hint.__value__
    if hint in EXAMPLES:
        return hint
    origin, args = get_origin(hint), get_args(hint)
    if isinstance(origin, TypeAliasType):
        return _plain(origin.__value__[args])
    if hasattr(hint, "__metadata__"):
        return _plain(args[0])
    if origin in (Union, types.UnionType):
        return _plain(args[0])
    return hint


def _is_narrower(hint: Any) -> bool:
    plain = _plain(hint)
    if get_origin(plain) in LISTS:
        return _is_narrower(get_args(plain)[0])
    if isinstance(plain, type) and issubclass(plain, BaseModel):
        return bool(plain.model_fields)
    return isinstance(plain, type) and issubclass(plain, (Enum, datetime))
