"""Prove an adapter: the contract that those of this library keep, as tests for pytest.

    from clerk_core.testing import AdapterContract, Site, WsgiSite

    class TestMyAdapter(AdapterContract):
        def make(self, **options) -> Site:
            ...

`clerk_core.testing.site` says which routes the application has. Install it with
`pip install "clerk-core[testing]"`.
"""

from __future__ import annotations

try:
    import pytest
except ModuleNotFoundError as _error:
    if _error.name != "pytest":
        # Something that pytest needs is missing, or a file of that name is in the way.
        raise
    raise ModuleNotFoundError(
        'The contract needs pytest. Install it with: pip install "clerk-core[testing]"',
        name="pytest",
    ) from None

# Before they are imported, so that a failure shows what was compared.
_WITH_ASSERTIONS = ("contract", "clients", "site")
pytest.register_assert_rewrite(*(f"clerk_core.testing.{name}" for name in _WITH_ASSERTIONS))

from clerk_core.testing.clients import AsgiSite, Connected, WsgiSite  # noqa: E402
from clerk_core.testing.contract import AdapterContract, WebSockets  # noqa: E402
from clerk_core.testing.site import Answer, Site  # noqa: E402

__all__ = [
    "AdapterContract",
    "Answer",
    "AsgiSite",
    "Connected",
    "Site",
    "WebSockets",
    "WsgiSite",
]
