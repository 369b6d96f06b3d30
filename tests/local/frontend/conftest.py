from __future__ import annotations

import pytest

from clerk_core.local import LocalClerk, SeededUser
from tests.local.frontend.clerk_js import ClerkJs
from tests.local.local_helpers import Backend


@pytest.fixture
def js(local: LocalClerk) -> ClerkJs:
    """Return a browser in which clerk-js is loaded and nobody is signed in."""
    return ClerkJs(local).load()


@pytest.fixture
def signed_in(js: ClerkJs, ada: SeededUser) -> ClerkJs:
    """Return a browser in which Ada is signed in."""
    js.sign_in(ada)
    return js


@pytest.fixture
def engines(ada: SeededUser) -> str:
    """Return the path of the organization of Ada, an admin, and Grace, a member."""
    return f"/v1/organizations/{ada.organization_id}"


@pytest.fixture
def alan(backend: Backend) -> SeededUser:
    """Create a user who is a member of no organization."""
    user = backend.read(
        "POST",
        "/v1/users",
        {"email_address": ["alan@example.com"], "password": "alan-breaks-codes"},
    )
    return SeededUser(user["id"], "Alan", "alan@example.com", "alan-breaks-codes", "", "")
