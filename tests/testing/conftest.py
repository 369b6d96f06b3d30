"""The fixtures of the plugin, but only for this folder: the other tests have no variables set."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from clerk_core import Options
from clerk_core._pytest_plugin import set_environ


@pytest.fixture(scope="module")
def clerk_environ(clerk_options: Options) -> Iterator[dict[str, str]]:
    with set_environ(clerk_options) as variables:
        yield variables
