"""The regular expressions of path patterns match and capture as `re` does."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import settings as bounded
from hypothesis import strategies as st

from clerk_core._settings.regex import Regex
from clerk_core._settings.regex_syntax import Capture, Choice, Sequence, parse

ATOMS = st.sampled_from(
    [
        *(
            "a",
            "b",
            "/",
            ".",
            "\\w",
            "\\d",
            "\\D",
            "\\S",
            "[ab]",
            "[^a/]",
            "[a-c]",
            "[b-]",
            "\\.",
            "$",
        ),
        *("\\x61", "\\-", "[\\d/]", "[.]", "[^\\w]"),
    ]
)
QUANTIFIERS = st.sampled_from(["", "", "?", "*", "+", "??", "*?", "+?", "{2}", "{1,2}", "{0,2}?"])


def _repeated(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(inner, QUANTIFIERS).map(lambda both: f"(?:{both[0]}){both[1]}")


SOURCES = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        _repeated(inner),
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda all_: f"(?:{'|'.join(all_)})"),
        inner.map(lambda one: f"(?={one})"),
        inner.map(lambda one: f"(?!{one})"),
    ),
    max_leaves=6,
)
TEXTS = st.text(st.sampled_from("abAc1/.-"), max_size=7)


@bounded(max_examples=800, deadline=None)
@given(SOURCES, SOURCES, TEXTS)
def test_captures_equal_those_of_re(first: str, second: str, text: str) -> None:
    try:
        parts = (Capture("first", parse(first)), Capture("second", parse(second)))
        regex = Regex(Sequence(parts))
    except ValueError:
        # Unsupported expressions are rejected when they are parsed.
        return
    # Python's `$` matches before a line feed, too; there is none in these texts.
    expected = re.compile(f"(?P<first>{first})(?P<second>{second})", re.IGNORECASE).fullmatch(text)
    assert regex.match(text) == (expected and expected.groupdict())


def test_unused_capture_is_not_reported() -> None:
    regex = Regex(Choice((Capture("one", parse("a")), Capture("other", parse("b")))))
    assert regex.match("a") == {"one": "a"}
    assert regex.match("b") == {"other": "b"}
    assert regex.match("c") is None


def test_too_large_expression_is_rejected() -> None:
    assert Regex(parse("a{900}")).match("a" * 900) == {}
    for source in ("a{2000}", "(?:a{100}){100}", "(?:a{100}){100}?", "a{4294967296}"):
        with pytest.raises(ValueError, match="too large"):
            Regex(parse(source))


@pytest.mark.parametrize(
    "source",
    [
        "a)",
        "(a",
        "[a",
        "*",
        "a**",
        "{2}",
        "(?<a>b)",
        "(?<=a)b",
        "\\1",
        "\\k",
        "\\b",
        "^a",
        "a\\",
        "[b-a]",
    ],
)
def test_unsupported_expression_is_rejected_with_a_reason(source: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse(source)
