"""Recognize the hosts of Clerk that belong to an instance."""

from __future__ import annotations

import re

from ada_url import URL

from clerk_core._authentication.request.public_url import parse_url

# Suffixes of development account portals; the last one is of older instances.
_DEVELOPMENT = (".accounts.dev", ".accountsstage.dev", ".accounts.lclclerk.com")
_LEGACY_DEVELOPMENT = (".lcl.dev", ".lclstage.dev", ".lclclerk.com")


def account_portal(frontend_api: str) -> str:
    """Return the base URL of the account portal of a Frontend API's host."""
    host = frontend_api.replace("clerk.accountsstage.", "accountsstage.", 1)
    return "https://" + re.sub(r"clerk\.accounts\.|clerk\.", "accounts.", host, count=1)


def is_clerk_page(page: URL, frontend_api: URL, is_development: bool) -> bool:
    """Return whether a page belongs to the Frontend API or its account portal.

    Anybody can create a development portal, so they are trusted by development instances only.
    """
    host = page.hostname
    if host == frontend_api.hostname or (is_development and _is_development_portal(host)):
        return True
    portal = parse_url(account_portal(frontend_api.host))
    return portal is not None and page.origin == portal.origin


def _is_development_portal(host: str) -> bool:
    if host.startswith("accounts.") and host.endswith(_LEGACY_DEVELOPMENT):
        return True
    ends_as_api = host.endswith(tuple(f".clerk{suffix}" for suffix in _DEVELOPMENT))
    return host.endswith(_DEVELOPMENT) and not ends_as_api
