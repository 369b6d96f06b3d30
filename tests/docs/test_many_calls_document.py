"""The examples of docs/many-calls.md run against an API that records its calls."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from clerk_core import Clerk
from clerk_core._messages import HttpResponse
from tests.docs.examples import blocks_of_many_calls
from tests.integration.loopback import LoopbackServer, Received, respond_with

CALLS: list[tuple[str, str, object]] = []


def answer(request: Received) -> HttpResponse:
    CALLS.append((request.method, request.target, json.loads(request.content or b"null")))
    is_unknown = request.target.startswith("/v1/users/user_unknown")
    return HttpResponse(404 if is_unknown else 200, [("content-type", "application/json")], b"{}")


def names_of(block: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(block, names)
    return names


def test_examples_make_their_calls(
    clean_environment: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    CALLS.clear()
    waiting, awaiting, fields, request = map(names_of, blocks_of_many_calls())

    with LoopbackServer(respond_with(answer)) as server:
        monkeypatch.setenv("CLERK_API_URL", server.url)
        monkeypatch.setenv("CLERK_SECRET_KEY", "sk_test_1")
        waiting["delete_users"](["user_1", "user_unknown"])
        assert asyncio.run(awaiting["ban_users"](["user_1", "user_unknown"])) == 1
        with Clerk() as clerk:
            fields["create_user"](clerk, "ada@example.com")
            assert request["send_invoice"](clerk, "user_1") == {}

    assert capsys.readouterr().out.splitlines() == [
        "1 of 2, 0 failed",
        "2 of 2, 1 failed",
        "user_unknown unexpected-response",
    ]
    assert CALLS[-2:] == [
        (
            "POST",
            "/v1/users",
            {"email_address": ["ada@example.com"], "locale_of_emails": "fr"},
        ),
        ("POST", "/v1/users/user_1/invoices", {"currency": "eur"}),
    ]
