"""Build HTML in which every value is escaped."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from html import escape

from clerk_core._compat import Self


class Markup(str):
    """HTML that template engines insert as it is.

    Jinja, Mako, Chameleon and others call `__html__` instead of escaping. Text that is added to it
    is not escaped: the sum is a plain `str`, which they escape.
    """

    __slots__ = ()

    def __new__(cls, html: str = "") -> Self:
        """Return HTML that is safe to insert."""
        return super().__new__(cls, html)

    def __html__(self) -> str:
        """Return the HTML."""
        return str(self)


def element(name: str, attributes: Mapping[str, str | None], content: str = "") -> Markup:
    """Return an element.

    Args:
        name: The name of the element.
        attributes: The values by name; those that are None are left out.
        content: HTML to put in the element.
    """
    return Markup(f"<{name}{written(attributes)}>{content}</{name}>")


def written(attributes: Mapping[str, str | None]) -> str:
    """Return attributes as they are written in a tag, each after a space."""
    given = ((name, value) for name, value in attributes.items() if value is not None)
    # `str` first: a Markup of another package escapes again what `escape` inserts.
    return "".join(f' {name}="{escape(str(value))}"' for name, value in given)


def text_of(value: str) -> str:
    """Return text as HTML; what is HTML already, such as a translation, stays as it is."""
    html: Callable[[], str] | None = getattr(value, "__html__", None)
    return escape(value) if html is None else html()


def to_json(function: str, options: Mapping[str, object]) -> str | None:
    """Return options as JSON; None if there are none.

    Raises:
        TypeError: A value is not JSON.
    """
    if not options:
        return None
    try:
        return json.dumps(options, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise TypeError(f"{function}() got an option that is not JSON: {error}") from None
