"""Play the demo's story without a screen, and tell of every step what was seen.

It sees the application from outside only, as a browser does. The first step that does not hold
ends the story.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import httpx

from clerk_core.demo import routes
from clerk_core.demo.browser import Browser
from clerk_core.demo.run import Demo
from clerk_core.local import SeededUser


class StepFailedError(Exception):
    """A step saw something else than it should have."""


def check(start: Callable[[], Demo], tell: Callable[[str], None]) -> bool:
    """Whether every step held. `start` starts the demo anew, on the same data each time."""
    step = "start"
    try:
        for step, seen in _story(start):
            tell(f"ok    {step}: {seen}")
    except (StepFailedError, httpx.HTTPError, ValueError, KeyError) as error:
        tell(f"FAIL  after {step!r}: {error}")
        return False
    return True


def _story(start: Callable[[], Demo]) -> Iterator[tuple[str, str]]:
    with start() as demo, Browser() as browser:
        user = demo.users[0]
        yield from _as_a_stranger(demo, browser)
        yield from _signing_in(demo, browser, user)
        yield from _the_four_examples(demo, browser, user)
        yield from _signing_out(demo, browser)
    with start() as demo, Browser() as browser:
        page = _sign_in(demo, browser, user)
        yield "after a restart the change is there", _contains(page, "Hello, Clerk Cookie")


def _as_a_stranger(demo: Demo, browser: Browser) -> Iterator[tuple[str, str]]:
    page = browser.visit(demo.url)
    yield "a stranger sees the page", _contains(page, "Nobody is signed in")
    for method, path in (
        ("GET", routes.ME),
        ("GET", routes.EXTERNAL),
        ("GET", routes.PROFILE),
        ("POST", routes.RENAME),
    ):
        answer = browser.fetch(method, demo.url + path)
        yield f"{method} {path} signed out", _status(answer, 401)


def _sign_in(demo: Demo, browser: Browser, user: SeededUser) -> httpx.Response:
    form = browser.visit(demo.url + routes.SIGN_IN)
    return browser.submit(form, email_address=user.email_address, password=user.password)


def _signing_in(demo: Demo, browser: Browser, user: SeededUser) -> Iterator[tuple[str, str]]:
    form = browser.visit(demo.url + routes.SIGN_IN)
    yield "sign-in leads to the account portal", _at(form, demo.portal_url)
    wrong = browser.submit(form, email_address=user.email_address, password=user.password + "!")
    yield "a wrong password stays there", _at(wrong, demo.portal_url)
    page = browser.submit(wrong, email_address=user.email_address, password=user.password)
    yield "the right one leads back", _at(page, demo.url)
    yield "without a credential left in the address", _equal(sorted(page.url.params), [])
    yield "the page knows who came", _contains(page, "Signed in")


def _the_four_examples(demo: Demo, browser: Browser, user: SeededUser) -> Iterator[tuple[str, str]]:
    me = browser.fetch("GET", demo.url + routes.ME)
    yield f"GET {routes.ME}", _json(me, {"userId": user.user_id})
    external = browser.fetch("GET", demo.url + routes.EXTERNAL)
    claims = external.json()["claims"]
    _equal((claims["sub"], claims["email"]), (user.user_id, user.email_address))
    yield f"GET {routes.EXTERNAL}", _status(external, 200)
    profile = browser.fetch("GET", demo.url + routes.PROFILE)
    expected = {"id": user.user_id, "emailAddress": user.email_address}
    yield f"GET {routes.PROFILE}", _json(profile, expected)
    renamed = browser.fetch("POST", demo.url + routes.RENAME)
    name = (renamed.json()["first_name"], renamed.json()["last_name"])
    _equal(name, ("Clerk", "Cookie"))
    _equal("private_metadata" in renamed.text, False)
    yield f"POST {routes.RENAME}", _status(renamed, 200)
    yield "the page greets the new name", _contains(browser.visit(demo.url), "Hello, Clerk Cookie")


def _signing_out(demo: Demo, browser: Browser) -> Iterator[tuple[str, str]]:
    form = browser.visit(demo.url + routes.SIGN_OUT)
    page = browser.submit(form)
    yield "signing out leads back", _at(page, demo.url)
    yield "and nobody is signed in", _contains(page, "Nobody is signed in")
    answer = browser.fetch("GET", demo.url + routes.ME)
    yield f"GET {routes.ME} signed out again", _status(answer, 401)


def _equal(seen: object, expected: object) -> str:
    if seen != expected:
        raise StepFailedError(f"expected {expected!r}, saw {seen!r}")
    return repr(seen)


def _status(answer: httpx.Response, expected: int) -> str:
    if answer.status_code != expected:
        raise StepFailedError(
            f"{answer.request.method} {answer.url.path} answered {answer.status_code}, "
            f"not {expected}: {answer.text[:500]}"
        )
    return f"{answer.status_code} {json.dumps(answer.json())}"


def _json(answer: httpx.Response, expected: object) -> str:
    seen = _status(answer, 200)
    _equal(answer.json(), expected)
    return seen


def _contains(page: httpx.Response, text: str) -> str:
    if page.status_code != 200 or text not in page.text:
        raise StepFailedError(f"{page.url.path} ({page.status_code}) does not say {text!r}")
    return f"{page.status_code}, {text!r}"


def _at(page: httpx.Response, url: str) -> str:
    if not str(page.url).startswith(url):
        raise StepFailedError(f"expected a page of {url}, came to {page.url.host}{page.url.path}")
    return f"{page.status_code} at {url}{page.url.path}"
