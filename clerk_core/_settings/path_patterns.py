"""Match the path of a URL against patterns such as `/orgs/:slug` and `/orgs/:slug/(.*)`.

The syntax is that of path-to-regexp 6.3, which `@clerk/backend` uses: `:name` matches a segment,
`(…)` is a regular expression, `{…}` groups either with a prefix and a suffix, `?`, `*` and `+`
repeat it, and a backslash escapes the next character. This module knows nothing of organizations.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from clerk_core._settings.regex import Regex
from clerk_core._settings.regex_syntax import (
    Capture,
    Look,
    Node,
    Repeat,
    Sequence,
    none_of,
    one_of,
    parse,
    text,
)
from clerk_core.errors import ConfigurationError

LONGEST_PATH = 2048
"""The length of the longest path that can match, in characters."""

_DELIMITERS = "/#?"
_NAME = re.compile(r"[A-Za-z0-9_]+")
_MODIFIERS = "?*+"


class PathPatterns:
    """A list of compiled patterns.

    Raises:
        ConfigurationError: a pattern is invalid.
    """

    __slots__ = ("_compiled",)

    def __init__(self, patterns: Iterable[str]) -> None:
        self._compiled = tuple(_compile(pattern) for pattern in patterns)

    def match(self, path: str) -> Mapping[str, str] | None:
        """Return the parameters that the first matching pattern finds; None without a match.

        The running time is linear in the length of the path.
        """
        if len(path) > LONGEST_PATH:
            return None
        for compiled in self._compiled:
            found = compiled.match(path)
            if found is not None:
                return {name: value for name, value in found.items() if value}
        return None


def _compile(pattern: str) -> Regex:
    try:
        return Regex(_Parser(pattern).read())
    except (ValueError, RecursionError) as error:
        raise ConfigurationError(
            f"The path pattern {pattern!r} is invalid: {error}. A pattern consists of text, :name, "
            "(regular expression) and {groups}.",
            code="path-pattern-invalid",
        ) from None


class _Part(NamedTuple):
    """A parameter or a group, with the text around it. Its node is None if it is only text."""

    prefix: str
    name: str
    value: Node | None
    suffix: str = ""

    def repeated(self, modifier: str) -> Node:
        before, after = text(self.prefix), text(self.suffix)
        value = self.value
        if modifier not in ("*", "+"):
            inner = () if value is None else (self._capture(value),)
            return _optional(Sequence((before, *inner, after)), modifier == "?")
        if value is None:
            return Repeat(Sequence((before, after)), int(modifier == "+"), None)
        if not (self.prefix or self.suffix):
            raise ValueError("a repeated part needs text before or after it")
        more = Repeat(Sequence((after, before, value)), 0, None)
        whole = Sequence((before, self._capture(Sequence((value, more))), after))
        return _optional(whole, modifier == "*")

    def _capture(self, value: Node) -> Node:
        return Capture(self.name, value) if self.name else value


def _optional(node: Node, is_optional: bool) -> Node:
    return Repeat(node, 0, 1) if is_optional else node


def _segment(before: str) -> Node:
    """Return the node of a parameter: characters up to a delimiter or up to its prefix."""
    item: Node = none_of(_DELIMITERS)
    if before and not any(delimiter in before for delimiter in _DELIMITERS):
        item = Sequence((Look(text(before), is_negative=True), item))
    return Repeat(item, 1, None, is_lazy=True)


class _Parser:
    """A parser of one pattern."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0
        self._nodes: list[Node] = []
        self._names: list[str] = []
        # The text since the last part, and the name of that part while there is no such text.
        self._text = ""
        self._part_before: str | None = None

    def read(self) -> Node:
        is_escaped = False
        while self._peek():
            if self._peek() in ":(":
                # A slash or a dot before a parameter is its prefix, and is repeated with it.
                prefix = "" if is_escaped or not self._text.endswith(("/", ".")) else self._text[-1]
                self._end_text(len(prefix))
                self._add(_Part(prefix, *self._parameter(prefix)))
            elif self._peek() == "{":
                self._end_text()
                self._add(self._group())
            else:
                is_escaped = self._peek() == "\\"
                self._text += self._character()
        self._end_text()
        return Sequence((*self._nodes, Repeat(one_of(_DELIMITERS), 0, 1)))

    def _end_text(self, left_out: int = 0) -> None:
        self._text = self._text[: len(self._text) - left_out]
        if self._text:
            self._nodes.append(text(self._text))
            self._part_before = None

    def _add(self, part: _Part) -> None:
        if part.name and part.name in self._names:
            raise ValueError(f"duplicate parameter {part.name}")
        self._names.append(part.name)
        self._nodes.append(part.repeated(self._modifier()))
        self._text, self._part_before = "", part.name

    def _peek(self) -> str:
        return self._pattern[self._at : self._at + 1]

    def _take(self) -> str:
        if self._at == len(self._pattern):
            raise ValueError("unexpected end of the pattern")
        self._at += 1
        return self._pattern[self._at - 1]

    def _group(self) -> _Part:
        self._take()
        prefix = self._text_in_group()
        has_parameter = self._peek() in (":", "(")
        name, value = self._parameter(prefix) if has_parameter else ("", None)
        suffix = self._text_in_group()
        if self._peek() != "}":
            raise ValueError("missing }")
        self._take()
        return _Part(prefix, name, value, suffix)

    def _text_in_group(self) -> str:
        found = ""
        while self._peek() and self._peek() not in ":({}?*+":
            found += self._character()
        return found

    def _character(self) -> str:
        character = self._take()
        if character in "}?*+":
            raise ValueError(f"unexpected {character}")
        return self._take() if character == "\\" else character

    def _modifier(self) -> str:
        return self._take() if self._peek() and self._peek() in _MODIFIERS else ""

    def _parameter(self, prefix: str) -> tuple[str, Node]:
        name = ""
        if self._peek() == ":":
            self._take()
            found = _NAME.match(self._pattern, self._at)
            if found is None:
                raise ValueError("missing name after :")
            name, self._at = found.group(), found.end()
        if self._peek() == "(":
            return name, parse(self._source())
        if self._part_before is not None and not prefix:
            after = f":{self._part_before}" if self._part_before else "an unnamed parameter"
            raise ValueError(f"there must be text between two parameters, after {after}")
        return name, _segment(prefix or self._text)

    def _source(self) -> str:
        """Consume the regular expression in parentheses, and return it."""
        self._take()
        source, depth = "", 1
        while True:
            character = self._take()
            if character == "\\":
                character += self._take()
            elif character == "(":
                if self._peek() != "?":
                    raise ValueError("capturing groups are not allowed")
                depth += 1
            elif character == ")":
                depth -= 1
                if depth == 0:
                    break
            source += character
        if not source or source.startswith("?"):
            raise ValueError("missing regular expression between ( and )")
        return source
