"""What a remembered result is found by: the headers that it depends on, as the server gives them.

They are compared as they are, also in their order, without reading any of them. It knows no
framework; WSGI has a form of its own, because its headers are in a dictionary.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from clerk_core._authentication.steps.memory import HEADER_USES, HeaderUse, RecallKey


def _names(*uses: HeaderUse) -> frozenset[bytes]:
    return frozenset(name.encode() for name, use in HEADER_USES.items() if use in uses)


_CREDENTIALS = _names(HeaderUse.CREDENTIALS)
_NAVIGATION = _names(HeaderUse.NAVIGATION)
_UPGRADE = _names(HeaderUse.UPGRADE)
_COMPARED = _CREDENTIALS | _UPGRADE | _names(HeaderUse.HOST, HeaderUse.REFERER)


def recall_key(
    method: str, place: Hashable, query: bytes, headers: Sequence[tuple[bytes, bytes]]
) -> RecallKey | None:
    """Return the key of a request; None for one that is never remembered.

    Args:
        method: The method.
        place: The scheme, and whatever else of the URL's origin is not in the headers.
        query: The query, without a question mark.
        headers: The headers, with names in lower case.
    """
    # Clerk's parameters; their names may be percent-encoded.
    if b"__clerk" in query or b"%" in query:
        return None
    found = [pair for pair in headers if pair[0] in _COMPARED]
    has_credentials, referer = False, None
    for name, value in found:
        if name in _CREDENTIALS:
            has_credentials = True
        elif name in _UPGRADE:
            return None
        elif name == b"referer":
            referer = value.decode("latin-1")
    if referer is not None:
        found = [pair for pair in found if pair[0] != b"referer"]
    if not has_credentials:
        found += [(b"", method.encode()), *(p for p in headers if p[0] in _NAVIGATION)]
    return RecallKey((place, *found), referer, has_credentials)
