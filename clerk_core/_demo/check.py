"""Test the demo over HTTP and report the result of each step.

The first failed step ends the test. It must not know how the application works.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import httpx

from clerk_core._demo.browser import Browser
from clerk_core._demo.run import Demo
from clerk_core.local import SeededUser

_ENDPOINTS = (
    ("GET", "/api/me"),
    ("GET", "/api/external"),
    ("GET", "/api/profile"),
    ("POST", "/api/rename"),
)


class StepFailedError(Exception):
    """A step of the check got an unexpected result."""


def check(start: Callable[[], Demo], report: Callable[[str], None]) -> bool:
    """Run all steps and return whether they passed.

    Args:
        start: Starts the demo. It is called twice and must use the same data file.
        report: Called with one line for each step.
    """
    step = "start"
    try:
        for step, result in _steps(start):
            report(f"ok    {step}: {result}")
    except (StepFailedError, httpx.HTTPError, ValueError, KeyError) as error:
        report(f"FAIL  after {step!r}: {error}")
        return False
    return True


def _steps(start: Callable[[], Demo]) -> Iterator[tuple[str, str]]:
    with start() as demo, Browser() as browser:
        user = demo.users[0]
        yield from _check_signed_out(demo, browser)
        yield from _check_sign_in(demo, browser, user)
        yield from _check_endpoints(demo, browser, user)
        yield from _check_sign_out(demo, browser)
    with start() as demo, Browser() as browser:
        _sign_in(demo, browser, user)
        profile = browser.fetch("GET", f"{demo.url}/api/profile")
        yield "the change persists after a restart", _equal(_name(profile), "Clerk Cookie")


def _check_signed_out(demo: Demo, browser: Browser) -> Iterator[tuple[str, str]]:
    page = browser.visit(demo.url)
    yield "the page shows a sign-in link when signed out", _contains(page, "Sign in")
    for method, path in _ENDPOINTS:
        response = browser.fetch(method, demo.url + path)
        yield f"{method} {path} signed out", _status(response, 401)


def _sign_in(demo: Demo, browser: Browser, user: SeededUser) -> httpx.Response:
    form = browser.visit(f"{demo.url}/sign-in")
    return browser.submit(form, email_address=user.email_address, password=user.password)


def _check_sign_in(demo: Demo, browser: Browser, user: SeededUser) -> Iterator[tuple[str, str]]:
    form = browser.visit(f"{demo.url}/sign-in")
    yield "sign-in redirects to the account portal", _at(form, demo.portal_url)
    wrong = browser.submit(form, email_address=user.email_address, password=user.password + "!")
    yield "a wrong password is rejected", _at(wrong, demo.portal_url)
    page = browser.submit(wrong, email_address=user.email_address, password=user.password)
    yield "the correct password redirects to the application", _at(page, demo.url)
    yield "the URL contains no credentials", _equal(sorted(page.url.params), [])


def _check_endpoints(demo: Demo, browser: Browser, user: SeededUser) -> Iterator[tuple[str, str]]:
    me, external, profile, rename = (
        browser.fetch(method, demo.url + path) for method, path in _ENDPOINTS
    )
    yield "GET /api/me", _json(me, {"userId": user.user_id})
    result = _status(external, 200)
    _equal(external.json()["authorization"][:10], "Bearer eyJ")
    yield "GET /api/external", result
    result = _status(profile, 200)
    _equal(profile.json()["user"]["id"], user.user_id)
    yield "GET /api/profile", result
    result = _status(rename, 200)
    _equal(_name(rename), "Clerk Cookie")
    _equal("private_metadata" in profile.text + rename.text, False)
    yield "POST /api/rename", result
    profile = browser.fetch("GET", f"{demo.url}/api/profile")
    yield "the profile has the new name", _equal(_name(profile), "Clerk Cookie")


def _check_sign_out(demo: Demo, browser: Browser) -> Iterator[tuple[str, str]]:
    page = browser.post(f"{demo.url}/sign-out")
    yield "sign-out redirects to the application", _at(page, demo.url)
    response = browser.fetch("GET", f"{demo.url}/api/me")
    yield "GET /api/me after sign-out", _status(response, 401)


def _name(response: httpx.Response) -> str:
    user = response.json()["user"]
    return f"{user['first_name']} {user['last_name']}"


def _equal(actual: object, expected: object) -> str:
    if actual != expected:
        raise StepFailedError(f"expected {expected!r}, got {actual!r}")
    return repr(actual)


def _status(response: httpx.Response, expected: int) -> str:
    if response.status_code != expected:
        raise StepFailedError(
            f"expected status {expected} from {response.request.method} {response.url.path}, "
            f"got {response.status_code}: {response.text[:500]}"
        )
    return f"{response.status_code} {json.dumps(response.json())}"


def _json(response: httpx.Response, expected: object) -> str:
    result = _status(response, 200)
    _equal(response.json(), expected)
    return result


def _contains(page: httpx.Response, text: str) -> str:
    if page.status_code != 200 or text not in page.text:
        raise StepFailedError(f"{page.url.path} ({page.status_code}) does not contain {text!r}")
    return f"{page.status_code}, {text!r}"


def _at(page: httpx.Response, url: str) -> str:
    if not str(page.url).startswith(url):
        raise StepFailedError(f"expected a page of {url}, got {page.url.host}{page.url.path}")
    return f"{page.status_code} at {url}{page.url.path}"
