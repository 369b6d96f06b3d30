"""Check the arguments of calls, with errors like Python's own."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def check_keywords(function: str, given: Iterable[str], known: Iterable[str]) -> None:
    """Check the names of keyword arguments.

    Raises:
        TypeError: A keyword argument does not exist.
    """
    check_names(f"{function}() got an unexpected keyword argument", given, known)


def check_names(problem: str, given: Iterable[str], known: Iterable[str]) -> None:
    """Check that all names are known.

    Args:
        problem: The beginning of the message of the exception.
        given: The names to check.
        known: The names that exist.

    Raises:
        TypeError: A name is unknown. The message suggests a similar one.
    """
    names = list(known)
    for name in given:
        if name not in names:
            nearest = get_close_matches(name, names, n=1)
            hint = f"Did you mean {nearest[0]!r}?" if nearest else f"Use one of {', '.join(names)}."
            raise TypeError(f"{problem} {name!r}. {hint}")


def check_app(function: str, app: object) -> None:
    """Check that an application to wrap is callable.

    Args:
        function: The name of the function that was called.
        app: The application.

    Raises:
        TypeError: The application is not callable.
    """
    if not callable(app):
        raise TypeError(f"{function}(app): app must be callable, not {type(app).__name__}")


def check_type(argument: str, value: object, kind: type) -> None:
    """Check the type of an argument, such as the application of a framework.

    Raises:
        TypeError: The argument is of another type.
    """
    if not isinstance(value, kind):
        wanted = f"{kind.__module__.partition('.')[0]}.{kind.__qualname__}"
        raise TypeError(f"{argument} must be a {wanted}, not {type(value).__name__}")
