"""What a remembered result is found by: the headers that it depends on, as the server gives them.

They are compared as they are, also in their order, without reading any of them. It knows no
framework; WSGI has a form of its own, because its headers are in a dictionary.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from clerk_core._authentication.steps.memory import HeaderNames, RecallKey, key_of

_NAMES = HeaderNames.of(str.encode)


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
    return key_of(method, place, headers, _NAMES)
