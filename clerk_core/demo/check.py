"""Play the demo's story without a screen, and tell of every step what was seen.

It sees the application from outside only, as a browser does. The first step that does not hold
ends the story.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import httpx

from clerk_core.demo.browser import Browser
from clerk_core.demo.run import Demo
from clerk_core.local import SeededUser

_ENDPOINTS = (
    ("GET", "/api/me"),
    ("GET", "/api/external"),
    ("GET", "/api/profile"),
    ("POST", "/api/rename"),
)


class StepFailedError(Exception):
    """A step saw something else than it should have."""


def check(start: Callable[[], Demo], tell: Callable[[str], None]) -> bool:
    """Return whether every step held. `start` starts the demo anew, on the same data each time."""
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
        _sign_in(demo, browser, user)
        profile = browser.fetch("GET", f"{demo.url}/api/profile")
        yield "after a restart the change is there", _equal(_name(profile), "Clerk Cookie")


def _as_a_stranger(demo: Demo, browser: Browser) -> Iterator[tuple[str, str]]:
    page = browser.visit(demo.url)
    yield "a stranger sees the page", _contains(page, "Sign in")
    for method, path in _ENDPOINTS:
        answer = browser.fetch(method, demo.url + path)
        yield f"{method} {path} signed out", _status(answer, 401)


def _sign_in(demo: Demo, browser: Browser, user: SeededUser) -> httpx.Response:
    form = browser.visit(f"{demo.url}/sign-in")
    return browser.submit(form, email_address=user.email_address, password=user.password)


def _signing_in(demo: Demo, browser: Browser, user: SeededUser) -> Iterator[tuple[str, str]]:
    form = browser.visit(f"{demo.url}/sign-in")
    yield "sign-in leads to the account portal", _at(form, demo.portal_url)
    wrong = browser.submit(form, email_address=user.email_address, password=user.password + "!")
    yield "a wrong password stays there", _at(wrong, demo.portal_url)
    page = browser.submit(wrong, email_address=user.email_address, password=user.password)
    yield "the right one leads back", _at(page, demo.url)
    yield "without a credential left in the address", _equal(sorted(page.url.params), [])


def _the_four_examples(demo: Demo, browser: Browser, user: SeededUser) -> Iterator[tuple[str, str]]:
    me, external, profile, rename = (
        browser.fetch(method, demo.url + path) for method, path in _ENDPOINTS
    )
    yield "GET /api/me", _json(me, {"userId": user.user_id})
    seen = _status(external, 200)
    _equal(external.json()["authorization"][:10], "Bearer eyJ")
    yield "GET /api/external", seen
    seen = _status(profile, 200)
    _equal(profile.json()["user"]["id"], user.user_id)
    yield "GET /api/profile", seen
    seen = _status(rename, 200)
    _equal(_name(rename), "Clerk Cookie")
    _equal("private_metadata" in profile.text + rename.text, False)
    yield "POST /api/rename", seen
    profile = browser.fetch("GET", f"{demo.url}/api/profile")
    yield "the profile has the new name", _equal(_name(profile), "Clerk Cookie")


def _signing_out(demo: Demo, browser: Browser) -> Iterator[tuple[str, str]]:
    page = browser.post(f"{demo.url}/sign-out")
    yield "signing out leads back", _at(page, demo.url)
    answer = browser.fetch("GET", f"{demo.url}/api/me")
    yield "GET /api/me signed out again", _status(answer, 401)


def _name(answer: httpx.Response) -> str:
    user = answer.json()["user"]
    return f"{user['first_name']} {user['last_name']}"


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
