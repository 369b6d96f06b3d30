"""Responses of `clerk_core` as those of Django, and Clerk's headers for responses of a project."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from http.cookies import CookieError, Morsel, SimpleCookie
from typing import TypeVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from clerk_core import Response
from clerk_core.adapters import BaseRequestAuth
from clerk_core.django._kept_refusals import headers_of_refusal
from clerk_core.django._requests import is_asked

R = TypeVar("R", bound=HttpResponseBase)
_COOKIE = "set-cookie"
_CREDENTIALS = ("Cookie", "Authorization")


def to_response(response: Response) -> HttpResponse:
    """Return a response of `clerk_core` as one of Django."""
    made = HttpResponse(response.content, status=response.status)
    # Django adds a type to every response, also to a redirect.
    del made.headers["Content-Type"]
    put_headers(made, response.headers)
    return made


def with_headers(response: R, auth: BaseRequestAuth, request: HttpRequest) -> R:
    """Return a copy of a response with Clerk's headers; a view may return one to many visitors."""
    of_refusal, varies = headers_of_refusal(request, response), is_asked(request)
    if not auth.headers and not of_refusal and not varies:
        return response
    # Not `copy()`, which leaves out what a response does not pickle, such as a template's context.
    made = type(response).__new__(type(response))
    vars(made).update(vars(response))
    own = list(response.headers.items())
    made.headers = type(response.headers)({})
    made.cookies = _copied(response.cookies)
    put_headers(made, [*auth.merge_headers(own), *of_refusal])
    if varies:
        # For the caches of Django, which share a response with every visitor otherwise.
        patch_vary_headers(made, _CREDENTIALS)
    return made


def put_headers(response: HttpResponseBase, headers: Iterable[tuple[str, str]]) -> None:
    """Add headers to a response. Values of one name are joined, cookies are kept apart."""
    for name, value in headers:
        if name.lower() == _COOKIE:
            cookie = _SentCookie(value)
            response.cookies[f"clerk {len(response.cookies)}"] = cookie
        elif name in response.headers:
            response.headers[name] = f"{response.headers[name]}, {value}"
        else:
            response.headers[name] = value


def _copied(cookies: SimpleCookie) -> SimpleCookie:
    made = SimpleCookie()
    made.update(cookies)
    return made


class _SentCookie(Morsel[str]):
    """A cookie that is sent as it was made: `Morsel` does not know every attribute and name."""

    def __init__(self, header: str) -> None:
        super().__init__()
        name, _, rest = header.partition("=")
        value = rest.partition(";")[0]
        # Only test clients read them.
        with suppress(CookieError):
            self.set(name, value, value)
        self._header = header

    def OutputString(self, attrs: object = None) -> str:  # noqa: N802
        """Return the value of the header."""
        return self._header
