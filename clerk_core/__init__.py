"""Clerk authentication for Python web applications.

Importing this module loads no framework, plugin, HTTP client, cryptography or Backend API: `Clerk`,
`AsyncClerk` and `User` are loaded on first access, and cryptography with the first key.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from clerk_core._authentication.request.token_kinds import (
    AcceptsToken,
    MachineTokenType,
    TokenType,
)
from clerk_core._authentication.response.headers import merge_headers
from clerk_core._authentication.response.redirects import sign_in_url, sign_up_url
from clerk_core._authentication.response.refusal import reverification_error
from clerk_core._authentication.result.authorization import Reverification
from clerk_core._authentication.result.state import (
    Handshake,
    Observer,
    RequestState,
    SignedIn,
    SignedOut,
)
from clerk_core._authentication.steps.authenticate import authenticate
from clerk_core._authentication.steps.token_alone import DecodedToken, decode_token
from clerk_core._authentication.tokens.keyring import Keyring
from clerk_core._flow import Flow, run, run_async
from clerk_core._messages import Headers, HttpRequest, HttpResponse, Request, Response
from clerk_core._reasons import EXPLANATIONS, Reason
from clerk_core._settings.settings import Options, OrganizationSyncOptions, Settings
from clerk_core._verify_webhook import verify_webhook
from clerk_core._version import __version__
from clerk_core._webhook_types import WebhookEventType
from clerk_core._webhooks import WebhookEvent, WebhookVerificationError
from clerk_core.errors import (
    AccessDeniedError,
    ClerkAPIError,
    ClerkError,
    ConfigurationError,
    ForbiddenError,
    NotFoundError,
    RateLimitedError,
    ServerError,
    TokenVerificationError,
    TransportError,
    UnauthorizedError,
    UnprocessableError,
)

if TYPE_CHECKING:
    from clerk_core._api.api_call import ApiCall, CallObserver
    from clerk_core._api.operation import Extra, Upload
    from clerk_core._api.pages import Page
    from clerk_core._auth import (
        AnyAuth,
        AsyncAnyAuth,
        AsyncAuth,
        AsyncMachineAuth,
        AsyncSessionAuth,
        AsyncSignedOutAuth,
        Auth,
        MachineAuth,
        SessionAuth,
        SignedOutAuth,
    )
    from clerk_core._bulk import BulkProgress, BulkResult, async_bulk, bulk
    from clerk_core._client import AsyncClerk, Clerk
    from clerk_core._integration.install import install
    from clerk_core._integration.options import AsyncInstallOptions, InstallOptions
    from clerk_core._integration.plugins.hookspecs import Adapter, hookimpl
    from clerk_core._integration.plugins.outcome_counter import OutcomeCounter
    from clerk_core._integration.request_auth import AsyncRequestAuth, RequestAuth
    from clerk_core._webhook_router import WebhookInProgressError, WebhookRouter
    from clerk_core.asgi import AsgiMiddleware
    from clerk_core.models import User
    from clerk_core.wsgi import WsgiMiddleware

__all__ = [
    "EXPLANATIONS",
    "AcceptsToken",
    "AccessDeniedError",
    "Adapter",
    "AnyAuth",
    "ApiCall",
    "AsgiMiddleware",
    "AsyncAnyAuth",
    "AsyncAuth",
    "AsyncClerk",
    "AsyncInstallOptions",
    "AsyncMachineAuth",
    "AsyncRequestAuth",
    "AsyncSessionAuth",
    "AsyncSignedOutAuth",
    "Auth",
    "BulkProgress",
    "BulkResult",
    "CallObserver",
    "Clerk",
    "ClerkAPIError",
    "ClerkError",
    "ConfigurationError",
    "DecodedToken",
    "Extra",
    "Flow",
    "ForbiddenError",
    "Handshake",
    "Headers",
    "HttpRequest",
    "HttpResponse",
    "InstallOptions",
    "Keyring",
    "MachineAuth",
    "MachineTokenType",
    "NotFoundError",
    "Observer",
    "Options",
    "OrganizationSyncOptions",
    "OutcomeCounter",
    "Page",
    "RateLimitedError",
    "Reason",
    "Request",
    "RequestAuth",
    "RequestState",
    "Response",
    "Reverification",
    "ServerError",
    "SessionAuth",
    "Settings",
    "SignedIn",
    "SignedOut",
    "SignedOutAuth",
    "TokenType",
    "TokenVerificationError",
    "TransportError",
    "UnauthorizedError",
    "UnprocessableError",
    "Upload",
    "User",
    "WebhookEvent",
    "WebhookEventType",
    "WebhookInProgressError",
    "WebhookRouter",
    "WebhookVerificationError",
    "WsgiMiddleware",
    "__version__",
    "async_bulk",
    "authenticate",
    "bulk",
    "decode_token",
    "hookimpl",
    "install",
    "merge_headers",
    "reverification_error",
    "run",
    "run_async",
    "sign_in_url",
    "sign_up_url",
    "verify_webhook",
]

# The modules of lazily loaded names, which import an HTTP client, plugins or models.
_LATER = {
    "Adapter": "_integration.plugins.hookspecs",
    "AnyAuth": "_auth",
    "ApiCall": "_api.api_call",
    "AsgiMiddleware": "asgi",
    "AsyncAnyAuth": "_auth",
    "AsyncAuth": "_auth",
    "AsyncClerk": "_client",
    "AsyncInstallOptions": "_integration.options",
    "AsyncMachineAuth": "_auth",
    "AsyncRequestAuth": "_integration.request_auth",
    "AsyncSessionAuth": "_auth",
    "AsyncSignedOutAuth": "_auth",
    "Auth": "_auth",
    "BulkProgress": "_bulk",
    "BulkResult": "_bulk",
    "CallObserver": "_api.api_call",
    "Clerk": "_client",
    "Extra": "_api.operation",
    "InstallOptions": "_integration.options",
    "MachineAuth": "_auth",
    "OutcomeCounter": "_integration.plugins.outcome_counter",
    "Page": "_api.pages",
    "RequestAuth": "_integration.request_auth",
    "SessionAuth": "_auth",
    "SignedOutAuth": "_auth",
    "Upload": "_api.operation",
    "User": "models",
    "WebhookInProgressError": "_webhook_router",
    "WebhookRouter": "_webhook_router",
    "WsgiMiddleware": "wsgi",
    "async_bulk": "_bulk",
    "bulk": "_bulk",
    "hookimpl": "_integration.plugins.hookspecs",
    "install": "_integration.install",
}


def __getattr__(name: str) -> object:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        module = import_module(f"clerk_core.{_LATER[name]}")
    except AttributeError as error:
        # Not an AttributeError, which `from clerk_core import …` would replace by another message.
        origin = getattr(getattr(error, "obj", None), "__file__", None)
        hint = f" Rename {origin} if it is not the package of that name." if origin else ""
        raise ImportError(f"{__name__}.{name} cannot be imported: {error}.{hint}") from error
    return getattr(module, name)


def __dir__() -> list[str]:
    return __all__
