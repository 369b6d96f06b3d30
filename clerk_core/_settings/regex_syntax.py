"""Parse a regular expression in the syntax of JavaScript, without capturing groups.

It knows nothing of matching. What would be read otherwise than in JavaScript, or cannot be matched
in linear time, is refused: back references, lookbehind, and repeats of what may be empty.
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
    """One byte of a set; letters stand for both of their cases."""

    bytes: frozenset[int]


@dataclass(frozen=True)
class Sequence:
    """One after the other."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class Choice:
    """The first of several that leads to a match."""

    options: tuple[Node, ...]


@dataclass(frozen=True)
class Repeat:
    """At least `least` times, at most `most` times (None for any number), the most first or last.

    Raises `ValueError` where it is more than optional and its item may be empty.
    """

    item: Node
    least: int
    most: int | None
    is_lazy: bool = False

    def __post_init__(self) -> None:
        if self.most is not None and self.most < self.least:
            raise ValueError("the numbers of a repeat are out of order")
        if self.most != 1 and may_be_empty(self.item):
            raise ValueError("what is repeated must not match the empty text")


@dataclass(frozen=True)
class Look:
    """What follows has to match, or must not; none of it is consumed."""

    item: Node
    is_negative: bool


@dataclass(frozen=True)
class Capture:
    """What is reported under a name."""

    name: str
    item: Node


Node: TypeAlias = "OneOf | Sequence | Choice | Repeat | Look | Capture"

END = OneOf(frozenset([256]))
"""What stands after the last byte of a text."""


def text(characters: str) -> Sequence:
    """Return these characters, one after the other."""
    encoded = characters.encode("utf-8", "surrogatepass")
    return Sequence(tuple(OneOf(_in_both_cases(frozenset([one]))) for one in encoded))


def one_of(characters: str) -> OneOf:
    """Return one of these characters."""
    return OneOf(_in_both_cases(frozenset(characters.encode())))


def none_of(characters: str) -> OneOf:
    """Return any byte but these."""
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
    """Return the expression that `source` spells; raise `ValueError` for what it cannot be."""
    parser = _Parser(source)
    node = parser.choice()
    if parser.rest():
        raise ValueError("a ) closes nothing")
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
            raise ValueError("it ends too early")
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
            items.append(self._repeated(self._atom()))
        return Sequence(tuple(items))

    def _repeated(self, item: Node) -> Node:
        found = _QUANTIFIER.match(self._source, self._at)
        if found is None:
            return item
        if isinstance(item, Look):
            raise ValueError("a repeat of nothing that could be repeated")
        self._at = found.end()
        sign, least, comma, most, lazy = found.groups()
        if sign:
            return Repeat(item, int(sign == "+"), 1 if sign == "?" else None, bool(lazy))
        limit = int(most) if most else None if comma else int(least)
        return Repeat(item, int(least), limit, bool(lazy))

    def _atom(self) -> Node:
        if _QUANTIFIER.match(self._source, self._at):
            raise ValueError("a repeat of nothing that could be repeated")
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
        found = self._escaped()
        return text(found) if isinstance(found, str) else OneOf(found)

    def _group(self) -> Node:
        if self._next_is("?:"):
            node = self.choice()
        elif self._next_is("?=") or self._next_is("?!"):
            is_negative = self._source[self._at - 1] == "!"
            node = Look(self.choice(), is_negative)
        else:
            raise ValueError("of groups, only (?:…), (?=…) and (?!…) are supported")
        if not self._next_is(")"):
            raise ValueError("a group is not closed")
        return node

    def _escaped(self) -> str | frozenset[int]:
        """Return what a backslash and the text after it stand for."""
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
            # A hyphen at either end is a character.
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
        return "\b" if self._next_is("b") else self._escaped()


def _bytes(member: str | frozenset[int]) -> frozenset[int]:
    """Return the bytes of a class member; URL paths have only ASCII."""
    if not isinstance(member, str):
        return member
    return frozenset(member.encode()) if member.isascii() else frozenset()


def _range(low: str | frozenset[int], high: str | frozenset[int]) -> frozenset[int]:
    if not isinstance(low, str) or not isinstance(high, str):
        # A class of characters begins no range: then the hyphen is one of the members.
        return _bytes(low) | _bytes("-") | _bytes(high)
    if ord(low) > ord(high):
        raise ValueError("a range of characters is out of order")
    return frozenset(range(min(ord(low), 128), min(ord(high) + 1, 128)))
