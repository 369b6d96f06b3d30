"""The pytest plugin: fixtures with a local Clerk instance, for tests of an application.

pytest loads it wherever the package is installed, so it imports nothing: whoever asks for no
fixture pays for none.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from clerk_core._settings.options import Options
    from clerk_core.testing import ClerkFixture


# So that a failed assertion of the contract of adapters shows the values compared.
pytest.register_assert_rewrite(
    *(f"clerk_core.testing.{name}" for name in ("_contract", "_clients", "_site"))
)


@pytest.fixture(scope="session")
def _clerk_instance() -> Generator[ClerkFixture, None, None]:
    from clerk_core import _clock
    from clerk_core.testing import ClerkFixture

    instance, before = ClerkFixture(), _clock.now
    _clock.now = instance.clock
    yield instance
    _clock.now = before
    instance.close()


@pytest.fixture(scope="session")
def clerk_options(_clerk_instance: ClerkFixture) -> Options:
    """The options of the application under test: `install(app, **clerk_options)`."""
    return _clerk_instance.options()


@pytest.fixture(scope="session")
def clerk_environ(clerk_options: Options) -> Generator[dict[str, str], None, None]:
    """Set the `CLERK_…` environment variables for the application under test, and undo it."""
    with set_environ(clerk_options) as variables:
        yield variables


@contextmanager
def set_environ(options: Options) -> Generator[dict[str, str], None, None]:
    """Set the environment variables of an instance, and no others of Clerk, inside of a block."""
    from clerk_core.testing._webhooks import WEBHOOK_SECRET

    variables = {f"CLERK_{name.upper()}": str(value) for name, value in options.items()}
    variables["CLERK_WEBHOOK_SIGNING_SECRET"] = WEBHOOK_SECRET
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("CLERK_")]:
            patch.delenv(name)
        for name, value in variables.items():
            patch.setenv(name, value)
        yield variables


@pytest.fixture
def clerk_local(_clerk_instance: ClerkFixture) -> ClerkFixture:
    """A local Clerk instance without any data: create users, and sign them in."""
    _clerk_instance.reset()
    return _clerk_instance
