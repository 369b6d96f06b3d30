"""Headers of refusals for responses that a library makes in its own format."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from clerk_core.adapters import Refusal

_ATTRIBUTE = "_clerk_refusal"
_CHALLENGE = "www-authenticate"
_HEADERS = (_CHALLENGE, "retry-after")
_UNAUTHORIZED = 401


def keep_refusal(request: HttpRequest, refused: Refusal) -> None:
    """Keep the refusal of a request, whose headers a response of the same status gets."""
    setattr(request, _ATTRIBUTE, refused)


def challenge_of(request: HttpRequest) -> str:
    """Return the value of `WWW-Authenticate` for a request that is refused with 401."""
    refused: Refusal | None = getattr(request, _ATTRIBUTE, None)
    return (refused and refused.headers.get(_CHALLENGE)) or "Bearer"


def headers_of_refusal(request: HttpRequest, response: HttpResponseBase) -> list[tuple[str, str]]:
    """Return the headers that the kept refusal adds to a response."""
    refused: Refusal | None = getattr(request, _ATTRIBUTE, None)
    added: list[tuple[str, str]] = []
    if refused is not None and response.status_code == _UNAUTHORIZED:
        # Also in place of a redirect to sign in.
        added = [(_CHALLENGE, challenge_of(request))]
    elif refused is not None and response.status_code == refused.status:
        added = [pair for pair in refused.headers if pair[0] in _HEADERS]
    return [(name, value) for name, value in added if name not in response.headers]
