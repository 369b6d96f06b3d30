"""Hosts that belong to Clerk, and hosts that only look alike."""

from __future__ import annotations

import pytest
from ada_url import URL

from clerk_core._authentication.request.clerk_hosts import account_portal, is_clerk_page


@pytest.mark.parametrize(
    ("frontend_api", "portal"),
    [
        ("happy-hippo-1.clerk.accounts.dev", "https://happy-hippo-1.accounts.dev"),
        ("happy-hippo-1.clerk.accountsstage.dev", "https://happy-hippo-1.accountsstage.dev"),
        ("clerk.happy.hippo-1.lcl.dev", "https://accounts.happy.hippo-1.lcl.dev"),
        ("clerk.example.com", "https://accounts.example.com"),
        ("clerk.clerk.example.com", "https://accounts.clerk.example.com"),
        ("auth.example.com", "https://auth.example.com"),
    ],
)
def test_account_portal_of_a_frontend_api(frontend_api: str, portal: str) -> None:
    assert account_portal(frontend_api) == portal


DEV = URL("https://happy-hippo-1.clerk.accounts.dev")
LIVE = URL("https://clerk.example.com")


@pytest.mark.parametrize(
    ("page", "in_development", "in_production"),
    [
        # The instance's own hosts.
        (f"{DEV.origin}/x", True, False),
        (f"{LIVE.origin}/x", True, True),
        ("http://clerk.example.com:8080/", True, True),
        ("https://accounts.example.com/sign-in", True, True),
        ("http://accounts.example.com/", False, False),
        ("https://accounts.example.com:8443/", False, False),
        # Account portals of other instances.
        ("https://other-9.accounts.dev/", True, False),
        ("https://other-9.accountsstage.dev/", True, False),
        ("https://other-9.accounts.lclclerk.com/", True, False),
        ("https://accounts.x.lcl.dev/", True, False),
        ("https://accounts.x.lclstage.dev/", True, False),
        ("https://accounts.x.lclclerk.com/", True, False),
        # Frontend APIs of others, and hosts that look alike.
        ("https://other-9.clerk.accounts.dev/", False, False),
        ("https://other-9.clerk.accountsstage.dev/", False, False),
        ("https://accounts.dev/", False, False),
        ("https://evilaccounts.dev/", False, False),
        ("https://x.accounts.dev.evil.example/", False, False),
        ("https://x.lcl.dev/", False, False),
        ("https://accounts.evil.example/", False, False),
        ("https://clerk.example.com.evil.example/", False, False),
        ("https://clerk.example.com@evil.example/", False, False),
        ("https://evil.example/clerk.example.com", False, False),
        ("about:blank", False, False),
    ],
)
def test_clerk_pages_are_recognised_by_host(
    page: str, in_development: bool, in_production: bool
) -> None:
    assert is_clerk_page(URL(page), LIVE, is_development=False) is in_production
    is_ours = is_clerk_page(URL(page), DEV, is_development=True) or is_clerk_page(
        URL(page), LIVE, is_development=True
    )
    assert is_ours is in_development
