"""Bind the arguments of a call to the parameters of an operation, with errors like Python's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from inspect import Parameter, Signature
from typing import cast


def bind(
    name: str, signature: Signature, args: Sequence[object], named: Mapping[str, object]
) -> dict[str, object]:
    """Return the arguments of a call by the names of their parameters.

    Defaults are not applied, so that None is sent only if the caller passes it.

    Args:
        name: The name of the operation, for errors.
        signature: Its parameters.
        args: The positional arguments.
        named: The keyword arguments.

    Raises:
        TypeError: An argument is missing, unknown, or given twice. The message shows no values.
    """
    parameters = signature.parameters
    positional = [one.name for one in parameters.values() if one.kind is one.POSITIONAL_OR_KEYWORD]
    if len(args) > len(positional):
        plural = "" if len(positional) == 1 else "s"
        verb = "was" if len(args) == 1 else "were"
        raise TypeError(
            f"{name}() takes {len(positional)} positional argument{plural} but {len(args)} {verb} "
            "given"
        )
    given = dict(zip(positional, args, strict=False))
    for keyword, value in named.items():
        if keyword in given:
            raise TypeError(f"{name}() got multiple values for argument '{keyword}'")
        if keyword not in parameters:
            raise TypeError(
                f"{name}() got an unexpected keyword argument '{keyword}'"
                f"{_suggestion(keyword, parameters)}"
            )
        given[keyword] = value
    missing = [
        f"'{one.name}'"
        for one in parameters.values()
        if one.default is Parameter.empty and one.name not in given
    ]
    if missing:
        plural = "" if len(missing) == 1 else "s"
        raise TypeError(f"{name}() missing required argument{plural} {', '.join(missing)}")
    return given


def with_extra(
    name: str, given: dict[str, object], extra: object, parameters: Iterable[str]
) -> dict[str, object]:
    """Return the arguments of a call with further fields.

    Args:
        name: The name of the operation, for errors.
        given: The arguments by name.
        extra: The further fields.
        parameters: The names of the operation's parameters.

    Raises:
        TypeError: The fields are not a mapping, or the operation has a parameter for one.
    """
    if not isinstance(extra, Mapping):
        raise TypeError(f"{name}() argument 'extra' must be a mapping of names to values")
    fields = cast("Mapping[object, object]", extra)
    if not all(isinstance(field, str) for field in fields):
        raise TypeError(f"{name}() argument 'extra' must have names that are str")
    for known in parameters:
        if known in fields:
            raise TypeError(f"{name}() has a parameter '{known}': pass it there, not in extra")
    return {**given, **cast("Mapping[str, object]", fields)}


def _suggestion(keyword: str, names: Iterable[str]) -> str:
    from difflib import get_close_matches  # Imported for errors only.

    return "".join(f". Did you mean '{name}'?" for name in get_close_matches(keyword, names, n=1))
