"""Errors for calls that are written wrong, worded as Python words its own."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def check_keywords(function: str, given: Iterable[str], known: Iterable[str]) -> None:
    """Raise `TypeError` for the first keyword argument that does not exist."""
    check_names(f"{function}() got an unexpected keyword argument", given, known)


def check_names(problem: str, given: Iterable[str], known: Iterable[str]) -> None:
    """Raise `TypeError` for the first name that is not known, with the nearest one that is."""
    names = list(known)
    for name in given:
        if name not in names:
            nearest = get_close_matches(name, names, n=1)
            hint = f"Did you mean {nearest[0]!r}?" if nearest else f"There are: {', '.join(names)}."
            raise TypeError(f"{problem} {name!r}. {hint}")


def check_app(function: str, app: object) -> None:
    """Raise `TypeError` where the application to wrap cannot be called."""
    if not callable(app):
        raise TypeError(f"{function}(app): app must be callable, not {type(app).__name__}")


def check_type(argument: str, value: object, kind: type) -> None:
    """Raise `TypeError` for a value of another type, such as another framework's application."""
    if not isinstance(value, kind):
        wanted = f"{kind.__module__.partition('.')[0]}.{kind.__qualname__}"
        raise TypeError(f"{argument} must be a {wanted}, not {type(value).__name__}")
