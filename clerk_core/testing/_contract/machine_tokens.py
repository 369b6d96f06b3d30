"""Test machine tokens, which are accepted only if `accepts_token` says so."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from clerk_core.testing._contract.base import Build, ContractBase
from clerk_core.testing._instance import Instance
from clerk_core.testing._site import Site
from clerk_core.testing._tokens import (
    PAGE,
    bearer,
    browser_cookies,
    cookie,
    show,
    token,
)

MACHINE_TOKENS = [
    ("api_key", "ak_1", "POST /api_keys/verify", "user_9"),
    ("m2m_token", "mt_1", "POST /m2m_tokens/verify", "mch_9"),
    ("oauth_token", "oat_1", "POST /oauth_applications/access_tokens/verify", "user_9"),
]


class MachineTokens(ContractBase):
    """Tests of API keys, M2M tokens and OAuth access tokens."""

    @pytest.mark.parametrize(("token_type", "secret", "call", "subject"), MACHINE_TOKENS)
    @pytest.mark.parametrize("accepts", ["{type}", "{type},", "session_token,{type}", "any"])
    def test_machine_token_is_verified_with_one_call(
        self,
        site: Site,
        instance: Instance,
        token_type: str,
        secret: str,
        call: str,
        subject: str,
        accepts: str,
    ) -> None:
        answer = site.visit(f"/program?accepts={accepts.format(type=token_type)}", show(secret))

        assert answer.json() == {
            "is_authenticated": True,
            "token_type": token_type,
            "user_id": subject if subject.startswith("user_") else None,
            "org_id": None,
            "subject": subject,
            "scopes": ["read"],
        }
        assert instance.calls == [call]

    def test_several_auth_calls_verify_a_machine_token_once(
        self, site: Site, instance: Instance
    ) -> None:
        answer = site.visit("/programs", show("ak_1"))

        assert [one["subject"] for one in answer.json()] == ["user_9"] * 5
        assert instance.calls == ["POST /api_keys/verify"]

    def test_machine_token_is_verified_for_each_request(
        self, site: Site, instance: Instance
    ) -> None:
        assert site.visit("/program?accepts=any", show("ak_1")).json()["is_authenticated"]
        instance.machines["api_keys"] = {}

        assert not site.visit("/program?accepts=any", show("ak_1")).json()["is_authenticated"]
        assert len(instance.calls) == 2

    @pytest.mark.parametrize("secret", ["ak_1", "mt_1", "oat_1"])
    @pytest.mark.parametrize(
        "path", ["/", "/guarded", "/admin", "/user", "/program?accepts=session_token"]
    )
    def test_machine_token_is_not_verified_where_sessions_are_required(
        self, site: Site, instance: Instance, path: str, secret: str
    ) -> None:
        answer = site.visit(path, show(secret))

        assert answer.status in (200, 401)
        document: Any = answer.json() if answer.status == 200 else None
        assert not (document and document.get("is_authenticated"))
        assert instance.calls == []

    @pytest.mark.parametrize("accepts", ["m2m_token", "oauth_token", "m2m_token,oauth_token"])
    def test_machine_token_of_other_type_is_not_verified(
        self, site: Site, instance: Instance, accepts: str
    ) -> None:
        answer = site.visit(f"/program?accepts={accepts}", show("ak_1"))

        assert not answer.json()["is_authenticated"]
        assert answer.json()["subject"] is None
        assert instance.calls == []

    @pytest.mark.parametrize("accepts", ["any", "session_token,api_key", "api_key,session_token,"])
    def test_user_is_signed_in_where_machine_tokens_are_accepted_too(
        self, site: Site, instance: Instance, accepts: str
    ) -> None:
        for headers in ([bearer("user_7")], [PAGE, cookie(browser_cookies(token("user_7")))]):
            answer = site.visit(f"/program?accepts={accepts}", *headers)
            assert answer.json()["user_id"] == "user_7"
            assert answer.json()["token_type"] == "session_token"
        assert instance.calls == []

    def test_user_is_signed_out_where_only_machine_tokens_are_accepted(self, site: Site) -> None:
        for accepts in ("api_key", "m2m_token,oauth_token"):
            answer = site.visit(f"/program?accepts={accepts}", bearer("user_7"))
            assert not answer.json()["is_authenticated"]
            assert answer.json()["user_id"] is None

    def test_machine_token_is_signed_out_during_outage_of_clerk(self, build: Build) -> None:
        # Nothing listens on port 9.
        site = build(api_url="http://127.0.0.1:9")

        answer = site.visit("/program?accepts=any", show("ak_1"))

        assert answer.status == 200
        assert not answer.json()["is_authenticated"]

    def test_response_to_machine_token_has_no_signed_out_header(self, site: Site) -> None:
        answer = site.visit("/program?accepts=api_key", show("ak_1"))

        assert answer.json()["is_authenticated"]
        assert not answer.header("x-clerk-auth-status")

    @pytest.mark.parametrize(
        ("accepts", "secret", "reason", "message"),
        [
            ("api_key", "ak_wrong", "token-invalid", "an API key that is unknown"),
            ("session_token,api_key", "ak_wrong", "token-invalid", "an API key that is unknown"),
            ("api_key", "mt_1", "token-type-mismatch", "carries an M2M token, but only an API key"),
            ("api_key", "session", "token-type-mismatch", "a session token, but only an API key"),
            ("api_key,m2m_token", "session", "token-type-mismatch", "only an API key or an M2M"),
            ("session_token", "ak_1", "token-type-mismatch", "an API key, but only a session"),
            ("api_key", None, "No token in header", ""),
            ("api_key,m2m_token", None, "No token in header", ""),
        ],
    )
    def test_refused_machine_token_gets_reason_and_message(
        self,
        site: Site,
        instance: Instance,
        accepts: str,
        secret: str | None,
        reason: str,
        message: str,
    ) -> None:
        if secret == "ak_wrong":
            instance.machines["api_keys"] = {}
        sent = token() if secret == "session" else secret

        answer = site.visit(f"/program?accepts={accepts}", *([show(sent)] if sent else []))

        assert not answer.json()["is_authenticated"]
        assert answer.headers.get_all("x-clerk-auth-reason") == [reason]
        assert message in answer.header("x-clerk-auth-message")

    def test_concurrent_requests_never_mix_users_and_machines(
        self, site: Site, instance: Instance
    ) -> None:
        def gets_its_own_subject(number: int) -> bool:
            user_id = f"user_{number}"
            if number % 2:
                return bool(site.visit("/programs", show("ak_1")).json()[0]["subject"] == "user_9")
            answer = site.visit("/program?accepts=any", bearer(user_id))
            return bool(answer.json()["user_id"] == user_id)

        with ThreadPoolExecutor(8) as pool:
            assert all(pool.map(gets_its_own_subject, range(60)))
