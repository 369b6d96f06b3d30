"""A small browser without a screen: keeps cookies, follows redirects, fills forms.

It knows nothing of Clerk; what it is told to visit, it visits as a person's browser would.
"""

from __future__ import annotations

from html.parser import HTMLParser

import httpx

from clerk_core.words.compat import Self

_NAVIGATION = {"accept": "text/html,*/*;q=0.8", "sec-fetch-dest": "document"}
_SCRIPT = {"accept": "*/*", "sec-fetch-dest": "empty"}


class Browser:
    """One visitor. Every page and every script's request goes through `client`'s cookies."""

    def __init__(self, timeout: float = 5.0) -> None:
        self._client = httpx.Client(timeout=timeout, follow_redirects=True, trust_env=False)

    def visit(self, url: str) -> httpx.Response:
        """Open a page, wherever its redirects lead."""
        return self._client.get(url, headers=_NAVIGATION)

    def fetch(self, method: str, url: str) -> httpx.Response:
        """Send the request of a script on a page."""
        return self._client.request(method, url, headers=_SCRIPT)

    def post(self, url: str) -> httpx.Response:
        """Send a form without fields, as the page of the same origin would."""
        origin = str(httpx.URL(url).copy_with(raw_path=b"/")).rstrip("/")
        return self._client.post(url, headers={**_NAVIGATION, "origin": origin})

    def submit(self, page: httpx.Response, **fields: str) -> httpx.Response:
        """Fill the page's first form with these fields, beside its hidden ones, and send it."""
        form = _FirstForm()
        form.feed(page.text)
        target = page.url.join(form.action)
        return self._client.post(target, data={**form.hidden, **fields}, headers=_NAVIGATION)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()


class _FirstForm(HTMLParser):
    """Where the first form of a page goes, and its hidden fields."""

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
