"""`clerk-core verify` explains each check of a token."""

from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Iterator
from typing import Any

import jwt
import pytest

from clerk_core import Clerk
from clerk_core._command_line import main
from clerk_core._doctor.findings import Finding
from clerk_core._doctor.token_report import explain
from clerk_core.testing._instance import Instance
from clerk_core.testing._tokens import other_rsa_key, rsa_key, token


@pytest.fixture(scope="module")
def running() -> Iterator[Instance]:
    with Instance() as instance:
        yield instance


@pytest.fixture
def instance(running: Instance, clean_environment: None) -> Instance:
    running.forget()
    return running


def explained(instance: Instance, encoded: str, **over: object) -> dict[str, Finding]:
    with Clerk(**{**instance.options(), **over}) as clerk:
        return {finding.check: finding for finding in explain(clerk, encoded, time.time())}


def test_valid_token_passes_every_check(instance: Instance) -> None:
    findings = explained(instance, token("user_7"))

    assert {finding.level for finding in findings.values()} == {"ok"}
    assert list(findings) == [
        "form",
        "key",
        "algorithm",
        "signature",
        "subject",
        "authorized-party",
        "issuer",
        "times",
        "session",
    ]
    assert "Subject user_7" in findings["subject"].message


@pytest.mark.parametrize(
    ("claims", "check", "said"),
    [
        ({"key": other_rsa_key()}, "signature", "signature"),
        ({"exp": -90}, "times", "exp 0:01:"),
        ({"nbf": 3600}, "times", "nbf in"),
        ({"azp": "https://evil.example"}, "authorized-party", "https://evil.example"),
        ({"iss": "https://evil.example"}, "issuer", "Accepted issuers"),
        ({"sts": "pending"}, "session", "pending"),
        ({"sub": ""}, "subject", "Subject"),
    ],
    ids=["forged", "expired", "too early", "origin", "issuer", "pending", "subject"],
)
def test_check_that_fails_is_the_last_and_says_what_it_found(
    instance: Instance, claims: dict[str, Any], check: str, said: str
) -> None:
    now = int(time.time())
    times = {name: now + value for name, value in claims.items() if name in ("exp", "nbf")}
    over: dict[str, object] = {}
    if check == "authorized-party":
        over["authorized_parties"] = ["https://shop.example"]
    if check == "issuer":
        over["issuer"] = "https://clerk.shop.example"

    findings = list(explained(instance, token("user_7", **{**claims, **times}), **over).values())

    assert [finding.level for finding in findings[:-1]] == ["ok"] * (len(findings) - 1)
    assert (findings[-1].check, findings[-1].level) == (check, "error")
    assert said in findings[-1].message
    assert findings[-1].hint


def test_key_that_the_instance_does_not_have(instance: Instance) -> None:
    encoded = jwt.encode({"sid": "s"}, rsa_key(), "RS256", {"kid": "ins_other"})
    findings = explained(instance, encoded, jwt_key=None)

    assert findings["key"].level == "error"
    assert "ins_other" in findings["key"].message


def test_machine_token_is_asked_of_clerk(instance: Instance) -> None:
    assert explained(instance, "ak_1")["token"].level == "ok"
    instance.machines["api_keys"] = {}
    assert explained(instance, "ak_wrong")["token"].level == "error"
    assert explained(instance, "nonsense")["token"].level == "error"


def test_command_reads_the_token_from_standard_input(
    instance: Instance, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in instance.options().items():
        monkeypatch.setenv(f"CLERK_{name.upper()}", str(value))
    encoded = token("user_7")
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{encoded}\n"))

    assert main(["verify", "-"]) == 0
    printed = capsys.readouterr().out
    assert "ok      signature: " in printed
    assert encoded not in printed

    assert main(["verify", "--json", "nonsense"]) == 1
    assert json.loads(capsys.readouterr().out)["findings"][0]["check"] == "token"
