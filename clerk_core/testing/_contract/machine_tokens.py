"""Machine tokens, accepted only where `accepts_token` says so."""

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

PROGRAMS = [
    ("api_key", "ak_1", "POST /api_keys/verify", "user_9"),
    ("m2m_token", "mt_1", "POST /m2m_tokens/verify", "mch_9"),
    ("oauth_token", "oat_1", "POST /oauth_applications/access_tokens/verify", "user_9"),
]


class MachineTokens(ContractBase):
    """API keys, machine-to-machine tokens, OAuth access tokens."""

    @pytest.mark.parametrize(("kind", "shown", "call", "subject"), PROGRAMS)
    @pytest.mark.parametrize("form", ["{kind}", "{kind},", "session_token,{kind}", "any"])
    def test_a_program_is_known_by_its_token_at_one_call_a_request(
        self,
        site: Site,
        instance: Instance,
        kind: str,
        shown: str,
        call: str,
        subject: str,
        form: str,
    ) -> None:
        answer = site.visit(f"/program?accepts={form.format(kind=kind)}", show(shown))

        assert answer.json() == {
            "is_authenticated": True,
            "token_type": kind,
            "user_id": subject if subject.startswith("user_") else None,
            "org_id": None,
            "subject": subject,
            "scopes": ["read"],
        }
        assert instance.calls == [call]

    def test_a_program_costs_one_call_a_request_in_however_many_forms_it_is_asked_for(
        self, site: Site, instance: Instance
    ) -> None:
        answer = site.visit("/programs", show("ak_1"))

        assert [one["subject"] for one in answer.json()] == ["user_9"] * 5
        assert instance.calls == ["POST /api_keys/verify"]

    def test_every_request_of_a_program_is_verified_anew(
        self, site: Site, instance: Instance
    ) -> None:
        assert site.visit("/program?accepts=any", show("ak_1")).json()["is_authenticated"]
        instance.machines["api_keys"] = {}

        assert not site.visit("/program?accepts=any", show("ak_1")).json()["is_authenticated"]
        assert len(instance.calls) == 2

    @pytest.mark.parametrize("shown", ["ak_1", "mt_1", "oat_1"])
    @pytest.mark.parametrize(
        "path", ["/", "/guarded", "/admin", "/user", "/program?accepts=session_token"]
    )
    def test_a_program_costs_no_call_where_only_a_session_is_asked_for(
        self, site: Site, instance: Instance, path: str, shown: str
    ) -> None:
        answer = site.visit(path, show(shown))

        assert answer.status in (200, 401)
        said: Any = answer.json() if answer.status == 200 else None
        assert not (said and said.get("is_authenticated"))
        assert instance.calls == []

    @pytest.mark.parametrize("accepts", ["m2m_token", "oauth_token", "m2m_token,oauth_token"])
    def test_a_program_costs_no_call_where_its_kind_of_token_is_not_accepted(
        self, site: Site, instance: Instance, accepts: str
    ) -> None:
        answer = site.visit(f"/program?accepts={accepts}", show("ak_1"))

        assert not answer.json()["is_authenticated"]
        assert answer.json()["subject"] is None
        assert instance.calls == []

    @pytest.mark.parametrize("accepts", ["any", "session_token,api_key", "api_key,session_token,"])
    def test_a_user_is_known_where_programs_are_let_in_too(
        self, site: Site, instance: Instance, accepts: str
    ) -> None:
        for headers in ([bearer("user_7")], [PAGE, cookie(browser_cookies(token("user_7")))]):
            answer = site.visit(f"/program?accepts={accepts}", *headers)
            assert answer.json()["user_id"] == "user_7"
            assert answer.json()["token_type"] == "session_token"
        assert instance.calls == []

    def test_a_user_is_nobody_where_only_programs_are_let_in(self, site: Site) -> None:
        for accepts in ("api_key", "m2m_token,oauth_token"):
            answer = site.visit(f"/program?accepts={accepts}", bearer("user_7"))
            assert not answer.json()["is_authenticated"]
            assert answer.json()["user_id"] is None

    def test_an_outage_of_clerk_lets_no_program_in_and_crashes_nothing(self, build: Build) -> None:
        # Nothing listens on port 9.
        site = build(api_url="http://127.0.0.1:9")

        answer = site.visit("/program?accepts=any", show("ak_1"))

        assert answer.status == 200
        assert not answer.json()["is_authenticated"]

    def test_an_accepted_machine_token_gets_no_signed_out_headers(self, site: Site) -> None:
        answer = site.visit("/program?accepts=api_key", show("ak_1"))

        assert answer.json()["is_authenticated"]
        assert not answer.header("x-clerk-auth-status")

    @pytest.mark.parametrize(
        ("accepts", "shown", "reason", "message"),
        [
            ("api_key", "ak_wrong", "token-invalid", "an API key that is unknown"),
            ("session_token,api_key", "ak_wrong", "token-invalid", "an API key that is unknown"),
            ("api_key", "mt_1", "token-type-mismatch", "carries an M2M token, and only an API key"),
            ("api_key", "session", "token-type-mismatch", "a session token, and only an API key"),
            ("api_key,m2m_token", "session", "token-type-mismatch", "only an API key or an M2M"),
            ("session_token", "ak_1", "token-type-mismatch", "an API key, and only a session"),
            ("api_key", None, "No token in header", ""),
            ("api_key,m2m_token", None, "No token in header", ""),
        ],
    )
    def test_a_rejected_machine_token_gets_the_reason(
        self,
        site: Site,
        instance: Instance,
        accepts: str,
        shown: str | None,
        reason: str,
        message: str,
    ) -> None:
        if shown == "ak_wrong":
            instance.machines["api_keys"] = {}
        sent = token() if shown == "session" else shown

        answer = site.visit(f"/program?accepts={accepts}", *([show(sent)] if sent else []))

        assert not answer.json()["is_authenticated"]
        assert answer.headers.get_all("x-clerk-auth-reason") == [reason]
        assert message in answer.header("x-clerk-auth-message")

    def test_the_users_of_a_crowd_and_its_programs_are_kept_apart(
        self, site: Site, instance: Instance
    ) -> None:
        def sees_only_itself(number: int) -> bool:
            user_id = f"user_{number}"
            if number % 2:
                return bool(site.visit("/programs", show("ak_1")).json()[0]["subject"] == "user_9")
            answer = site.visit("/program?accepts=any", bearer(user_id))
            return bool(answer.json()["user_id"] == user_id)

        with ThreadPoolExecutor(8) as pool:
            assert all(pool.map(sees_only_itself, range(60)))
