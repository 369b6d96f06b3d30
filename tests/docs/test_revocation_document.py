"""The application of docs/revocation.md refuses a session that ended."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from clerk_core import Clerk
from clerk_core._webhooks import sign_webhook
from clerk_core.local import LocalClerk, LocalServer
from tests.caching.redis_server import redis_server
from tests.docs.examples import revocation, run

SECRET = "whsec_dGhlIHNlY3JldCBvZiB0aGUgZW5kcG9pbnQ="


def test_application_refuses_a_session_that_ended(
    clean_environment: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with LocalClerk() as local, LocalServer(local), redis_server() as redis:
        for name, value in local.options().items():
            monkeypatch.setenv(f"CLERK_{name.upper()}", str(value))
        monkeypatch.setenv("CLERK_CACHE_URL", redis.patient_url)
        monkeypatch.setenv("CLERK_WEBHOOK_SIGNING_SECRET", SECRET)
        app = run(revocation(), monkeypatch)["app"]
        with Clerk(revocation=True) as clerk:
            session: Any = clerk.sessions.create(user_id=local.seed()[0].user_id)
            token = str(clerk.sessions.create_token(session.id).jwt)
            document = {"type": "session.ended", "data": {"id": session.id}}
            body = json.dumps(document).encode()
            headers = sign_webhook("msg_1", int(time.time()), body, SECRET)

            response = app.test_client().post("/webhooks/clerk", data=body, headers=headers)

            assert response.get_json() == {"received": "session.ended"}
            with pytest.raises(Exception, match="ended") as error_info:
                clerk.verify_token(token)
            assert getattr(error_info.value, "code", "") == "session-revoked"
