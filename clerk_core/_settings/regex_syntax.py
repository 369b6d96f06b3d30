"""Parse a regular expression in the syntax of JavaScript, without capturing groups.

Syntax that would differ from JavaScript, or that cannot be matched in linear time, is rejected:
back references, lookbehind, and repeats of a possibly empty expression. This module does not match.
https://tc39.es/ecma262/#sec-patterns
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

_ALL = frozenset(range(256))
_DIGITS = frozenset(b"0123456789")
_WORD = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")
_SPACE = frozenset(b"\t\n\v\f\r ")
_CLASSES = {
    "d": _DIGITS,
    "D": _ALL - _DIGITS,
    "w": _WORD,
    "W": _ALL - _WORD,
    "s": _SPACE,
    "S": _ALL - _SPACE,
}
_CONTROLS = {"t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "0": "\0"}
_HEXADECIMAL = re.compile("x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})")
_QUANTIFIER = re.compile(r"(?:([?*+])|\{([0-9]+)(?:(,)([0-9]*))?\})(\?)?")


@dataclass(frozen=True)
class OneOf:
    """A node that matches one byte of a set. Letters match in either case."""

    bytes: frozenset[int]


@dataclass(frozen=True)
class Sequence:
    """A node that matches its items one after the other."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class Choice:
    """A node that matches the first alternative that leads to a match."""

    options: tuple[Node, ...]


@dataclass(frozen=True)
class Repeat:
    """A node that matches its item `least` to `most` times (None: any number), greedily or lazily.

    Raises:
        ValueError: `most` is below `least`, or the item may be empty and is more than optional.
    """

    item: Node
    least: int
    most: int | None
    is_lazy: bool = False

    def __post_init__(self) -> None:
        if self.most is not None and self.most < self.least:
            raise ValueError("the numbers of a repeat are in the wrong order")
        if self.most != 1 and may_be_empty(self.item):
            raise ValueError("a repeated part must not match the empty string")


@dataclass(frozen=True)
class Look:
    """A lookahead: the text that follows must match, or must not, and is not consumed."""

    item: Node
    is_negative: bool


@dataclass(frozen=True)
class Capture:
    """A node whose matched text is returned under a name."""

    name: str
    item: Node


Node: TypeAlias = "OneOf | Sequence | Choice | Repeat | Look | Capture"

END = OneOf(frozenset([256]))
"""The end of the text."""


def text(characters: str) -> Sequence:
    """Return a node that matches exactly these characters."""
    encoded = characters.encode("utf-8", "surrogatepass")
    return Sequence(tuple(OneOf(_in_both_cases(frozenset([one]))) for one in encoded))


def one_of(characters: str) -> OneOf:
    """Return a node that matches one of these characters."""
    return OneOf(_in_both_cases(frozenset(characters.encode())))


def none_of(characters: str) -> OneOf:
    """Return a node that matches any byte except these characters."""
    return OneOf(_ALL - one_of(characters).bytes)


def may_be_empty(node: Node) -> bool:
    """Return whether a node may match without consuming anything."""
    if isinstance(node, OneOf):
        return False
    if isinstance(node, Sequence):
        return all(may_be_empty(item) for item in node.items)
    if isinstance(node, Choice):
        return any(may_be_empty(option) for option in node.options)
    if isinstance(node, Repeat):
        return node.least == 0 or may_be_empty(node.item)
    return may_be_empty(node.item) if isinstance(node, Capture) else True


def _in_both_cases(found: frozenset[int]) -> frozenset[int]:
    return frozenset((*found, *bytes(found).lower(), *bytes(found).upper()))


def parse(source: str) -> Node:
    """Return the syntax tree of a regular expression.

    Raises:
        ValueError: the expression is invalid or not supported.
    """
    parser = _Parser(source)
    node = parser.choice()
    if parser.rest():
        raise ValueError("unmatched )")
    return node


