"""Path patterns: matching paths, named parameters and invalid patterns.


The table was compared with path-to-regexp 6.3, which `@clerk/backend` uses.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clerk_core._settings.path_patterns import LONGEST_PATH, PathPatterns
from clerk_core._settings.settings import OrganizationSyncOptions
from clerk_core.errors import ConfigurationError
from tests.sample import examples
from tests.support import settings


def match_pattern(pattern: str, path: str) -> dict[str, str] | None:
    found = PathPatterns([pattern]).match(path)
    return None if found is None else dict(found)


@pytest.mark.parametrize(
    ("pattern", "path", "parts"),
    [
        # Text.
        ("/me", "/me", {}),
        ("/me", "/me/", {}),
        ("/me", "/ME", {}),
        ("/me", "/me/x", None),
        ("/me", "/metoo", None),
        ("/me", "x/me", None),
        ("/me/", "/me", None),
        ("/", "/", {}),
        ("/", "", None),
        ("", "", {}),
        ("", "/", {}),
        ("", "/x", None),
        ("/a.b", "/a.b", {}),
        ("/a.b", "/axb", None),
        ("/a|b", "/a", None),
        ("/a{2}", "/a2", {}),
        ("/été", "/été", {}),
        # Segments.
        ("/orgs/:slug", "/orgs/acme", {"slug": "acme"}),
        ("/orgs/:slug", "/orgs/acme/", {"slug": "acme"}),
        ("/orgs/:slug", "/ORGS/Acme", {"slug": "Acme"}),
        ("/orgs/:slug", "/orgs/a%20b", {"slug": "a%20b"}),
        ("/orgs/:slug", "/orgs/", None),
        ("/orgs/:slug", "/orgs", None),
        ("/orgs/:slug", "/orgs/acme/x", None),
        ("/orgs/:slug", "/orgs/a\n", {"slug": "a\n"}),
        ("/:one/:two", "/a/b", {"one": "a", "two": "b"}),
        ("/@:slug", "/@acme", {"slug": "acme"}),
        ("/@:slug", "/acme", None),
        ("/x.:slug", "/x.y", {"slug": "y"}),
        ("/x.:slug", "/x.y.z", None),
        ("/:a-:b", "/x-y", {"a": "x", "b": "y"}),
        ("/:a-:b", "/x-y-z", {"a": "x-y", "b": "z"}),
        ("/:a.:b", "/x.y", {"a": "x", "b": "y"}),
        # Regular expressions.
        ("(.*)", "/anything/at/all", {}),
        ("/me(.*)", "/metoo", {}),
        ("/me/(.*)", "/me/x/y", {}),
        ("/me/(.*)", "/me", None),
        ("/orgs/:slug/(.*)", "/orgs/acme/x/y", {"slug": "acme"}),
        ("/orgs/:slug/(.*)", "/orgs/acme/", {"slug": "acme"}),
        ("/orgs/:slug/(.*)", "/orgs/acme", None),
        ("/orgs/:slug(.*)", "/orgs/acme/x", {"slug": "acme/x"}),
        ("/orgs/:id(org_[a-z0-9]+)", "/orgs/org_1", {"id": "org_1"}),
        ("/orgs/:id(org_[a-z0-9]+)", "/orgs/acme", None),
        ("/orgs/:id(\\d+)", "/orgs/12", {"id": "12"}),
        ("/(a|b)/:slug", "/b/x", {"slug": "x"}),
        ("/(a|b)/:slug", "/c/x", None),
        ("/(x(?:y|z))", "/xz", {}),
        ("/(a\\)b)", "/a)b", {}),
        ("/:a(.*)/:b", "/x/y/z", {"a": "x/y", "b": "z"}),
        ("/:a(.*):b(.)", "/xyz", {"a": "xy", "b": "z"}),
        ("/:slug(a|ab)", "/ab", {"slug": "ab"}),
        ("/:slug(a|b)*/c", "/a/b/c", {"slug": "a/b"}),
        ("/:slug([^A-C]+)", "/bx", None),
        ("/:slug([a-z]{2,3}?):rest(.*)", "/abcd", {"slug": "ab", "rest": "cd"}),
        ("/((?!admin|api).*)", "/users", {}),
        ("/((?!admin|api).*)", "/admin/users", None),
        ("/((?!.*secret).*)", "/a/Secret/b", None),
        ("/((?!me$).*)", "/me", None),
        ("/((?!me$).*)", "/menu", {}),
        ("/:id(\\x61\\u0062\\-)", "/ab-", {"id": "ab-"}),
        # Modifiers.
        ("/:slug?", "/a", {"slug": "a"}),
        ("/:slug?", "/", {}),
        ("/:slug?/x", "/x", {}),
        ("/:slug?/x", "/a/x", {"slug": "a"}),
        ("/a/:slug*", "/a", {}),
        ("/a/:slug*", "/a/b/c", {"slug": "b/c"}),
        ("/a/:slug+", "/a", None),
        ("/a/:slug+", "/a/b", {"slug": "b"}),
        ("/a/:slug+", "/a/b/c/", {"slug": "b/c"}),
        ("/:slug(a)*", "/a/a", {"slug": "a/a"}),
        ("/:slug(a)*", "/a/b", None),
        ("/:slug(.*)?", "/", {}),
        # Groups.
        ("/files{/:slug}?", "/files", {}),
        ("/files{/:slug}?", "/files/a", {"slug": "a"}),
        ("/files{/:slug}+", "/files/a/b", {"slug": "a/b"}),
        ("/files{/:slug}", "/files", None),
        ("/a{-:slug-}x", "/a-b-x", {"slug": "b"}),
        ("/a{b}?c", "/ac", {}),
        ("/a{b}?c", "/abc", {}),
        ("/a{b}+c", "/abbc", {}),
        ("/a{b}*c", "/ac", {}),
        ("/a{b}c", "/ac", None),
        ("/a{(\\d)x}+", "/a1x2x", {}),
        # Escapes.
        ("/a\\:slug", "/a:slug", {}),
        ("/a\\(b", "/a(b", {}),
        ("/a\\?", "/a?", {}),
        ("/\\{a\\}", "/{a}", {}),
    ],
)
def test_path_matches_with_named_parameters(
    pattern: str, path: str, parts: dict[str, str] | None
) -> None:
    assert match_pattern(pattern, path) == parts


def test_first_matching_pattern_names_the_parameters() -> None:
    patterns = PathPatterns(["/orgs/:id(org_.*)", "/orgs/:slug", "/:other(.*)"])
    assert patterns.match("/orgs/org_1") == {"id": "org_1"}
    assert patterns.match("/orgs/acme") == {"slug": "acme"}
    assert patterns.match("/x/y") == {"other": "x/y"}


def test_empty_pattern_list_matches_nothing() -> None:
    for path in ("", "/", "/me"):
        assert PathPatterns([]).match(path) is None


@pytest.mark.parametrize(
    "pattern",
    [
        *("/a+b", "/a*", "/a?", "?", "*", "+", "/a}", "}"),
        *("/{a", "{", "{{a}}", "/{:a:b}", "/{a", "/{a+}", "/{a\\}"),
        *("/:", "/:/x", "/:-", "/::a"),
        *("/()", "/(?x)", "/(?:a|b)", "/(?i)", "/((a))", "/(x(a))"),
        *("/(a", "/(", "/([a)", "/(*)", "/([b-a])", "/(a{2,1})", "/(a\\", "/(x(?i))"),
        *("(a)+", "(a)*", "/{(a)}+", "/-:slug*", "{:slug}+"),
        *("/:a/:a", "/\\"),
        # Two parameters without text between them: the end of the first is ambiguous.
        *("/:a:b", "/:a:b:c", "/:a?:b", ":a:b", "/(a):b", "/{:a}{:b}", "/:a{:b}", "/{a}:b"),
        # Patterns that cannot be matched in linear time.
        *(
            "/((?:a*)*)",
            "/((?:a|b?)+)",
            "/((?=a)*)",
            "/(a(?<=a))",
            "/(a\\1)",
            "/((?:){9999999999})",
        ),
    ],
)
def test_invalid_pattern_raises_configuration_error(pattern: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        PathPatterns(["/fine", pattern])
    assert error.value.code == "path-pattern-invalid"
    assert repr(pattern) in error.value.message
    assert error.value.__cause__ is None


@pytest.mark.parametrize("pattern", ["/(a{99999999999})", "/:slug(a{4294967296})"])
def test_huge_repetition_raises_configuration_error(pattern: str) -> None:
    with pytest.raises(ConfigurationError):
        PathPatterns([pattern])


def test_unusual_characters_in_a_class_are_literal_without_warning() -> None:
    assert match_pattern("/([[a])", "/[") == {}
    assert match_pattern("/([a-c&&b])", "/&") == {}
    assert match_pattern("/([a||b])", "/|") == {}
    assert match_pattern("/([a~~b])", "/~") == {}
    assert match_pattern("/([[:a:]])", "/:]") == {}


def test_deep_nesting_is_parsed_or_rejected() -> None:
    for pattern in (f"/({'(?:' * 5000}a{')' * 5000})", f"/(x{'(?:' * 400}a{')' * 400})"):
        try:
            PathPatterns([pattern])
        except ConfigurationError as error:
            assert error.code == "path-pattern-invalid"  # noqa: PT017


def test_settings_reject_invalid_patterns() -> None:
    for options in (
        {"organization_patterns": ["/orgs/("]},
        {"personal_account_patterns": ["/me+"]},
    ):
        with pytest.raises(ConfigurationError) as error:
            settings(organization_sync_options=options)
        assert error.value.code == "path-pattern-invalid"
    with pytest.raises(ConfigurationError):
        OrganizationSyncOptions(("/orgs/(",))
    with pytest.raises(ConfigurationError):
        OrganizationSyncOptions((), ("/me+",))


PIECES = st.lists(
    st.sampled_from(
        [
            *("/", "a", ".", "-", ":", ":id", ":slug", "(", ")", "(.*)", "(\\d+)", "{", "}"),
            *("?", "*", "+", "\\", "[", "]", "|", "^", "$", "(?:", "(?=", "(?<", "(?P<id>"),
            *("(?#", "{2}", "{9}", "{1,9", "\\p", "\\1", "\n", "é", "\x00", "\ud800", "#"),
        ]
    ),
    max_size=10,
).map("".join)


@examples(500)
@given(PIECES | st.text(max_size=12))
@example("/(a{99999999999})")
@example("/([[a])")
def test_arbitrary_text_is_a_pattern_or_raises_configuration_error(pattern: str) -> None:
    try:
        patterns = PathPatterns([pattern])
    except ConfigurationError as error:
        assert error.code == "path-pattern-invalid"  # noqa: PT017
        return
    for path in ("", "/", "/a", "/a/b-c.d", pattern):
        found = patterns.match(path)
        assert found is None or all(name and value for name, value in found.items())


TEXT = st.text(st.sampled_from("abcXYZ019_-~%@"), min_size=1, max_size=8)


@examples(150)
@given(st.lists(TEXT, max_size=4), TEXT, st.lists(TEXT, min_size=1, max_size=3))
def test_parameter_matches_its_segment(before: list[str], slug: str, after: list[str]) -> None:
    start, end = "".join(f"/{one}" for one in before), "".join(f"/{one}" for one in after)
    assert match_pattern(f"{start}/:slug{end}", f"{start}/{slug}{end}") == {"slug": slug}
    assert match_pattern(f"{start}/:slug/(.*)", f"{start}/{slug}{end}") == {"slug": slug}
    assert match_pattern(f"{start}/:slug{end}", f"{start}{end}") is None


class CountingSteps(list[Any]):
    """Steps of a compiled pattern, which count how often they are read."""

    taken = 0

    def __getitem__(self, at: Any) -> Any:
        self.taken += 1
        return super().__getitem__(at)


def steps_of(pattern: str, path: str) -> tuple[int, int]:
    """Return how many steps matching takes, and how many the pattern has."""
    (compiled,) = PathPatterns([pattern])._compiled
    steps = compiled._steps = CountingSteps(compiled._steps)
    compiled.match(path)
    return steps.taken, len(steps)


@pytest.mark.parametrize(
    ("pattern", "piece", "end"),
    [
        ("/(.*)/x/:slug*", "/x", "?"),
        ("/(.*)/(.*)/(.*)/(.*)/q", "/a", ""),
        ("/((?:a|b|ab)+)+x", "/ab", ""),
        ("/:slug([a-z0-9]+(?:-[a-z0-9]+)*)", "/a-a", "!"),
        ("/((?:[a-z]+-?)+)", "a", "!"),
        ("/:a-:b-:c-:d/x", "-a", ""),
        ("/a/:slug*", "/b", "\n"),
        ("/(.*)/((?=.*z).*)q", "/a", "z"),
        ("/(.*)/((?!.*z).*)q", "/a", ""),
        ("/(.*)/((?!(?:a|/)*z).*)q", "/a", ""),
        ("/orgs/:slug/(.*)", "/orgs/a", ""),
    ],
)
def test_matching_takes_linear_time(pattern: str, piece: str, end: str) -> None:
    for length in (100, LONGEST_PATH):
        path = (piece * length)[: length - len(end)] + end
        taken, size = steps_of(pattern, path)
        # Each step of the pattern is taken at most twice at each position of the path.
        assert taken <= 2 * size * (length + 1)


def test_overlong_path_matches_no_pattern() -> None:
    patterns = PathPatterns(["/orgs/:slug/(.*)"])
    rest = "a" * (LONGEST_PATH - len("/orgs/acme/"))
    assert patterns.match(f"/orgs/acme/{rest}") == {"slug": "acme"}
    assert patterns.match(f"/orgs/acme/{rest}a") is None


def test_error_says_where_text_is_missing() -> None:
    with pytest.raises(ConfigurationError, match="text between two parameters, after :a"):
        PathPatterns(["/:a:b"])
