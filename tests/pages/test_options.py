"""Components and options are those that the types of clerk-js declare."""

from __future__ import annotations

import re

import pytest

from clerk_core.pages import _options as options
from tests.pages.site import PACKAGES
from tests.pages.test_components import COMPONENTS

TYPES = PACKAGES / "@clerk" / "shared" / "dist" / "types"
KINDS = {
    name: kind
    for name, kind in vars(options).items()
    if name.endswith("Options") and hasattr(kind, "__total__")
}

pytestmark = pytest.mark.skipif(
    not TYPES.exists(),
    reason="Clerk's packages are not installed (npm install --prefix tests/conformance)",
)


def declared(name: str) -> bool:
    """Return whether a property of this name is declared."""
    files = (TYPES / f"{file}.d.ts" for file in ("clerk", "redirects", "factors", "multiDomain"))
    return any(re.search(rf"\b{name}\??: ", file.read_text("utf-8")) for file in files)


@pytest.mark.parametrize("name", KINDS)
def test_options_are_declared(name: str) -> None:
    given = dict.fromkeys(KINDS[name].__annotations__, "")

    names = options.check_options("test", given, KINDS[name])

    assert [name for name in names if not declared(name)] == []


def test_all_components_are_declared_and_none_is_missing() -> None:
    types = (TYPES / "clerk.d.ts").read_text("utf-8")

    # OAuthConsent is for instances that are an identity provider, with a page of their own.
    assert {*re.findall(r"\bmount(\w+): ", types)} - {"OAuthConsent"} == {*COMPONENTS.values()}
