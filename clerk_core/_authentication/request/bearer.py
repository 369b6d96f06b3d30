"""Recognize a malformed `Authorization: Bearer` header. It knows no kinds of token."""

from __future__ import annotations

import re

from clerk_core._authentication.request.credentials import Credentials

# RFC 6750, 2.1. Schemes are case-insensitive (RFC 9110, 11.1).
_BEARER = re.compile(r"bearer(?![^ \t])", re.IGNORECASE)
_WELL_FORMED = re.compile(r"bearer +[A-Za-z0-9._~+/-]+=*", re.IGNORECASE)


def has_malformed_bearer(credentials: Credentials) -> bool:
    """Return whether the request has the Bearer scheme, but not exactly one token.

    Args:
        credentials: The request. Several header fields are one, joined by commas.
    """
    value = (credentials.request.headers.get("authorization") or "").strip(" \t")
    return _BEARER.match(value) is not None and _WELL_FORMED.fullmatch(value) is None
