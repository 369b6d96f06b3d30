"""Implement a minimal browser that stores cookies, follows redirects and submits forms.

It must not know Clerk. It has no JavaScript.
"""

from __future__ import annotations

from html.parser import HTMLParser

import httpx

from clerk_core._compat import Self

_NAVIGATION = {"accept": "text/html,*/*;q=0.8", "sec-fetch-dest": "document"}
_SCRIPT = {"accept": "*/*", "sec-fetch-dest": "empty"}


class Browser:
    """A browser with its own cookies; a context manager.

    Args:
        timeout: The timeout of each request, in seconds.
    """

    def __init__(self, timeout: float = 5.0) -> None:
        self._client = httpx.Client(timeout=timeout, follow_redirects=True, trust_env=False)

    def visit(self, url: str) -> httpx.Response:
        """Open a page, follow redirects and return the final response."""
        return self._client.get(url, headers=_NAVIGATION)

    def fetch(self, method: str, url: str) -> httpx.Response:
        """Send a request like a script on a page, and return the response."""
        return self._client.request(method, url, headers=_SCRIPT)

    def post(self, url: str) -> httpx.Response:
        """Submit a form without fields from the same origin, and return the response."""
        origin = str(httpx.URL(url).copy_with(raw_path=b"/")).rstrip("/")
        return self._client.post(url, headers={**_NAVIGATION, "origin": origin})

    def submit(self, page: httpx.Response, **fields: str) -> httpx.Response:
        """Submit the first form of a page, and return the response.

        Args:
            page: The page.
            fields: The values of fields; hidden fields keep their values.
        """
        form = _FirstForm()
        form.feed(page.text)
        target = page.url.join(form.action)
        return self._client.post(target, data={**form.hidden, **fields}, headers=_NAVIGATION)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()


class _FirstForm(HTMLParser):
    """The action and the hidden fields of the first form of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.hidden: dict[str, str] = {}
        self._forms = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._forms += 1
            if self._forms == 1:
                self.action = attributes.get("action", "")
        elif tag == "input" and self._forms == 1 and attributes.get("type") == "hidden":
            self.hidden[attributes.get("name", "")] = attributes.get("value", "")