class _Parser:
    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0

    def rest(self) -> str:
        return self._source[self._at :]

    def _next_is(self, text: str) -> bool:
        if not self._source.startswith(text, self._at):
            return False
        self._at += len(text)
        return True

    def _take(self) -> str:
        if self._at == len(self._source):
            raise ValueError("unexpected end of the regular expression")
        self._at += 1
        return self._source[self._at - 1]

    def choice(self) -> Node:
        options = [self._sequence()]
        while self._next_is("|"):
            options.append(self._sequence())
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def _sequence(self) -> Node:
        items: list[Node] = []
        while self._at < len(self._source) and self._source[self._at] not in "|)":
            items.append(self._repeat(self._atom()))
        return Sequence(tuple(items))

    def _repeat(self, item: Node) -> Node:
        found = _QUANTIFIER.match(self._source, self._at)
        if found is None:
            return item
        if isinstance(item, Look):
            raise ValueError("nothing to repeat")
        self._at = found.end()
        sign, least, comma, most, lazy = found.groups()
        if sign:
            return Repeat(item, int(sign == "+"), 1 if sign == "?" else None, bool(lazy))
        limit = int(most) if most else None if comma else int(least)
        return Repeat(item, int(least), limit, bool(lazy))

    def _atom(self) -> Node:
        if _QUANTIFIER.match(self._source, self._at):
            raise ValueError("nothing to repeat")
        character = self._take()
        if character == "(":
            return self._group()
        if character == "[":
            return self._class()
        if character == ".":
            return OneOf(_ALL - frozenset(b"\n\r"))
        if character == "$":
            return Look(END, is_negative=False)
        if character == "^":
            raise ValueError("^ is not supported: a pattern begins where the path begins")
        if character != "\\":
            return text(character)
        found = self._escape()
        return text(found) if isinstance(found, str) else OneOf(found)

    def _group(self) -> Node:
        if self._next_is("?:"):
            node = self.choice()
        elif self._next_is("?=") or self._next_is("?!"):
            is_negative = self._source[self._at - 1] == "!"
            node = Look(self.choice(), is_negative)
        else:
            raise ValueError("the only supported groups are (?:…), (?=…) and (?!…)")
        if not self._next_is(")"):
            raise ValueError("missing )")
        return node

    def _escape(self) -> str | frozenset[int]:
        """Return the character or the set that an escape sequence stands for."""
        coded = _HEXADECIMAL.match(self._source, self._at)
        if coded is not None:
            self._at = coded.end()
            return chr(int(coded[1] or coded[2], 16))
        character = self._take()
        if character in "123456789bBkcpP":
            raise ValueError(f"\\{character} is not supported")
        return _CLASSES.get(character) or _CONTROLS.get(character, character)

    def _class(self) -> Node:
        is_negative = self._next_is("^")
        found: set[int] = set()
        while not self._next_is("]"):
            low = self._member()
            # A hyphen at either end is literal.
            if self.rest()[:1] == "-" and self.rest()[1:2] != "]":
                self._take()
                found |= _range(low, self._member())
            else:
                found |= _bytes(low)
        both = _in_both_cases(frozenset(found))
        return OneOf(_ALL - both if is_negative else both)

    def _member(self) -> str | frozenset[int]:
        character = self._take()
        if character != "\\":
            return character
        return "\b" if self._next_is("b") else self._escape()


def _bytes(member: str | frozenset[int]) -> frozenset[int]:
    """Return the bytes of a class member. URL paths contain only ASCII."""
    if not isinstance(member, str):
        return member
    return frozenset(member.encode()) if member.isascii() else frozenset()


def _range(low: str | frozenset[int], high: str | frozenset[int]) -> frozenset[int]:
    if not isinstance(low, str) or not isinstance(high, str):
        # A character class cannot begin or end a range, so the hyphen is literal.
        return _bytes(low) | _bytes("-") | _bytes(high)
    if ord(low) > ord(high):
        raise ValueError("a range of characters is in the wrong order")
    return frozenset(range(min(ord(low), 128), min(ord(high) + 1, 128)))
