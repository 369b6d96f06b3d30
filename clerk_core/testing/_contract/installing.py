"""Test the options of an installation: instances by request, skipped requests, observers."""

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
OTHER_INSTANCE: Options = {
    "publishable_key": OTHER_KEY,
    "secret_key": SECRET_KEY,
    "jwt_key": public_pem(other_rsa_key()),
}


def options_for_host(request: Request) -> Options:
    """Return the options of the tenant with the host of the request."""
    return OTHER_INSTANCE if request.headers.get("host") == "other.example" else {}


async def async_options_for_host(request: Request) -> Options:
    """Return the same options asynchronously, as from a database."""
    return options_for_host(request)


def _is_one_of_three(request: Request) -> bool:
    return request.url.partition("?")[0].endswith(("/cookies", "/guarded", "/"))


class Installing(ContractBase):
    """Tests of the options of an installation."""

    def _lookup(self) -> Any:
        return async_options_for_host if self.awaits else options_for_host

    @pytest.mark.parametrize("looks_up", [False, True])
    def test_each_host_can_have_its_own_instance(self, build: Build, looks_up: bool) -> None:
        site = build(options_for=self._lookup() if looks_up else options_for_host)
        mine, theirs = bearer("user_7"), bearer("user_8", key=other_rsa_key())
        other = ("host", "other.example")

        assert site.visit("/", mine).user_id == "user_7"
        assert site.visit("/", theirs).user_id is None
        assert site.visit("/", mine, other).user_id is None
        assert site.visit("/", theirs, other).user_id == "user_8"
        assert site.visit("/guarded", mine, other).status == 401

    def test_host_selects_between_cookies_of_two_instances(self, build: Build) -> None:
        site = build(options_for=options_for_host)
        other_issuer = "https://other-otter-2.clerk.accounts.dev"
        cookies = browser_cookies(token("user_7"))
        # The cookies without a suffix are those of the last sign-in.
        cookies |= browser_cookies(
            token("user_8", key=other_rsa_key(), iss=other_issuer), OTHER_KEY
        )

        assert site.visit("/", cookie(cookies)).user_id == "user_7"
        assert site.visit("/", cookie(cookies), ("host", "other.example")).user_id == "user_8"

    @pytest.mark.parametrize("name", ["host", "x-forwarded-host"])
    def test_options_for_receives_one_valid_host(self, build: Build, name: str) -> None:
        requests: list[Request] = []

        def options_for(request: Request) -> Options:
            requests.append(request)
            return options_for_host(request)

        site = build(options_for=options_for)
        mine, theirs = bearer("user_7"), bearer("user_8", key=other_rsa_key())

        for host in (
            "other.example:80@localhost",
            "localhost:80@other.example",
            "a, other.example",
        ):
            for header in (mine, theirs):
                answer = site.visit("/", header, (name, host))
                assert answer.status == 400 or answer.user_id is None or name != "host"
        for request in requests:
            host = request.headers.get("host") or ""
            assert request.url.partition("://")[2].partition("/")[0] == host
            assert "@" not in (request.headers.get("x-forwarded-host") or "")

    def test_current_user_comes_from_instance_of_request(
        self, build: Build, instance: Instance
    ) -> None:
        site = build(options_for=options_for_host)
        theirs = bearer("user_8", key=other_rsa_key())

        answer = site.visit("/user", theirs, ("host", "other.example"))

        assert answer.json()["id"] == "user_8"
        assert instance.calls == ["GET /v1/users/user_8"]

    def test_clerk_client_belongs_to_instance_of_request(self, build: Build) -> None:
        site = build(options_for=self._lookup())

        mine, theirs = site.visit("/client"), site.visit("/client", ("host", "other.example"))

        assert mine.json() == {"publishable_key": publishable_key()}
        assert theirs.json() == {"publishable_key": OTHER_KEY}

    def test_options_for_error_is_raised_once(
        self, build: Build, caplog: pytest.LogCaptureFixture
    ) -> None:
        requests: list[Request] = []

        def failing(request: Request) -> Options:
            requests.append(request)
            raise LookupError("There is no such tenant.")

        assert build(options_for=failing).visit("/", bearer()).status == 500
        assert len(requests) == 1
        raised = [record.exc_info[1] for record in caplog.records if record.exc_info]
        assert len({id(error) for error in raised}) <= 1
        assert all(isinstance(error, LookupError) for error in raised)

    def test_concurrent_requests_never_mix_instances(self, build: Build) -> None:
        site = build(options_for=self._lookup())
        mine, theirs = bearer("user_7"), bearer("user_8", key=other_rsa_key())

        def gets_users_of_its_instance(number: int) -> bool:
            host = ("host", "other.example" if number % 2 else "localhost")
            seen = [site.visit("/", header, host).user_id for header in (mine, theirs)]
            return seen == ([None, "user_8"] if number % 2 else ["user_7", None])

        with ThreadPoolExecutor(8) as pool:
            assert all(pool.map(gets_users_of_its_instance, range(80)))

    def test_invented_hosts_share_one_key_set(self, build: Build, instance: Instance) -> None:
        def options_for(request: Request) -> Options:
            return {"domain": request.headers.get("host")}

        site = build(jwt_key=None, options_for=options_for)

        hosts = [("host", f"invented-{number}.example") for number in range(10)]
        assert [site.visit("/", bearer(), host).user_id for host in hosts] == ["user_1"] * 10
        assert instance.calls == ["GET /v1/jwks"]

    @pytest.mark.parametrize("secret", [{}, {"secret_key": None}, {"secret_key": ""}])
    def test_tenant_without_secret_key_is_rejected(self, build: Build, secret: Options) -> None:
        tenant: Options = {"publishable_key": OTHER_KEY, **secret}
        site = build(options_for=_always(tenant))

        answer = site.visit("/", bearer("user_7"))

        assert answer.status == 500

    @pytest.mark.parametrize("name", ["publishable_key", "jwt_key"])
    @pytest.mark.parametrize("publishable_key", [publishable_key(), None])
    @pytest.mark.parametrize("sent", ["a session token", "an API key"])
    def test_tenant_key_is_never_combined_with_secret_key_of_environment(
        self,
        build: Build,
        instance: Instance,
        monkeypatch: pytest.MonkeyPatch,
        name: str,
        publishable_key: str | None,
        sent: str,
    ) -> None:
        monkeypatch.setenv("CLERK_SECRET_KEY", SECRET_KEY)
        tenant = cast("Options", {name: dict(OTHER_INSTANCE)[name]})
        site = build(
            publishable_key=publishable_key,
            secret_key=None,
            jwt_key=None,
            options_for=_always(tenant),
        )

        if sent == "a session token":
            answer = site.visit("/", bearer("user_7"))
        else:
            answer = site.visit("/program?accepts=api_key", show("ak_1"))

        assert answer.status == 500
        assert instance.calls == []

    def test_async_options_for_is_accepted_only_by_async_adapters(self, build: Build) -> None:
        if self.awaits:
            assert (
                build(options_for=async_options_for_host).visit("/", bearer()).user_id == "user_1"
            )
        else:
            with pytest.raises(TypeError, match="options_for"):
                build(options_for=async_options_for_host)

    def test_missing_secret_key_fails_startup(self, build: Build) -> None:
        with pytest.raises((ConfigurationError, AssertionError), match=r"CLERK_SECRET_KEY|failed"):
            build(secret_key=None, jwt_key=None)

    def test_closing_the_application_closes_its_connections(self, instance: Instance) -> None:
        with HeldConnection() as held:
            site = self.make(**{**instance.options(), "api_url": held.url})
            assert site.visit("/user", bearer("user_7")).status == 200
            assert not held.closed.is_set()

            site.close()

            assert held.closed.wait(PATIENCE)

    def test_unsupported_proxy_fails_startup(
        self, build: Build, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("ALL_PROXY", "ftp://127.0.0.1:1")

        with pytest.raises((ConfigurationError, AssertionError), match=r"ALL_PROXY|failed"):
            build()

    def test_api_calls_use_the_given_transport(self, build: Build, instance: Instance) -> None:
        calls: list[str] = []

        def answer(request: httpx.Request) -> httpx.Response:
            calls.append(f"{request.method} {request.url.path}")
            return httpx.Response(200, json={"id": "user_7"})

        site = build(transport=httpx.MockTransport(answer))

        assert site.visit("/user", bearer("user_7")).json()["id"] == "user_7"
        assert calls == ["GET /v1/users/user_7"]
        assert instance.calls == []

    def test_unknown_option_is_rejected(self, build: Build) -> None:
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
    def test_skipped_request_is_not_authenticated(
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

    def test_guard_fails_for_skipped_request(self, build: Build) -> None:
        site = build(skip=["/guarded", "/"])

        for path in ("/guarded", "/"):
            assert site.visit(path).status == site.visit(path, bearer()).status == 500
        assert site.visit("/called", bearer("user_7")).user_id == "user_7"

    def test_options_for_is_not_called_for_skipped_request(self, build: Build) -> None:
        def refuse(request: Request) -> Options:
            raise LookupError("There is no such tenant.")

        site = build(skip=["/cookies"], options_for=refuse)

        assert site.visit("/cookies").status == 200
        assert site.visit("/").status == 500

    @pytest.mark.parametrize(
        "skip", [5, b"/docs", ["docs"], [None], ["/("], async_options_for_host]
    )
    def test_invalid_skip_option_is_rejected(self, build: Build, skip: Any) -> None:
        with pytest.raises((TypeError, ConfigurationError, AssertionError), match=r"skip|pattern"):
            build(skip=skip)

    def test_observer_receives_each_result_once(self, build: Build) -> None:
        counter = OutcomeCounter()
        site = build(plugins=[counter])

        site.visit("/user", bearer())
        site.visit("/guarded", cookie(browser_cookies(token())))
        site.visit("/guarded")

        assert counter.counts() == {"signed-in": 2, "dev-browser-missing": 1}


def _always(options: Options) -> Callable[[Request], Options]:
    return lambda request: options
