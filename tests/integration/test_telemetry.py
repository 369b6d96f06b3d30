"""OpenTelemetry gets authentications and calls, and no secret of anybody."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

import clerk_core
from clerk_core import ApiCall, AsyncClerk, Clerk, TransportError
from clerk_core.adapters import Installation, hookimpl
from clerk_core.caching import MemoryCache
from clerk_core.telemetry import OpenTelemetry
from clerk_core.testing._instance import Instance
from clerk_core.testing._tokens import token

URL = "http://localhost/"


class Collected:
    """What OpenTelemetry has collected in memory."""

    def __init__(self) -> None:
        self._reader, self._spans = InMemoryMetricReader(), InMemorySpanExporter()
        self.traces, self.metrics = TracerProvider(), MeterProvider([self._reader])
        self.traces.add_span_processor(SimpleSpanProcessor(self._spans))

    def plugin(self, **options: Any) -> OpenTelemetry:
        return OpenTelemetry(tracer_provider=self.traces, meter_provider=self.metrics, **options)

    def points(self, name: str) -> list[tuple[dict[str, Any], Any]]:
        data: Any = self._reader.get_metrics_data()
        every = [
            metric
            for resource in (data.resource_metrics if data else [])
            for scope in resource.scope_metrics
            for metric in scope.metrics
        ]
        return [
            (dict(point.attributes), getattr(point, "value", None) or getattr(point, "count", None))
            for metric in every
            if metric.name == name
            for point in metric.data.data_points
        ]

    def spans(self) -> list[Any]:
        return list(self._spans.get_finished_spans())


@pytest.fixture
def collected() -> Iterator[Collected]:
    made = Collected()
    yield made
    made.traces.shutdown()
    made.metrics.shutdown()


def request(*headers: tuple[str, str]) -> clerk_core.Request:
    return clerk_core.Request("GET", URL, [("host", "localhost"), *headers])


def test_authentications_are_counted_and_described_in_the_span_of_the_request(
    collected: Collected,
) -> None:
    session = ("authorization", f"Bearer {token('user_7')}")
    with Instance() as instance:
        installed = Installation(**instance.options(), plugins=[collected.plugin(user_ids=True)])
        with collected.traces.get_tracer("server").start_as_current_span("GET /"):
            installed.request_auth(request(session))
        installed.request_auth(request(session))
        installed.request_auth(request(("authorization", "Bearer forged")))
        installed.close()

    counts = {
        tuple(sorted(attributes.items())): value
        for attributes, value in collected.points("clerk.authentications")
    }
    assert counts == {
        (("clerk.status", "signed-in"), ("clerk.token_type", "session_token")): 2,
        (
            ("clerk.reason", "token-invalid"),
            ("clerk.status", "signed-out"),
            ("clerk.token_type", "session_token"),
        ): 1,
    }
    (of_server,) = [span for span in collected.spans() if span.name == "GET /"]
    assert of_server.attributes["clerk.status"] == "signed-in"
    assert of_server.attributes["enduser.id"] == "user_7"


def test_calls_are_client_spans_with_their_route_and_no_identifier(collected: Collected) -> None:
    statuses = iter([503, 200, 404])

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(next(statuses), json={})

    plugin = collected.plugin()
    with Clerk(
        secret_key="sk_test_secret",
        transport=httpx.MockTransport(answer),
        call_observers=[plugin.clerk_call_observer()],
    ) as clerk:
        clerk.users.get("user_7")
        with pytest.raises(clerk_core.NotFoundError):
            clerk.request("GET", "/things/user_7")

    repeated, unknown = collected.spans()
    assert repeated.name == "GET /users/{user_id}"
    assert repeated.kind.name == "CLIENT"
    assert repeated.attributes["http.response.status_code"] == 200
    assert repeated.attributes["http.request.resend_count"] == 1
    assert repeated.start_time < repeated.end_time
    assert unknown.name == "GET"
    assert unknown.attributes["error.type"] == "404"
    assert unknown.status.status_code.name == "ERROR"
    everything = json.dumps([[span.name, dict(span.attributes)] for span in (repeated, unknown)])
    assert "user_7" not in everything
    assert "sk_test" not in everything
    (first, second) = collected.points("clerk.api.call.duration")
    assert {first[0]["url.template"], second[0]["url.template"]} == {"/users/{user_id}", ""}


async def _call_and_fail(plugin: OpenTelemetry) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectTimeout("no")

    async with AsyncClerk(
        secret_key="sk_test_1",
        transport=httpx.MockTransport(fail),
        retries=0,
        call_observers=[plugin.clerk_call_observer()],
    ) as clerk:
        with pytest.raises(TransportError):
            await clerk.users.count()


def test_call_without_response_has_the_code_of_its_error(collected: Collected) -> None:
    import asyncio

    asyncio.run(_call_and_fail(collected.plugin()))

    (span,) = collected.spans()
    assert span.name == "GET /users/count"
    assert span.attributes["error.type"] == "timed-out"
    assert "http.response.status_code" not in span.attributes


def test_responses_from_the_cache_are_counted_without_a_span(collected: Collected) -> None:
    seen: list[ApiCall] = []
    shared = MemoryCache()
    with Instance() as instance:
        # Two processes with one cache.
        for _ in range(2):
            observers = [seen.append, collected.plugin().clerk_call_observer()]
            given: Any = {**instance.options(), "cache": shared, "call_observers": observers}
            with Clerk(**given) as clerk:
                found = clerk.authenticate(
                    request(("authorization", "Bearer ak_1")), accepts_token="api_key"
                )
                assert found.status == "signed-in"

    verifications = [call for call in seen if call.route == "/api_keys/verify"]
    assert [call.is_cached for call in verifications] == [False, True]
    assert [span.name for span in collected.spans()].count("POST /api_keys/verify") == 1


def test_observer_that_fails_is_logged_and_does_not_affect_the_call(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(call: ApiCall) -> None:
        raise KeyError("sk_test_secret")

    transport = httpx.MockTransport(lambda _: httpx.Response(200, json={"total_count": 3}))
    with Clerk(secret_key="sk_test_1", transport=transport, call_observers=[fail]) as clerk:
        assert clerk.users.count().total_count == 3

    (record,) = caplog.records
    assert record.event == "clerk.observer_failed"  # type: ignore[attr-defined]
    assert "sk_test_secret" not in record.getMessage()


def test_call_observer_must_be_a_plain_function() -> None:
    class Plugin:
        @hookimpl
        def clerk_call_observer(self) -> Any:
            return "no function"

    with Instance() as instance, pytest.raises(TypeError, match="clerk_call_observer"):
        Installation(**instance.options(), plugins=[Plugin()])


def test_problems_have_the_names_of_their_events(caplog: pytest.LogCaptureFixture) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(500))
    with (
        caplog.at_level(logging.WARNING, "clerk_core"),
        Clerk(secret_key="sk_test_1", transport=transport, retries=0) as clerk,
        pytest.raises(clerk_core.ServerError),
    ):
        clerk.users.count()

    assert [record.event for record in caplog.records] == ["clerk.api_unavailable"]  # type: ignore[attr-defined]
