"""docs/command-line.md has every command and every option."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

from clerk_core._command_line import _parser

PAGE = Path(__file__).parents[2] / "docs" / "command-line.md"


def commands(parser: argparse.ArgumentParser) -> Iterator[tuple[str, list[str]]]:
    """Yield each command that has no commands of its own, with its options."""
    below = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
    for action in below:
        for one in action.choices.values():
            yield from commands(one)
    if not below:
        options = [text for one in parser._actions for text in one.option_strings[-1:]]
        yield parser.prog, [text for text in options if text != "--help"]


def test_every_command_and_option_is_documented() -> None:
    text = PAGE.read_text("utf-8")
    sections = dict(re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE))
    documented = {
        name: re.findall(r"^\| `(--[\w-]+)` \|", section, re.MULTILINE)
        for name, section in sections.items()
    }

    assert documented == dict(commands(_parser()))
