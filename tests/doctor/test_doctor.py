"""`clerk-core doctor` finds what is wrong with a set-up: each finding has a broken one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import pytest
from flask import Flask

from clerk_core import Clerk, WsgiMiddleware
from clerk_core._command_line import main
from clerk_core._doctor import probe
from clerk_core._doctor.findings import Fetched, Finding, check_clock
from clerk_core._doctor.probe import examine
from clerk_core.local import LocalClerk, LocalServer
from clerk_core.local._loopback import LoopbackServer
from clerk_core.testing._tokens import public_pem, publishable_key

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

NOWHERE = "http://127.0.0.1:9"
Examine = Callable[..., dict[str, Finding]]


@pytest.fixture(scope="module")
def local() -> Iterator[LocalClerk]:
    with LocalClerk() as local, LocalServer(local):
        yield local


@pytest.fixture
def variables(local: LocalClerk, clean_environment: None) -> dict[str, str]:
    options = {**local.options(), "authorized_parties": None}
    return {f"CLERK_{name.upper()}": str(value) for name, value in options.items() if value}


@pytest.fixture
def found(variables: dict[str, str]) -> Examine:
    """Return a function that examines the set-up with other variables."""

    def examined(url: str | None = None, **over: str) -> dict[str, Finding]:
        environ = {name: value for name, value in {**variables, **over}.items() if value}
        return {finding.check: finding for finding in examine(environ, url)}

    return examined


def responding(
    status: str = "200 OK", content: bytes = b'{"keys": [{"kid": "key_1"}]}', **headers: str
) -> WSGIApplication:
    pairs = [(name.replace("_", "-"), value) for name, value in headers.items()]

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response(status, pairs)
        return [content]

    return app


def test_set_up_that_works_has_no_error(found: Examine) -> None:
    findings = found()

    assert {name: finding.level for name, finding in findings.items()} == {
        "publishable-key": "ok",
        "authorized-parties": "warning",
        "backend-api": "ok",
        "clock": "ok",
        "instance": "ok",
    }


def test_missing_keys(found: Examine) -> None:
    assert found(CLERK_SECRET_KEY="", CLERK_PUBLISHABLE_KEY="")["settings"].level == "error"
    without_secret = found(CLERK_SECRET_KEY="", CLERK_JWT_KEY="")
    assert without_secret["settings"].level == "error"


def test_missing_publishable_key(found: Examine) -> None:
    finding = found(CLERK_PUBLISHABLE_KEY="")["publishable-key"]

    assert finding.level == "error"
    assert "CLERK_PUBLISHABLE_KEY" in finding.hint


def test_missing_secret_key_where_tokens_can_be_verified(found: Examine) -> None:
    finding = found(CLERK_SECRET_KEY="", CLERK_JWT_KEY=public_pem())["secret-key"]

    assert (finding.level, "CLERK_SECRET_KEY" in finding.hint) == ("error", True)


def test_swapped_keys(found: Examine, variables: dict[str, str]) -> None:
    swapped = found(
        CLERK_SECRET_KEY=variables["CLERK_PUBLISHABLE_KEY"],
        CLERK_PUBLISHABLE_KEY=variables["CLERK_SECRET_KEY"],
    )

    assert swapped["settings"].level == "error"


def test_secret_key_that_clerk_does_not_know(found: Examine) -> None:
    with LoopbackServer(responding("401 Unauthorized")) as server:
        finding = found(CLERK_API_URL=server.url)["secret-key"]

    assert finding.level == "error"
    assert "rotated" in finding.hint


def test_backend_api_that_cannot_be_reached(found: Examine) -> None:
    finding = found(CLERK_API_URL=NOWHERE)["backend-api"]

    assert (finding.level, NOWHERE in finding.message) == ("error", True)


def test_server_that_is_not_the_backend_api(found: Examine) -> None:
    for content in (b"<html>", b"[]", b'{"keys": []}', b'{"keys": 7}'):
        with LoopbackServer(responding(content=content)) as server:
            assert found(CLERK_API_URL=server.url)["backend-api"].level == "error"


@pytest.mark.parametrize(("distance", "where"), [(600, "behind"), (-600, "ahead of")])
def test_clock_that_is_wrong(distance: int, where: str) -> None:
    fetched = Fetched(200, {}, {}, seconds=1e9, server_seconds=1e9 + distance)

    (finding,) = check_clock(fetched)

    assert finding.level == "error"
    assert f"600 seconds {where} Clerk's" in finding.message


@pytest.mark.parametrize(("kid", "level"), [("key_1", "ok"), ("key_2", "error")])
def test_keys_of_two_instances(found: Examine, kid: str, level: str) -> None:
    key_set = json.dumps({"keys": [{"kid": kid}]}).encode()
    with (
        LoopbackServer(responding()) as backend,
        LoopbackServer(responding(content=key_set)) as frontend,
    ):
        findings = found(CLERK_API_URL=backend.url, CLERK_FAPI_URL=frontend.url)

    assert findings["instance"].level == level


def test_proxy_variable_that_cannot_work(found: Examine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "ftp://127.0.0.1:1")

    assert found()["network"].level == "error"


def test_malformed_webhook_secret(found: Examine) -> None:
    finding = found(CLERK_WEBHOOK_SIGNING_SECRET="my secret")["webhook-secret"]

    assert finding.level == "error"
    assert "my secret" not in finding.message + finding.hint


# With the URL of an application


def application(local: LocalClerk, **environ: str) -> WSGIApplication:
    app = WsgiMiddleware(Flask("app"), **local.options())

    def with_environ(given: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return app({**given, **environ}, start_response)

    return with_environ


def test_application_that_knows_its_url(found: Examine, local: LocalClerk) -> None:
    with LoopbackServer(application(local)) as server:
        findings = found(server.url)

    assert findings["application"].level == "ok"
    assert "dev-browser-missing" in findings["application"].message
    assert findings["forwarded-headers"].level == "ok"


def test_application_behind_a_proxy_that_forwards_no_headers(
    found: Examine, local: LocalClerk
) -> None:
    with LoopbackServer(application(local, HTTP_HOST="internal:8000")) as server:
        finding = found(server.url)["forwarded-headers"]

    assert finding.level == "error"
    assert "http://internal:8000" in finding.message
    assert "X-Forwarded-Proto" in finding.hint


def test_application_without_clerk(found: Examine) -> None:
    with LoopbackServer(responding("404 Not Found")) as server:
        assert found(server.url)["application"].level == "warning"


def test_application_that_cannot_be_reached(found: Examine) -> None:
    for url in (NOWHERE, "no url"):
        assert found(url)["application"].level == "error"


def test_production_instance_without_https(found: Examine, monkeypatch: pytest.MonkeyPatch) -> None:
    fetched = Fetched(200, {"x-clerk-auth-reason": "session-token-missing"}, {})
    monkeypatch.setattr(probe, "fetch", lambda url, headers=None: fetched)
    live = publishable_key("clerk.shop.example", "live")

    findings = found("http://shop.example", CLERK_PUBLISHABLE_KEY=live)

    assert findings["cookies"].level == "error"


# The command


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    status = main(list(arguments))
    return status, capsys.readouterr().out


def test_command_prints_what_to_do_and_fails_if_something_is_wrong(
    variables: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    status, printed = run(capsys, "doctor")
    assert status == 0
    assert "ok      backend-api: " in printed

    monkeypatch.setenv("CLERK_API_URL", NOWHERE)
    status, printed = run(capsys, "doctor")
    assert status == 1
    assert "ERROR   backend-api: " in printed
    assert variables["CLERK_SECRET_KEY"] not in printed


def test_command_prints_json_for_machines(
    clean_environment: None, capsys: pytest.CaptureFixture[str]
) -> None:
    status, printed = run(capsys, "doctor", "--json")

    (finding,) = json.loads(printed)["findings"]
    assert status == 1
    assert finding["check"] == "settings"
    assert set(finding) == {"check", "level", "message", "hint"}


def test_variables_are_shown_without_secrets(
    variables: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    secrets = {"CLERK_WEBHOOK_SIGNING_SECRET": "whsec_abc", "CLERK_MACHINE_SECRET_KEY": "plain"}
    for name, value in {**variables, **secrets}.items():
        monkeypatch.setenv(name, value)

    status, printed = run(capsys, "env")
    assert status == 0
    for name in ("CLERK_SECRET_KEY", *secrets):
        secret = {**variables, **secrets}[name]
        assert secret not in printed
        assert secret[-3:] not in printed.partition(name)[2].partition("\n")[0]
    assert variables["CLERK_PUBLISHABLE_KEY"] in printed

    document = json.loads(run(capsys, "env", "--json")[1])
    assert document["CLERK_SECRET_KEY"].startswith("sk_test_… (")
    assert document["CLERK_DOMAIN"] is None


def test_client_can_be_made_from_the_same_variables(variables: dict[str, str]) -> None:
    # Otherwise a set-up that works would not be one.
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        with Clerk() as clerk:
            assert len(clerk.jwks.get().keys or []) >= 1
