"""The application of docs/webhooks.md keeps names current."""

from __future__ import annotations

from typing import Any

import pytest

from clerk_core.testing import webhook
from tests.docs.examples import webhooks

SECRET = "whsec_dGhlIHNlY3JldCBvZiB0aGUgZW5kcG9pbnQ="


def test_application_knows_the_names_of_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLERK_WEBHOOK_SIGNING_SECRET", SECRET)
    names: dict[str, Any] = {"__name__": "receiver"}
    exec(webhooks(), names)
    client = names["app"].test_client()

    def send(event_type: str, forge: bool = False, **data: object) -> int:
        request = webhook(event_type, {"id": "user_7", **data}, secret=SECRET)
        request = request.forged() if forge else request
        url = "/webhooks/clerk"
        response = client.post(url, headers=request.headers, data=request.content)
        status: int = response.status_code
        return status

    assert send("user.created", first_name="Ada", last_name="Lovelace") == 204
    assert names["names"] == {"user_7": "Ada Lovelace"}
    assert send("user.updated", forge=True, first_name="Eve") == 400
    assert send("user.updated", first_name="Ada", last_name="King") == 204
    assert names["names"] == {"user_7": "Ada King"}
    assert send("session.created") == 204
    assert send("user.deleted", deleted=True) == 204
    assert names["names"] == {}
