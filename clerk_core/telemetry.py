"""Report authentications and calls of Clerk's API to OpenTelemetry.

Nothing is sent to Clerk or to the authors of this package: an application reports to the collector
that it has configured itself. Traces and metrics contain no token, no key, no query and no body.
"""

from __future__ import annotations

import time

from opentelemetry import metrics, trace
from opentelemetry.metrics import MeterProvider
from opentelemetry.trace import TracerProvider

from clerk_core._api.api_call import ApiCall, CallObserver
from clerk_core._authentication.result.state import Observer, RequestState
from clerk_core._integration.plugins.hookspecs import hookimpl
from clerk_core._version import __version__

__all__ = ["OpenTelemetry"]

_SCOPE = "clerk_core"
_NANOSECONDS = 1_000_000_000


class OpenTelemetry:
    """A plugin that reports to OpenTelemetry: `install(app, plugins=[OpenTelemetry()])`.

    Metrics are the counter `clerk.authentications` with `clerk.status`, `clerk.reason` and
    `clerk.token_type`, and the histogram `clerk.api.call.duration` in seconds with
    `http.request.method`, `url.template`, `http.response.status_code`, `error.type` and
    `clerk.cached`. The span of the request gets `clerk.status` and `clerk.reason`; each call is a
    client span of its own. The attributes of HTTP are those of the semantic conventions:
    https://opentelemetry.io/docs/specs/semconv/http/

    Args:
        user_ids: Whether the span of a request gets the ID of its user, `enduser.id`.
        tracer_provider: Where to report traces; the global provider by default.
        meter_provider: Where to report metrics; the global provider by default.
    """

    def __init__(
        self,
        *,
        user_ids: bool = False,
        tracer_provider: TracerProvider | None = None,
        meter_provider: MeterProvider | None = None,
    ) -> None:
        self._user_ids = user_ids
        self._tracer = trace.get_tracer(_SCOPE, __version__, tracer_provider)
        meter = metrics.get_meter(_SCOPE, __version__, meter_provider)
        self._authentications = meter.create_counter(
            "clerk.authentications", "{request}", "Requests that were authenticated"
        )
        self._calls = meter.create_histogram(
            "clerk.api.call.duration", "s", "Calls of Clerk's API, with their retries"
        )

    @hookimpl
    def clerk_observer(self) -> Observer:
        """Return the function that reports authentications."""
        return self._report_state

    @hookimpl
    def clerk_call_observer(self) -> CallObserver:
        """Return the function that reports calls."""
        return self._report_call

    def _report_state(self, state: RequestState) -> None:
        attributes: dict[str, str] = {"clerk.status": state.status}
        if state.reason is not None:
            attributes["clerk.reason"] = str(state.reason)
        span = trace.get_current_span()
        if span.is_recording():
            span.set_attributes(attributes)
            user_id = state.auth().user_id if self._user_ids else None
            if user_id is not None:
                span.set_attribute("enduser.id", user_id)
        if state.token_type is not None:
            attributes["clerk.token_type"] = state.token_type
        self._authentications.add(1, attributes)

    def _report_call(self, call: ApiCall) -> None:
        attributes: dict[str, str | int | bool] = {
            "http.request.method": call.method,
            "url.template": call.route,
            "clerk.cached": call.is_cached,
        }
        if call.status is not None:
            attributes["http.response.status_code"] = call.status
        error = call.error or (str(call.status) if (call.status or 0) >= 400 else None)
        if error is not None:
            attributes["error.type"] = error
        self._calls.record(call.seconds, attributes)
        if not call.is_cached:
            self._add_span(call, attributes, is_error=error is not None)

    def _add_span(
        self, call: ApiCall, attributes: dict[str, str | int | bool], *, is_error: bool
    ) -> None:
        ended = time.time_ns()
        span = self._tracer.start_span(
            f"{call.method} {call.route}".rstrip(),
            kind=trace.SpanKind.CLIENT,
            attributes={**attributes, "http.request.resend_count": call.retries},
            start_time=ended - int(call.seconds * _NANOSECONDS),
        )
        if is_error:
            span.set_status(trace.StatusCode.ERROR)
        span.end(ended)
