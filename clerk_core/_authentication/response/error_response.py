"""Build error responses: JSON for API clients, a page for navigating browsers."""

from __future__ import annotations

import json
from collections.abc import Callable

from clerk_core._authentication.request.credentials import Credentials
from clerk_core._authentication.response.refusal_page import refusal_page
from clerk_core._authentication.result.state import HeaderPairs
from clerk_core._messages import Headers, Response
from clerk_core.errors import ConfigurationError

_TITLES = {
    400: "This request is malformed",
    401: "Please sign in",
    403: "You have no access to this page",
    405: "This page cannot be opened like that",
    503: "Please try again soon",
}


class Refusal(Response):
    """The response for a request that is refused.

    Attributes:
        code: The code of the error; empty for the response to a CORS preflight.
        message: What is missing; empty for the response to a CORS preflight.
    """

    __slots__ = ("code", "message")

    code: str
    message: str

    def __init__(
        self,
        status: int,
        headers: HeaderPairs = (),
        content: bytes = b"",
        *,
        code: str = "",
        message: str = "",
    ) -> None:
        super().__init__(status, Headers.of_text(headers), content)
        object.__setattr__(self, "code", code)
        object.__setattr__(self, "message", message)


def error_response(
    credentials: Credentials,
    status: int,
    code: str,
    message: str,
    headers: HeaderPairs = (),
    links: tuple[tuple[str, Callable[[], str]], ...] = (),
    body: object = None,
    sign_out_url: str | None = None,
) -> Refusal:
    """Return an error in the format of Clerk's API, or as a page for a navigating browser.

    Args:
        credentials: The request.
        status: The status of the response.
        code: The code of the error.
        message: What is missing, in a sentence.
        headers: Headers to add.
        links: Links for the page: the text, and a function that returns the URL or raises
            `ConfigurationError` if there is no such page.
        body: JSON to send instead of the format of Clerk's API.
        sign_out_url: Where a form of the page is posted to in order to sign out.
    """
    if credentials.is_navigation:
        title = _TITLES.get(status, _TITLES[403])
        content, policy = refusal_page(status, title, message, _links(links), sign_out_url)
        of_kind: HeaderPairs = (
            ("content-type", "text/html; charset=utf-8"),
            ("content-security-policy", policy),
        )
    else:
        document = {"errors": [{"code": code, "message": message}]} if body is None else body
        content = json.dumps(document).encode()
        of_kind = (("content-type", "application/json"),)
    pairs = (*of_kind, ("cache-control", "no-store"), *headers)
    return Refusal(status, pairs, content, code=code, message=message)


def _links(links: tuple[tuple[str, Callable[[], str]], ...]) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for text, url in links:
        try:
            found.append((text, url()))
        except ConfigurationError:
            # There is no such page.
            continue
    return (*found, ("Go to the home page", "/"))
