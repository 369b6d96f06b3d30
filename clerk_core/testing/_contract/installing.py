"""Options by request, and observers: what an installation takes beside an instance's options."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import httpx
import pytest

from clerk_core import ConfigurationError, Options, OutcomeCounter, Request
from clerk_core.testing._contract.base import Build, ContractBase
from clerk_core.testing._held_connection import PATIENCE, HeldConnection
from clerk_core.testing._instance import Instance
from clerk_core.testing._tokens import (
    PAGE,
    SECRET_KEY,
    bearer,
    browser_cookies,
    cookie,
    other_rsa_key,
    public_pem,
    publishable_key,
    show,
    token,
)

OTHER_KEY = publishable_key("other-otter-2.clerk.accounts.dev")
OF_OTHER: Options = {
    "publishable_key": OTHER_KEY,
    "secret_key": SECRET_KEY,
    "jwt_key": public_pem(other_rsa_key()),
}


def tenants(request: Request) -> Options:
    """Return the options of the tenant of a host."""
    return OF_OTHER if request.headers.get("host") == "other.example" else {}


async def tenants_looked_up(request: Request) -> Options:
    """Return the options of the tenant of a host, as from a database."""
    return tenants(request)


def _is_one_of_three(request: Request) -> bool:
    return request.url.partition("?")[0].endswith(("/cookies", "/guarded", "/"))


class Installing(ContractBase):
    """One application for several instances, chosen by the request."""

    def _lookup(self) -> Any:
        return tenants_looked_up if self.awaits else tenants

    @pytest.mark.parametrize("looks_up", [False, True])
    def test_each_host_may_belong_to_an_instance_of_its_own(
        self, build: Build, looks_up: bool
    ) -> None:
        site = build(options_for=self._lookup() if looks_up else tenants)
        mine, theirs = bearer("user_7"), bearer("user_8", key=other_rsa_key())
        other = ("host", "other.example")

        assert site.visit("/", mine).user_id == "user_7"
        assert site.visit("/", theirs).user_id is None
        assert site.visit("/", mine, other).user_id is None
        assert site.visit("/", theirs, other).user_id == "user_8"
        assert site.visit("/guarded", mine, other).status == 401

    def test_the_host_selects_one_of_two_instances_cookies(self, build: Build) -> None:
        site = build(options_for=tenants)
        there = "https://other-otter-2.clerk.accounts.dev"
        cookies = browser_cookies(token("user_7"))
        # The instance that wrote last owns the plain names.
        cookies |= browser_cookies(token("user_8", key=other_rsa_key(), iss=there), OTHER_KEY)

        assert site.visit("/", cookie(cookies)).user_id == "user_7"
        assert site.visit("/", cookie(cookies), ("host", "other.example")).user_id == "user_8"

    @pytest.mark.parametrize("name", ["host", "x-forwarded-host"])
    def test_the_options_of_a_request_are_asked_for_with_one_host(
        self, build: Build, name: str
    ) -> None:
        asked: list[Request] = []

        def recorded(request: Request) -> Options:
            asked.append(request)
            return tenants(request)

        site = build(options_for=recorded)
        mine, theirs = bearer("user_7"), bearer("user_8", key=other_rsa_key())

        for host in (
            "other.example:80@localhost",
            "localhost:80@other.example",
            "a, other.example",
        ):
            for shown in (mine, theirs):
                answer = site.visit("/", shown, (name, host))
                assert answer.status == 400 or answer.user_id is None or name != "host"
        for request in asked:
            host = request.headers.get("host") or ""
            assert request.url.partition("://")[2].partition("/")[0] == host
            assert "@" not in (request.headers.get("x-forwarded-host") or "")

    def test_the_client_of_a_request_is_that_of_its_instance(
        self, build: Build, instance: Instance
    ) -> None:
        site = build(options_for=tenants)
        theirs = bearer("user_8", key=other_rsa_key())

        answer = site.visit("/user", theirs, ("host", "other.example"))

        assert answer.json()["id"] == "user_8"
        assert instance.calls == ["GET /v1/users/user_8"]

    def test_clerk_client_is_that_of_the_requests_instance(self, build: Build) -> None:
        site = build(options_for=self._lookup())

        mine, theirs = site.visit("/client"), site.visit("/client", ("host", "other.example"))

        assert mine.json() == {"publishable_key": publishable_key()}
        assert theirs.json() == {"publishable_key": OTHER_KEY}

    def test_an_error_of_options_for_is_raised_once(
        self, build: Build, caplog: pytest.LogCaptureFixture
    ) -> None:
        asked: list[Request] = []

        def failing(request: Request) -> Options:
            asked.append(request)
            raise LookupError("There is no such tenant.")

        assert build(options_for=failing).visit("/", bearer()).status == 500
        assert len(asked) == 1
        raised = [one.exc_info[1] for one in caplog.records if one.exc_info]
        assert len({id(error) for error in raised}) <= 1
        assert all(isinstance(error, LookupError) for error in raised)

    def test_the_instances_of_a_crowd_are_never_mixed_up(self, build: Build) -> None:
        site = build(options_for=self._lookup())
        mine, theirs = bearer("user_7"), bearer("user_8", key=other_rsa_key())

        def sees_only_its_own(number: int) -> bool:
            host = ("host", "other.example" if number % 2 else "localhost")
            seen = [site.visit("/", shown, host).user_id for shown in (mine, theirs)]
            return seen == ([None, "user_8"] if number % 2 else ["user_7", None])

        with ThreadPoolExecutor(8) as pool:
            assert all(pool.map(sees_only_its_own, range(80)))

    def test_hosts_that_visitors_invent_cost_no_key_set_of_their_own(
        self, build: Build, instance: Instance
    ) -> None:
        def options_for(request: Request) -> Options:
            return {"domain": request.headers.get("host")}

        site = build(jwt_key=None, options_for=options_for)

        hosts = [("host", f"invented-{number}.example") for number in range(10)]
        assert [site.visit("/", bearer(), host).user_id for host in hosts] == ["user_1"] * 10
        assert instance.calls == ["GET /v1/jwks"]

    @pytest.mark.parametrize("secret", [{}, {"secret_key": None}, {"secret_key": ""}])
    def test_a_tenant_without_a_secret_lets_in_nobody_of_another_instance(
        self, build: Build, secret: Options
    ) -> None:
        tenant: Options = {"publishable_key": OTHER_KEY, **secret}
        site = build(options_for=_always(tenant))

        answer = site.visit("/", bearer("user_7"))

        assert answer.status == 500

    @pytest.mark.parametrize("name", ["publishable_key", "jwt_key"])
    @pytest.mark.parametrize("publishable_key", [publishable_key(), None])
    @pytest.mark.parametrize("shown", ["a session token", "an API key"])
    def test_a_tenants_key_never_goes_with_a_secret_of_the_environment(
        self,
        build: Build,
        instance: Instance,
        monkeypatch: pytest.MonkeyPatch,
        name: str,
        publishable_key: str | None,
        shown: str,
    ) -> None:
        monkeypatch.setenv("CLERK_SECRET_KEY", SECRET_KEY)
        tenant = cast("Options", {name: dict(OF_OTHER)[name]})
        site = build(
            publishable_key=publishable_key,
            secret_key=None,
            jwt_key=None,
            options_for=_always(tenant),
        )

        if shown == "a session token":
            answer = site.visit("/", bearer("user_7"))
        else:
            answer = site.visit("/program?accepts=api_key", show("ak_1"))

        assert answer.status == 500
        assert instance.calls == []

    def test_a_lookup_that_has_to_be_awaited_is_refused_where_nothing_awaits(
        self, build: Build
    ) -> None:
        if self.awaits:
            assert build(options_for=tenants_looked_up).visit("/", bearer()).user_id == "user_1"
        else:
            with pytest.raises(TypeError, match="options_for"):
                build(options_for=tenants_looked_up)

    def test_a_missing_key_stops_the_application_before_its_first_request(
        self, build: Build
    ) -> None:
        with pytest.raises((ConfigurationError, AssertionError), match=r"CLERK_SECRET_KEY|failed"):
            build(secret_key=None, jwt_key=None)

    def test_closing_the_application_closes_its_connections(self, instance: Instance) -> None:
        with HeldConnection() as held:
            site = self.make(**{**instance.options(), "api_url": held.url})
            assert site.visit("/user", bearer("user_7")).status == 200
            assert not held.closed.is_set()

            site.close()

            assert held.closed.wait(PATIENCE)

    def test_a_proxy_that_cannot_be_used_stops_the_application_before_its_first_request(
        self, build: Build, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("ALL_PROXY", "ftp://127.0.0.1:1")

        with pytest.raises((ConfigurationError, AssertionError), match=r"ALL_PROXY|failed"):
            build()

    def test_calls_of_clerks_api_go_through_the_transport_that_is_given(
        self, build: Build, instance: Instance
    ) -> None:
        asked: list[str] = []

        def answer(request: httpx.Request) -> httpx.Response:
            asked.append(f"{request.method} {request.url.path}")
            return httpx.Response(200, json={"id": "user_7"})

        site = build(transport=httpx.MockTransport(answer))

        assert site.visit("/user", bearer("user_7")).json()["id"] == "user_7"
        assert asked == ["GET /v1/users/user_7"]
        assert instance.calls == []

    def test_an_option_that_does_not_exist_is_no_option(self, build: Build) -> None:
        with pytest.raises((TypeError, AssertionError), match=r"nickname|failed"):
            build(nickname="Ada")

    @pytest.mark.parametrize(
        "skip",
        [
            ["/cookies", "/guarded", "/"],
            "/(cookies|guarded)?",
            _is_one_of_three,
        ],
        ids=["paths", "a pattern", "a function"],
    )
    def test_a_request_that_is_skipped_is_left_alone(
        self, build: Build, instance: Instance, skip: Any
    ) -> None:
        counter = OutcomeCounter()
        site = build(skip=skip, plugins=[counter])

        answer = site.visit("/cookies?__clerk_handshake_nonce=n1", PAGE)

        assert answer.status == 200
        assert sorted(answer.cookies()) == ["first", "second"]
        assert [name for name, _ in answer.headers if name.startswith("x-clerk")] == []
        assert instance.calls == []
        assert counter.counts() == {}
        assert site.visit("/no-such-page", PAGE).status == 307

    def test_a_request_that_is_skipped_lets_nobody_pass_a_guard(self, build: Build) -> None:
        site = build(skip=["/guarded", "/"])

        for path in ("/guarded", "/"):
            assert site.visit(path).status == site.visit(path, bearer()).status == 500
        assert site.visit("/called", bearer("user_7")).user_id == "user_7"

    def test_options_are_not_looked_up_for_a_request_that_is_skipped(self, build: Build) -> None:
        def refuse(request: Request) -> Options:
            raise LookupError("There is no such tenant.")

        site = build(skip=["/cookies"], options_for=refuse)

        assert site.visit("/cookies").status == 200
        assert site.visit("/").status == 500

    @pytest.mark.parametrize("skip", [5, b"/docs", ["docs"], [None], ["/("], tenants_looked_up])
    def test_an_invalid_skip_is_an_error_before_the_first_request(
        self, build: Build, skip: Any
    ) -> None:
        with pytest.raises((TypeError, ConfigurationError, AssertionError), match=r"skip|pattern"):
            build(skip=skip)

    def test_an_observer_receives_each_result_once(self, build: Build) -> None:
        counter = OutcomeCounter()
        site = build(plugins=[counter])

        site.visit("/user", bearer())
        site.visit("/guarded", cookie(browser_cookies(token())))
        site.visit("/guarded")

        assert counter.counts() == {"signed-in": 2, "dev-browser-missing": 1}


def _always(options: Options) -> Callable[[Request], Options]:
    return lambda request: options
