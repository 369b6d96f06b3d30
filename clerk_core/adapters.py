"""Provide the names for authors of adapters and plugins, in addition to those of `clerk_core`.

An adapter integrates Clerk into a framework: it converts requests and responses, without logic of
its own. CONTRIBUTING.md shows how to write one, and `clerk_core.testing.contract` tests it.

- Install: `Installation` and its `InstallOptions`, `options_in_config`, `merge_options`.
- Requests: `RequestAuth`, created by an installation or by the middleware of `clerk_core.wsgi` and
  `clerk_core.asgi`; `request_from_environ`, `request_from_scope`, and `received_request` for other
  servers, whose request target `headers_with_target` compares with the Host.
  `recall_key_of_environ`, `recall_key_of_scope` and `recall_key` let an installation cache results.
- What an installation answers itself (Frontend API proxy, metadata of an OAuth resource): the
  middlewares do it. An adapter without them calls `installation.endpoints`, which answers a request
  with a `Response`, or forwards it (of a WSGI environ: `proxied_request`) and returns its
  `StreamedResponse`.
- Responses: `merge_headers` adds the headers of a request to those of its response.
- Functions of the adapter: `RequestFunctions` or, if functions take the request,
  `ConnectionFunctions`; `function_of` and `function_of_request` turn a method into a function.
- Templates: `TemplateFunctions` is the object `clerk`.
- `require_auth`: `GuardOptions`, `read_access`, `guard_view`, `warn_of_unguarded`; the response
  for a refused request is a `Refusal`.
- OpenAPI: `security_scheme` and `security_scopes` describe a guard.
- `protect`: `ProtectFunctions`, or `ConnectionProtectFunctions` if it takes the request.
- Webhooks: `MAX_WEBHOOK_BYTES` is the longest body to pass to `WebhookRouter.respond`.
- Plugins: `hookimpl` marks a hook, `clerk_adapter` returns an `Adapter`, `clerk_observer` an
  `Observer`, `clerk_call_observer` a `CallObserver`.

The names with `Async…` are for async frameworks.
"""

from __future__ import annotations

from clerk_core._arguments import check_type
from clerk_core._authentication.request.host import without_forwarded
from clerk_core._authentication.request.token_kinds import AcceptsToken, is_accepted
from clerk_core._authentication.request.websocket import opens_websocket, without_token
from clerk_core._authentication.response.error_response import Refusal
from clerk_core._authentication.response.headers import merge_headers
from clerk_core._authentication.result.access import GuardOptions, read_access
from clerk_core._authentication.result.state import Observer
from clerk_core._authentication.steps.memory import RecallKey
from clerk_core._compat import Unpack
from clerk_core._http.streamed_response import AsyncStreamedResponse, StreamedResponse
from clerk_core._integration.asgi_request import recall_key_of_scope
from clerk_core._integration.base_request_auth import BaseRequestAuth
from clerk_core._integration.bound_methods import function_of, function_of_request
from clerk_core._integration.guards import Guard, guard_view, warn_of_unguarded
from clerk_core._integration.installation import AsyncInstallation, Installation
from clerk_core._integration.openapi import (
    REFUSAL_MEANINGS,
    SCHEME_PREFIX,
    security_scheme,
    security_scopes,
)
from clerk_core._integration.options import AsyncInstallOptions, InstallOptions
from clerk_core._integration.plugins.hookspecs import Adapter, hookimpl
from clerk_core._integration.preflight import (
    is_preflight_answered_after_guard,
    is_preflight_answered_by_view,
)
from clerk_core._integration.protect import (
    AsyncConnectionProtectFunctions,
    AsyncProtectFunctions,
    ConnectionProtectFunctions,
    ProtectFunctions,
)
from clerk_core._integration.recall_key import recall_key
from clerk_core._integration.request_auth import AsyncRequestAuth, RequestAuth
from clerk_core._integration.request_functions import (
    AsyncConnectionFunctions,
    AsyncRequestFunctions,
    ConnectionFunctions,
    RequestFunctions,
)
from clerk_core._integration.routes import endpoints_of, routes_of
from clerk_core._integration.template_functions import AsyncTemplateFunctions, TemplateFunctions
from clerk_core._integration.urls import headers_with_target, received_request
from clerk_core._integration.wsgi_proxy import proxied_request
from clerk_core._integration.wsgi_request import recall_key_of_environ
from clerk_core._misuse import not_installed
from clerk_core._settings.sources import merge_options, options_in_config
from clerk_core._webhook_router import MAX_BYTES as MAX_WEBHOOK_BYTES
from clerk_core.asgi import request_from_scope
from clerk_core.wsgi import request_from_environ

__all__ = [
    "MAX_WEBHOOK_BYTES",
    "REFUSAL_MEANINGS",
    "SCHEME_PREFIX",
    "AcceptsToken",
    "Adapter",
    "AsyncConnectionFunctions",
    "AsyncConnectionProtectFunctions",
    "AsyncInstallOptions",
    "AsyncInstallation",
    "AsyncProtectFunctions",
    "AsyncRequestAuth",
    "AsyncRequestFunctions",
    "AsyncStreamedResponse",
    "AsyncTemplateFunctions",
    "BaseRequestAuth",
    "ConnectionFunctions",
    "ConnectionProtectFunctions",
    "Guard",
    "GuardOptions",
    "InstallOptions",
    "Installation",
    "Observer",
    "ProtectFunctions",
    "RecallKey",
    "Refusal",
    "RequestAuth",
    "RequestFunctions",
    "StreamedResponse",
    "TemplateFunctions",
    "Unpack",
    "check_type",
    "endpoints_of",
    "function_of",
    "function_of_request",
    "guard_view",
    "headers_with_target",
    "hookimpl",
    "is_accepted",
    "is_preflight_answered_after_guard",
    "is_preflight_answered_by_view",
    "merge_headers",
    "merge_options",
    "not_installed",
    "opens_websocket",
    "options_in_config",
    "proxied_request",
    "read_access",
    "recall_key",
    "recall_key_of_environ",
    "recall_key_of_scope",
    "received_request",
    "request_from_environ",
    "request_from_scope",
    "routes_of",
    "security_scheme",
    "security_scopes",
    "warn_of_unguarded",
    "without_forwarded",
    "without_token",
]
