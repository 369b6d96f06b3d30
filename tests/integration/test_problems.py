"""Problems that only an operator can fix are logged once a minute, without secrets."""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import httpx
import pytest

from clerk_core import AsyncClerk, Clerk, Request
from clerk_core._integration.installation import AsyncInstallation, Installation
from clerk_core._problems import Problem, ProblemLog
from clerk_core.errors import ClerkAPIError
from clerk_core.testing._tokens import browser_cookies, cookie, token
from tests.integration.certificates import server_context
from tests.integration.loopback import LoopbackServer, respond_with
from tests.support import SECRET_KEY, json_response, public_pem, publishable_key, settings

API = "https://api.clerk.example"
HOST = "api.clerk.example"
SESSION = "sess_never_to_be_shown"
NONCE = "nonce_never_to_be_shown"
REFRESH = "refresh_never_to_be_shown"
OPAQUE = ("ak_never_to_be_shown", "mt_never_to_be_shown", "oat_never_to_be_shown")

Answer = Callable[[httpx.Request], httpx.Response]


def _refused(request: httpx.Request) -> httpx.Response:
    try:
        raise ConnectionRefusedError(111, "Connection refused")
    except ConnectionRefusedError as error:
        raise httpx.ConnectError(SECRET_KEY) from error


def _slow(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout(SECRET_KEY)


FAULTS: dict[str, tuple[Answer, str]] = {
    "connection refused": (_refused, "Connection refused. Check CLERK_API_URL"),
    "timeout": (_slow, "no response within"),
    "other web server": (
        lambda request: httpx.Response(404, html=f"<html>{SECRET_KEY}</html>"),
        "status 404 without JSON. Check that CLERK_API_URL",
    ),
    "HTML for every request": (
        lambda request: httpx.Response(200, html=f"<html>{SECRET_KEY}</html>"),
        "status 200 without JSON. Check that CLERK_API_URL",
    ),
    "503": (lambda request: httpx.Response(503, json={}), "status 503"),
    "429": (lambda request: httpx.Response(429, json={}), "status 429. Too many calls"),
}


def _bearer_request(value: str) -> Request:
    return Request("GET", "http://localhost/", [("authorization", f"Bearer {value}")])


def _page(path: str, cookies: dict[str, str]) -> Request:
    headers = [("sec-fetch-dest", "document"), ("accept", "text/html"), cookie(cookies)]
    return Request("GET", f"http://localhost{path}", headers)


def _calls() -> dict[str, tuple[Request, dict[str, Any], dict[str, Any]]]:
    """Return requests that cause a call, with options of the client and accepted tokens."""
    expired = token(sid=SESSION, exp=int(time.time()) - 60)
    cookies = browser_cookies(expired)
    cookies[f"__refresh_{settings().cookie_suffix}"] = REFRESH
    api_key, m2m, oauth = (_bearer_request(value) for value in OPAQUE)
    return {
        "key set": (_bearer_request(token(sid=SESSION)), {"jwt_key": None}, {}),
        "nonce": (_page(f"/?__clerk_handshake_nonce={NONCE}", {}), {}, {}),
        "refresh": (_page("/", cookies), {}, {}),
        "api key": (api_key, {}, {"accepts_token": "api_key"}),
        "m2m token": (m2m, {}, {"accepts_token": "m2m_token"}),
        "oauth token": (oauth, {}, {"accepts_token": "oauth_token"}),
    }


CALLS = list(_calls())


def _options(**over: Any) -> dict[str, Any]:
    return {
        "publishable_key": publishable_key(),
        "secret_key": SECRET_KEY,
        "jwt_key": public_pem(),
        "api_url": API,
        **over,
    }


class Runner:
    """Create clients of one kind and run their calls."""

    def __init__(self, kind: type[Clerk | AsyncClerk]) -> None:
        self.kind = kind
        self.loop = asyncio.new_event_loop()

    def make(self, answer: Answer | None = None, **over: Any) -> Any:
        transport: Any = httpx.MockTransport(answer) if answer else None
        return self.kind(transport=transport, **_options(**over))

    def run(self, call: Callable[[], Any]) -> Any:
        async def awaited() -> Any:
            return await call()

        return call() if self.kind is Clerk else self.loop.run_until_complete(awaited())


@pytest.fixture(params=[Clerk, AsyncClerk])
def runner(request: pytest.FixtureRequest) -> Iterator[Runner]:
    made = Runner(request.param)
    yield made
    made.loop.close()


def _reveals_no_secret(text: str) -> bool:
    secrets = (SECRET_KEY, SESSION, NONCE, REFRESH, *OPAQUE)
    return not any(secret in text for secret in secrets)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("fault", FAULTS)
def test_unusable_api_is_logged_with_reason_and_host(
    runner: Runner, call: str, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer, reason = FAULTS[fault]
    request, over, accepting = _calls()[call]
    clerk = runner.make(answer, **over)

    state = runner.run(lambda: clerk.authenticate(request, **accepting))

    assert not state.is_authenticated
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("clerk_core", logging.WARNING)
    assert HOST in caplog.text
    assert reason in caplog.text
    assert _reveals_no_secret(caplog.text)


@pytest.mark.parametrize("call", CALLS)
def test_invalid_secret_key_is_logged_for_every_call(
    runner: Runner, call: str, caplog: pytest.LogCaptureFixture
) -> None:
    unknown = {"errors": [{"code": "clerk_key_invalid"}]}
    request, over, accepting = _calls()[call]
    clerk = runner.make(lambda request: httpx.Response(401, json=unknown), **over)

    runner.run(lambda: clerk.authenticate(request, **accepting))

    (record,) = caplog.records
    assert "Copy CLERK_SECRET_KEY" in record.getMessage()
    assert _reveals_no_secret(caplog.text)


@pytest.mark.parametrize("document", [{}, {"keys": []}, {"hello": "world"}, []])
def test_key_set_without_keys_is_logged(
    runner: Runner, document: object, caplog: pytest.LogCaptureFixture
) -> None:
    clerk = runner.make(lambda request: httpx.Response(200, json=document), jwt_key=None)

    runner.run(lambda: clerk.authenticate(_bearer_request(token())))

    (record,) = caplog.records
    assert HOST in record.getMessage()
    assert "jwk-remote-failed-to-load. Check CLERK_API_URL" in record.getMessage()


@pytest.mark.parametrize(
    ("call", "answer"),
    [
        ("nonce", httpx.Response(404, json={"errors": [{"code": "resource_not_found"}]})),
        ("nonce", httpx.Response(200, json={"directives": []})),
        ("refresh", httpx.Response(401, json={"errors": [{"code": "session_not_found"}]})),
        ("api key", httpx.Response(404, json={"errors": [{"code": "resource_not_found"}]})),
        ("m2m token", httpx.Response(404, json={"errors": []})),
    ],
)
def test_invalid_credentials_of_visitors_are_not_logged(
    runner: Runner, call: str, answer: httpx.Response, caplog: pytest.LogCaptureFixture
) -> None:
    request, over, accepting = _calls()[call]
    clerk = runner.make(lambda request: answer, **over)

    runner.run(lambda: clerk.authenticate(request, **accepting))

    assert caplog.records == []


def test_failures_are_logged_once_a_minute(
    runner: Runner, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = runner.make(_refused, jwt_key=None)
    started = time.time()

    for seconds, warnings in ((0, 1), (30, 1), (61, 2)):
        monkeypatch.setattr("clerk_core._problems.time.time", lambda at=started + seconds: at)
        for request, _, accepting in _calls().values():
            runner.run(partial(clerk.authenticate, request, **accepting))
        assert len(caplog.records) == warnings


@pytest.mark.parametrize("make", [Installation, AsyncInstallation])
def test_clients_of_an_installation_share_one_warning_a_minute(
    make: Any, caplog: pytest.LogCaptureFixture
) -> None:
    secrets = iter(f"sk_test_{number:040}" for number in range(10))
    installed = make(
        **_options(jwt_key=None),
        transport=httpx.MockTransport(_refused),
        options_for=lambda request: {
            "publishable_key": publishable_key(),
            "secret_key": next(secrets),
        },
    )

    async def visit() -> None:
        await installed.request_auth(_bearer_request(token()))

    for _ in range(5):
        if make is Installation:
            assert not installed.request_auth(_bearer_request(token())).state.is_authenticated
        else:
            asyncio.run(visit())
    assert len(caplog.records) == 1


def test_different_problems_are_logged_separately(caplog: pytest.LogCaptureFixture) -> None:
    problems = ProblemLog()

    for _ in range(3):
        for problem in Problem:
            problems.warn(problem, problem.value)

    assert caplog.messages == [problem.value for problem in Problem]


def test_failed_api_call_of_the_application_is_logged(
    runner: Runner, caplog: pytest.LogCaptureFixture
) -> None:
    clerk = runner.make(lambda request: httpx.Response(503, json={}), retries=0)

    with pytest.raises(ClerkAPIError):
        runner.run(lambda: clerk.users.get("user_1"))

    assert f"No usable response from Clerk's API at {API}" in caplog.text
    assert "user_1" not in caplog.text


def test_successful_retry_is_not_logged(runner: Runner, caplog: pytest.LogCaptureFixture) -> None:
    answers = [httpx.Response(503, json={}), httpx.Response(200, json={"id": "user_1"})]
    clerk = runner.make(lambda request: answers.pop(0))

    assert runner.run(lambda: clerk.users.get("user_1")).id == "user_1"
    assert caplog.records == []


def test_missing_local_server_is_named(runner: Runner, caplog: pytest.LogCaptureFixture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    clerk = runner.make(api_url=url, jwt_key=None)

    runner.run(lambda: clerk.authenticate(_bearer_request(token())))
    runner.run(clerk.close)

    assert f"No usable response from Clerk's API at {url}" in caplog.text
    assert "Connection refused. Check CLERK_API_URL, and that this server is running" in caplog.text


def test_untrusted_certificate_is_logged(runner: Runner, caplog: pytest.LogCaptureFixture) -> None:
    answering = respond_with(lambda _: json_response({}))
    with LoopbackServer(answering, tls=server_context()) as server:
        clerk = runner.make(api_url=server.url, jwt_key=None)
        runner.run(lambda: clerk.authenticate(_bearer_request(token())))
        runner.run(clerk.close)
        url = server.url

    assert url in caplog.text
    assert "certificate is not trusted" in caplog.text
    assert "SSL_CERT_FILE" in caplog.text
