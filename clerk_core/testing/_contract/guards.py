"""Test `require_auth`: the requests that it admits, and the responses to all others."""

from __future__ import annotations

from typing import Any

import pytest

from clerk_core.testing._contract.base import Build, ContractBase, is_successful, query_of
from clerk_core.testing._contract.caching import LIVE, with_expired_session
from clerk_core.testing._instance import Instance
from clerk_core.testing._site import Site
from clerk_core.testing._tokens import (
    ADMIN,
    PAGE,
    bearer,
    browser_cookies,
    cookie,
    show,
    token,
)

PREFLIGHT = (("origin", "http://other.example"), ("access-control-request-method", "GET"))


class Guards(ContractBase):
    """Tests of responses with 401, 403, 503 or a redirect to the sign-in page."""

    def test_guarded_view_admits_signed_in_user(self, site: Site) -> None:
        assert site.visit("/guarded", bearer()).user_id == "user_1"
        assert site.visit("/called", bearer()).user_id == "user_1"
        assert site.visit("/guarded", cookie(browser_cookies(token()))).user_id == "user_1"

    def test_guarded_view_refuses_api_request_with_401(self, site: Site) -> None:
        for path in ("/guarded", "/called", "/admin"):
            answer = site.visit(path)
            assert answer.status == 401
            assert answer.header("content-type") == "application/json"
            assert answer.header("www-authenticate") == "Bearer"
            assert answer.header("cache-control") == "no-store"
            assert answer.json()["errors"][0]["code"] == "unauthenticated"
            assert answer.header("x-clerk-auth-reason") == "dev-browser-missing"

    def test_guarded_view_redirects_page_to_sign_in(self, site: Site) -> None:
        signed_out = cookie({"__clerk_db_jwt": "dvb_1", "__client_uat": "0"})

        answer = site.visit("/guarded?page=2", PAGE, signed_out)

        assert answer.status == 307
        assert answer.header("location").startswith("https://happy-hippo-1.accounts.dev/sign-in?")
        query = query_of(answer.header("location"))
        assert query["redirect_url"] == "http://localhost/guarded?page=2"
        assert answer.header("cache-control") == "no-store"
        assert answer.header("x-clerk-auth-status") == "signed-out"

    def test_signed_out_form_redirects_to_sign_in_and_returns_to_its_page(self, site: Site) -> None:
        form = (("sec-fetch-dest", "document"), ("referer", "http://localhost/form?page=2"))

        answer = site.visit("/called", *form, method="POST")

        assert answer.status == 303
        assert answer.header("location").startswith("https://happy-hippo-1.accounts.dev/sign-in?")
        query = query_of(answer.header("location"))
        assert query["redirect_url"] == "http://localhost/form?page=2"
        assert site.visit("/called", method="POST").status == 401

    def test_same_origin_form_refreshes_expired_session(
        self, build: Build, instance: Instance
    ) -> None:
        site = build(publishable_key=LIVE)
        form = (PAGE, ("origin", "http://localhost"), with_expired_session(instance))

        answer = site.visit("/called", *form, method="POST")

        assert answer.user_id == "user_7"
        assert "__session" in answer.cookies()

    def test_script_request_is_refused_with_401_and_not_redirected(self, site: Site) -> None:
        script = (("sec-fetch-dest", "empty"), ("accept", "text/html"))

        assert site.visit("/guarded", *script).status == 401

    @pytest.mark.parametrize(
        ("path", "claims"),
        [
            ("/admin", ADMIN),
            ("/reports", {**ADMIN, "fea": "o:reports"}),
            ("/search", {"fea": "u:search"}),
            ("/gold", {"pla": "u:gold"}),
            ("/golden-admin", {**ADMIN, "pla": "u:gold"}),
        ],
    )
    def test_view_with_requirement_refuses_other_users_with_403(
        self, site: Site, path: str, claims: dict[str, object]
    ) -> None:
        refused = site.visit(path, bearer("user_7"))
        passed = site.visit(path, bearer("user_8", **claims))

        assert refused.status == 403
        assert refused.header("content-type") == "application/json"
        assert refused.json()["errors"][0]["code"] == "forbidden"
        assert passed.user_id == "user_8"

    def test_reverification_error_has_the_format_of_clerks_components(self, site: Site) -> None:
        for fresh, status in (([1, 1], 200), ([100, 100], 403)):
            answer = site.visit("/fresh", bearer("user_7", fva=fresh))
            assert answer.status == status

        assert answer.header("content-type") == "application/json"
        assert answer.header("x-clerk-auth-reason") == "reverification-error"
        assert answer.json() == {
            "clerk_error": {
                "type": "forbidden",
                "reason": "reverification-error",
                "metadata": {"reverification": "strict"},
            }
        }

    @pytest.mark.parametrize(
        ("path", "token_or_claims", "reason"),
        [
            ("/guarded", None, "dev-browser-missing"),
            (
                "/guarded",
                {"exp": 1},
                "session-token-expired-refresh-non-eligible-no-refresh-cookie",
            ),
            ("/guarded", {"sts": "pending"}, "session-pending"),
            ("/guarded", "ak_1", "token-type-mismatch"),
            ("/guarded", "nonsense", "token-invalid"),
            ("/admin", {}, "forbidden"),
            ("/gold", {}, "forbidden"),
        ],
    )
    def test_refusal_has_exactly_one_reason_header(
        self, site: Site, path: str, token_or_claims: str | dict[str, Any] | None, reason: str
    ) -> None:
        claims = token_or_claims if isinstance(token_or_claims, dict) else {}
        sent = token_or_claims if isinstance(token_or_claims, str) else token(**claims)

        answer = site.visit(path, *([] if token_or_claims is None else [show(sent)]))

        assert answer.status in (401, 403)
        assert answer.headers.get_all("x-clerk-auth-reason") == [reason]

    def test_person_gets_a_page_that_says_what_is_missing(self, site: Site) -> None:
        answer = site.visit("/admin", PAGE, cookie(browser_cookies(token())))

        assert answer.status == 403
        assert answer.header("content-type").startswith("text/html")
        assert "default-src 'none'" in answer.header("content-security-policy")
        assert answer.header("cache-control") == "no-store"
        assert b"do not have permission" in answer.content

    def test_protect_refuses_inside_of_the_view(self, site: Site) -> None:
        assert site.visit("/protected", bearer("user_8", **ADMIN)).user_id == "user_8"
        for headers, status, code in (((), 401, "unauthenticated"), ([bearer()], 403, "forbidden")):
            answer = site.visit("/protected", *headers)
            assert answer.status == status
            assert answer.json()["errors"][0]["code"] == code

    def test_protect_redirects_page_to_sign_in(self, site: Site) -> None:
        signed_out = cookie({"__clerk_db_jwt": "dvb_1", "__client_uat": "0"})

        answer = site.visit("/protected", PAGE, signed_out)

        assert answer.status in (303, 307)
        assert answer.header("location").startswith("https://happy-hippo-1.accounts.dev/sign-in?")

    def test_machine_token_needs_all_scopes(self, site: Site, instance: Instance) -> None:
        assert site.visit("/scoped", show("ak_1")).status == 403
        instance.machines["api_keys"]["scopes"] = ["write", "read", "delete"]
        assert site.visit("/scoped", show("ak_2")).status == 200
        assert site.visit("/scoped", bearer("user_7")).status == 200
        assert site.visit("/scoped").status == 401

    def test_view_with_two_requirements_needs_both(self, site: Site) -> None:
        assert site.visit("/golden-admin", bearer(**ADMIN)).status == 403
        assert site.visit("/golden-admin", bearer(pla="u:gold")).status == 403

    @pytest.mark.parametrize("path", ["/guarded", "/called", "/admin", "/options"])
    def test_preflight_succeeds_and_runs_no_guarded_view(self, site: Site, path: str) -> None:
        answer = site.visit(path, *PREFLIGHT, method="OPTIONS")

        assert is_successful(answer)
        assert b"is_authenticated" not in answer.content

    def test_only_a_complete_preflight_passes_a_guard_without_token(self, site: Site) -> None:
        for headers in ((), PREFLIGHT[:1], PREFLIGHT[1:]):
            assert site.visit("/options", *headers, method="OPTIONS").status == 401
        assert site.visit("/options", *PREFLIGHT).status == 401
        assert site.visit("/options", *PREFLIGHT, bearer("user_7")).user_id == "user_7"

    @pytest.mark.parametrize(
        "required", [{"roles": "org:admin"}, {"org": "org_1"}, {"role": "org:admin", "user": 1}]
    )
    def test_require_auth_rejects_unknown_requirement(self, required: dict[str, object]) -> None:
        with pytest.raises(TypeError, match=next(name for name in required if name != "role")):
            self.require_auth(**required)

    def test_signed_out_request_is_refused_before_the_body_is_parsed(self, site: Site) -> None:
        json_type = ("content-type", "application/json")

        signed_out = site.visit("/order", json_type, method="POST", content=b'{"number":')
        user = site.visit("/order", json_type, bearer(), method="POST", content=b'{"number": 7}')

        assert signed_out.status == 401
        assert user.json() == {"number": 7}

    def test_guarded_view_responds_503_during_outage_of_clerk(self, build: Build) -> None:
        # Nothing listens on port 9, and there is no `jwt_key`.
        site = build(jwt_key=None, api_url="http://127.0.0.1:9")

        answer = site.visit("/guarded", bearer())

        assert answer.status == 503
        assert answer.header("retry-after") == "5"
        assert site.visit("/", bearer()).user_id is None

    def test_page_is_refused_with_401_without_sign_in_page(self, build: Build) -> None:
        site = build(publishable_key=None)

        assert site.visit("/guarded", PAGE).status == 401
