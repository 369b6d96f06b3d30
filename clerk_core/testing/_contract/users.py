"""Test the current user, template tokens, webhooks and secrets."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time

import pytest

from clerk_core.testing._contract.base import ContractBase
from clerk_core.testing._instance import PRIVATE, Instance
from clerk_core.testing._site import WEBHOOK_SECRET, Site
from clerk_core.testing._tokens import (
    SECRET_KEY,
    bearer,
    show,
    token,
)


class CurrentUser(ContractBase):
    """Tests of `current_user` and `get_token`."""

    def test_current_user_is_fetched_once_per_request(self, site: Site, instance: Instance) -> None:
        first, second = site.visit("/user", bearer("user_7")), site.visit("/user", bearer("user_8"))

        assert first.json()["first_name"] == "First of user_7"
        assert second.json()["first_name"] == "First of user_8"
        assert instance.calls == ["GET /v1/users/user_7", "GET /v1/users/user_8"]

    def test_current_user_is_none_when_signed_out(self, site: Site, instance: Instance) -> None:
        assert site.visit("/user").json() is None
        assert site.visit("/user", bearer(sts="pending")).json() is None
        assert instance.calls == []

    def test_request_without_current_user_sends_no_call(
        self, site: Site, instance: Instance
    ) -> None:
        site.visit("/guarded", bearer())

        assert instance.calls == []

    def test_private_metadata_is_not_sent_to_a_browser(self, site: Site) -> None:
        public, complete = site.visit("/user", bearer()), site.visit("/user/json", bearer())

        assert public.json()["public_metadata"] == {"plan": "gold"}
        for answer in (public, complete):
            assert PRIVATE not in answer.content.decode()
            assert "private_metadata" not in answer.content.decode()

    def test_template_token_is_fetched(self, site: Site, instance: Instance) -> None:
        answer = site.visit("/token", bearer("user_7"))

        assert answer.json() == {"token": "supabase of sess_of_user_7"}
        assert instance.calls == ["POST /v1/sessions/sess_of_user_7/tokens/supabase"]
        assert site.visit("/token").json() == {"token": None}


class Webhooks(ContractBase):
    """Tests of `verify_webhook` with the headers and the body of the framework."""

    BODY = json.dumps({"type": "user.created", "object": "event", "data": {"id": "user_1"}})

    def _signed(self) -> list[tuple[str, str]]:
        sent_at = str(int(time.time()))
        key = base64.b64decode(WEBHOOK_SECRET.removeprefix("whsec_"))
        signed = hmac.new(key, f"msg_1.{sent_at}.{self.BODY}".encode(), hashlib.sha256).digest()
        signature = f"v1,{base64.b64encode(signed).decode()}"
        return [("svix-id", "msg_1"), ("svix-timestamp", sent_at), ("svix-signature", signature)]

    def test_signed_webhook_is_accepted(self, site: Site) -> None:
        headers = (*self._signed(), ("content-type", "application/json"))

        answer = site.visit("/webhook", *headers, method="POST", content=self.BODY.encode())

        assert answer.json() == {"type": "user.created"}

    def test_modified_webhook_is_rejected(self, site: Site) -> None:
        content = self.BODY.encode() + b" "

        answer = site.visit("/webhook", *self._signed(), method="POST", content=content)

        assert answer.status == 400
        assert site.visit("/webhook", method="POST", content=content).status == 400


class Secrets(ContractBase):
    """Tests that no secret is sent to a browser."""

    @pytest.mark.parametrize("path", ["/crash", "/unknown-user", "/user/json", "/auth/json"])
    def test_error_response_contains_no_secret_and_no_stack_trace(
        self, site: Site, path: str
    ) -> None:
        jwt = token()
        answer = site.visit(path, show(jwt))

        text = " ".join(f"{name}: {value}" for name, value in answer.headers)
        text += answer.content.decode()
        assert answer.status == 500
        for secret in (SECRET_KEY, jwt, PRIVATE, "Traceback", "RuntimeError"):
            assert secret not in text
