"""Errors for calls that are written wrong, worded as Python words its own."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def unexpected_keyword(function: str, name: str, known: Iterable[str]) -> TypeError:
    """Return the error for a keyword argument that does not exist, with the nearest that does."""
    names = list(known)
    nearest = get_close_matches(name, names, n=1)
    hint = f"Did you mean {nearest[0]!r}?" if nearest else f"It takes {', '.join(names)}."
    return TypeError(f"{function}() got an unexpected keyword argument {name!r}. {hint}")


def check_keywords(function: str, given: Iterable[str], known: Iterable[str]) -> None:
    """Raise `TypeError` for the first keyword argument that does not exist."""
    names = list(known)
    for name in given:
        if name not in names:
            raise unexpected_keyword(function, name, names)
