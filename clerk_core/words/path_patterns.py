"""Match the path of a URL against patterns such as `/orgs/:slug` and `/orgs/:slug/(.*)`.

The language is that of path-to-regexp 6, which `@clerk/backend` uses: `:name` stands for a segment,
`(…)` for a regular expression, `{…}` groups a prefix and suffix with one of them, `?`, `*` and `+`
repeat it, a backslash takes the next character as it is. It knows nothing of organizations.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from clerk_core.words.errors import ConfigurationError

_DELIMITERS = "/#?"
_NAME = re.compile(r"[A-Za-z0-9_]+")
_MODIFIERS = "?*+"


class PathPatterns:
    """Patterns, read once. Raises `ConfigurationError` for one that cannot be read."""

    __slots__ = ("_compiled",)

    def __init__(self, patterns: Iterable[str]) -> None:
        self._compiled = tuple(_compile(pattern) for pattern in patterns)

    def match(self, path: str) -> Mapping[str, str] | None:
        """The named parts of `path` by the first pattern that matches; None if none does."""
        for compiled in self._compiled:
            matched = compiled.match(path)
            if matched:
                return {name: value for name, value in matched.groupdict().items() if value}
        return None


def _compile(pattern: str) -> re.Pattern[str]:
    try:
        source = _Reader(pattern).to_regex()
        with warnings.catch_warnings():
            # Of what a later Python may read otherwise in a class of characters.
            warnings.simplefilter("ignore", FutureWarning)
            return re.compile(rf"{source}[/#?]?\Z", re.IGNORECASE)
    except (ValueError, OverflowError, RecursionError, re.error) as error:
        raise ConfigurationError(
            f"The path pattern {pattern!r} cannot be read: {error}. It is made of text, :name, "
            "(regular expression) and {groups}.",
            code="path-pattern-invalid",
        ) from None


class _Part(NamedTuple):
    """One parameter: what stands around it, and what it stands for."""

    prefix: str
    name: str
    regex: str
    suffix: str = ""

    def to_regex(self, modifier: str) -> str:
        before, after = re.escape(self.prefix), re.escape(self.suffix)
        capture = f"?P<{self.name}>" if self.name else "?:"
        if not self.regex:
            return f"(?:{before}{after}){modifier}"
        if modifier not in ("*", "+"):
            return f"(?:{before}({capture}{self.regex}){after}){modifier}"
        if not (self.prefix or self.suffix):
            raise ValueError("a repeated part needs text before or after it")
        repeated = f"{self.regex}(?:{after}{before}{self.regex})*"
        optional = "?" if modifier == "*" else ""
        return f"(?:{before}({capture}{repeated}){after}){optional}"


def _segment(before: str) -> str:
    """What a parameter stands for: up to a slash, or up to the text that led to it."""
    if not before or any(delimiter in before for delimiter in _DELIMITERS):
        return r"[^/#?]+?"
    return rf"(?:(?!{re.escape(before)})[^/#?])+?"


class _Reader:
    """Reads a pattern from left to right into a regular expression."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0

    def _peek(self) -> str:
        return self._pattern[self._at : self._at + 1]

    def _take(self) -> str:
        if self._at == len(self._pattern):
            raise ValueError("it ends too early")
        self._at += 1
        return self._pattern[self._at - 1]

    def to_regex(self) -> str:
        source, text = "", ""
        while self._peek():
            if self._peek() in ":(":
                # A slash or a dot before a parameter belongs to it, and goes with it.
                prefix = text[-1:] if text[-1:] in ("/", ".") else ""
                source += re.escape(text[: len(text) - len(prefix)])
                part = _Part(prefix, *self._parameter(prefix or text))
                source, text = source + part.to_regex(self._modifier()), ""
            elif self._peek() == "{":
                part = self._group(text)
                source, text = source + re.escape(text) + part.to_regex(self._modifier()), ""
            else:
                text += self._character()
        return source + re.escape(text)

    def _group(self, before: str) -> _Part:
        self._take()
        prefix = self._text()
        has_parameter = self._peek() in (":", "(")
        name, regex = self._parameter(prefix or before) if has_parameter else ("", "")
        suffix = self._text()
        if self._peek() != "}":
            raise ValueError("a { is not closed")
        self._take()
        return _Part(prefix, name, regex, suffix)

    def _text(self) -> str:
        text = ""
        while self._peek() and self._peek() not in ":({}?*+":
            text += self._character()
        return text

    def _character(self) -> str:
        character = self._take()
        if character in "}?*+":
            raise ValueError(f"{character} follows nothing that it could stand for")
        return self._take() if character == "\\" else character

    def _modifier(self) -> str:
        return self._take() if self._peek() and self._peek() in _MODIFIERS else ""

    def _parameter(self, before: str) -> tuple[str, str]:
        name = ""
        if self._peek() == ":":
            self._take()
            found = _NAME.match(self._pattern, self._at)
            if found is None:
                raise ValueError("a : without a name")
            name, self._at = found.group(), found.end()
        return name, self._regex() if self._peek() == "(" else _segment(before)

    def _regex(self) -> str:
        self._take()
        regex, depth = "", 1
        while True:
            character = self._take()
            if character == "\\":
                character += self._take()
            elif character == "(":
                if self._pattern[self._at : self._at + 2] not in ("?:", "?=", "?!"):
                    raise ValueError("capturing groups are not allowed")
                depth += 1
            elif character == ")":
                depth -= 1
                if depth == 0:
                    break
            regex += character
        if not regex or regex.startswith("?"):
            raise ValueError("a ( ) without a regular expression")
        return regex
