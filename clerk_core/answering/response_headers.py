"""The headers of a response as a server sends them. Pure: from header pairs to header pairs."""

from __future__ import annotations

from clerk_core.words.messages import HttpResponse


def headers_with_length(response: HttpResponse) -> list[tuple[str, str]]:
    """Return the headers of a response of this library, with the length of its body.

    A 204 has none (RFC 9110, 8.6).
    """
    if response.status == 204:
        return list(response.headers)
    return [*response.headers, ("content-length", str(len(response.content)))]
