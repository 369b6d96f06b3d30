from __future__ import annotations

import pytest

from clerk_core.local import LocalClerk
from tests.local.frontend.clerk_js import ClerkJs


@pytest.fixture
def js(local: LocalClerk) -> ClerkJs:
    """Return a browser in which clerk-js is loaded and nobody is signed in."""
    return ClerkJs(local).load()
